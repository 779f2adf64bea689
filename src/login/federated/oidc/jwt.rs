//! Checks that all signed tokens of a provider share: issuer, audience, times.
//!
//! Claims are checked on the raw JSON. A typed model would accept the text `"true"` as `true`, or fail a login because of an unusual
//! claim that this service does not use.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::json::quoted;
use crate::config::Issuer;

/// Accepted clock difference, in seconds, for `exp`, `iat`, `nbf` and `auth_time`.
pub const LEEWAY: i64 = 60;
/// Longest subject, in ASCII characters (OpenID Connect Core §2).
const SUBJECT_MAX: usize = 255;

/// Reason why a token or a set of claims is not valid; for the log and the audit event, never for the browser.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// No known key is named by the token or fits it. The provider may have rotated its keys.
    #[error("{0}")]
    UnknownKey(String),
    /// The signature is wrong. The provider may have rotated its keys and kept their names.
    #[error("{0}")]
    Signature(String),
    /// The signature algorithm is not in our list, whatever the key.
    #[error("signed with {0}, which is not accepted")]
    Algorithm(String),
    #[error("{0}")]
    Invalid(Cow<'static, str>),
}

impl TokenError {
    pub(super) fn invalid(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(text.into())
    }
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
    let iss = required_text(claims, "iss")?;
    if issuer.accepts(iss) {
        Ok(())
    } else {
        Err(TokenError::invalid(format!("iss is another issuer: {}", quoted(iss))))
    }
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
            .ok_or_else(|| TokenError::invalid("aud contains a value that is not text"))?,
        Some(other) => return Err(TokenError::invalid(format!("aud is {}, not text", kind(other)))),
        None => return Err(TokenError::invalid("aud is missing")),
    };
    if !audiences.contains(&client_id) {
        let names: Vec<String> = audiences.iter().take(3).map(|name| quoted(name)).collect();
        return Err(TokenError::invalid(format!("aud is another client: {}", names.join(", "))));
    }
    let others: Vec<&str> = audiences.into_iter().filter(|audience| *audience != client_id).collect();
    match claims.get("azp") {
        Some(azp) if azp == client_id => {}
        Some(_) => return Err(TokenError::invalid("azp is another client")),
        None if others.is_empty() => {}
        None => return Err(TokenError::invalid("several audiences and no azp")),
    }
    let is_trusted = |other: &&str| trusted.iter().any(|trusted| trusted == other);
    if others.iter().all(is_trusted) {
        Ok(())
    } else {
        Err(TokenError::invalid("aud contains a client that is not trusted"))
    }
}

pub(super) fn validate_times(claims: &Map<String, Value>, now: i64) -> Result<(), TokenError> {
    let expires = seconds(claims, "exp")?.ok_or_else(|| TokenError::invalid("exp is missing"))?;
    let issued = seconds(claims, "iat")?.ok_or_else(|| TokenError::invalid("iat is missing"))?;
    if now >= expires.saturating_add(LEEWAY) {
        Err(TokenError::invalid("expired"))
    } else if issued > now + LEEWAY {
        Err(TokenError::invalid("issued in the future"))
    } else if seconds(claims, "nbf")?.is_some_and(|nbf| nbf > now + LEEWAY) {
        Err(TokenError::invalid("not valid yet"))
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
            whole(number).map(Some).ok_or_else(|| TokenError::invalid(format!("{name} is out of range")))
        }
        Some(other) => Err(TokenError::invalid(format!("{name} is {}, not a number", kind(other)))),
    }
}

/// Returns a required text. The error says whether it is missing or has another type.
pub(super) fn required_text<'a>(claims: &'a Map<String, Value>, name: &str) -> Result<&'a str, TokenError> {
    match claims.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(TokenError::invalid(format!("{name} is {}, not text", kind(other)))),
        None => Err(TokenError::invalid(format!("{name} is missing"))),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

pub(super) fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str()
}

/// Returns the subject: 1 to 255 ASCII characters, case-sensitive.
pub(super) fn subject(claims: &Map<String, Value>) -> Result<&str, TokenError> {
    let subject = required_text(claims, "sub")?;
    let is_valid = (1..=SUBJECT_MAX).contains(&subject.len())
        && subject.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    is_valid.then_some(subject).ok_or_else(|| TokenError::invalid("sub is empty, too long or not ASCII"))
}
