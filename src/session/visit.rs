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
    login::federated::transaction::BrowserKey,
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
    flights: Mutex<Vec<Flight>>,
    login: Option<BrowserKey>,
    link: Option<BrowserKey>,
    left: bool,
}

/// A change of the short-lived cookies of the federated door.
#[derive(Debug)]
pub enum Flight {
    /// A sign-in begins: the key of this browser.
    Begin(BrowserKey),
    /// An identity waits for its proof: the key of the pending link.
    Link(BrowserKey),
    /// It waits no more.
    Unlink,
    /// A person who came through a provider left, or is here by another door: the next one is asked who they are.
    Left,
    /// And was.
    Back,
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
            flights: Mutex::default(),
            login: cookie(headers, app.login_cookie_name()).and_then(BrowserKey::of_cookie),
            link: cookie(headers, app.link_cookie_name()).and_then(BrowserKey::of_cookie),
            left: cookie(headers, app.out_cookie_name()).is_some_and(|value| !value.is_empty()),
        }))
    }

    /// The session id this browser sent; whether it is worth anything is for [`super::check`].
    #[must_use]
    pub fn presented(&self) -> Option<&SessionId> {
        self.0.presented.as_ref()
    }

    /// The key of this browser, if a sign-in through a provider has begun in it.
    #[must_use]
    pub fn browser_key(&self) -> Option<&BrowserKey> {
        self.0.login.as_ref()
    }

    /// The key of the pending link of this browser.
    #[must_use]
    pub fn link_key(&self) -> Option<&BrowserKey> {
        self.0.link.as_ref()
    }

    /// Whether somebody came through a provider in this browser whose sign-out does not reach it, or is done; and nobody came in through
    /// one since.
    #[must_use]
    pub fn has_left(&self) -> bool {
        self.0.left
    }

    /// Changes a short-lived cookie of the federated door.
    pub fn fly(&self, flight: Flight) {
        self.0.flights.lock().unwrap_or_else(PoisonError::into_inner).push(flight);
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
    for flight in visit.0.flights.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        append(headers, flight_cookie(app, &flight));
    }
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

/// Ten minutes, for the way to the provider and back or to the proof of an account; a day for who left, which is longer than most
/// providers remember people. Lax, because the way back is a navigation from another site.
fn flight_cookie(app: &App, flight: &Flight) -> String {
    let (name, value, left) = match flight {
        Flight::Begin(key) => (app.login_cookie_name(), key.as_str(), Duration::minutes(10)),
        Flight::Link(key) => (app.link_cookie_name(), key.as_str(), Duration::minutes(10)),
        Flight::Unlink => (app.link_cookie_name(), "", Duration::ZERO),
        Flight::Left => (app.out_cookie_name(), "1", Duration::days(1)),
        Flight::Back => (app.out_cookie_name(), "", Duration::ZERO),
    };
    base(app, name, value.to_owned()).http_only(true).max_age(left).to_string()
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
