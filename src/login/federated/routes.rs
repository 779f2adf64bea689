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
    account_linking::{
        decide,
        pending_link::{self, LinkError, PendingLink},
    },
    callback::{self, Answer, Arrival, TurnedAway},
    identity_view::IdentityView,
    oidc::provider::Provider,
    start::{self, Errand, StartError},
    transaction::Purpose,
};
use crate::{
    admission::{Admission, MissingFactor},
    app::{App, AppState},
    audit::{self, Event, EventId, EventKind},
    clock::Timestamp,
    config::ProviderKind,
    error::{ApiError, ApiResult, ErrorCode},
    session::{self, SignedIn},
    user::Identity,
    web::{
        body::{EmptyBody, Json},
        browser_key::BrowserKey,
        client::Client,
        cookies::{CookieChange, RequestCookies},
        return_path::ReturnPath,
    },
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
    let button = |provider: &std::sync::Arc<Provider>| Button {
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

/// `GET /api/auth/login/{provider}?returnTo=/x`: straight to the provider. No other parameter is forwarded: a client's
/// `login_hint` would steer which account is used.
pub(crate) async fn begin(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    name: Result<Path<String>, PathRejection>,
    wish: Result<Query<Wish>, QueryRejection>,
) -> Response {
    let name = name.map(|Path(name)| name).unwrap_or_default();
    let return_to = ReturnPath::of(wish.as_ref().ok().and_then(|wish| wish.return_to.as_deref()));
    // Who signed out is not signed straight back in by a provider that remembers them.
    let errand = Errand { purpose: Purpose::SignIn, afresh: cookies.must_prompt_login(), return_to };
    leave(&app, &cookies, &client, &name, errand).await
}

/// Off to the provider.
async fn leave(app: &App, cookies: &RequestCookies, client: &Client, name: &str, errand: Errand) -> Response {
    let browser = cookies.browser_key().cloned().unwrap_or_else(BrowserKey::random);
    let return_to = errand.return_to.clone();
    match start::start(app, client, name, &browser, errand).await {
        Ok(url) => {
            cookies.queue(CookieChange::SetBrowserKey(browser));
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
    cookies: RequestCookies,
    client: Client,
    name: Result<Path<String>, PathRejection>,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let name = name.map(|Path(name)| name).unwrap_or_default();
    // A parameter that is there twice is an answer that nobody understands the same way.
    let answer = answer.map(|Query(answer)| answer).unwrap_or_default();
    match callback::arrive(&app, &cookies, &client, &name, answer).await {
        Ok(arrival) => enter(&app, &cookies, &client, &name, arrival).await,
        Err(turned_away) => {
            if turned_away.is_known_there {
                cookies.queue(CookieChange::SetPromptLogin);
            }
            refused(&app, &name, &turned_away)
        }
    }
}

/// Where the provider goes on knowing who was there, and no session here is of it, the next one is asked who they are: a sign-out would
/// not reach the provider (a shared browser, in which the next person clicks the same button).
async fn enter(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    name: &str,
    arrival: Arrival,
) -> Response {
    let (admission, return_to) = match arrival {
        Arrival::Admitted(admission, return_to) => (admission, return_to),
        Arrival::ProofWanted(key, return_to) => {
            cookies.queue(CookieChange::SetPendingLink(key));
            cookies.queue(CookieChange::SetPromptLogin);
            return see_other(&page("/link", &[("provider", name)], &return_to));
        }
        Arrival::Linked(return_to) => {
            cookies.queue(CookieChange::SetPromptLogin);
            return see_other(return_to.as_str());
        }
        // A factor that is set up opens the account from then on: nobody sets one up who only found the provider open.
        Arrival::Afresh(return_to) => {
            let errand = Errand { purpose: Purpose::SignIn, afresh: true, return_to };
            return leave(app, cookies, client, name, errand).await;
        }
    };
    let url = match &*admission {
        Admission::Granted(_) => return_to.as_str().to_owned(),
        Admission::SecondFactor(pending) => match pending.missing_factor() {
            MissingFactor::Code => page("/second-factor", &[], &return_to),
            MissingFactor::Enrolment => page("/mfa-setup", &[], &return_to),
        },
    };
    let code = match session::enter(app, cookies, client, *admission).await {
        Ok(opened) => {
            match (opened.is_federated(), cookies.must_prompt_login()) {
                (true, true) => cookies.queue(CookieChange::ClearPromptLogin),
                (false, false) => cookies.queue(CookieChange::SetPromptLogin),
                (true, false) | (false, true) => {}
            }
            return see_other(&url);
        }
        Err(session::Refusal::Store(error)) => {
            tracing::error!(%error, "a session could not be opened");
            "provider_unavailable"
        }
        Err(session::Refusal::LoggedOutUpstream) => "login_expired",
        Err(session::Refusal::Unlinked) => decide::Refusal::IdentityUnlinked.code(),
        // Only a re-authentication continues a session that can have ended in the meantime.
        Err(
            session::Refusal::NotSignedIn
            | session::Refusal::Ended(_)
            | session::Refusal::SecondFactorRequired
            | session::Refusal::EnrolmentRequired,
        ) => "reauthentication_refused",
    };
    // What was decided is in the trail; that nothing came of it belongs there too.
    let event = Event::failure(EventKind::FederatedSignIn, code, app.clock.now());
    let event = event.from(client.ip, client.request_id.as_str());
    let trace = audit::record_unexpected(&app.store, &app.limiter, &client.network(), event).await;
    cookies.queue(CookieChange::SetPromptLogin);
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
        Err(_) => ApiError::new(ErrorCode::Internal).because("a redirect that is no header").into_response(),
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
pub(crate) async fn pending(
    State(app): State<AppState>,
    cookies: RequestCookies,
) -> ApiResult<JsonBody<PendingView>> {
    let pending = pending_link::find(&app, cookies.link_key()).await?;
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
    cookies: RequestCookies,
    client: Client,
    SignedIn(current): SignedIn,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Linked>> {
    let identity = pending_link::confirm(&app, &client, &current, cookies.link_key()).await?;
    cookies.queue(CookieChange::ClearPendingLink);
    Ok(JsonBody(Linked { identity: IdentityView::of(&app, &identity) }))
}

/// Nothing to say.
#[derive(Serialize)]
pub(crate) struct Cancelled {}

/// `DELETE /api/auth/link`
pub(crate) async fn cancel(
    State(app): State<AppState>,
    cookies: RequestCookies,
) -> ApiResult<JsonBody<Cancelled>> {
    pending_link::cancel(&app, cookies.link_key()).await?;
    cookies.queue(CookieChange::ClearPendingLink);
    Ok(JsonBody(Cancelled {}))
}

impl From<LinkError> for ApiError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NoPendingLink => Self::new(ErrorCode::NoPendingLink),
            LinkError::AccountMismatch => Self::new(ErrorCode::LinkAccountMismatch),
            LinkError::IdentityInUse => Self::new(ErrorCode::IdentityInUse),
            LinkError::ProofTooOld(too_old) => too_old.into(),
            LinkError::Session(refusal) => refusal.into(),
            LinkError::Store(error) => error.into(),
        }
    }
}
