//! `POST` and `DELETE /api/account/email`, `POST /api/account/email/verify`, `POST /api/auth/email/confirm` and `POST /api/auth/email/cancel`.

use std::time::Duration;

use axum::{Json as JsonBody, extract::State};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    EmailRequestError,
    confirmation::{self, ConfirmationError},
};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode, FieldError},
    session::SignedIn,
    user::EmailChangeRefused,
    web::{
        answer::{Accepted, Empty},
        body::{EmptyBody, Json},
        client::Client,
    },
};

/// The wait after too many confirmed changes, of which the first is forgotten after seven days.
const LATER: Duration = Duration::from_hours(24);
const EMAIL: &str = "email";

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct EmailBody {
    email: String,
}

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct TokenBody {
    #[schemars(with = "String")]
    token: SecretString,
}

/// `POST /api/account/email`: the same answer whether another user has the address.
pub(crate) async fn request(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    Json(EmailBody { email }): Json<EmailBody>,
) -> ApiResult<Accepted<Empty>> {
    super::request(&app, client, &current, &email).await?;
    Ok(Accepted(Empty {}))
}

/// `DELETE /api/account/email`: the pending one.
pub(crate) async fn withdraw(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Empty>> {
    super::withdraw(&app, &client, &current).await?;
    Ok(JsonBody(Empty {}))
}

/// `POST /api/account/email/verify`
pub(crate) async fn verify(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<Accepted<Empty>> {
    super::verify(&app, client, &current).await?;
    Ok(Accepted(Empty {}))
}

/// `POST /api/auth/email/confirm`: the token is the proof, in any browser.
pub(crate) async fn confirm(
    State(app): State<AppState>,
    client: Client,
    Json(TokenBody { token }): Json<TokenBody>,
) -> ApiResult<JsonBody<Empty>> {
    confirmation::confirm(&app, &client, &token).await?;
    Ok(JsonBody(Empty {}))
}

/// `POST /api/auth/email/cancel`: the token is the proof, in any browser.
pub(crate) async fn cancel(
    State(app): State<AppState>,
    client: Client,
    Json(TokenBody { token }): Json<TokenBody>,
) -> ApiResult<JsonBody<Empty>> {
    confirmation::cancel(&app, &client, &token).await?;
    Ok(JsonBody(Empty {}))
}

impl From<EmailRequestError> for ApiError {
    fn from(error: EmailRequestError) -> Self {
        let invalid = |code| Self::invalid_fields(vec![FieldError { field: EMAIL, code }]);
        match error {
            EmailRequestError::MailDisabled => Self::new(ErrorCode::NotFound).because(&error),
            EmailRequestError::NoAddress => invalid("invalid"),
            EmailRequestError::NoEmail => invalid("required"),
            EmailRequestError::Refused(EmailChangeRefused::Unchanged) => invalid("unchanged"),
            EmailRequestError::Refused(EmailChangeRefused::TooMany) => {
                Self::new(ErrorCode::TooManyAttempts).retry_after(LATER)
            }
            EmailRequestError::ProofTooOld(too_old) => too_old.into(),
            EmailRequestError::Session(refusal) => refusal.into(),
            EmailRequestError::Limited(limited) => limited.into(),
            EmailRequestError::Full(full) => Self::busy().because(&full),
            EmailRequestError::Store(error) => error.into(),
        }
    }
}

impl From<ConfirmationError> for ApiError {
    fn from(error: ConfirmationError) -> Self {
        match error {
            ConfirmationError::Link(error) => error.into(),
            ConfirmationError::Taken => Self::handle_taken(EMAIL),
            ConfirmationError::Store(error) => error.into(),
        }
    }
}
