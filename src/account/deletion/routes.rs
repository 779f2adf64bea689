//! `DELETE /api/account` and `POST /api/account/keep`.

use axum::{Json as JsonBody, extract::State};
use serde::{Deserialize, Serialize};

use super::{DeletionError, cancel, request};
use crate::{
    app::AppState,
    clock::Timestamp,
    error::{ApiError, ApiResult, ErrorCode, FieldError},
    session::SignedIn,
    web::{
        answer::{Accepted, Empty},
        body::{EmptyBody, Json},
        client::Client,
    },
};

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct Body {
    confirmation: String,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeletionRequested")]
pub(crate) struct Requested {
    deletion_at: Timestamp,
}

/// `DELETE /api/account`: requires a recent authentication and the typed phrase.
pub(crate) async fn delete(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    Json(Body { confirmation }): Json<Body>,
) -> ApiResult<Accepted<Requested>> {
    let deletion_at = request(&app, &client, &current, &confirmation).await?;
    Ok(Accepted(Requested { deletion_at }))
}

/// `POST /api/account/keep`
pub(crate) async fn keep(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Empty>> {
    cancel(&app, &client, &current).await?;
    Ok(JsonBody(Empty {}))
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
