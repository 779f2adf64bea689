//! Names and attributes of all cookies, the cookies of a request, and the cookie changes for its response.
//!
//! The session cookie is set when a session opens, when its id changes and when a deadline moves. Only logout removes it. A visitor
//! without a session gets none. The layer that applies the changes is [`crate::http::layers::cookies`].

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, CookieBuilder, SameSite, time::Duration};

use super::{browser_key::BrowserKey, session_id::SessionId};
use crate::clock::Timestamp;

/// The CSRF cookie; Angular's own name for it.
const CSRF: &str = "XSRF-TOKEN";
/// Longer than the time for which most providers remember a login.
const PROMPT_LOGIN_TIME: Duration = Duration::days(1);
/// How long a login transaction and a pending link are kept, in the store and in the browser.
pub const LOGIN_TIME: std::time::Duration = std::time::Duration::from_mins(10);

/// Cookie names of this service: with the prefix `__Host-` on https, where no other host of the site can set or shadow the cookie.
#[derive(Clone, Copy, Debug)]
pub struct CookieNames {
    session: &'static str,
    login: &'static str,
    link: &'static str,
    prompt_login: &'static str,
    secure: bool,
}

impl CookieNames {
    #[must_use]
    pub const fn new(https: bool) -> Self {
        if https {
            Self {
                session: "__Host-vestibule",
                login: "__Host-vestibule-login",
                link: "__Host-vestibule-link",
                prompt_login: "__Host-vestibule-prompt-login",
                secure: true,
            }
        } else {
            Self {
                session: "vestibule",
                login: "vestibule-login",
                link: "vestibule-link",
                prompt_login: "vestibule-prompt-login",
                secure: false,
            }
        }
    }

    /// Returns `Set-Cookie` for the session.
    pub(crate) fn session_cookie(&self, id: &SessionId, expires_at: Timestamp, now: Timestamp) -> String {
        self.http_only(self.session, &id.cookie_value(), max_age(expires_at.since(now)))
    }

    /// Returns `Set-Cookie` that removes the session cookie. It repeats all attributes: browsers ignore the removal of a `__Host-`
    /// cookie without `Secure`.
    pub(crate) fn session_removal(&self) -> String {
        self.http_only(self.session, "", Duration::ZERO)
    }

    /// Returns `Set-Cookie` for the CSRF token. The cookie is readable by scripts: our pages send its value back in a header.
    pub(crate) fn csrf_cookie(&self, token: &str) -> String {
        self.base(CSRF, token).to_string()
    }

    /// Returns `Set-Cookie` for a change of a short-lived cookie. `SameSite=Lax`, because the callback is a navigation from another
    /// site.
    pub(crate) fn login_cookie(&self, change: &CookieChange) -> String {
        let login_time = max_age(LOGIN_TIME);
        let (name, value, left) = match change {
            CookieChange::SetBrowserKey(key) => (self.login, key.as_str(), login_time),
            CookieChange::SetPendingLink(key) => (self.link, key.as_str(), login_time),
            CookieChange::ClearPendingLink => (self.link, "", Duration::ZERO),
            CookieChange::SetPromptLogin => (self.prompt_login, "1", PROMPT_LOGIN_TIME),
            CookieChange::ClearPromptLogin => (self.prompt_login, "", Duration::ZERO),
        };
        self.http_only(name, value, left)
    }

    fn http_only(&self, name: &'static str, value: &str, left: Duration) -> String {
        self.base(name, value).http_only(true).max_age(left).to_string()
    }

    fn base(&self, name: &'static str, value: &str) -> CookieBuilder<'static> {
        Cookie::build((name, value.to_owned())).path("/").same_site(SameSite::Lax).secure(self.secure)
    }
}

/// The cookies of one request and the changes for its response; clones share both.
#[derive(Clone, Debug)]
pub struct RequestCookies(Arc<Cookies>);

#[derive(Debug)]
struct Cookies {
    session: Option<SessionId>,
    csrf: Option<String>,
    new_csrf: OnceLock<String>,
    login: Option<BrowserKey>,
    link: Option<BrowserKey>,
    must_prompt_login: bool,
    changes: Mutex<Changes>,
}

/// What the response changes.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) session: SessionCookie,
    pub(crate) login: Vec<CookieChange>,
}

/// Change of the session cookie.
#[derive(Debug, Default)]
pub(crate) enum SessionCookie {
    #[default]
    Unchanged,
    Set(SessionId, Timestamp),
    Remove,
}

/// Change of a short-lived cookie of the federated login.
#[derive(Debug)]
pub enum CookieChange {
    /// A login transaction starts in this browser.
    SetBrowserKey(BrowserKey),
    /// An identity waits until the user has signed in to the local account.
    SetPendingLink(BrowserKey),
    ClearPendingLink,
    /// The next federated login in this browser must use `prompt=login`.
    SetPromptLogin,
    ClearPromptLogin,
}

impl RequestCookies {
    pub(crate) fn read(names: CookieNames, headers: &HeaderMap) -> Self {
        Self(Arc::new(Cookies {
            session: value_of(headers, names.session).and_then(|value| value.parse().ok()),
            csrf: value_of(headers, CSRF).map(ToOwned::to_owned),
            new_csrf: OnceLock::new(),
            login: value_of(headers, names.login).and_then(BrowserKey::from_cookie),
            link: value_of(headers, names.link).and_then(BrowserKey::from_cookie),
            must_prompt_login: value_of(headers, names.prompt_login).is_some_and(|value| !value.is_empty()),
            changes: Mutex::default(),
        }))
    }

    /// Returns the session id that the browser sent. [`crate::session::check`] decides whether it is valid.
    #[must_use]
    pub fn session_id(&self) -> Option<&SessionId> {
        self.0.session.as_ref()
    }

    /// Returns the key of this browser if a federated login has started in it.
    #[must_use]
    pub fn browser_key(&self) -> Option<&BrowserKey> {
        self.0.login.as_ref()
    }

    /// Returns the key of the pending link of this browser.
    #[must_use]
    pub fn link_key(&self) -> Option<&BrowserKey> {
        self.0.link.as_ref()
    }

    /// Returns whether the next federated login in this browser must use `prompt=login`: the provider may still have a session of the
    /// previous user.
    #[must_use]
    pub fn must_prompt_login(&self) -> bool {
        self.0.must_prompt_login
    }

    /// Queues a change of a short-lived cookie.
    pub fn queue(&self, change: CookieChange) {
        self.with_changes(|changes| changes.login.push(change));
    }

    pub(crate) fn set_session(&self, id: SessionId, expires_at: Timestamp) {
        self.with_changes(|changes| changes.session = SessionCookie::Set(id, expires_at));
    }

    pub(crate) fn remove_session(&self) {
        self.with_changes(|changes| changes.session = SessionCookie::Remove);
    }

    pub(crate) fn take_changes(&self) -> Changes {
        self.with_changes(std::mem::take)
    }

    /// Returns the CSRF token that the browser sent.
    pub(crate) fn csrf(&self) -> Option<&str> {
        self.0.csrf.as_deref()
    }

    /// Returns the CSRF token of this response; `create` runs at most once per request.
    pub(crate) fn new_csrf(&self, create: impl FnOnce() -> String) -> &str {
        self.0.new_csrf.get_or_init(create)
    }

    fn with_changes<T>(&self, change: impl FnOnce(&mut Changes) -> T) -> T {
        change(&mut self.0.changes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Rounds up to whole seconds, which is the unit of `Max-Age`.
fn max_age(time: std::time::Duration) -> Duration {
    Duration::seconds(i64::try_from(time.as_millis().div_ceil(1000)).unwrap_or(i64::MAX))
}

/// Returns the first cookie of this name. Other applications of the host may have set cookies that are not ASCII; they are skipped.
fn value_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    let pairs = values.flat_map(|value| value.split(|byte| *byte == b';')).map(<[u8]>::trim_ascii);
    pairs
        .filter_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .find_map(|value| std::str::from_utf8(value).ok())
}
