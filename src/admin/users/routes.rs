//! Reads of `/api/admin/users`.

use axum::{
    Json as JsonBody,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
};
use serde::Serialize;

use super::{
    list::{self, ListError, ListQuery},
    view::{UserDetail, UserView},
};
use crate::{
    admin::{Permission, require_permission},
    app::{App, AppState},
    error::{ApiError, ApiResult, ErrorCode},
    login::password::account_keys,
    provisioning::find_by_id,
    session::SignedIn,
    store::Stored,
    user::{User, UserId},
};

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AdminUserPage")]
pub(crate) struct Users {
    items: Vec<UserView>,
    next_cursor: Option<String>,
    total: Option<u64>,
}

/// `GET /api/admin/users?q=&status=&provider=&role=&mfa=&locked=&sort=&limit=&cursor=`
pub(crate) async fn list(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> ApiResult<JsonBody<Users>> {
    require_permission(&app, &current, Permission::Read)?;
    let Query(query) = query.map_err(|error| ApiError::new(ErrorCode::InvalidRequest).because(&error))?;
    let page = list::list(&app, &query).await?;
    Ok(JsonBody(Users { items: page.users, next_cursor: page.next, total: page.total }))
}

/// `GET /api/admin/users/{id}`
pub(crate) async fn show(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    id: Result<Path<String>, PathRejection>,
) -> ApiResult<JsonBody<UserDetail>> {
    require_permission(&app, &current, Permission::Read)?;
    let found = match parse(id) {
        // The caller sees by the id of the answer that the user was merged. Acts take the exact id: one on a former id would change another
        // user than the administrator means.
        Some(id) => find_by_id(&app.store, id).await?,
        None => None,
    };
    let user = found.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
    let locks = app.limiter.locks(&account_keys(&user)).await?;
    Ok(JsonBody(UserDetail::of(&app, user, &locks)))
}

/// Returns the id in a path. A segment that cannot be decoded, or is no id, is the id of no user.
fn parse(id: Result<Path<String>, PathRejection>) -> Option<UserId> {
    id.ok().and_then(|Path(id)| id.parse().ok())
}

/// Finds the user of a path.
pub(super) async fn find(app: &App, id: Result<Path<String>, PathRejection>) -> ApiResult<Stored<User>> {
    let found = match parse(id) {
        Some(id) => app.store.get::<User>(&id.document_id()).await?,
        None => None,
    };
    found.ok_or_else(|| ApiError::new(ErrorCode::NotFound))
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Invalid(_) => Self::new(ErrorCode::InvalidRequest).because(&error),
            ListError::Store(error) => error.into(),
        }
    }
}
