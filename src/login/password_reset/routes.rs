//! `POST /api/auth/password/forgot` and `POST /api/auth/password/reset`.

use axum::{Json as JsonBody, extract::State};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    redeem::{self, ResetError},
    request::{self, RequestError},
};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    login::mail_link::LinkError,
    web::{
        answer::{Accepted, Empty},
        body::Json,
        client::Client,
    },
};

/// One address: an array of addresses is no text (mail to the address of an attacker beside that of the user).
#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct ForgotBody {
    email: String,
}

/// `POST /api/auth/password/forgot`: the same answer for every address.
pub(crate) async fn forgot(
    State(app): State<AppState>,
    client: Client,
    Json(ForgotBody { email }): Json<ForgotBody>,
) -> ApiResult<Accepted<Empty>> {
    request::request(&app, client, &email).await?;
    Ok(Accepted(Empty {}))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResetBody {
    #[schemars(with = "String")]
    token: SecretString,
    #[schemars(with = "String")]
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
