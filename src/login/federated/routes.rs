//! The list of providers, and the navigations to a provider and back. Navigations always end in a redirect: success to `returnTo`, refusal to
//! `/login?error=CODE`. Nothing that a provider sends is repeated.

use axum::{
    Json as JsonBody,
    extract::{Query, State as Extract, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    callback::{self, AuthorizationResponse, CallbackOutcome, CallbackRefusal, CallbackRequest},
    start::{self, AuthorizationRequest, StartError},
    transaction::Purpose,
};
use crate::{
    admission::{Admission, MissingFactor},
    app::{App, AppState},
    audit::{EventId, EventKind},
    config::{ProviderKind, ResponseMode},
    error::{ApiError, ErrorCode},
    session::{self, State},
    web::{
        body::Form,
        client::Client,
        cookies::{CookieChange, RequestCookies},
        navigation::Navigation,
        provider_name::ProviderName,
        return_path::ReturnPath,
    },
};

#[derive(Serialize)]
pub(crate) struct Providers {
    providers: Vec<ProviderView>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProviderView {
    name: String,
    label: String,
    kind: ProviderKind,
    available: bool,
    login_url: String,
}

/// `GET /api/auth/providers`
pub(crate) async fn providers(Extract(app): Extract<AppState>) -> JsonBody<Providers> {
    let views = app.providers.iter().map(|provider| ProviderView {
        name: provider.config.name.clone(),
        label: provider.config.label.clone(),
        kind: provider.config.kind,
        available: provider.is_available(),
        login_url: format!("/api/auth/login/{}", provider.config.name),
    });
    JsonBody(Providers { providers: views.collect() })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReturnTo {
    return_to: Option<String>,
}

/// `GET /api/auth/login/{provider}?returnTo=/x`: redirects to the provider, or to `/login` if the user must confirm the login. No other
/// parameter is forwarded: a `login_hint` in a link could choose the account for the user.
#[expect(clippy::too_many_arguments, reason = "each extractor of the request is an argument")]
pub(crate) async fn start_login(
    Extract(app): Extract<AppState>,
    cookies: RequestCookies,
    client: Client,
    navigation: Navigation,
    name: ProviderName,
    query: Result<Query<ReturnTo>, QueryRejection>,
) -> Response {
    let return_to = ReturnPath::of(query.as_ref().ok().and_then(|query| query.return_to.as_deref()));
    if let Some(provider) = app.providers.get(name.as_str())
        && !start::starts_at_once(&app, &cookies, &provider.config, navigation).await
    {
        let provider = provider.config.name.as_str();
        tracing::info!(provider, ?navigation, "login start needs a confirmation");
        return see_other(&page("/login", &[("provider", provider)], &return_to));
    }
    // After a logout, a provider that still has a session would sign the user in again without a prompt.
    let prompt_login = cookies.must_prompt_login();
    let request = AuthorizationRequest::new(Purpose::SignIn, prompt_login, return_to);
    redirect_to_provider(&app, &cookies, &client, name.as_str(), request).await
}

async fn redirect_to_provider(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    name: &str,
    request: AuthorizationRequest,
) -> Response {
    let return_to = request.return_to.clone();
    match start::start(app, cookies, client, name, request).await {
        Ok(url) => see_other(&url),
        Err(error) => {
            let code = match &error {
                StartError::Unknown => ErrorCode::ProviderUnknown,
                StartError::Unavailable | StartError::Store(_) => ErrorCode::ProviderUnavailable,
            };
            tracing::info!(provider = known_name(app, name).unwrap_or_default(), %error, "login start failed");
            let refusal = CallbackRefusal { code, trace: None, return_to, has_provider_session: false };
            redirect_to_error(app, name, &refusal)
        }
    }
}

/// `GET /api/auth/callback/{provider}`
#[expect(clippy::too_many_arguments, reason = "each extractor of the request is an argument")]
pub(crate) async fn callback(
    Extract(app): Extract<AppState>,
    cookies: RequestCookies,
    client: Client,
    navigation: Navigation,
    name: ProviderName,
    response: Result<Query<AuthorizationResponse>, QueryRejection>,
) -> Response {
    // In a frame or an image, another page could complete a login that the user does not see. The transaction stays open.
    if !navigation.opens_page {
        tracing::info!(provider = known_name(&app, name.as_str()), ?navigation, "callback is no navigation");
        let return_to = ReturnPath::of(None);
        let code = ErrorCode::LoginExpired;
        let refusal = CallbackRefusal { code, trace: None, return_to, has_provider_session: false };
        return redirect_to_error(&app, name.as_str(), &refusal);
    }
    // A duplicate parameter makes the query invalid: two readers could take different values (parameter pollution).
    let response = response.map(|Query(response)| response).unwrap_or_default();
    let request = CallbackRequest {
        app: &app,
        cookies: &cookies,
        client: &client,
        initiator: navigation.initiator,
        provider: name.as_str(),
    };
    match callback::handle_callback(&request, response).await {
        Ok(outcome) => finish_login(&app, &cookies, &client, name.as_str(), outcome).await,
        Err(refusal) => {
            if refusal.has_provider_session {
                cookies.queue(CookieChange::SetPromptLogin);
            }
            redirect_to_error(&app, name.as_str(), &refusal)
        }
    }
}

/// Redirects to the next page. If the provider has a session for this user but none is opened here, the next login uses `prompt=login`.
/// Otherwise the next user of a shared browser could sign in as this one with one click.
/// `POST /api/auth/callback/{provider}`: the authorization response as a form (OAuth 2.0 Form Post Response Mode).
///
/// The form comes from a page of the provider, so the browser sends it without our `SameSite=Lax` cookies. A redirect to the same address with
/// GET is a navigation that carries them. Nothing is decided here.
pub(crate) async fn receive_form(
    Extract(app): Extract<AppState>,
    name: ProviderName,
    form: Result<Form, ApiError>,
) -> Response {
    let provider = app.providers.get(name.as_str());
    if provider.is_none_or(|provider| provider.config.response_mode != ResponseMode::FormPost) {
        return ([(header::ALLOW, "GET")], ApiError::new(ErrorCode::MethodNotAllowed)).into_response();
    }
    let Some(parameters) = form.as_ref().ok().and_then(callback::parameters_of_form) else {
        let (code, return_to) = (ErrorCode::ProviderResponseInvalid, ReturnPath::of(None));
        let refusal = CallbackRefusal { code, trace: None, return_to, has_provider_session: false };
        return redirect_to_error(&app, name.as_str(), &refusal);
    };
    let path = format!("/api/auth/callback/{}", name.as_str());
    see_other(&page(&path, &parameters, &ReturnPath::of(None)))
}

async fn finish_login(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    name: &str,
    outcome: CallbackOutcome,
) -> Response {
    match outcome {
        CallbackOutcome::Admitted(admission, return_to) => {
            let url = next_page(&admission, &return_to);
            match open_session(app, cookies, client, *admission).await {
                Ok(()) => see_other(&url),
                Err(code) => {
                    cookies.queue(CookieChange::SetPromptLogin);
                    let trace = record_refusal(app, client, code).await;
                    let refusal = CallbackRefusal { code, trace, return_to, has_provider_session: true };
                    redirect_to_error(app, name, &refusal)
                }
            }
        }
        CallbackOutcome::LinkPending(key, return_to) => {
            cookies.queue(CookieChange::SetPendingLink(key));
            cookies.queue(CookieChange::SetPromptLogin);
            see_other(&page("/link", &[("provider", name)], &return_to))
        }
        CallbackOutcome::Linked(return_to) => {
            cookies.queue(CookieChange::SetPromptLogin);
            see_other(return_to.as_str())
        }
        CallbackOutcome::Continue(state, return_to) => see_other(&page_of(state, &return_to)),
        CallbackOutcome::StartAgain(request) => {
            redirect_to_provider(app, cookies, client, name, request).await
        }
    }
}

fn next_page(admission: &Admission, return_to: &ReturnPath) -> String {
    match admission {
        Admission::Granted(_) => page_of(State::SignedIn, return_to),
        Admission::SecondFactor(pending) => match pending.missing_factor() {
            MissingFactor::Code => page_of(State::AwaitingSecondFactor, return_to),
            MissingFactor::Enrolment => page_of(State::AwaitingEnrolment, return_to),
        },
    }
}

/// Returns the page on which the user continues with a session in this state.
fn page_of(state: State, return_to: &ReturnPath) -> String {
    match state {
        State::SignedIn => return_to.as_str().to_owned(),
        State::AwaitingSecondFactor => page("/second-factor", &[], return_to),
        State::AwaitingEnrolment => page("/mfa-setup", &[], return_to),
    }
}

/// Opens the session. A federated session clears the prompt-login cookie: its logout reaches the provider. A session of another kind, after a
/// re-authentication at the provider, sets it.
async fn open_session(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    admission: Admission,
) -> Result<(), ErrorCode> {
    let opened = session::enter(app, cookies, client, admission).await.map_err(refusal_code)?;
    match (opened.is_federated(), cookies.must_prompt_login()) {
        (true, true) => cookies.queue(CookieChange::ClearPromptLogin),
        (false, false) => cookies.queue(CookieChange::SetPromptLogin),
        (true, false) | (false, true) => {}
    }
    Ok(())
}

fn refusal_code(refusal: session::Refusal) -> ErrorCode {
    match refusal {
        session::Refusal::Store(error) => {
            tracing::error!(%error, "could not open a session after a federated login");
            ErrorCode::ProviderUnavailable
        }
        session::Refusal::LoggedOutUpstream => ErrorCode::LoginExpired,
        session::Refusal::Unlinked => ErrorCode::IdentityUnlinked,
        // Only a re-authentication continues a session, which may have ended since the request started.
        session::Refusal::NotSignedIn
        | session::Refusal::Ended(_)
        | session::Refusal::SecondFactorRequired
        | session::Refusal::EnrolmentRequired => ErrorCode::ReauthenticationRefused,
    }
}

/// Records that no session was opened. The linking decision itself has already recorded a success event.
async fn record_refusal(app: &App, client: &Client, code: ErrorCode) -> Option<EventId> {
    app.audit(client).failure(EventKind::FederatedSignIn, code.as_str()).record_limited().await
}

fn redirect_to_error(app: &App, name: &str, refusal: &CallbackRefusal) -> Response {
    let trace = refusal.trace.map(|trace| trace.to_string());
    let mut parameters = vec![("error", refusal.code.as_str())];
    parameters.extend(trace.as_deref().map(|trace| ("trace", trace)));
    parameters.extend(known_name(app, name).map(|name| ("provider", name)));
    let mut response = see_other(&page("/login", &parameters, &refusal.return_to));
    // For the access line.
    response.extensions_mut().insert(refusal.code);
    response
}

/// Returns the name if a provider has it: other text from the path is not repeated on our pages.
fn known_name<'a>(app: &App, name: &'a str) -> Option<&'a str> {
    app.providers.get(name).map(|_| name)
}

fn page(path: &str, parameters: &[(&str, &str)], return_to: &ReturnPath) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    if !return_to.is_root() {
        query.append_pair("returnTo", return_to.as_str());
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Redirects with 303, so that the browser follows with GET, whatever the method was (RFC 9700 §4.12).
fn see_other(url: &str) -> Response {
    match HeaderValue::try_from(url) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(error) => ApiError::new(ErrorCode::Internal).because(&error).into_response(),
    }
}
