//! `GET /api/admin/providers`, and the tests of a provider.

use axum::{
    Json as JsonBody,
    extract::{Path, State, rejection::PathRejection},
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    admin::{Permission, require_permission, require_permission_now},
    app::{App, AppState},
    clock::Timestamp,
    config::{Effective, ProviderKind},
    error::{ApiError, ApiResult, ErrorCode},
    login::federated::{
        provider_test::{self, ProviderCheck, TestRefusal},
        test_login::{self, TestLoginRefusal, report::TestReport},
        transaction::{TestProgress, TransactionId},
    },
    session::SignedIn,
    web::{
        answer::JsonOf,
        body::{EmptyBody, Json},
        client::Client,
        cookies::RequestCookies,
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
    let current = require_permission_now(&app, &current, Permission::Full).await?;
    let checks = provider_test::run(&app, &client, current.user.id, name.as_str()).await?;
    Ok(JsonBody(Tested { checks }))
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartedTestLogin {
    id: String,
    /// The page opens it in a new tab.
    url: String,
    expires_at: Timestamp,
}

/// `POST /api/admin/providers/{name}/test-login`: starts a login that ends in a report.
#[expect(clippy::too_many_arguments, reason = "each extractor of the request is an argument")]
pub(crate) async fn start_test_login(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    SignedIn(current): SignedIn,
    name: ProviderName,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<StartedTestLogin>> {
    let current = require_permission_now(&app, &current, Permission::Full).await?;
    let started = test_login::start(&app, &cookies, &client, &current, name.as_str()).await?;
    Ok(JsonBody(StartedTestLogin {
        id: started.transaction.to_string(),
        url: started.url.into(),
        expires_at: started.expires_at,
    }))
}

/// `GET /api/admin/providers/{name}/test-login/{id}`: the report, for the session that started the test. Any other request gets
/// `not_found`.
pub(crate) async fn test_login(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    path: Result<Path<(String, String)>, PathRejection>,
) -> ApiResult<JsonOf<TestReport>> {
    require_permission(&app, &current, Permission::Full)?;
    let not_found = || ApiError::new(ErrorCode::NotFound);
    let Path((name, id)) = path.map_err(|_| not_found())?;
    let id: TransactionId = id.parse().map_err(|_| not_found())?;
    match test_login::progress(&app, &current, &name, id).await?.ok_or_else(not_found)? {
        TestProgress::Waiting => Ok(JsonOf::new(&TestReport::waiting())),
        // The text of a `TestReport`.
        TestProgress::Finished(report) => match serde_json::from_str::<Value>(&report) {
            Ok(report) => Ok(JsonOf::new(&report)),
            Err(error) => Err(ApiError::new(ErrorCode::Internal).because(&error)),
        },
    }
}

impl From<TestLoginRefusal> for ApiError {
    fn from(refusal: TestLoginRefusal) -> Self {
        match refusal {
            TestLoginRefusal::Start(error) => error.into(),
            TestLoginRefusal::Limited(limited) => limited.into(),
        }
    }
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
