//! Names and attributes of all cookies, the cookies of a request, and the cookie changes for its response.
//!
//! The session cookie is set when a session opens, when its id changes, when a deadline moves, and by every keep-alive. Only logout removes
//! it. A visitor without a session gets none. The layer that applies the changes is [`crate::http::layers::cookies`].
//!
//! # Several cookies of one name
//!
//! A browser may send several cookies of the same name: for other paths, or for a parent domain (cookie tossing, RFC 6265 §8.6). On https the
//! prefix `__Host-` excludes both. Over http on loopback, every application of the host can set them. So values that do not have our form are
//! skipped, and of the others each may be the right one. Cookies of longer paths come first in the header (RFC 6265 §5.4), and ours have the
//! path `/`: the last one is tried first.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, CookieBuilder, SameSite, time::Duration};

use super::{browser_key::BrowserKey, device_key::DeviceKey, session_id::SessionId};
use crate::{clock::Timestamp, secrets::Keys};

/// Largest number of cookies of one name that are tried. Each session id costs a look into the store.
const SAME_NAME_MAX: usize = 4;
/// Length of a CSRF token of ours, in characters.
pub const CSRF_TOKEN_LENGTH: usize = 64;
/// Longer than the time for which most providers remember a login.
const PROMPT_LOGIN_TIME: Duration = Duration::days(1);
/// The longest time that browsers keep a cookie (RFC 6265bis §5.5). Every login starts it again.
const DEVICE_TIME: Duration = Duration::days(400);
/// How long a login transaction and a pending link are kept, in the store and in the browser.
pub const LOGIN_TIME: std::time::Duration = std::time::Duration::from_mins(10);

/// Cookie names of this service. On https they have the prefix `__Host-`: no other host of the site can set or shadow the cookie. Over http
/// they contain the port of the public URL, because cookies ignore ports: two services on one host would sign each other's users out.
#[derive(Clone, Debug)]
pub struct CookieNames {
    session: String,
    login: String,
    link: String,
    prompt_login: String,
    device: String,
    doctor: String,
    /// Angular's own name. Tokens are signed, so another service on the host cannot disturb ours: its tokens are skipped.
    csrf: &'static str,
    secure: bool,
}

impl CookieNames {
    /// Returns the names for a public URL.
    #[must_use]
    pub fn new(https: bool, port: u16) -> Self {
        let name = |purpose: &str| {
            if https { format!("__Host-vestibule{purpose}") } else { format!("vestibule{purpose}-{port}") }
        };
        Self {
            session: name(""),
            login: name("-login"),
            link: name("-link"),
            prompt_login: name("-prompt-login"),
            device: name("-device"),
            doctor: name("-doctor"),
            csrf: if https { "__Host-XSRF-TOKEN" } else { "XSRF-TOKEN" },
            secure: https,
        }
    }

    /// Returns the name of the session cookie.
    #[must_use]
    pub fn session(&self) -> &str {
        &self.session
    }

    /// Returns the id of the browser that sent these headers, if this service has signed it.
    pub(crate) fn device_of(&self, headers: &HeaderMap, keys: &Keys) -> Option<DeviceKey> {
        let sent = last_first(headers, &self.device, |value| Some(value.to_owned()));
        sent.iter().find_map(|value| DeviceKey::from_cookie(value, keys))
    }

    /// Returns `Set-Cookie` for the session.
    pub(crate) fn session_cookie(&self, id: &SessionId, expires_at: Timestamp, now: Timestamp) -> String {
        self.http_only(&self.session, &id.cookie_value(), max_age(expires_at.since(now)))
    }

    /// Returns the name of the cookie with which doctor checks that cookies come back.
    #[must_use]
    pub fn doctor(&self) -> &str {
        &self.doctor
    }

    /// Returns the name of the cookie with the CSRF token.
    #[must_use]
    pub fn csrf(&self) -> &'static str {
        self.csrf
    }

    /// Returns the value of the cookie with which doctor checks that cookies come back.
    pub(crate) fn doctor_of(&self, headers: &HeaderMap) -> Option<String> {
        values_of(headers, &self.doctor).last().map(ToOwned::to_owned)
    }

    /// Returns `Set-Cookie` for that cookie. It has the attributes of the session cookie.
    pub(crate) fn doctor_cookie(&self, value: &str) -> String {
        self.http_only(&self.doctor, value, Duration::minutes(1))
    }

    /// Returns `Set-Cookie` that removes the session cookie. It repeats all attributes: browsers ignore the removal of a `__Host-`
    /// cookie without `Secure`.
    pub(crate) fn session_removal(&self) -> String {
        self.http_only(&self.session, "", Duration::ZERO)
    }

    /// Returns `Set-Cookie` for the CSRF token. The cookie is readable by scripts: our pages send its value back in a header.
    pub(crate) fn csrf_cookie(&self, token: &str) -> String {
        self.base(self.csrf, token).to_string()
    }

    /// Returns `Set-Cookie` for a change of another cookie. `SameSite=Lax`, because the callback is a navigation from another
    /// site.
    pub(crate) fn login_cookie(&self, change: &CookieChange) -> String {
        let login_time = max_age(LOGIN_TIME);
        let (name, value, left) = match change {
            CookieChange::SetBrowserKey(key) => (&self.login, key.as_str(), login_time),
            CookieChange::SetPendingLink(key) => (&self.link, key.as_str(), login_time),
            CookieChange::ClearPendingLink => (&self.link, "", Duration::ZERO),
            CookieChange::SetPromptLogin => (&self.prompt_login, "1", PROMPT_LOGIN_TIME),
            CookieChange::ClearPromptLogin => (&self.prompt_login, "", Duration::ZERO),
            CookieChange::SetDevice(value) => (&self.device, value.as_str(), DEVICE_TIME),
        };
        self.http_only(name, value, left)
    }

    fn http_only(&self, name: &str, value: &str, left: Duration) -> String {
        self.base(name, value).http_only(true).max_age(left).to_string()
    }

    fn base<'a>(&self, name: &'a str, value: &'a str) -> CookieBuilder<'a> {
        Cookie::build((name, value)).path("/").same_site(SameSite::Lax).secure(self.secure)
    }
}

/// The cookies of one request and the changes for its response; clones share both.
#[derive(Clone, Debug)]
pub struct RequestCookies(Arc<Cookies>);

#[derive(Debug)]
struct Cookies {
    /// The last one of the header first, as the browser keys.
    sessions: Vec<SessionId>,
    selected_session: OnceLock<SessionId>,
    csrf: Vec<String>,
    csrf_of_response: OnceLock<CsrfOfResponse>,
    login: Vec<BrowserKey>,
    link: Vec<BrowserKey>,
    must_prompt_login: bool,
    changes: Mutex<Changes>,
}

/// The CSRF token that the browser has after the response.
#[derive(Debug)]
pub(crate) enum CsrfOfResponse {
    /// One of the cookies of the request.
    Known(String),
    /// A new one, which the browser must be sent.
    New(String),
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

/// Change of a cookie beside those of the session and the CSRF token.
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
    /// A login is complete in this browser. A logout keeps the cookie.
    SetDevice(String),
}

impl RequestCookies {
    pub(crate) fn read(names: &CookieNames, headers: &HeaderMap) -> Self {
        let csrf = values_of(headers, names.csrf).filter(|token| token.len() == CSRF_TOKEN_LENGTH);
        Self(Arc::new(Cookies {
            sessions: last_first(headers, &names.session, |value| value.parse().ok()),
            selected_session: OnceLock::new(),
            csrf: csrf.map(ToOwned::to_owned).collect(),
            csrf_of_response: OnceLock::new(),
            login: last_first(headers, &names.login, BrowserKey::from_cookie),
            link: last_first(headers, &names.link, BrowserKey::from_cookie),
            must_prompt_login: values_of(headers, &names.prompt_login).any(|value| !value.is_empty()),
            changes: Mutex::default(),
        }))
    }

    /// Returns the session id that the browser sent. [`crate::session::check`] decides whether it is valid.
    #[must_use]
    pub fn session_id(&self) -> Option<&SessionId> {
        self.0.selected_session.get().or(self.0.sessions.first())
    }

    /// Returns all session ids that the browser sent. [`crate::session::select`] decides which one counts.
    #[must_use]
    pub fn session_ids(&self) -> &[SessionId] {
        &self.0.sessions
    }

    /// Makes one of several session ids the one of this request. Only the first call has an effect.
    pub(crate) fn select_session(&self, id: SessionId) {
        self.0.selected_session.get_or_init(|| id);
    }

    /// Returns the keys of this browser if a federated login has started in it.
    #[must_use]
    pub fn browser_keys(&self) -> &[BrowserKey] {
        &self.0.login
    }

    /// Returns the keys of the pending links of this browser.
    #[must_use]
    pub fn link_keys(&self) -> &[BrowserKey] {
        &self.0.link
    }

    /// Returns whether the next federated login in this browser must use `prompt=login`: the provider may still have a session of the
    /// previous user.
    #[must_use]
    pub fn must_prompt_login(&self) -> bool {
        self.0.must_prompt_login
    }

    /// Queues a change of a cookie.
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

    /// Returns the CSRF tokens that the browser sent.
    pub(crate) fn csrf(&self) -> &[String] {
        &self.0.csrf
    }

    /// Returns the CSRF token of this response; `choose` runs at most once per request.
    pub(crate) fn csrf_of_response(&self, choose: impl FnOnce() -> CsrfOfResponse) -> &CsrfOfResponse {
        self.0.csrf_of_response.get_or_init(choose)
    }

    fn with_changes<T>(&self, change: impl FnOnce(&mut Changes) -> T) -> T {
        change(&mut self.0.changes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Rounds up to whole seconds, which is the unit of `Max-Age`.
fn max_age(time: std::time::Duration) -> Duration {
    Duration::seconds(i64::try_from(time.as_millis().div_ceil(1000)).unwrap_or(i64::MAX))
}

/// Returns the parsed cookies of this name: the last ones of the header, the last one first, each once.
fn last_first<T: PartialEq>(headers: &HeaderMap, name: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let mut found: Vec<T> = Vec::new();
    let mut add = |value: T| {
        // A cookie that is sent twice keeps its later place.
        found.retain(|known| *known != value);
        if found.len() == SAME_NAME_MAX {
            found.remove(0);
        }
        found.push(value);
    };
    values_of(headers, name).filter_map(parse).for_each(&mut add);
    found.reverse();
    found
}

/// Returns the cookies of this name, in the order of the header. Other applications of the host may have set cookies that are not ASCII; they
/// are skipped. Nothing is decoded: our values need no encoding.
fn values_of<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
    let pairs = values.flat_map(|value| value.split(|byte| *byte == b';')).map(<[u8]>::trim_ascii);
    pairs
        .filter_map(move |pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .filter_map(|value| std::str::from_utf8(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(names: &CookieNames, cookies: &str) -> RequestCookies {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(cookies).expect("visible ASCII"));
        RequestCookies::read(names, &headers)
    }

    #[test]
    fn names_contain_the_prefix_on_https_and_the_port_on_http() {
        let names = |https, port| {
            let CookieNames { session, login, link, prompt_login, device, doctor, csrf, secure } =
                CookieNames::new(https, port);
            assert!(doctor.contains("vestibule-doctor"), "{doctor}");
            (format!("{session} {login} {link} {prompt_login} {device} {csrf}"), secure)
        };
        let secure = "__Host-vestibule __Host-vestibule-login __Host-vestibule-link \
                      __Host-vestibule-prompt-login __Host-vestibule-device __Host-XSRF-TOKEN";
        assert_eq!(names(true, 443), (secure.to_owned(), true));
        assert_eq!(names(true, 8443), (secure.to_owned(), true));
        let plain = "vestibule-80 vestibule-login-80 vestibule-link-80 vestibule-prompt-login-80 \
                     vestibule-device-80 XSRF-TOKEN";
        assert_eq!(names(false, 80), (plain.to_owned(), false));
    }

    #[test]
    fn last_well_formed_cookies_of_a_name_are_kept() {
        let names = CookieNames::new(false, 3000);
        let ids: Vec<String> = (0..6).map(|_| SessionId::random().cookie_value()).collect();
        let pairs = |values: &[&str]| -> String {
            let pairs: Vec<String> = values.iter().map(|value| format!("vestibule-3000={value}")).collect();
            pairs.join("; ")
        };
        let all: Vec<&str> = ids.iter().map(String::as_str).collect();
        for (sent, kept) in [
            (vec![], vec![]),
            (vec![all[0]], vec![all[0]]),
            (vec![all[0], "", "x", "%E0%A4%A"], vec![all[0]]),
            (vec!["\"quoted\"", all[0], all[1]], vec![all[1], all[0]]),
            (vec![all[0], all[1], all[0]], vec![all[0], all[1]]),
            (all.clone(), vec![all[5], all[4], all[3], all[2]]),
        ] {
            let cookies = read(&names, &pairs(&sent));
            let found: Vec<String> = cookies.session_ids().iter().map(SessionId::cookie_value).collect();
            assert_eq!(found, kept, "{sent:?}");
            assert_eq!(cookies.session_id().map(SessionId::cookie_value).as_deref(), kept.first().copied());
        }
    }

    #[test]
    fn names_of_other_services_on_the_host_are_other_cookies() {
        let id = SessionId::random().cookie_value();
        let cookies =
            format!("vestibule={id}; vestibule-30={id}; vestibule-30000={id}; vestibule-login-3000={id}");
        assert!(read(&CookieNames::new(false, 3000), &cookies).session_ids().is_empty());
        assert!(read(&CookieNames::new(true, 3000), &cookies).session_ids().is_empty());
    }
}
