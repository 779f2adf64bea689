//! The list of providers, and the navigations to a provider and back. Navigations always end in a redirect: success to `returnTo`, refusal to
//! `/login?error=CODE`. Nothing that a provider sends is repeated.

use axum::{
    Json as JsonBody,
    extract::{FromRequestParts as _, Query, Request, State as Extract, rejection::QueryRejection},
    http::{HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    callback::{self, AuthorizationResponse, CallbackOutcome, CallbackRefusal, CallbackRequest},
    start::{self, AuthorizationRequest, StartError},
    transaction::Purpose,
};
use crate::{
    admission::Admission,
    app::{App, AppState},
    audit::{EventId, EventKind},
    config::{PageSettings, ProviderKind, ResponseMode},
    error::{ApiError, ErrorCode},
    metrics,
    session::{self, State},
    web::{
        body::Form,
        client::Client,
        cookies::{CookieChange, RequestCookies},
        navigation::Navigation,
        provider_name::ProviderName,
        redirect::{Page, Redirect},
        return_target::ReturnTarget,
    },
};

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "SignInOptions")]
pub(crate) struct Providers {
    providers: Vec<ProviderView>,
    /// For applications with pages of their own. `index.html` has the same.
    #[serde(flatten)]
    page: PageSettings,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SignInProvider")]
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
        login_url: app.addresses.path(&format!("/api/auth/login/{}", provider.config.name)),
    });
    JsonBody(Providers { providers: views.collect(), page: app.config.page_settings() })
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartParameters {
    /// The page to return to after the login: a path, or an address at an allowed origin.
    return_to: Option<String>,
    /// `true`: the user wants to stay signed in on this device.
    remember: Option<String>,
}

/// `GET /api/auth/login/{provider}?returnTo=/x&remember=true`: redirects to the provider, or to `/login` if the user must confirm the login. No other
/// parameter is forwarded: a `login_hint` in a link could choose the account for the user.
#[expect(clippy::too_many_arguments, reason = "each extractor of the request is an argument")]
pub(crate) async fn start_login(
    Extract(app): Extract<AppState>,
    cookies: RequestCookies,
    client: Client,
    navigation: Navigation,
    name: ProviderName,
    query: Result<Query<StartParameters>, QueryRejection>,
) -> Response {
    let query = query.as_ref().ok();
    let remember = query.and_then(|query| query.remember.as_deref()) == Some("true");
    let return_to = query.and_then(|query| query.return_to.as_deref());
    let return_to = app.addresses.returns.target(return_to);
    if let Some(provider) = app.providers.get(name.as_str())
        && !start::starts_at_once(&app, &cookies, &provider.config, navigation).await
    {
        let provider = provider.config.name.as_str();
        tracing::info!(provider, ?navigation, "login start needs a confirmation");
        let mut parameters = vec![("provider", provider)];
        parameters.extend(remember.then_some(("remember", "true")));
        return Redirect::to_page(&app.addresses, Page::SignIn, &parameters, &return_to).into_response();
    }
    // After a logout, a provider that still has a session would sign the user in again without a prompt.
    let prompt_login = cookies.must_prompt_login();
    let request = AuthorizationRequest::new(Purpose::SignIn, prompt_login, return_to).remembered(remember);
    redirect_to_provider(&app, &cookies, &client, name.as_str(), request).await
}

/// `GET /api/auth/{provider}`: as [`start_login`], with the path of other services (`/api/auth/auth0`). An unknown name is an unknown path.
pub(crate) async fn start_login_by_name(
    app: Extract<AppState>,
    name: ProviderName,
    navigation: Navigation,
    request: Request,
) -> Result<Response, ApiError> {
    if app.providers.get(name.as_str()).is_none() {
        return Err(ApiError::new(ErrorCode::NotFound));
    }
    // HEAD, too: it would start a login transaction that no browser continues.
    if request.method() != Method::GET {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET"))];
        return Ok((allow, ApiError::new(ErrorCode::MethodNotAllowed)).into_response());
    }
    let (mut parts, _) = request.into_parts();
    let Ok(cookies) = RequestCookies::from_request_parts(&mut parts, &app.0).await;
    let Ok(client) = Client::from_request_parts(&mut parts, &app.0).await;
    let query = Query::<StartParameters>::from_request_parts(&mut parts, &app.0).await;
    Ok(start_login(app, cookies, client, navigation, name, query).await)
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
        Ok(started) => Redirect::to_provider(&started.url).into_response(),
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
        let return_to = app.addresses.returns.start_page();
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
    let (response, is_complete) = match callback::handle_callback(&request, response).await {
        Ok(outcome) => {
            let is_complete = outcome.is_complete();
            (finish_login(&app, &cookies, &client, name.as_str(), outcome).await, is_complete)
        }
        Err(refusal) => {
            if refusal.has_provider_session {
                cookies.queue(CookieChange::SetPromptLogin);
            }
            (redirect_to_error(&app, name.as_str(), &refusal), false)
        }
    };
    count_result(&app, name.as_str(), &response, is_complete);
    response
}

/// Counts a refusal or a completed login for the provider. A login that starts again has no result yet.
fn count_result(app: &App, name: &str, response: &Response, is_complete: bool) {
    let refusal = response.extensions().get::<ErrorCode>().map(|code| code.as_str());
    let result = refusal.or_else(|| is_complete.then_some("success"));
    if let (Some(provider), Some(result)) = (known_name(app, name), result) {
        metrics::count_provider_response(provider, result);
    }
}

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
        let (code, return_to) = (ErrorCode::ProviderResponseInvalid, app.addresses.returns.start_page());
        let refusal = CallbackRefusal { code, trace: None, return_to, has_provider_session: false };
        return redirect_to_error(&app, name.as_str(), &refusal);
    };
    Redirect::to_callback(&app.addresses, name.as_str(), &parameters).into_response()
}

/// Redirects to the next page. If the provider has a session for this user but none is opened here, the next login uses `prompt=login`.
/// Otherwise the next user of a shared browser could sign in as this one with one click.
async fn finish_login(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    name: &str,
    outcome: CallbackOutcome,
) -> Response {
    match outcome {
        CallbackOutcome::Admitted(admission, return_to) => {
            let next = next_page(app, &admission, &return_to);
            match open_session(app, cookies, client, *admission).await {
                Ok(()) => next.into_response(),
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
            Redirect::to_page(&app.addresses, Page::Link, &[("provider", name)], &return_to).into_response()
        }
        CallbackOutcome::Linked(return_to) => {
            cookies.queue(CookieChange::SetPromptLogin);
            Redirect::to_target(&return_to).into_response()
        }
        CallbackOutcome::Tested { has_provider_session } => {
            if has_provider_session {
                cookies.queue(CookieChange::SetPromptLogin);
            }
            let start_page = app.addresses.returns.start_page();
            Redirect::to_page(&app.addresses, Page::TestComplete, &[], &start_page).into_response()
        }
        CallbackOutcome::Continue(state, return_to) => page_of(app, state, &return_to).into_response(),
        CallbackOutcome::StartAgain(request) => {
            redirect_to_provider(app, cookies, client, name, request).await
        }
    }
}

fn next_page(app: &App, admission: &Admission, return_to: &ReturnTarget) -> Redirect {
    page_of(app, admission.missing_step().map_or(State::SignedIn, State::awaiting), return_to)
}

/// Returns the page on which the user continues with a session in this state.
fn page_of(app: &App, state: State, return_to: &ReturnTarget) -> Redirect {
    match state {
        State::SignedIn => Redirect::to_target(return_to),
        State::AwaitingSecondFactor => Redirect::to_page(&app.addresses, Page::SecondFactor, &[], return_to),
        State::AwaitingEnrolment => Redirect::to_page(&app.addresses, Page::Enrolment, &[], return_to),
        State::AwaitingPasswordChange => {
            Redirect::to_page(&app.addresses, Page::PasswordChange, &[], return_to)
        }
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
        | session::Refusal::EnrolmentRequired
        | session::Refusal::PasswordChangeRequired => ErrorCode::ReauthenticationRefused,
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
    let mut response =
        Redirect::to_page(&app.addresses, Page::SignIn, &parameters, &refusal.return_to).into_response();
    // For the access line.
    response.extensions_mut().insert(refusal.code);
    response
}

/// Returns the name if a provider has it: other text from the path is not repeated on our pages.
fn known_name<'a>(app: &App, name: &'a str) -> Option<&'a str> {
    app.providers.get(name).map(|_| name)
}
