//! `POST /api/mfa/setup` and `POST /api/mfa/verify`.

use axum::{Json as JsonBody, extract::State as AppExtract};
use serde::{Deserialize, Serialize};

use super::{FactorError, confirm, pass, set_up, totp::Enrolment};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    session::{self, CurrentSession, State, View},
    web::{
        body::{EmptyBody, Json},
        client::Client,
        cookies::RequestCookies,
    },
};

/// `POST /api/mfa/setup`: nothing changes until the new factor is confirmed.
pub(crate) async fn begin(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Enrolment>> {
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    Ok(JsonBody(set_up(&app, &client, &current).await?))
}

/// What a person types.
#[derive(Deserialize)]
pub(crate) struct Code {
    code: String,
}

/// The session after a right code.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verified {
    message: &'static str,
    mfa_enabled: bool,
    session: View,
}

/// `POST /api/mfa/verify`: what the code means is decided by the state of the session. Always a new session id.
pub(crate) async fn verify(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(Code { code }): Json<Code>,
) -> ApiResult<JsonBody<Verified>> {
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    let (message, admission) = match current.state {
        State::AwaitingSecondFactor => ("Signed in", pass(&app, &client, &current, &code).await?),
        State::SignedIn | State::AwaitingEnrolment => {
            ("Authenticator app confirmed", confirm(&app, &client, &current, &code).await?)
        }
    };
    let session = session::enter(&app, &cookies, &client, admission).await?;
    Ok(JsonBody(Verified { message, mfa_enabled: true, session }))
}

impl From<FactorError> for ApiError {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::WrongCode => Self::new(ErrorCode::CodeInvalid),
            FactorError::NoPendingEnrolment => Self::new(ErrorCode::NoPendingEnrolment),
            FactorError::ProofTooOld(too_old) => too_old.into(),
            FactorError::Session(refusal) => refusal.into(),
            FactorError::Limited(limited) => limited.into(),
            FactorError::Sealed(error) => Self::new(ErrorCode::Internal).because(&error),
            FactorError::Store(error) => error.into(),
        }
    }
}
