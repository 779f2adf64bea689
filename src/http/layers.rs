//! The layers around the handlers, outermost first: [`problems`], [`cookies`] (with the CSRF check), [`require_signed_in`],
//! [`require_passwords`] and [`require_no_passwords`].

use std::{net::IpAddr, time::Instant};

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{Extensions, HeaderMap, HeaderValue, Method, Version, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{
    access_refusal::{Requested, refusal_of},
    csrf,
};
use crate::{
    app::{App, AppState},
    error::{ApiError, ErrorCode},
    metrics,
    session::{self, csrf_token},
    trace,
    web::{
        asked_request::AskedRequest,
        client::{Client, warn_of_unused_address},
        cookies::{RequestCookies, SessionCookie},
        proxies::Peer,
        request_id::RequestId,
        security_headers::{add_api_headers, add_security_headers},
    },
};

/// Longest path in the access line, in bytes.
const PATH_MAX: usize = 256;

/// Outermost layer: gives the request its id, limits its time, turns an [`ApiError`] into a problem (RFC 9457), writes one access line and
/// adds the security headers.
pub(crate) async fn problems(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    warn_of_unused_address(&request, &app.config.listen.trusted_proxies);
    let client = client_of(&app, request.extensions(), request.headers());
    let id = client.request_id.clone();
    let access = Access::of(&client, &request);
    request.extensions_mut().insert(client);
    let counted = metrics::is_enabled().then(|| metrics::route_of(&request));
    let mut response = if has_one_host(&request) {
        match tokio::time::timeout(app.request_deadline, next.run(request)).await {
            Ok(response) => response,
            Err(_) => ApiError::new(ErrorCode::Timeout).into_response(),
        }
    } else {
        ApiError::new(ErrorCode::InvalidRequest).because("not exactly one Host header").into_response()
    };
    access.log(&response);
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        write_problem(&error, &id, &mut response);
    }
    if let Some(route) = counted {
        metrics::count_request(route, response.status().as_u16(), access.began.elapsed());
    }
    add_security_headers(&mut response, app.config.hsts.header.as_deref());
    response.headers_mut().insert("x-request-id", id.header());
    response
}

/// Reads the client of a request, with the browser if its cookie is signed.
pub(super) fn client_of(app: &App, extensions: &Extensions, headers: &HeaderMap) -> Client {
    let device = app.cookies.device_of(headers, &app.keys);
    Client::read(extensions, headers, &app.config.listen.trusted_proxies, device)
}

/// Returns whether the request names one host. A proxy and this service could otherwise choose different ones (RFC 9112 §3.2).
fn has_one_host(request: &Request) -> bool {
    let count = request.headers().get_all(header::HOST).iter().count();
    count == 1 || count == 0 && request.version() < Version::HTTP_11
}

/// One line per request. The query is left out: it contains authorization codes.
struct Access {
    began: Instant,
    id: RequestId,
    ip: IpAddr,
    method: Method,
    path: String,
}

impl Access {
    fn of(client: &Client, request: &Request) -> Self {
        let path = request.uri().path();
        Self {
            began: Instant::now(),
            id: client.request_id.clone(),
            ip: client.ip,
            method: request.method().clone(),
            path: path[..path.floor_char_boundary(PATH_MAX)].to_owned(),
        }
    }

    fn log(&self, response: &Response) {
        let Self { id, ip, method, path, .. } = self;
        let status = response.status().as_u16();
        let ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let error = response.extensions().get::<ApiError>();
        let code = error.map(ApiError::code).or_else(|| response.extensions().get::<ErrorCode>().copied());
        let (code, reason) = (code.map(ErrorCode::as_str), error.and_then(ApiError::reason));
        let cause = error.and_then(ApiError::cause);
        macro_rules! line {
            ($level:ident, $message:literal) => {
                tracing::$level!(
                    target: "vestibule::access",
                    request_id = %id, %ip, %method, path, status, ms, code, reason, cause, $message
                )
            };
        }
        if response.status().is_server_error() {
            line!(error, "request failed");
        } else if code.is_some() {
            line!(info, "request refused");
        } else {
            line!(info, "request");
        }
    }
}

fn write_problem(error: &ApiError, id: &RequestId, response: &mut Response) {
    let problem = error.problem(id.as_str(), trace::current_id());
    *response.body_mut() = Json(problem).into_response().into_body();
    // For the span of the request.
    response.extensions_mut().insert(error.code());
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    // Set here, because responses to a timeout and to a panic do not pass the layers of the API.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = error.retry_after_seconds() {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
}

/// Answers a panic in a handler with a 500 problem; the process continues (ASVS 16.5.4).
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "the layer passes the panic by value")]
pub(crate) fn panic_response(panic: Box<dyn std::any::Any + Send + 'static>) -> Response<Body> {
    let cause = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
    ApiError::new(ErrorCode::Internal).because(cause.as_deref().unwrap_or("a panic")).into_response()
}

/// Layer over everything under `/api`: checks CSRF before the handler, applies the cookie changes after it, forbids caching, and records
/// refusals of access.
pub(crate) async fn cookies(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    request: Request,
    next: Next,
) -> Response {
    let requested = Requested::new(client, &request);
    let response = match csrf::check(&app, &cookies, &request) {
        Ok(()) => cookies_without_csrf(State(app.clone()), cookies.clone(), request, next).await,
        Err(error) => with_cookies(&app, &cookies, false, error.into_response()),
    };
    if let Some(error) = refusal_of(&response) {
        requested.record_refusal(&app, &cookies, &error).await;
    }
    response
}

/// Layer over `GET /api/auth/verify`: checks CSRF of the asked request and records refusals as [`cookies`] does. It sets no cookie: the
/// response goes to a proxy or a server, and a proxy would send its cookies to the browser of another request.
pub(crate) async fn asked_request(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    request: Request,
    next: Next,
) -> Response {
    let requested = Requested::new(client, &request);
    let mut request = request;
    let peer = request.extensions().get::<Peer>();
    let asked = AskedRequest::read(peer, request.headers(), &app.config.listen.trusted_proxies);
    // Otherwise another site could send the request with the cookie, and the proxy would pass it on (CSRF). Through a WebSocket, a page of
    // another host of the site could also read the answers (cross-site WebSocket hijacking).
    let checked = if asked.is_unsafe {
        csrf::check_unsafe(&app, &cookies, request.headers())
    } else if asked.opens_socket {
        csrf::check_origin(&app, request.headers())
    } else {
        Ok(())
    };
    request.extensions_mut().insert(asked);
    let mut response = match checked {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    add_api_headers(response.headers_mut());
    if let Some(error) = refusal_of(&response) {
        requested.record_refusal(&app, &cookies, &error).await;
    }
    response
}

/// Layer as [`cookies`] without the CSRF check, for routes that other sites call by design.
pub(crate) async fn cookies_without_csrf(
    State(app): State<AppState>,
    cookies: RequestCookies,
    request: Request,
    next: Next,
) -> Response {
    let reads = request.method() == Method::GET;
    let response = next.run(request).await;
    with_cookies(&app, &cookies, reads, response)
}

fn with_cookies(app: &App, cookies: &RequestCookies, reads: bool, mut response: Response) -> Response {
    send_cookies(app, cookies, reads, &mut response);
    add_api_headers(response.headers_mut());
    response
}

fn send_cookies(app: &App, cookies: &RequestCookies, reads: bool, response: &mut Response) {
    let changes = cookies.take_changes();
    let csrf_failed =
        response.extensions().get::<ApiError>().is_some_and(|error| error.code() == ErrorCode::CsrfFailed);
    let names = &app.cookies;
    let headers = response.headers_mut();
    for change in &changes.login {
        append(headers, names.login_cookie(change));
    }
    match changes.session {
        // A late response to an id that was rotated or ended must not overwrite the newer cookie.
        SessionCookie::Set(id, _) if app.retired.contains_key(id.hash()) => {}
        SessionCookie::Set(id, expires_at) => {
            append(headers, names.session_cookie(&id, expires_at, app.clock.now()));
            if cookies.session_id() != Some(&id) {
                append(headers, names.csrf_cookie(&csrf_token::mint(&app.keys, Some(&id))));
            }
        }
        SessionCookie::Remove => {
            append(headers, names.session_removal());
            append(headers, names.csrf_cookie(&csrf_token::mint(&app.keys, None)));
        }
        SessionCookie::Unchanged if csrf_failed => {
            append(headers, names.csrf_cookie(csrf_token::for_request(&app.keys, cookies)));
        }
        SessionCookie::Unchanged if reads => {
            if let Some(token) = csrf_token::missing_in(&app.keys, cookies) {
                append(headers, names.csrf_cookie(token));
            }
        }
        SessionCookie::Unchanged => {}
    }
}

fn append(headers: &mut HeaderMap, cookie: String) {
    let value = HeaderValue::try_from(cookie).expect("our cookies are visible ASCII");
    headers.append(header::SET_COOKIE, value);
}

/// Layer over the routes that need a signed-in session. It moves the idle deadline before the handler runs: a session that ended after
/// the check is refused.
pub(crate) async fn require_signed_in(
    State(app): State<AppState>,
    cookies: RequestCookies,
    mut request: Request,
    next: Next,
) -> Response {
    match session::require_signed_in(&app, &cookies).await {
        Ok(signed_in) => {
            request.extensions_mut().insert(signed_in);
            next.run(request).await
        }
        Err(refusal) => ApiError::from(refusal).into_response(),
    }
}

/// Layer over the routes that exist only in a service with passwords. It comes before the body and the session are read: the answer and its
/// time depend on nothing but the settings.
pub(crate) async fn require_passwords(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if app.config.local_passwords { next.run(request).await } else { no_such_route() }
}

/// Layer over the routes that exist only in a service without passwords.
pub(crate) async fn require_no_passwords(
    State(app): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    if app.config.local_passwords { no_such_route() } else { next.run(request).await }
}

fn no_such_route() -> Response {
    ApiError::new(ErrorCode::NotFound).into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;
    use crate::{
        clock::{Clock, Timestamp},
        config::{Config, Environment},
        secrets,
        web::session_id::SessionId,
    };

    #[tokio::test]
    async fn late_response_does_not_set_a_retired_id() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}/test.db", folder.path().display());
        let environment = Environment::of([
            ("VESTIBULE_DATABASE_URL", url.as_str()),
            ("VESTIBULE_SECRET_KEYS", secrets::new_key().as_str()),
        ]);
        let (config, _) = Config::read(&environment).expect("settings");
        let now = Timestamp::from_millis(2_000_000_000_000);
        let app = App::build(config, Clock::manual(now)).await.expect("the application starts");
        let id = SessionId::random();
        let set_cookie = |app: &App| {
            let cookies = RequestCookies::read(&app.cookies, &HeaderMap::new());
            cookies.set_session(id, now + std::time::Duration::from_mins(10));
            let mut response = StatusCode::OK.into_response();
            send_cookies(app, &cookies, false, &mut response);
            response.headers().contains_key(header::SET_COOKIE)
        };
        assert!(set_cookie(&app));
        app.retired.insert(*id.hash(), ());
        assert!(!set_cookie(&app));
    }
}
