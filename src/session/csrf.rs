//! Whether an unsafe request comes from our own pages (cross-site request forgery, also of the sign-in itself).
//!
//! Two walls. The browser's own word: `Origin` and `Sec-Fetch-Site`. And a token in a header that another site can neither
//! read nor send: `random ‖ HMAC(key, random ‖ SHA-256 of the session id)`, so that no store is asked, and a token of one
//! session is worth nothing in another.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, header},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{record::SessionId, visit::Visit};
use crate::{
    app::App,
    error::{ApiError, Kind},
    secrets::{self, Keys},
};

/// Angular's own names.
pub const COOKIE: &str = "XSRF-TOKEN";
const HEADER: &str = "x-xsrf-token";
const RANDOM: usize = 16;

/// A token for this session, or for a visitor without one.
#[must_use]
pub fn mint(keys: &Keys, session: Option<&SessionId>) -> String {
    let random = secrets::random::<RANDOM>();
    let tag = keys.sign_csrf(&[&random, bound_to(session)]);
    URL_SAFE_NO_PAD.encode([random.as_slice(), &tag].concat())
}

/// Whether we made this token for this session, or for a visitor without one.
#[must_use]
pub fn is_good(keys: &Keys, session: Option<&SessionId>, token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
    let Some((random, tag)) = bytes.split_first_chunk::<RANDOM>() else { return false };
    keys.verify_csrf(&[random, bound_to(session)], tag)
}

fn bound_to(session: Option<&SessionId>) -> &[u8] {
    session.map_or(&[], |id| id.hash().as_slice())
}

/// Whether a request may go on: unsafe methods must come from our own pages. Judged before it is asked who is asking.
///
/// # Errors
/// `csrf_failed`.
pub(super) fn check(app: &App, visit: &Visit, request: &Request) -> Result<(), ApiError> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_ours(app, visit, request.headers()) { Ok(()) } else { Err(ApiError::new(Kind::CsrfFailed)) }
}

fn is_ours(app: &App, visit: &Visit, headers: &HeaderMap) -> bool {
    came_from_our_pages(app, headers) && token_fits(app, visit, headers)
}

/// Headers that only the browser writes: absent ones (not a browser) pass, wrong ones do not.
fn came_from_our_pages(app: &App, headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN);
    let origin_allowed =
        origin.and_then(|value| value.to_str().ok()).is_some_and(|origin| app.is_allowed_origin(origin));
    let site_fits = match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        None | Some(b"same-origin") => true,
        Some(b"same-site" | b"cross-site") => origin_allowed,
        Some(_) => false,
    };
    (origin.is_none() || origin_allowed) && site_fits
}

/// With a session: a token made for it. Without: one we made for nobody, and the same in cookie and header.
fn token_fits(app: &App, visit: &Visit, headers: &HeaderMap) -> bool {
    let Some(token) = headers.get(HEADER).and_then(|value| value.to_str().ok()) else { return false };
    let session = visit.presented();
    (session.is_some() || visit.xsrf() == Some(token)) && is_good(&app.keys, session, token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_one_session_is_worth_nothing_in_another() {
        let keys = Keys::parse(&secrets::new_key()).expect("a key");
        let (ada, linus) = (SessionId::random(), SessionId::random());
        let token = mint(&keys, Some(&ada));
        assert!(is_good(&keys, Some(&ada), &token));
        assert!(!is_good(&keys, Some(&linus), &token));
        assert!(!is_good(&keys, None, &token));
        assert!(!is_good(&keys, Some(&ada), &mint(&keys, None)));
        let others = Keys::parse(&secrets::new_key()).expect("a key");
        assert!(!is_good(&others, Some(&ada), &token));
        for broken in ["", "x", &token[1..], &format!("{token}A")] {
            assert!(!is_good(&keys, Some(&ada), broken), "{broken}");
        }
    }
}
