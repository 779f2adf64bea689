//! `GET /api/admin/users/{id}/sessions` and `GET /api/admin/sessions`.

use axum::{
    Json as JsonBody,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
};
use serde::{Deserialize, Serialize};

use super::{SessionOfUser, all, cursor, of_user};
use crate::{
    account::sessions::SessionView,
    admin::{Permission, require_permission, users::routes::find},
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    session::SignedIn,
    store::Order,
};

/// Sessions per page, if the request does not say it, and at most.
const LIMIT: usize = 50;
const LIMIT_MAX: usize = 200;

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct SessionsOfUser {
    sessions: Vec<SessionView>,
}

/// `GET /api/admin/users/{id}/sessions`
pub(crate) async fn show(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    id: Result<Path<String>, PathRejection>,
) -> ApiResult<JsonBody<SessionsOfUser>> {
    require_permission(&app, &current, Permission::Read)?;
    let user = find(&app, id).await?;
    Ok(JsonBody(SessionsOfUser { sessions: of_user(&app, &current, &user).await? }))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct SessionQuery {
    /// Sessions of logins through this provider only.
    provider: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Sessions per page: 1 to 200, 50 if it is left out.
    limit: Option<usize>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SessionPage")]
pub(crate) struct Sessions {
    items: Vec<SessionOfUser>,
    next_cursor: Option<String>,
}

/// `GET /api/admin/sessions?provider=&cursor=&limit=`
pub(crate) async fn list(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<SessionQuery>, QueryRejection>,
) -> ApiResult<JsonBody<Sessions>> {
    require_permission(&app, &current, Permission::Read)?;
    let invalid = || ApiError::new(ErrorCode::InvalidRequest);
    let Query(query) = query.map_err(|error| invalid().because(&error))?;
    let after = query.cursor.as_deref().map(|text| cursor(text).ok_or_else(invalid)).transpose()?;
    let limit = query.limit.unwrap_or(LIMIT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(invalid());
    }
    let (items, next) = all(&app, &current, query.provider.as_deref(), after, limit).await?;
    Ok(JsonBody(Sessions { items, next_cursor: next.map(|next| next.to_text(Order::default())) }))
}
