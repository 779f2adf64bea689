//! CSRF tokens: `random ‖ HMAC(key, random ‖ SHA-256 of the session id)`. They need no store, and a token of one session is not valid
//! in another. The request check that uses them is [`crate::http::layers`].

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    secrets::{self, Keys},
    web::{
        cookies::{CsrfOfResponse, RequestCookies},
        session_id::SessionId,
    },
};

const RANDOM: usize = 16;

/// Creates a token for this session, or for a visitor without one.
#[must_use]
pub fn mint(keys: &Keys, session: Option<&SessionId>) -> String {
    let random = secrets::random::<RANDOM>();
    let tag = keys.sign_csrf(&[&random, session_bytes(session)]);
    URL_SAFE_NO_PAD.encode([random.as_slice(), &tag].concat())
}

/// Returns whether this service made the token for this session, or for a visitor without one.
#[must_use]
pub fn is_valid(keys: &Keys, session: Option<&SessionId>, token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
    let Some((random, tag)) = bytes.split_first_chunk::<RANDOM>() else { return false };
    keys.verify_csrf(&[random, session_bytes(session)], tag)
}

/// Returns the token for the session of this request: the one in a cookie that is valid, else a new one. Any of several cookies of the name
/// may be the valid one: other applications use the name, too.
pub(crate) fn for_request<'a>(keys: &Keys, cookies: &'a RequestCookies) -> &'a str {
    match of_response(keys, cookies) {
        CsrfOfResponse::Known(token) | CsrfOfResponse::New(token) => token,
    }
}

/// Returns the token that the browser must be sent, or `None` if one of its cookies is valid.
pub(crate) fn missing_in<'a>(keys: &Keys, cookies: &'a RequestCookies) -> Option<&'a str> {
    match of_response(keys, cookies) {
        CsrfOfResponse::Known(_) => None,
        CsrfOfResponse::New(token) => Some(token),
    }
}

fn of_response<'a>(keys: &Keys, cookies: &'a RequestCookies) -> &'a CsrfOfResponse {
    let session = cookies.session_id();
    cookies.csrf_of_response(|| {
        let valid = cookies.csrf().iter().find(|token| is_valid(keys, session, token));
        valid.map_or_else(
            || CsrfOfResponse::New(mint(keys, session)),
            |token| CsrfOfResponse::Known(token.clone()),
        )
    })
}

fn session_bytes(session: Option<&SessionId>) -> &[u8] {
    session.map_or(&[], |id| id.hash().as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_has_the_length_that_cookies_are_filtered_by() {
        let keys = Keys::parse(&secrets::new_key()).expect("a key");
        assert_eq!(mint(&keys, None).len(), crate::web::cookies::CSRF_TOKEN_LENGTH);
    }

    #[test]
    fn token_of_one_session_is_not_valid_in_another() {
        let keys = Keys::parse(&secrets::new_key()).expect("a key");
        let (ada, linus) = (SessionId::random(), SessionId::random());
        let token = mint(&keys, Some(&ada));
        assert!(is_valid(&keys, Some(&ada), &token));
        assert!(!is_valid(&keys, Some(&linus), &token));
        assert!(!is_valid(&keys, None, &token));
        assert!(!is_valid(&keys, Some(&ada), &mint(&keys, None)));
        let others = Keys::parse(&secrets::new_key()).expect("a key");
        assert!(!is_valid(&others, Some(&ada), &token));
        for broken in ["", "x", &token[1..], &format!("{token}A")] {
            assert!(!is_valid(&keys, Some(&ada), broken), "{broken}");
        }
    }
}
