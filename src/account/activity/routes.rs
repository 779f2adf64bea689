//! `GET /api/account/events`.

use axum::{
    Json as JsonBody,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::Deserialize;

use super::{ActivityPage, page};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    session::SignedIn,
};

const DEFAULT_LIMIT: usize = 50;
const LIMIT_MAX: usize = 100;

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct ActivityQuery {
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Events per page: 1 to 100, 50 if it is left out.
    limit: Option<usize>,
}

/// `GET /api/account/events?cursor=&limit=`: own events, newest first.
pub(crate) async fn events(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<ActivityQuery>, QueryRejection>,
) -> ApiResult<JsonBody<ActivityPage>> {
    let invalid = || ApiError::new(ErrorCode::InvalidRequest);
    let Query(query) = query.map_err(|error| invalid().because(&error))?;
    let cursor = query.cursor.filter(|cursor| !cursor.is_empty()).map(|cursor| cursor.parse());
    let cursor = cursor.transpose().map_err(|_| invalid().because("not a cursor"))?;
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, LIMIT_MAX);
    Ok(JsonBody(page(&app.store, current.user.id, cursor, limit).await?))
}
