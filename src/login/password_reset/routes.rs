//! `POST /api/auth/password/forgot` and `POST /api/auth/password/reset`.

use axum::{Json as JsonBody, extract::State, http::StatusCode};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    redeem::{self, ResetError},
    request::{self, RequestError},
};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    login::mail_link::LinkError,
    web::{body::Json, client::Client},
};

#[derive(Serialize)]
pub(crate) struct Empty {}

/// One address: an array of addresses is no text (mail to the address of an attacker beside that of the user).
#[derive(Deserialize)]
pub(crate) struct ForgotBody {
    email: String,
}

/// `POST /api/auth/password/forgot`: the same answer for every address.
pub(crate) async fn forgot(
    State(app): State<AppState>,
    client: Client,
    Json(ForgotBody { email }): Json<ForgotBody>,
) -> ApiResult<(StatusCode, JsonBody<Empty>)> {
    request::request(&app, client, &email).await?;
    Ok((StatusCode::ACCEPTED, JsonBody(Empty {})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResetBody {
    token: SecretString,
    new_password: SecretString,
}

/// `POST /api/auth/password/reset`: opens no session.
pub(crate) async fn reset(
    State(app): State<AppState>,
    client: Client,
    Json(ResetBody { token, new_password }): Json<ResetBody>,
) -> ApiResult<JsonBody<Empty>> {
    redeem::reset(&app, &client, &token, new_password).await?;
    Ok(JsonBody(Empty {}))
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Limited(limited) => limited.into(),
            RequestError::Full(full) => Self::busy().because(&full),
        }
    }
}

impl From<LinkError> for ApiError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Invalid => Self::new(ErrorCode::TokenInvalid),
            LinkError::Limited(limited) => limited.into(),
            LinkError::Store(error) => error.into(),
        }
    }
}

impl From<ResetError> for ApiError {
    fn from(error: ResetError) -> Self {
        match error {
            ResetError::Link(error) => error.into(),
            ResetError::Rejected(refused) => Self::password_rejected(refused.code()),
            ResetError::Unchanged => Self::password_rejected("unchanged"),
            ResetError::Busy => Self::busy(),
            ResetError::Store(error) => error.into(),
        }
    }
}
