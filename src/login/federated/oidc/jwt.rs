//! Checks that all signed tokens of a provider share: issuer, audience, times.
//!
//! Claims are checked on the raw JSON. A typed model would accept the text `"true"` as `true`, or fail a login because of an unusual
//! claim that this service does not use.

use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use crate::config::Issuer;

/// Accepted clock difference, in seconds, for `exp`, `iat`, `nbf` and `auth_time`.
pub const LEEWAY: i64 = 60;
/// Longest subject, in ASCII characters (OpenID Connect Core §2).
const SUBJECT_MAX: usize = 255;

/// Reason why a token or a set of claims is not valid; for the log and the audit event, never for the browser.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The keys of the provider may have been rotated.
    #[error("no key of the provider matches")]
    UnknownKey,
    /// The signature algorithm is not in our list, whatever the key.
    #[error("signed with {0:?}, which is not accepted")]
    Algorithm(Algorithm),
    #[error("{0}")]
    Invalid(&'static str),
}

/// The client that a token must be issued for.
#[derive(Clone, Copy)]
pub struct Audience<'a> {
    /// Our client ID; compared exactly.
    pub client_id: &'a str,
    /// Other client IDs that `aud` may contain (`_TRUSTED_AUDIENCES`).
    pub trusted: &'a [String],
}

pub(super) fn validate_issuer(claims: &Map<String, Value>, issuer: &Issuer) -> Result<(), TokenError> {
    let matches = text(claims, "iss").is_some_and(|iss| issuer.accepts(iss));
    matches.then_some(()).ok_or(TokenError::Invalid("iss is another issuer"))
}

/// Validates `aud` and `azp` (OpenID Connect Core §3.1.3.7, 3–5). `aud` must contain our client ID and otherwise only trusted ones, and a
/// token for several clients must name us in `azp`. Otherwise another client could present a token that was issued to itself (token redirection).
pub(super) fn validate_audience(
    claims: &Map<String, Value>,
    audience: Audience<'_>,
) -> Result<(), TokenError> {
    let Audience { client_id, trusted } = audience;
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many
            .iter()
            .map(Value::as_str)
            .collect::<Option<_>>()
            .ok_or(TokenError::Invalid("aud is not text"))?,
        Some(_) => return Err(TokenError::Invalid("aud is not text")),
        None => return Err(TokenError::Invalid("aud is missing")),
    };
    if !audiences.contains(&client_id) {
        return Err(TokenError::Invalid("aud is another client"));
    }
    let others: Vec<&str> = audiences.into_iter().filter(|audience| *audience != client_id).collect();
    match claims.get("azp") {
        Some(azp) if azp == client_id => {}
        Some(_) => return Err(TokenError::Invalid("azp is another client")),
        None if others.is_empty() => {}
        None => return Err(TokenError::Invalid("several audiences and no azp")),
    }
    let is_trusted = |other: &&str| trusted.iter().any(|trusted| trusted == other);
    if others.iter().all(is_trusted) {
        Ok(())
    } else {
        Err(TokenError::Invalid("aud contains a client that is not trusted"))
    }
}

pub(super) fn validate_times(claims: &Map<String, Value>, now: i64) -> Result<(), TokenError> {
    let expires = seconds(claims, "exp")?.ok_or(TokenError::Invalid("exp is missing"))?;
    let issued = seconds(claims, "iat")?.ok_or(TokenError::Invalid("iat is missing"))?;
    if now >= expires.saturating_add(LEEWAY) {
        Err(TokenError::Invalid("expired"))
    } else if issued > now + LEEWAY {
        Err(TokenError::Invalid("issued in the future"))
    } else if seconds(claims, "nbf")?.is_some_and(|nbf| nbf > now + LEEWAY) {
        Err(TokenError::Invalid("not valid yet"))
    } else {
        Ok(())
    }
}

/// Returns a `NumericDate` in whole seconds. A value of another type is an error, not a missing value: `"exp": "0"` must not disable a
/// check.
pub(super) fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, TokenError> {
    #[expect(clippy::cast_possible_truncation, reason = "a fraction is cut off")]
    let whole = |number: &serde_json::Number| {
        number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64))
    };
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => {
            whole(number).map(Some).ok_or(TokenError::Invalid("a time is out of range"))
        }
        Some(_) => Err(TokenError::Invalid("a time is not a number")),
    }
}

pub(super) fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str()
}

/// Returns the subject: 1 to 255 ASCII characters, case-sensitive.
pub(super) fn subject(claims: &Map<String, Value>) -> Result<&str, TokenError> {
    let subject = text(claims, "sub").ok_or(TokenError::Invalid("sub is missing"))?;
    let is_valid = (1..=SUBJECT_MAX).contains(&subject.len())
        && subject.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    is_valid.then_some(subject).ok_or(TokenError::Invalid("sub is empty, too long or not ASCII"))
}
