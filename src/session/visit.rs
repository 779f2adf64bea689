//! The cookie layer: what this browser presented, and what it is to be sent.
//!
//! Ours, because a general session layer cannot keep four promises: a `__Host-` cookie is removed only by a cookie with
//! `Secure`; a late answer to a dead id never touches the newer cookie; a store that fails is a 503 of ours; nothing is saved
//! behind a handler's back. A visitor who only looks gets no session cookie. It is set when a session opens, when the id changes
//! and when a deadline moved; it is removed by sign-out alone.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use cookie::{Cookie, SameSite, time::Duration};

use super::{csrf, record::SessionId};
use crate::{
    app::{App, AppState},
    clock::Timestamp,
    error::{ApiError, Kind},
    headers,
};

/// One request's view of the browser's cookies; clones share it.
#[derive(Clone, Debug)]
pub struct Visit(Arc<Cookies>);

#[derive(Debug)]
struct Cookies {
    presented: Option<SessionId>,
    xsrf: Option<String>,
    minted: OnceLock<String>,
    outgoing: Mutex<Outgoing>,
}

/// What the browser is to be sent.
#[derive(Debug, Default)]
enum Outgoing {
    #[default]
    Nothing,
    Set(SessionId, Timestamp),
    Remove,
}

impl Visit {
    fn of(app: &App, headers: &HeaderMap) -> Self {
        Self(Arc::new(Cookies {
            presented: cookie(headers, app.cookie_name()).and_then(|value| value.parse().ok()),
            xsrf: cookie(headers, csrf::COOKIE).map(ToOwned::to_owned),
            minted: OnceLock::new(),
            outgoing: Mutex::default(),
        }))
    }

    /// The session id this browser sent; whether it is worth anything is for [`super::check`].
    #[must_use]
    pub fn presented(&self) -> Option<&SessionId> {
        self.0.presented.as_ref()
    }

    pub(super) fn xsrf(&self) -> Option<&str> {
        self.0.xsrf.as_deref()
    }

    /// The CSRF token for the session that was presented: the one in the cookie if it is good, else a new one.
    pub(super) fn csrf_token(&self, app: &App) -> &str {
        match self.xsrf() {
            Some(token) if csrf::is_good(&app.keys, self.presented(), token) => token,
            _ => self.0.minted.get_or_init(|| csrf::mint(&app.keys, self.presented())),
        }
    }

    /// The cookie with that token, if the browser has none that is good.
    #[must_use]
    pub fn csrf_cookie(&self, app: &App) -> Option<String> {
        let token = self.csrf_token(app);
        (self.xsrf() != Some(token)).then(|| xsrf_cookie(app, token))
    }

    pub(super) fn set(&self, id: SessionId, expires_at: Timestamp) {
        *self.outgoing() = Outgoing::Set(id, expires_at);
    }

    pub(super) fn remove(&self) {
        *self.outgoing() = Outgoing::Remove;
    }

    fn outgoing(&self) -> MutexGuard<'_, Outgoing> {
        self.0.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        if let Some(visit) = parts.extensions.get::<Self>() {
            return Ok(visit.clone());
        }
        let visit = Self::of(app, &parts.headers);
        parts.extensions.insert(visit.clone());
        Ok(visit)
    }
}

/// Layer over everything under `/api`: reads the cookies before, refuses what does not come from our pages, sends what changed
/// after, and lets nobody keep the answer.
pub async fn carry(State(app): State<AppState>, visit: Visit, request: Request, next: Next) -> Response {
    let reads = request.method() == Method::GET;
    let mut response = match csrf::check(&app, &visit, &request) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    send(&app, &visit, reads, &mut response);
    headers::no_store(response.headers_mut());
    response
}

fn send(app: &App, visit: &Visit, reads: bool, response: &mut Response) {
    let outgoing = std::mem::take(&mut *visit.outgoing());
    let refused =
        response.extensions().get::<ApiError>().is_some_and(|error| error.kind() == Kind::CsrfFailed);
    let presented = visit.presented();
    let headers = response.headers_mut();
    match &outgoing {
        // A late answer to an id that was rotated away or ended meanwhile must not overwrite the newer cookie.
        Outgoing::Set(id, _) if app.retired.contains_key(id.hash()) => {}
        Outgoing::Set(id, expires_at) => {
            append(headers, session_cookie(app, id, *expires_at));
            if presented != Some(id) {
                append(headers, xsrf_cookie(app, &csrf::mint(&app.keys, Some(id))));
            }
        }
        Outgoing::Remove => {
            append(headers, removal(app));
            append(headers, xsrf_cookie(app, &csrf::mint(&app.keys, None)));
        }
        Outgoing::Nothing if refused => append(headers, xsrf_cookie(app, visit.csrf_token(app))),
        Outgoing::Nothing if reads => {
            if let Some(cookie) = visit.csrf_cookie(app) {
                append(headers, cookie);
            }
        }
        Outgoing::Nothing => {}
    }
}

fn append(headers: &mut HeaderMap, cookie: String) {
    let value = HeaderValue::try_from(cookie).expect("our cookies are visible ASCII");
    headers.append(header::SET_COOKIE, value);
}

fn session_cookie(app: &App, id: &SessionId, expires_at: Timestamp) -> String {
    let left = expires_at.since(app.clock.now()).as_millis().div_ceil(1000);
    let left = Duration::seconds(i64::try_from(left).unwrap_or(i64::MAX));
    base(app, app.cookie_name(), id.cookie_value()).http_only(true).max_age(left).to_string()
}

/// With all the attributes, because browsers ignore a removal of a `__Host-` cookie that lacks `Secure`.
fn removal(app: &App) -> String {
    base(app, app.cookie_name(), String::new()).http_only(true).max_age(Duration::ZERO).to_string()
}

/// Readable by our pages, which send it back in a header.
fn xsrf_cookie(app: &App, token: &str) -> String {
    base(app, csrf::COOKIE, token.to_owned()).to_string()
}

fn base<'a>(app: &App, name: &'a str, value: String) -> cookie::CookieBuilder<'a> {
    Cookie::build((name, value)).path("/").same_site(SameSite::Lax).secure(app.config.public_url.https)
}

/// The first cookie of this name. Other applications of the host may have set cookies that are not ASCII: they are not ours to
/// stumble over.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    let pairs = values.flat_map(|value| value.split(|byte| *byte == b';')).map(<[u8]>::trim_ascii);
    pairs
        .filter_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .find_map(|value| std::str::from_utf8(value).ok())
}
