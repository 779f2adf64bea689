//! `GET /api/admin/providers` and `POST /api/admin/providers/{name}/test`.

use axum::{Json as JsonBody, extract::State};
use serde::Serialize;

use crate::{
    admin::{Permission, require_permission},
    app::{App, AppState},
    config::{Effective, ProviderKind},
    error::{ApiError, ApiResult, ErrorCode},
    login::federated::provider_test::{self, ProviderCheck, TestRefusal},
    session::SignedIn,
    web::{
        body::{EmptyBody, Json},
        client::Client,
        provider_name::ProviderName,
    },
};

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "ProviderStates")]
pub(crate) struct Providers {
    items: Vec<Provider>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ProviderState")]
struct Provider {
    name: String,
    label: String,
    kind: ProviderKind,
    issuer: String,
    redirect_uri: String,
    available: bool,
    /// The last error, as in the log.
    problem: Option<String>,
    /// The settings of the provider, without secrets.
    settings: Vec<Effective>,
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
        settings: settings_of(&app, &provider.config.name),
    });
    Ok(JsonBody(Providers { items: items.collect() }))
}

fn settings_of(app: &App, provider: &str) -> Vec<Effective> {
    let is_of = |setting: &&Effective| setting.provider.as_deref() == Some(provider);
    app.config.shown.iter().filter(is_of).cloned().collect()
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "ProviderTest")]
pub(crate) struct Tested {
    checks: Vec<ProviderCheck>,
}

/// `POST /api/admin/providers/{name}/test`: sends the requests of a login without a user, and says what is wrong.
pub(crate) async fn test(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    name: ProviderName,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Tested>> {
    require_permission(&app, &current, Permission::Full)?;
    let checks = provider_test::run(&app, &client, current.user.id, name.as_str()).await?;
    Ok(JsonBody(Tested { checks }))
}

impl From<TestRefusal> for ApiError {
    fn from(refusal: TestRefusal) -> Self {
        match refusal {
            TestRefusal::Unknown => Self::new(ErrorCode::NotFound).because(&refusal),
            TestRefusal::Running => Self::busy().because(&refusal),
            TestRefusal::Limited(limited) => limited.into(),
            TestRefusal::Client(_) => Self::new(ErrorCode::Internal).because(&refusal),
        }
    }
}
