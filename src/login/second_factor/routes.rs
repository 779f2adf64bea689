//! `POST /api/mfa/setup` and `POST /api/mfa/verify`.

use axum::{Json as JsonBody, extract::State as AppExtract};
use serde::{Deserialize, Serialize};

use super::{FEW_TRIES, FactorError, complete_login, confirm_enrolment, start_enrolment, totp::Enrolment};
use crate::{
    admission::MissingStep,
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    session::{self, CurrentSession, Refusal, State, View},
    web::{
        body::{EmptyBody, Json},
        client::Client,
        cookies::RequestCookies,
    },
};

/// `POST /api/mfa/setup`: starts an enrolment. The active factor stays valid until the new one is confirmed.
pub(crate) async fn set_up(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Enrolment>> {
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    Ok(JsonBody(start_enrolment(&app, &client, &current).await?))
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
    let (message, admission) = match current.state {
        State::AwaitingSecondFactor => ("Signed in", complete_login(&app, &client, &current, &code).await?),
        State::AwaitingPasswordChange => return Err(Refusal::PasswordChangeRequired.into()),
        State::SignedIn | State::AwaitingEnrolment => {
            ("Authenticator app confirmed", confirm_enrolment(&app, &client, &current, &code).await?)
        }
    };
    let need_password_change = admission.missing_step() == Some(MissingStep::PasswordChange);
    let session = session::enter(&app, &cookies, &client, admission).await?;
    Ok(JsonBody(Verified { message, mfa_enabled: true, need_password_change, session }))
}

impl From<FactorError> for ApiError {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::WrongCode(left) => Self::code_invalid(left.filter(|left| *left <= FEW_TRIES)),
            FactorError::NoPendingEnrolment => Self::new(ErrorCode::NoPendingEnrolment),
            FactorError::ProofTooOld(too_old) => too_old.into(),
            FactorError::Session(refusal) => refusal.into(),
            FactorError::Limited(limited) => limited.into(),
            FactorError::Sealed(error) => Self::new(ErrorCode::Internal).because(&error),
            FactorError::Store(error) => error.into(),
        }
    }
}
