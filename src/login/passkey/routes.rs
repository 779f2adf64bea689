//! `/api/auth/passkey/*`, `/api/mfa/passkey/*`, `/api/account/passkeys`, `/api/auth/password/reset/passkey` and the well-known documents of
//! passkeys.

use axum::{Json as JsonBody, extract::State as AppExtract};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs_core::proto::{PublicKeyCredential, RegisterPublicKeyCredential};

use super::{
    CREDENTIAL_ID_BYTES_MAX, PasskeyError,
    assertion::{AssertionOptions, AssertionResponse},
    by_link::{self, ByLinkError},
    registration::{self, CreationOptions, CreationResponse, Registered},
    second_factor, sign_in,
};
use crate::{
    admission::MissingStep,
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    login::second_factor::{
        factor_changes::routes::{PasskeyView, parse_name},
        routes::{Verified, trust},
    },
    session::{self, CurrentSession, Refusal, State, View},
    web::{
        answer::Empty,
        body::{EmptyBody, Json},
        browser_key::BrowserKey,
        client::Client,
        cookies::{CookieChange, RequestCookies},
    },
};

/// The section of the account page with the passkeys.
const ACCOUNT_PAGE: &str = "/account?section=security";
/// The only type of credential.
const PUBLIC_KEY: &str = "public-key";

/// A response of an authenticator, and the token of the ceremony that it answers.
#[derive(Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PasskeyResponse")]
pub(crate) struct AssertionBody {
    ceremony: String,
    /// `AuthenticationResponseJSON` (W3C Web Authentication): what `PublicKeyCredential.toJSON()` returns.
    #[schemars(with = "serde_json::Map<String, Value>")]
    credential: Value,
}

impl AssertionBody {
    /// # Errors
    /// `passkey_invalid`.
    pub(crate) fn read(self) -> ApiResult<AssertionResponse> {
        let credential: PublicKeyCredential =
            serde_json::from_value(self.credential).map_err(|_| malformed())?;
        // The store is not asked for a credential id that is too long.
        if credential.type_ != PUBLIC_KEY || credential.raw_id.len() > CREDENTIAL_ID_BYTES_MAX {
            return Err(malformed());
        }
        Ok(AssertionResponse { ceremony: self.ceremony, credential })
    }
}

/// A login with a passkey.
#[derive(Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PasskeyLoginRequest")]
pub(crate) struct SignInBody {
    #[serde(flatten)]
    response: AssertionBody,
    /// The user wants to stay signed in on this device.
    #[serde(default)]
    remember: bool,
}

/// A passkey as the second factor of a login.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PasskeyFactorRequest")]
pub(crate) struct FactorBody {
    #[serde(flatten)]
    response: AssertionBody,
    /// The next logins in this browser need no second factor.
    #[serde(default)]
    trust_device: bool,
}

fn malformed() -> ApiError {
    ApiError::new(ErrorCode::PasskeyInvalid)
}

/// Options of a ceremony, and its token for the response.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PasskeyOptions")]
pub(crate) struct OptionsView {
    /// For `navigator.credentials`: `PublicKeyCredentialRequestOptionsJSON` or `PublicKeyCredentialCreationOptionsJSON`.
    #[schemars(with = "serde_json::Map<String, Value>")]
    public_key: Value,
    ceremony: String,
}

impl From<AssertionOptions> for OptionsView {
    fn from(AssertionOptions { public_key, ceremony }: AssertionOptions) -> Self {
        Self { public_key, ceremony }
    }
}

impl From<CreationOptions> for OptionsView {
    fn from(CreationOptions { public_key, ceremony }: CreationOptions) -> Self {
        Self { public_key, ceremony }
    }
}

/// `POST /api/auth/passkey/options`: binds the ceremony to this browser.
pub(crate) async fn sign_in_options(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<OptionsView>> {
    let browser = cookies.browser_keys().first().cloned().unwrap_or_else(BrowserKey::random);
    let options = sign_in::start(&app, &browser)?;
    cookies.queue(CookieChange::SetBrowserKey(browser));
    Ok(JsonBody(options.into()))
}

/// What the page must ask for next after a login with a passkey.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PasskeyLogin")]
pub(crate) struct SignedInView {
    need_enrolment: bool,
    session: View,
}

/// `POST /api/auth/passkey/login`: always a new session id.
pub(crate) async fn sign_in(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    Json(SignInBody { response, remember }): Json<SignInBody>,
) -> ApiResult<JsonBody<SignedInView>> {
    let response = response.read()?;
    let admission =
        sign_in::sign_in(&app, &client, cookies.browser_keys(), response).await.map_err(|error| {
            match error {
                // Without a session, a refusal is that of a login.
                PasskeyError::Refused(_) => ApiError::new(ErrorCode::PasskeyRefused),
                error => error.into(),
            }
        })?;
    let need_enrolment = admission.missing_step() == Some(MissingStep::Enrolment);
    let session = session::enter(&app, &cookies, &client, admission.remembered(remember)).await?;
    Ok(JsonBody(SignedInView { need_enrolment, session }))
}

/// `POST /api/mfa/passkey/options`: for the second factor of a login, or for a re-authentication.
pub(crate) async fn factor_options(
    AppExtract(app): AppExtract<AppState>,
    current: CurrentSession,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<OptionsView>> {
    Ok(JsonBody(second_factor::start(&app, &current)?.into()))
}

/// `POST /api/mfa/passkey/verify`: completes a login. Always a new session id.
pub(crate) async fn verify(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(FactorBody { response, trust_device }): Json<FactorBody>,
) -> ApiResult<JsonBody<Verified>> {
    let response = response.read()?;
    match current.state {
        State::AwaitingSecondFactor => {}
        State::AwaitingPasswordChange => return Err(Refusal::PasswordChangeRequired.into()),
        State::AwaitingEnrolment => return Err(Refusal::EnrolmentRequired.into()),
        // A session that is signed in re-authenticates.
        State::SignedIn => return Err(ApiError::new(ErrorCode::AlreadySignedIn)),
    }
    let admission = second_factor::complete_login(&app, &client, &current, response).await?;
    let admission = trust(&app, &client, &current, admission, trust_device).await;
    let need_password_change = admission.missing_step() == Some(MissingStep::PasswordChange);
    let session = session::enter(&app, &cookies, &client, admission).await?;
    Ok(JsonBody(Verified::signed_in(need_password_change, session)))
}

/// `POST /api/account/passkeys/options`: for a session that is signed in, or that must enrol a factor.
pub(crate) async fn registration_options(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    current: CurrentSession,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<OptionsView>> {
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    Ok(JsonBody(registration::start(&app, &current).await?.into()))
}

/// The response of an authenticator to a registration.
#[derive(Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PasskeyRegistration")]
pub(crate) struct RegistrationBody {
    ceremony: String,
    /// `RegistrationResponseJSON` (W3C Web Authentication): what `PublicKeyCredential.toJSON()` returns.
    #[schemars(with = "serde_json::Map<String, Value>")]
    credential: Value,
    /// Name of the passkey; without one it gets a default name.
    name: Option<String>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PasskeyRegistered")]
pub(crate) struct RegisteredView {
    passkey: PasskeyView,
    need_password_change: bool,
    /// Shown once, with the first factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<Vec<String>>,
    session: View,
}

/// `POST /api/account/passkeys`: registers the passkey. Always a new session id.
pub(crate) async fn register(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(RegistrationBody { ceremony, credential, name }): Json<RegistrationBody>,
) -> ApiResult<JsonBody<RegisteredView>> {
    let response = creation_response(ceremony, credential, name.as_deref())?;
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    let Registered { admission, passkey, recovery_codes } =
        registration::finish(&app, &client, &current, response).await?;
    let need_password_change = admission.missing_step() == Some(MissingStep::PasswordChange);
    let session = session::enter(&app, &cookies, &client, admission).await?;
    let passkey = PasskeyView::of(&passkey);
    Ok(JsonBody(RegisteredView { passkey, need_password_change, recovery_codes, session }))
}

fn creation_response(ceremony: String, credential: Value, name: Option<&str>) -> ApiResult<CreationResponse> {
    let name = name.map(parse_name).transpose()?;
    let credential: RegisterPublicKeyCredential =
        serde_json::from_value(credential).map_err(|_| malformed())?;
    if credential.type_ != PUBLIC_KEY {
        return Err(malformed());
    }
    Ok(CreationResponse { ceremony, credential, name })
}

/// The token of a link.
#[derive(Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PasskeyLink")]
pub(crate) struct LinkBody {
    #[schemars(with = "String")]
    token: SecretString,
}

/// `POST /api/auth/password/reset/passkey/options`: keeps the link.
pub(crate) async fn link_options(
    AppExtract(app): AppExtract<AppState>,
    client: Client,
    Json(LinkBody { token }): Json<LinkBody>,
) -> ApiResult<JsonBody<OptionsView>> {
    Ok(JsonBody(by_link::start(&app, &client, &token).await?.into()))
}

/// The response of an authenticator to the registration with a link.
#[derive(Deserialize, schemars::JsonSchema)]
#[schemars(rename = "PasskeyRegistrationByLink")]
pub(crate) struct LinkRegistrationBody {
    #[schemars(with = "String")]
    token: SecretString,
    #[serde(flatten)]
    registration: RegistrationBody,
}

/// `POST /api/auth/password/reset/passkey`: opens no session.
pub(crate) async fn register_by_link(
    AppExtract(app): AppExtract<AppState>,
    client: Client,
    Json(LinkRegistrationBody { token, registration }): Json<LinkRegistrationBody>,
) -> ApiResult<JsonBody<Empty>> {
    let RegistrationBody { ceremony, credential, name } = registration;
    let response = creation_response(ceremony, credential, name.as_deref())?;
    by_link::finish(&app, &client, &token, response).await?;
    Ok(JsonBody(Empty {}))
}

/// `GET /.well-known/passkey-endpoints`: where password managers find the page to add a passkey (W3C, "A Well-Known URL for Passkey
/// Endpoints").
pub(crate) async fn endpoints(AppExtract(app): AppExtract<AppState>) -> ApiResult<JsonBody<Value>> {
    app.relying_party.as_ref().ok_or(ApiError::new(ErrorCode::NotFound))?;
    let page = app.addresses.url(ACCOUNT_PAGE);
    Ok(JsonBody(json!({ "enroll": page, "manage": page })))
}

/// `GET /.well-known/webauthn`: the origins whose pages may use the passkeys of this service (related origin requests).
pub(crate) async fn related_origins(AppExtract(app): AppExtract<AppState>) -> ApiResult<JsonBody<Value>> {
    let party = app.relying_party.as_ref().ok_or(ApiError::new(ErrorCode::NotFound))?;
    Ok(JsonBody(json!({ "origins": party.origins() })))
}

impl From<ByLinkError> for ApiError {
    fn from(error: ByLinkError) -> Self {
        match error {
            ByLinkError::Link(error) => error.into(),
            ByLinkError::Passkey(error) => error.into(),
            ByLinkError::Store(error) => error.into(),
        }
    }
}

impl From<PasskeyError> for ApiError {
    fn from(error: PasskeyError) -> Self {
        match error {
            PasskeyError::Unavailable => Self::new(ErrorCode::NotFound),
            PasskeyError::CeremonyOver => Self::new(ErrorCode::CeremonyOver),
            PasskeyError::Refused(_) => Self::new(ErrorCode::PasskeyInvalid),
            PasskeyError::Unknown => Self::new(ErrorCode::PasskeyUnknown),
            PasskeyError::NoPasskey => Self::new(ErrorCode::PasskeyUnknown)
                .with_detail("The account has no passkey. Use another method."),
            PasskeyError::Registered => Self::new(ErrorCode::PasskeyRegistered),
            PasskeyError::ModelNotAllowed => Self::new(ErrorCode::PasskeyNotAllowed),
            PasskeyError::TooMany => Self::new(ErrorCode::TooManyFactors),
            PasskeyError::Busy => Self::busy(),
            PasskeyError::ProofTooOld(too_old) => too_old.into(),
            PasskeyError::Session(refusal) => refusal.into(),
            PasskeyError::Limited(limited) => limited.into(),
            PasskeyError::Store(error) => error.into(),
        }
    }
}
