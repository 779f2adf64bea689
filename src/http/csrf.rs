//! The check against cross-site request forgery, login CSRF included. It runs before the session is checked.
//!
//! Two independent checks: `Origin` and `Sec-Fetch-Site`, which only the browser writes, and a token in a header, which another site can
//! neither read nor send. A refusal names the rule: the page can say what is wrong, and the log has what was seen and what was expected.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
};

use crate::{app::App, error::ApiError, session::csrf_token, web::cookies::RequestCookies};

/// The header in which our pages repeat the CSRF token; Angular's own name.
const CSRF_HEADER: &str = "x-xsrf-token";
/// Longest header value in the log, in characters: a client chooses it.
const LOGGED_MAX: usize = 200;

/// The rule that refuses a request. The name is published as `reason` of the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// `Origin` is neither the origin of the public URL nor an allowed one.
    Origin,
    /// `Sec-Fetch-Site` names another site, and `Origin` is not an allowed one.
    FetchSite,
    /// The header with the token is missing.
    TokenMissing,
    /// The browser sent neither a session cookie nor a CSRF cookie.
    CookieMissing,
    /// The token is not made for this session, or it is not the one in the cookie.
    TokenInvalid,
}

impl Rule {
    const fn name(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::FetchSite => "fetchSite",
            Self::TokenMissing => "tokenMissing",
            Self::CookieMissing => "cookieMissing",
            Self::TokenInvalid => "tokenInvalid",
        }
    }
}

/// Refuses an unsafe request that does not come from our own pages.
pub(super) fn check(app: &App, cookies: &RequestCookies, request: &Request) -> Result<(), ApiError> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    check_unsafe(app, cookies, request.headers())
}

/// Refuses an unsafe request with these headers that does not come from a page of an allowed origin.
pub(super) fn check_unsafe(app: &App, cookies: &RequestCookies, headers: &HeaderMap) -> Result<(), ApiError> {
    let checked = check_source(app, headers).and_then(|()| check_token(app, cookies, headers));
    checked.map_err(|rule| refusal(app, rule, headers))
}

/// Refuses a request with these headers that comes from a page of another origin. A page cannot send the token with a WebSocket.
pub(super) fn check_origin(app: &App, headers: &HeaderMap) -> Result<(), ApiError> {
    check_source(app, headers).map_err(|rule| refusal(app, rule, headers))
}

fn refusal(app: &App, rule: Rule, headers: &HeaderMap) -> ApiError {
    let expected = &app.config.public_url.origin;
    ApiError::csrf_failed(rule.name(), expected).because(&cause(app, rule, headers))
}

/// Checks `Origin` and `Sec-Fetch-Site`. Absent headers are accepted (the client is not a browser), wrong ones are not.
fn check_source(app: &App, headers: &HeaderMap) -> Result<(), Rule> {
    let origin = headers.get(header::ORIGIN);
    let origin_allowed = origin
        .and_then(|value| value.to_str().ok())
        .is_some_and(|origin| app.config.is_allowed_origin(origin));
    if origin.is_some() && !origin_allowed {
        return Err(Rule::Origin);
    }
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        None | Some(b"same-origin") => Ok(()),
        Some(b"same-site" | b"cross-site") if origin_allowed => Ok(()),
        Some(_) => Err(Rule::FetchSite),
    }
}

/// Checks the CSRF token. With a session, it must be made for that session. Without one, it must be made for visitors, and header and one of
/// the cookies must be equal: other applications of the host may have set cookies of the same name.
fn check_token(app: &App, cookies: &RequestCookies, headers: &HeaderMap) -> Result<(), Rule> {
    let token = headers.get(CSRF_HEADER).ok_or(Rule::TokenMissing)?;
    let token = token.to_str().map_err(|_| Rule::TokenInvalid)?;
    let session = cookies.session_id();
    if session.is_none() && cookies.csrf().is_empty() {
        return Err(Rule::CookieMissing);
    }
    let is_sent = session.is_some() || cookies.csrf().iter().any(|sent| sent == token);
    (is_sent && csrf_token::is_valid(&app.keys, session, token)).then_some(()).ok_or(Rule::TokenInvalid)
}

/// Returns what the log says: the rule, the values of the browser, and the origins that are allowed.
fn cause(app: &App, rule: Rule, headers: &HeaderMap) -> String {
    let seen = |name: HeaderName| {
        headers.get(name).map_or_else(
            || "none".to_owned(),
            |value| {
                let text: String =
                    String::from_utf8_lossy(value.as_bytes()).chars().take(LOGGED_MAX).collect();
                format!("{text:?}")
            },
        )
    };
    let mut expected = vec![app.config.public_url.origin.as_str()];
    expected.extend(app.config.allowed_origins.iter().map(String::as_str));
    format!(
        "rule {}, Origin {}, Sec-Fetch-Site {}, Host {}, expected origins {}",
        rule.name(),
        seen(header::ORIGIN),
        seen(HeaderName::from_static("sec-fetch-site")),
        seen(header::HOST),
        expected.join(" ")
    )
}
