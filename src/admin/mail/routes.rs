//! `GET /api/admin/mail`.

use axum::{
    Json as JsonBody,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::{Deserialize, Serialize};

use crate::{
    admin::{
        Permission, require_permission,
        routes::{PAGE, parse_id, parse_query},
    },
    app::AppState,
    error::ApiResult,
    mail::{self, MailId, MailState, MailView},
    session::SignedIn,
};

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct MailQuery {
    /// Mail in this state only.
    state: Option<MailState>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// A page of mails that are not delivered, newest first.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MailPage")]
pub(crate) struct Mails {
    items: Vec<MailView>,
    next_cursor: Option<MailId>,
}

/// `GET /api/admin/mail?state=&cursor=`: mails that wait (`queued`) or that were given up (`failed`), without their content.
pub(crate) async fn mail(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<MailQuery>, QueryRejection>,
) -> ApiResult<JsonBody<Mails>> {
    require_permission(&app, &current, Permission::Read)?;
    let query = parse_query(query)?;
    let cursor = parse_id::<MailId>(query.cursor.as_deref())?;
    let page = mail::page(&app.store, query.state, cursor, PAGE.into()).await?;
    Ok(JsonBody(Mails { items: page.mails, next_cursor: page.next }))
}
