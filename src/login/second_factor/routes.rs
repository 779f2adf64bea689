//! `POST /api/mfa/setup` and `POST /api/mfa/verify`.

use axum::{Json as JsonBody, extract::State as AppExtract};
use serde::{Deserialize, Serialize};

use super::{
    Confirmed, FEW_TRIES, FactorError, complete_login, confirm_enrolment, factor_changes::routes::parse_name,
    start_enrolment, totp::Enrolment,
};
use crate::{
    admission::{Admission, MissingStep},
    app::{App, AppState},
    audit::EventKind,
    error::{ApiError, ApiResult, ErrorCode, FieldError},
    login::trusted_device,
    session::{self, CurrentSession, Refusal, State, View},
    web::{body::Json, client::Client, cookies::RequestCookies},
};

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct SetupBody {
    /// Name of the new app; without one it gets a default name.
    name: Option<String>,
}

/// `POST /api/mfa/setup`: starts an enrolment. The apps of the user stay valid.
pub(crate) async fn set_up(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(SetupBody { name }): Json<SetupBody>,
) -> ApiResult<JsonBody<Enrolment>> {
    let name = name.as_deref().map(parse_name).transpose()?;
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    Ok(JsonBody(start_enrolment(&app, &client, &current, name).await?))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Body {
    code: String,
    /// The next logins in this browser need no second factor.
    #[serde(default)]
    trust_device: bool,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CodeAccepted")]
pub(crate) struct Verified {
    message: &'static str,
    mfa_enabled: bool,
    need_password_change: bool,
    /// Shown once, with the first factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<Vec<String>>,
    session: View,
}

impl Verified {
    /// Describes a login that a second factor completed.
    pub(crate) fn signed_in(need_password_change: bool, session: View) -> Self {
        Self { message: "Signed in", mfa_enabled: true, need_password_change, recovery_codes: None, session }
    }
}

/// `POST /api/mfa/verify`: the state of the session decides what the code means. Always a new session id.
pub(crate) async fn verify(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(Body { code, trust_device }): Json<Body>,
) -> ApiResult<JsonBody<Verified>> {
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    let (message, admission, recovery_codes) = match current.state {
        State::AwaitingSecondFactor => {
            let admission = complete_login(&app, &client, &current, &code).await?;
            ("Signed in", trust(&app, &client, &current, admission, trust_device).await, None)
        }
        State::AwaitingPasswordChange => return Err(Refusal::PasswordChangeRequired.into()),
        State::SignedIn | State::AwaitingEnrolment => {
            let Confirmed { admission, recovery_codes } =
                confirm_enrolment(&app, &client, &current, &code).await?;
            ("Authenticator app confirmed", admission, recovery_codes)
        }
    };
    let need_password_change = admission.missing_step() == Some(MissingStep::PasswordChange);
    let session = session::enter(&app, &cookies, &client, admission).await?;
    Ok(JsonBody(Verified { message, mfa_enabled: true, need_password_change, recovery_codes, session }))
}

/// Trusts the browser if the user asked for it and the setting allows it. A login that is not complete makes no device trusted.
pub(crate) async fn trust(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    admission: Admission,
    is_requested: bool,
) -> Admission {
    let until = trusted_device::until(app).filter(|_| is_requested && admission.missing_step().is_none());
    if let Some(until) = until {
        let audit = app.audit(client).about(current.user.id).by_user(current.user.id);
        audit.success(EventKind::DeviceTrusted).details(format!("until {until}")).record().await;
    }
    admission.trusting_device(until)
}

impl From<FactorError> for ApiError {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::WrongCode { left, clock_skew } => {
                Self::code_invalid(left.filter(|left| *left <= FEW_TRIES), clock_skew)
            }
            FactorError::NoPendingEnrolment => Self::new(ErrorCode::NoPendingEnrolment),
            FactorError::UnknownFactor => Self::new(ErrorCode::NotFound),
            FactorError::NoFactor | FactorError::FactorRequired | FactorError::StrongFactorRequired => {
                Self::new(ErrorCode::FactorRequired)
            }
            FactorError::LastSignInMethod => Self::new(ErrorCode::LastWayIn),
            FactorError::TooManyApps => Self::new(ErrorCode::TooManyFactors),
            FactorError::NoVerifiedAddress => {
                Self::invalid_fields(vec![FieldError { field: "channel", code: "no_verified_address" }])
            }
            FactorError::NotSent => Self::new(ErrorCode::MessageNotSent),
            FactorError::Busy => Self::busy(),
            FactorError::ProofTooOld(too_old) => too_old.into(),
            FactorError::Session(refusal) => refusal.into(),
            FactorError::Limited(limited) => limited.into(),
            FactorError::Sealed(error) => Self::new(ErrorCode::Internal).because(&error),
            FactorError::Store(error) => error.into(),
        }
    }
}
