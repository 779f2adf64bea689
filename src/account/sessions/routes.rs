//! `/api/account/sessions`.

use axum::{
    Json as JsonBody,
    extract::{Path, State, rejection::PathRejection},
};
use serde::Serialize;

use super::{SessionEndError, SessionView, end_one, end_others, list};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    session::SignedIn,
    web::{
        body::{EmptyBody, Json},
        client::Client,
    },
};

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "OwnSessions")]
pub(crate) struct Sessions {
    sessions: Vec<SessionView>,
}

/// `GET /api/account/sessions`
pub(crate) async fn show(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
) -> ApiResult<JsonBody<Sessions>> {
    Ok(JsonBody(Sessions { sessions: list(&app, &current).await? }))
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "EndedSessions")]
pub(crate) struct Ended {
    pub(crate) ended: usize,
}

/// `DELETE /api/account/sessions`: all but this one.
pub(crate) async fn delete_others(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Ended>> {
    Ok(JsonBody(Ended { ended: end_others(&app, &client, &current).await? }))
}

/// `DELETE /api/account/sessions/{id}`
pub(crate) async fn delete(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    id: Result<Path<String>, PathRejection>,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Ended>> {
    // A segment that cannot be decoded is the id of no session.
    let id = id.map(|Path(id)| id).unwrap_or_default();
    Ok(JsonBody(Ended { ended: end_one(&app, &client, &current, &id).await? }))
}

impl From<SessionEndError> for ApiError {
    fn from(error: SessionEndError) -> Self {
        match error {
            SessionEndError::Unknown => Self::new(ErrorCode::NotFound).because(&error),
            SessionEndError::Session(refusal) => refusal.into(),
            SessionEndError::Store(error) => error.into(),
        }
    }
}
