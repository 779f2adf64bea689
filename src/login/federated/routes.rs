//! The navigations to a provider and back, the list of providers, and the pending link.

use axum::{
    Json as JsonBody,
    extract::{Query, State, rejection::QueryRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    account_linking::decide,
    callback::{self, AuthorizationResponse, CallbackOutcome, CallbackRefusal},
    oidc::provider::Provider,
    start::{self, AuthorizationRequest, StartError},
    transaction::Purpose,
};
use crate::{
    admission::{Admission, MissingFactor},
    app::{App, AppState},
    audit::{self, Event, EventKind},
    config::ProviderKind,
    error::{ApiError, ErrorCode},
    session,
    web::{
        browser_key::BrowserKey,
        client::Client,
        cookies::{CookieChange, RequestCookies},
        provider_name::ProviderName,
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
pub(crate) struct ReturnTo {
    return_to: Option<String>,
}

/// `GET /api/auth/login/{provider}?returnTo=/x`: straight to the provider. No other parameter is forwarded: a client's
/// `login_hint` would steer which account is used.
pub(crate) async fn start_login(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    name: ProviderName,
    wish: Result<Query<ReturnTo>, QueryRejection>,
) -> Response {
    let return_to = ReturnPath::of(wish.as_ref().ok().and_then(|wish| wish.return_to.as_deref()));
    // Who signed out is not signed straight back in by a provider that remembers them.
    let request = AuthorizationRequest {
        purpose: Purpose::SignIn,
        prompt_login: cookies.must_prompt_login(),
        return_to,
    };
    redirect_to_provider(&app, &cookies, &client, name.as_str(), request).await
}

/// Off to the provider.
async fn redirect_to_provider(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    name: &str,
    request: AuthorizationRequest,
) -> Response {
    let browser = cookies.browser_key().cloned().unwrap_or_else(BrowserKey::random);
    let return_to = request.return_to.clone();
    match start::start(app, client, name, &browser, request).await {
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
            refused(app, name, &CallbackRefusal { code, trace: None, return_to, has_provider_session: false })
        }
    }
}

/// `GET /api/auth/callback/{provider}`: back from the provider; always a redirect.
pub(crate) async fn callback(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    name: ProviderName,
    answer: Result<Query<AuthorizationResponse>, QueryRejection>,
) -> Response {
    // A parameter that is there twice is an answer that nobody understands the same way.
    let answer = answer.map(|Query(answer)| answer).unwrap_or_default();
    match callback::handle_callback(&app, &cookies, &client, name.as_str(), answer).await {
        Ok(outcome) => finish_login(&app, &cookies, &client, name.as_str(), outcome).await,
        Err(refusal) => {
            if refusal.has_provider_session {
                cookies.queue(CookieChange::SetPromptLogin);
            }
            refused(&app, name.as_str(), &refusal)
        }
    }
}

/// Where the provider goes on knowing who was there, and no session here is of it, the next one is asked who they are: a sign-out would
/// not reach the provider (a shared browser, in which the next person clicks the same button).
async fn finish_login(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    name: &str,
    outcome: CallbackOutcome,
) -> Response {
    let (admission, return_to) = match outcome {
        CallbackOutcome::Admitted(admission, return_to) => (admission, return_to),
        CallbackOutcome::LinkPending(key, return_to) => {
            cookies.queue(CookieChange::SetPendingLink(key));
            cookies.queue(CookieChange::SetPromptLogin);
            return see_other(&page("/link", &[("provider", name)], &return_to));
        }
        CallbackOutcome::Linked(return_to) => {
            cookies.queue(CookieChange::SetPromptLogin);
            return see_other(return_to.as_str());
        }
        // A factor that is set up opens the account from then on: nobody sets one up who only found the provider open.
        CallbackOutcome::RestartWithPromptLogin(return_to) => {
            let request = AuthorizationRequest { purpose: Purpose::SignIn, prompt_login: true, return_to };
            return redirect_to_provider(app, cookies, client, name, request).await;
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
    refused(app, name, &CallbackRefusal { code, trace, return_to, has_provider_session: true })
}

/// One code per cause; nothing that a provider says is echoed.
fn refused(app: &App, name: &str, refusal: &CallbackRefusal) -> Response {
    let trace = refusal.trace.map(|trace| trace.to_string());
    let mut candidates = vec![("error", refusal.code)];
    candidates.extend(trace.as_deref().map(|trace| ("trace", trace)));
    candidates.extend(known(app, name).map(|name| ("provider", name)));
    see_other(&page("/login", &candidates, &refusal.return_to))
}

/// The name, if it is a provider's: what a stranger writes into a path is not repeated.
fn known<'a>(app: &App, name: &'a str) -> Option<&'a str> {
    app.providers.get(name).map(|_| name)
}

fn page(path: &str, candidates: &[(&str, &str)], return_to: &ReturnPath) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(candidates);
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
