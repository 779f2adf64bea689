//! `POST /api/auth/reauthenticate` and `POST /api/auth/reauthenticate/{provider}`.

use axum::{Json as JsonBody, extract::State as AppExtract};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{Credentials, ReauthenticationError};
use crate::{
    app::{App, AppState},
    error::{ApiError, ApiResult, ErrorCode},
    login::{
        federated::start::{self, AuthorizationRequest, StartError},
        passkey::routes::AssertionBody,
        password::LoginError,
        recent_proof::{ProofTooOld, RECENT},
    },
    session::{self, CurrentSession, SignedIn, View},
    web::{
        body::Json, client::Client, cookies::RequestCookies, provider_name::ProviderName,
        return_target::ReturnTarget,
    },
};

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct Body {
    code: Option<String>,
    #[schemars(with = "Option<String>")]
    password: Option<SecretString>,
    /// Instead of them: the response of a passkey.
    passkey: Option<AssertionBody>,
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Reauthenticated {
    session: View,
}

/// `POST /api/auth/reauthenticate`: always a new session id. Also for a session that awaits a new password: an administrator may have
/// demanded the change hours after the login, and the change needs a recent authentication.
pub(crate) async fn with_credentials(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(Body { code, password, passkey }): Json<Body>,
) -> ApiResult<JsonBody<Reauthenticated>> {
    current.require_factors()?;
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    let passkey = passkey.map(AssertionBody::read).transpose()?;
    let credentials = Credentials { code, passkey, password };
    let admission = super::with_credentials(&app, &client, &current, credentials).await?;
    let session = session::enter(&app, &cookies, &client, admission).await?;
    Ok(JsonBody(Reauthenticated { session }))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReturnTo {
    return_to: Option<String>,
}

impl ReturnTo {
    /// Returns the target if it is allowed, otherwise the start page.
    pub(crate) fn target(&self, app: &App) -> ReturnTarget {
        app.addresses.returns.target(self.return_to.as_deref())
    }
}

/// The URL that the page must open.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct RedirectTo {
    redirect: String,
}

impl RedirectTo {
    /// Starts a federated login in this browser, and returns the URL of the provider.
    pub(crate) async fn provider(
        app: &App,
        cookies: &RequestCookies,
        client: &Client,
        provider: &ProviderName,
        request: AuthorizationRequest,
    ) -> Result<Self, StartError> {
        let started = start::start(app, cookies, client, provider.as_str(), request).await?;
        Ok(Self { redirect: started.url.into() })
    }
}

/// `POST /api/auth/reauthenticate/{provider}`: for users who sign in only through providers.
#[expect(clippy::too_many_arguments, reason = "each extractor of the request is an argument")]
pub(crate) async fn with_provider(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    SignedIn(current): SignedIn,
    provider: ProviderName,
    Json(return_to): Json<ReturnTo>,
) -> ApiResult<JsonBody<RedirectTo>> {
    let request = super::with_provider(&app, &current, &provider, return_to.target(&app))?;
    Ok(JsonBody(RedirectTo::provider(&app, &cookies, &client, &provider, request).await?))
}

impl From<ProofTooOld> for ApiError {
    fn from(ProofTooOld(methods): ProofTooOld) -> Self {
        Self::reauthentication_required(methods.iter().map(ToString::to_string).collect(), RECENT)
    }
}

impl From<ReauthenticationError> for ApiError {
    fn from(error: ReauthenticationError) -> Self {
        match error {
            ReauthenticationError::MissingCredential => Self::new(ErrorCode::InvalidRequest).because(&error),
            ReauthenticationError::OtherMethod(too_old) => too_old.into(),
            ReauthenticationError::Code(error) => error.into(),
            ReauthenticationError::Passkey(error) => error.into(),
            ReauthenticationError::Password(LoginError::Refused) => Self::new(ErrorCode::PasswordWrong),
            ReauthenticationError::Password(error) => error.into(),
            ReauthenticationError::Provider(error) => error.into(),
        }
    }
}

impl From<StartError> for ApiError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Unknown => Self::new(ErrorCode::NotFound),
            StartError::Unavailable => Self::provider_unavailable(),
            StartError::Store(error) => error.into(),
        }
    }
}
