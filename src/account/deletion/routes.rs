//! `DELETE /api/account` and `POST /api/account/keep`.

use axum::{Json as JsonBody, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};

use super::{DeletionError, cancel, request};
use crate::{
    app::AppState,
    clock::Timestamp,
    error::{ApiError, ApiResult, ErrorCode, FieldError},
    session::SignedIn,
    web::{
        body::{EmptyBody, Json},
        client::Client,
    },
};

#[derive(Deserialize)]
pub(crate) struct Body {
    confirmation: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Requested {
    deletion_at: Timestamp,
}

/// `DELETE /api/account`: requires a recent authentication and the typed phrase.
pub(crate) async fn delete(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    Json(Body { confirmation }): Json<Body>,
) -> ApiResult<(StatusCode, JsonBody<Requested>)> {
    let deletion_at = request(&app, &client, &current, &confirmation).await?;
    Ok((StatusCode::ACCEPTED, JsonBody(Requested { deletion_at })))
}

#[derive(Serialize)]
pub(crate) struct Kept {}

/// `POST /api/account/keep`
pub(crate) async fn keep(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Kept>> {
    cancel(&app, &client, &current).await?;
    Ok(JsonBody(Kept {}))
}

impl From<DeletionError> for ApiError {
    fn from(error: DeletionError) -> Self {
        match error {
            DeletionError::Disabled => Self::new(ErrorCode::NotFound).because(&error),
            DeletionError::WrongPhrase => {
                Self::invalid_fields(vec![FieldError { field: "confirmation", code: "invalid" }])
            }
            DeletionError::LastAdministrator(last) => Self::new(ErrorCode::LastAdministrator).because(&last),
            DeletionError::ProofTooOld(too_old) => too_old.into(),
            DeletionError::Session(refusal) => refusal.into(),
            DeletionError::Limited(limited) => limited.into(),
            DeletionError::Store(error) => error.into(),
        }
    }
}
