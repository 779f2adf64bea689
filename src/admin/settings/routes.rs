//! `GET /api/admin/settings`.

use axum::{Json as JsonBody, extract::State};
use serde::Serialize;

use crate::{
    admin::{Permission, require_permission},
    app::AppState,
    config::Effective,
    error::ApiResult,
    session::SignedIn,
};

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Settings {
    items: Vec<Effective>,
}

/// `GET /api/admin/settings`: the settings of this replica, as `vestibule check --json` shows them.
pub(crate) async fn show(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
) -> ApiResult<JsonBody<Settings>> {
    require_permission(&app, &current, Permission::Read)?;
    Ok(JsonBody(Settings { items: app.config.shown.clone() }))
}
