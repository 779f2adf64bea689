//! `POST /api/mfa/setup` and `POST /api/mfa/verify`.

use axum::{Json as JsonBody, extract::State as AppExtract};
use serde::{Deserialize, Serialize};

use super::{
    FEW_TRIES, FactorError, apps::routes::parse_name, complete_login, confirm_enrolment,
    enrolment::Confirmed, start_enrolment, totp::Enrolment,
};
use crate::{
    admission::MissingStep,
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    session::{self, CurrentSession, Refusal, State, View},
    web::{body::Json, client::Client, cookies::RequestCookies},
};

#[derive(Deserialize)]
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

#[derive(Deserialize)]
pub(crate) struct Body {
    code: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verified {
    message: &'static str,
    mfa_enabled: bool,
    need_password_change: bool,
    /// Shown once, with the first app.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<Vec<String>>,
    session: View,
}

/// `POST /api/mfa/verify`: the state of the session decides what the code means. Always a new session id.
pub(crate) async fn verify(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(Body { code }): Json<Body>,
) -> ApiResult<JsonBody<Verified>> {
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    let (message, admission, recovery_codes) = match current.state {
        State::AwaitingSecondFactor => {
            ("Signed in", complete_login(&app, &client, &current, &code).await?, None)
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

impl From<FactorError> for ApiError {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::WrongCode(left) => Self::code_invalid(left.filter(|left| *left <= FEW_TRIES)),
            FactorError::NoPendingEnrolment => Self::new(ErrorCode::NoPendingEnrolment),
            FactorError::UnknownFactor => Self::new(ErrorCode::NotFound),
            FactorError::NoFactor | FactorError::FactorRequired => Self::new(ErrorCode::FactorRequired),
            FactorError::TooManyApps => Self::new(ErrorCode::TooManyFactors),
            FactorError::Busy => Self::busy(),
            FactorError::ProofTooOld(too_old) => too_old.into(),
            FactorError::Session(refusal) => refusal.into(),
            FactorError::Limited(limited) => limited.into(),
            FactorError::Sealed(error) => Self::new(ErrorCode::Internal).because(&error),
            FactorError::Store(error) => error.into(),
        }
    }
}
