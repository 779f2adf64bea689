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
    callback::{self, Answer, Arrival, TurnedAway},
    link::{self, LinkError, PendingLink},
    logout::{self, NotEnded},
    matching,
    return_path::ReturnPath,
    start::{self, Errand, StartError},
    transaction::{BrowserKey, Purpose},
};
use crate::{
    account::IdentityView,
    app::{App, AppState},
    audit::{self, Event, EventId, EventKind},
    clock::Timestamp,
    config::ProviderKind,
    error::{ApiError, ApiResult, Kind},
    login::admit::Admission,
    net::{Caller, Form, Json, Nothing},
    session::{
        self, SecondFactor, SignedIn,
        visit::{Flight, Visit},
    },
    user::Identity,
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
    // Who signed out is not signed straight back in by a provider that remembers them.
    let errand = Errand { purpose: Purpose::SignIn, afresh: visit.has_left(), return_to };
    leave(&app, &visit, &caller, &name, errand).await
}

/// Off to the provider.
async fn leave(app: &App, visit: &Visit, caller: &Caller, name: &str, errand: Errand) -> Response {
    let browser = visit.browser_key().cloned().unwrap_or_else(BrowserKey::random);
    let return_to = errand.return_to.clone();
    match start::start(app, caller, name, &browser, errand).await {
        Ok(url) => {
            visit.fly(Flight::Begin(browser));
            see_other(&url)
        }
        Err(error) => {
            let code = match &error {
                StartError::Unknown => "provider_unknown",
                StartError::Unavailable | StartError::Store(_) => "provider_unavailable",
            };
            tracing::info!(provider = known(app, name).unwrap_or_default(), %error, "no sign-in begins");
            refused(app, name, &TurnedAway { code, trace: None, return_to, is_known_there: false })
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
    match callback::arrive(&app, &visit, &caller, &name, answer).await {
        Ok(arrival) => enter(&app, &visit, &caller, &name, arrival).await,
        Err(turned_away) => {
            if turned_away.is_known_there {
                visit.fly(Flight::Left);
            }
            refused(&app, &name, &turned_away)
        }
    }
}

/// Where the provider goes on knowing who was there, and no session here is of it, the next one is asked who they are: a sign-out would
/// not reach the provider (a shared browser, in which the next person clicks the same button).
async fn enter(app: &App, visit: &Visit, caller: &Caller, name: &str, arrival: Arrival) -> Response {
    let (admission, return_to) = match arrival {
        Arrival::Admitted(admission, return_to) => (admission, return_to),
        Arrival::ProofWanted(key, return_to) => {
            visit.fly(Flight::Link(key));
            visit.fly(Flight::Left);
            return see_other(&page("/link", &[("provider", name)], &return_to));
        }
        Arrival::Linked(return_to) => {
            visit.fly(Flight::Left);
            return see_other(return_to.as_str());
        }
        // A factor that is set up opens the account from then on: nobody sets one up who only found the provider open.
        Arrival::Afresh(return_to) => {
            let errand = Errand { purpose: Purpose::SignIn, afresh: true, return_to };
            return leave(app, visit, caller, name, errand).await;
        }
    };
    let (opened, url) = match *admission {
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
    let code = match opened {
        Ok(opened) => {
            match (opened.is_federated(), visit.has_left()) {
                (true, true) => visit.fly(Flight::Back),
                (false, false) => visit.fly(Flight::Left),
                (true, false) | (false, true) => {}
            }
            return see_other(&url);
        }
        Err(session::Refusal::Store(error)) => {
            tracing::error!(%error, "a session could not be opened");
            "provider_unavailable"
        }
        Err(session::Refusal::LeftAtProvider) => "login_expired",
        Err(session::Refusal::Unlinked) => matching::Refusal::IdentityUnlinked.code(),
        // Only one that was to be proven again can have ended meanwhile.
        Err(_) => "reauthentication_refused",
    };
    // What was decided is in the trail; that nothing came of it belongs there too.
    let event = Event::failure(EventKind::FederatedSignIn, code, app.clock.now());
    let event = event.from(caller.ip, caller.request_id.as_str());
    let trace = audit::record_unexpected(&app.store, &app.limiter, &caller.network(), event).await;
    visit.fly(Flight::Left);
    refused(app, name, &TurnedAway { code, trace, return_to, is_known_there: true })
}

/// One code per cause; nothing that a provider says is echoed.
fn refused(app: &App, name: &str, turned_away: &TurnedAway) -> Response {
    let trace = turned_away.trace.map(|trace| trace.to_string());
    let mut facts = vec![("error", turned_away.code)];
    facts.extend(trace.as_deref().map(|trace| ("trace", trace)));
    facts.extend(known(app, name).map(|name| ("provider", name)));
    see_other(&page("/login", &facts, &turned_away.return_to))
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
    trace: Option<EventId>,
}

/// `GET /api/auth/link`
pub(crate) async fn pending(State(app): State<AppState>, visit: Visit) -> ApiResult<JsonBody<PendingView>> {
    let pending = link::find(&app, visit.link_key()).await?;
    let label = app.label(&pending.identity.provider).to_owned();
    let PendingLink { identity: Identity { provider, email, .. }, trace, expires_at, .. } = pending;
    Ok(JsonBody(PendingView { provider, label, email, expires_at, trace }))
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
            LinkError::ProofTooOld(too_old) => too_old.into(),
            LinkError::Session(refusal) => refusal.into(),
            LinkError::Store(error) => error.into(),
        }
    }
}

/// `POST /api/auth/backchannel-logout/{provider}`: from the provider itself, without cookie and CSRF token. The answers are the
/// specification's own (OpenID Connect Back-Channel Logout 1.0 §2.8).
pub(crate) async fn provider_logout(
    State(app): State<AppState>,
    caller: Caller,
    name: Result<Path<String>, PathRejection>,
    form: Result<Form, ApiError>,
) -> ApiResult<Response> {
    let provider =
        app.provider(name.as_ref().map_or("", |Path(name)| name)).ok_or(ApiError::new(Kind::NotFound))?;
    let form = form?;
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    match logout::at_the_providers_wish(&app, &caller, provider, form.field("logout_token")).await {
        Ok(()) => Ok((StatusCode::OK, no_store).into_response()),
        Err(NotEnded::Refused(cause)) => {
            tracing::info!(provider = provider.config.name, %cause, "a logout token is refused");
            let body = serde_json::json!({
                "error": "invalid_request",
                "error_description": "The logout token is not one that this client accepts now; its log says why.",
            });
            Ok((StatusCode::BAD_REQUEST, no_store, JsonBody(body)).into_response())
        }
        Err(NotEnded::Limited(limited)) => Err(limited.into()),
        Err(NotEnded::Unavailable(cause)) => Err(ApiError::provider_unavailable().because(&cause)),
        Err(NotEnded::Store(error)) => Err(error.into()),
    }
}
