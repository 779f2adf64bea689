//! The navigations to a provider and back, the list of providers, and the pending link.

use axum::{
    Json as JsonBody,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    callback::{self, Answer, Arrival, CallbackError},
    link::{self, LinkError},
    provider::ProviderFailure,
    return_path::ReturnPath,
    start::{self, StartError},
    transaction::BrowserKey,
};
use crate::{
    account::IdentityView,
    app::{App, AppState},
    clock::Timestamp,
    config::ProviderKind,
    error::{ApiError, ApiResult, Kind},
    login::{admit::Admission, second_factor::RECENT},
    net::{Caller, Json, Nothing},
    session::{
        self, SecondFactor, SignedIn,
        visit::{Flight, Visit},
    },
    user::UserId,
};

/// What to draw as buttons.
#[derive(Serialize)]
pub(crate) struct Providers {
    providers: Vec<Button>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Button {
    name: String,
    label: String,
    kind: ProviderKind,
    available: bool,
    login_url: String,
}

/// `GET /api/auth/providers`
pub(crate) async fn providers(State(app): State<AppState>) -> JsonBody<Providers> {
    let button = |provider: &std::sync::Arc<super::provider::Provider>| Button {
        name: provider.config.name.clone(),
        label: provider.config.label.clone(),
        kind: provider.config.kind,
        available: provider.is_available(),
        login_url: format!("/api/auth/login/{}", provider.config.name),
    };
    JsonBody(Providers { providers: app.providers.iter().map(button).collect() })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wish {
    return_to: Option<String>,
}

/// `GET /api/auth/login/{provider}?returnTo=/x`: straight to the provider. No other parameter is forwarded: a caller's
/// `login_hint` would steer which account is used.
pub(crate) async fn begin(
    State(app): State<AppState>,
    visit: Visit,
    caller: Caller,
    name: Result<Path<String>, PathRejection>,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Response {
    let name = name.map(|Path(name)| name).unwrap_or_default();
    let return_to = ReturnPath::of(wish.as_ref().ok().and_then(|wish| wish.return_to.as_deref()));
    let browser = visit.browser_key().cloned().unwrap_or_else(BrowserKey::random);
    match start::start(&app, &caller, &name, &browser, return_to.clone()).await {
        Ok(url) => {
            visit.fly(Flight::Begin(browser));
            see_other(&url)
        }
        Err(error) => {
            let code = match &error {
                StartError::Unknown => "provider_unknown",
                StartError::Unavailable | StartError::Store(_) => "provider_unavailable",
            };
            tracing::info!(provider = %known(&app, &name).unwrap_or_default(), %error, "no sign-in begins");
            refused(&app, code, &name, None, &return_to)
        }
    }
}

/// `GET /api/auth/callback/{provider}`: back from the provider; always a redirect.
pub(crate) async fn back(
    State(app): State<AppState>,
    visit: Visit,
    caller: Caller,
    name: Result<Path<String>, PathRejection>,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let name = name.map(|Path(name)| name).unwrap_or_default();
    // A parameter that is there twice is an answer that nobody understands the same way.
    let answer = answer.map(|Query(answer)| answer).unwrap_or_default();
    match callback::arrive(&app, &caller, &name, visit.browser_key(), answer).await {
        Ok(arrival) => enter(&app, &visit, &caller, &name, arrival).await,
        Err(error) => turn_away(&app, &name, &error),
    }
}

async fn enter(app: &App, visit: &Visit, caller: &Caller, name: &str, arrival: Arrival) -> Response {
    let (admission, return_to) = match arrival {
        Arrival::Admitted(admission, return_to) => (admission, return_to),
        Arrival::ProofWanted(key, return_to) => {
            visit.fly(Flight::Link(key));
            return see_other(&page("/link", &[("provider", name)], &return_to));
        }
    };
    let (opened, url) = match admission {
        Admission::Granted(ticket) => {
            (session::open(app, visit, caller, ticket).await, return_to.as_str().to_owned())
        }
        Admission::SecondFactor(pending) => {
            let path = match pending.wants() {
                SecondFactor::Code => "/second-factor",
                SecondFactor::Enrolment => "/mfa-setup",
            };
            (session::park(app, visit, caller, pending).await, page(path, &[], &return_to))
        }
    };
    match opened {
        Ok(_) => see_other(&url),
        Err(error) => {
            tracing::error!(%error, "a session could not be opened");
            refused(app, "provider_unavailable", name, None, &return_to)
        }
    }
}

/// One code per cause; nothing that a provider says is echoed.
fn turn_away(app: &App, name: &str, error: &CallbackError) -> Response {
    let root = ReturnPath::of(None);
    let (code, trace, return_to) = match error {
        CallbackError::LoginExpired => ("login_expired", None, &root),
        CallbackError::Unknown => ("provider_unknown", None, &root),
        CallbackError::AccessDenied(to) => ("access_denied", None, to),
        CallbackError::ProviderError(to) | CallbackError::Provider(ProviderFailure::Refused(_), to) => {
            ("provider_error", None, to)
        }
        CallbackError::Provider(ProviderFailure::Unavailable(_), to) => ("provider_unavailable", None, to),
        CallbackError::Provider(ProviderFailure::Invalid(_), to) => ("provider_response_invalid", None, to),
        CallbackError::Refused(refusal, trace, to) => (refusal.code(), Some(*trace), to),
        CallbackError::Store(_) => ("provider_unavailable", None, &root),
    };
    tracing::info!(provider = %known(app, name).unwrap_or_default(), code, cause = %error, "nobody comes in through the federated door");
    refused(app, code, name, trace, return_to)
}

fn refused(app: &App, code: &str, name: &str, trace: Option<UserId>, return_to: &ReturnPath) -> Response {
    let trace = trace.map(|trace| trace.to_string());
    let mut facts = vec![("error", code)];
    facts.extend(trace.as_deref().map(|trace| ("trace", trace)));
    facts.extend(known(app, name).map(|name| ("provider", name)));
    see_other(&page("/login", &facts, return_to))
}

/// The name, if it is a provider's: what a stranger writes into a path is not repeated.
fn known<'a>(app: &App, name: &'a str) -> Option<&'a str> {
    app.provider(name).map(|_| name)
}

fn page(path: &str, facts: &[(&str, &str)], return_to: &ReturnPath) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(facts);
    if !return_to.is_root() {
        query.append_pair("returnTo", return_to.as_str());
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// 303: whatever the method was, what follows is a GET (RFC 9700 §4.12).
fn see_other(url: &str) -> Response {
    let location = axum::http::HeaderValue::try_from(url);
    match location {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => ApiError::new(Kind::Internal).because("a redirect that is no header").into_response(),
    }
}

/// The pending link of this browser.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PendingView {
    provider: String,
    label: String,
    email: Option<String>,
    expires_at: Timestamp,
}

/// `GET /api/auth/link`
pub(crate) async fn pending(State(app): State<AppState>, visit: Visit) -> ApiResult<JsonBody<PendingView>> {
    let pending = link::find(&app, visit.link_key()).await?;
    let label = app.label(&pending.identity.provider).to_owned();
    let (provider, email) = (pending.identity.provider, pending.identity.email);
    Ok(JsonBody(PendingView { provider, label, email, expires_at: pending.expires_at }))
}

/// What was linked.
#[derive(Serialize)]
pub(crate) struct Linked {
    identity: IdentityView,
}

/// `POST /api/auth/link`: signed in as the account that was asked for, a short while ago.
pub(crate) async fn confirm(
    State(app): State<AppState>,
    visit: Visit,
    caller: Caller,
    SignedIn(live): SignedIn,
    Json(Nothing {}): Json<Nothing>,
) -> ApiResult<JsonBody<Linked>> {
    let identity = link::confirm(&app, &caller, &live, visit.link_key()).await?;
    visit.fly(Flight::Unlink);
    Ok(JsonBody(Linked { identity: IdentityView::of(&app, &identity) }))
}

/// Nothing to say.
#[derive(Serialize)]
pub(crate) struct Cancelled {}

/// `DELETE /api/auth/link`
pub(crate) async fn cancel(State(app): State<AppState>, visit: Visit) -> ApiResult<JsonBody<Cancelled>> {
    link::cancel(&app, visit.link_key()).await?;
    visit.fly(Flight::Unlink);
    Ok(JsonBody(Cancelled {}))
}

impl From<LinkError> for ApiError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NoPendingLink => Self::new(Kind::NoPendingLink),
            LinkError::AccountMismatch => Self::new(Kind::LinkAccountMismatch),
            LinkError::IdentityInUse => Self::new(Kind::IdentityInUse),
            LinkError::ProofTooOld(methods) => Self::reauthentication_required(methods, RECENT),
            LinkError::Session(refusal) => refusal.into(),
            LinkError::Store(error) => error.into(),
        }
    }
}
