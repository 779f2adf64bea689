//! `GET /api/admin/providers`.

use axum::{Json as JsonBody, extract::State};
use serde::Serialize;

use crate::{
    admin::{Permission, require_permission},
    app::AppState,
    config::ProviderKind,
    error::ApiResult,
    session::SignedIn,
};

#[derive(Serialize)]
pub(crate) struct Providers {
    items: Vec<Provider>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Provider {
    name: String,
    label: String,
    kind: ProviderKind,
    issuer: String,
    redirect_uri: String,
    available: bool,
    /// The last error, as in the log.
    problem: Option<String>,
}

/// `GET /api/admin/providers`: state of each provider.
pub(crate) async fn providers(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
) -> ApiResult<JsonBody<Providers>> {
    require_permission(&app, &current, Permission::Read)?;
    let items = app.providers.iter().map(|provider| Provider {
        name: provider.config.name.clone(),
        label: provider.config.label.clone(),
        kind: provider.config.kind,
        issuer: provider.config.issuer.as_str().to_owned(),
        redirect_uri: provider.redirect_uri().to_owned(),
        available: provider.is_available(),
        problem: provider.problem(),
    });
    Ok(JsonBody(Providers { items: items.collect() }))
}
