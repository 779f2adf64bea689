//! Signed tokens of a provider: the signature, and what an ID token or a logout token must say.
//!
//! Signatures are checked here and nowhere else, with keys from the provider's own set and algorithms from our list, never from
//! the token. Then the claims are judged on the raw JSON: a typed model would turn the text `"true"` into a truth, or fail a
//! sign-in over an odd but honest claim that nobody asked for.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::Jwk};
use serde_json::{Map, Value};

use crate::{clock::Timestamp, config::Issuer};

/// How far clocks may be apart, in seconds: one number for `exp`, `iat` and `nbf`.
pub const LEEWAY: i64 = 60;
/// Longest subject (OpenID Connect Core §2), in ASCII characters.
const SUBJECT_MAX: usize = 255;
/// Asymmetric only: `none` and the HS family are not in it, so a public key is never taken for a secret (RFC 8725 §3.1).
const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// Why a token or a set of claims is not accepted; for the log and the trail, never for the browser.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// No key we have fits: keys may have been rotated.
    #[error("no key of the provider's fits")]
    UnknownKey,
    /// Signed in a way that is not accepted, whatever the key.
    #[error("signed with {0:?}, which is not accepted")]
    Algorithm(Algorithm),
    /// What is wrong.
    #[error("{0}")]
    Because(&'static str),
}

use TokenError::Because;

/// Whom a token must be for.
#[derive(Clone, Copy)]
pub struct Audience<'a> {
    /// Us, exactly.
    pub client_id: &'a str,
    /// Who else may be named, by the settings.
    pub trusted: &'a [String],
}

/// What an ID token must say.
pub struct Expected<'a> {
    /// Exactly, or one of its tenants that were named.
    pub issuer: &'a Issuer,
    /// Whom it must be for.
    pub audience: Audience<'a>,
    /// Exactly.
    pub nonce: &'a str,
}

/// The claims of a token that one of these keys signed.
///
/// # Errors
/// [`TokenError`].
pub fn check_signature(token: &str, keys: &[Jwk]) -> Result<Map<String, Value>, TokenError> {
    let header = decode_header(token).map_err(|_| Because("not a signed token with an algorithm we know"))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(TokenError::Algorithm(header.alg));
    }
    if has_crit(token) {
        return Err(Because("a critical header that nobody understands"));
    }
    let fitting = |key: &&Jwk| match &header.kid {
        Some(kid) => key.common.key_id.as_ref() == Some(kid),
        None => true,
    };
    let said = algorithm_name(header.alg);
    let made_for =
        |key: &&Jwk| key.common.key_algorithm.is_none_or(|algorithm| algorithm.to_string() == said);
    let candidates: Vec<&Jwk> = keys.iter().filter(fitting).collect();
    if candidates.is_empty() {
        return Err(TokenError::UnknownKey);
    }
    let mut validation = Validation::new(header.alg);
    // Times and audience are judged below, by our clock and on the raw JSON.
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_nbf, validation.validate_aud) = (false, false, false);
    // Without a kid every key is tried: a provider with one key often sends none.
    let verified = candidates.into_iter().filter(made_for).find_map(|key| {
        let key = DecodingKey::from_jwk(key).ok()?;
        decode::<Map<String, Value>>(token, &key, &validation).ok()
    });
    // Without a kid a newer key cannot be told from a wrong signature.
    let refusal =
        if header.kid.is_none() { TokenError::UnknownKey } else { Because("the signature is wrong") };
    verified.map(|data| data.claims).ok_or(refusal)
}

/// As a key set has it.
fn algorithm_name(algorithm: Algorithm) -> String {
    format!("{algorithm:?}")
}

/// RFC 7515 §4.1.11: a header that must be understood, and is not.
fn has_crit(token: &str) -> bool {
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header = header.and_then(|bytes| serde_json::from_slice::<Map<String, Value>>(&bytes).ok());
    header.is_none_or(|header| header.contains_key("crit"))
}

/// Whether verified claims are those of the ID token that was asked for (OpenID Connect Core §3.1.3.7).
///
/// # Errors
/// [`TokenError`].
pub fn validate(
    claims: &Map<String, Value>,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<(), TokenError> {
    validate_issuer(claims, expected.issuer)?;
    validate_audience(claims, expected.audience)?;
    validate_times(claims, now.as_secs())?;
    if text(claims, "nonce") != Some(expected.nonce) {
        return Err(Because("nonce is another sign-in's"));
    }
    subject(claims).map(drop)
}

fn validate_issuer(claims: &Map<String, Value>, issuer: &Issuer) -> Result<(), TokenError> {
    let ours = text(claims, "iss").is_some_and(|iss| issuer.accepts(iss));
    ours.then_some(()).ok_or(Because("iss is another issuer"))
}

/// OpenID Connect Core §3.1.3.7, 3–5: we are in `aud`, nobody is whom we do not trust, and a token that is for several says in `azp`
/// that it was issued to us. A token that somebody else got for itself is not one for us (token redirection).
fn validate_audience(claims: &Map<String, Value>, audience: Audience<'_>) -> Result<(), TokenError> {
    let Audience { client_id, trusted } = audience;
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => {
            many.iter().map(Value::as_str).collect::<Option<_>>().ok_or(Because("aud is not text"))?
        }
        _ => return Err(Because("aud is missing")),
    };
    if !audiences.contains(&client_id) {
        return Err(Because("aud is another client"));
    }
    let others: Vec<&str> = audiences.into_iter().filter(|audience| *audience != client_id).collect();
    match claims.get("azp") {
        Some(azp) if azp != client_id => Err(Because("azp is another client")),
        None if !others.is_empty() => Err(Because("several audiences and no azp")),
        _ if others.iter().any(|other| !trusted.iter().any(|trusted| trusted == other)) => {
            Err(Because("aud names somebody we do not trust"))
        }
        _ => Ok(()),
    }
}

/// Whether verified claims of a signed userinfo answer are the provider's, and for us, as far as they say (OpenID Connect Core §5.3.2);
/// whom they are about is for [`super::claims::Claims::merge`].
///
/// # Errors
/// [`TokenError`].
pub fn validate_userinfo(
    claims: &Map<String, Value>,
    issuer: &Issuer,
    audience: Audience<'_>,
) -> Result<(), TokenError> {
    if claims.contains_key("iss") {
        validate_issuer(claims, issuer)?;
    }
    if claims.contains_key("aud") { validate_audience(claims, audience) } else { Ok(()) }
}

fn validate_times(claims: &Map<String, Value>, now: i64) -> Result<(), TokenError> {
    let expires = seconds(claims, "exp")?.ok_or(Because("exp is missing"))?;
    let issued = seconds(claims, "iat")?.ok_or(Because("iat is missing"))?;
    if now >= expires.saturating_add(LEEWAY) {
        Err(Because("expired"))
    } else if issued > now + LEEWAY {
        Err(Because("issued in the future"))
    } else if seconds(claims, "nbf")?.is_some_and(|nbf| nbf > now + LEEWAY) {
        Err(Because("not valid yet"))
    } else {
        Ok(())
    }
}

/// A `NumericDate`, in seconds; of another type it is an error, never an absence.
pub(super) fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, TokenError> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a date with a fraction is rounded to the second it is in"
    )]
    let whole = |number: &serde_json::Number| {
        number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64))
    };
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => whole(number).map(Some).ok_or(Because("a time that is no date")),
        Some(_) => Err(Because("a time that is not a number")),
    }
}

/// A claim that is text.
pub(super) fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str()
}

/// The subject of verified claims: 1 to 255 ASCII characters, case-sensitive.
///
/// # Errors
/// [`TokenError`].
pub fn subject(claims: &Map<String, Value>) -> Result<&str, TokenError> {
    let subject = text(claims, "sub").ok_or(Because("sub is missing"))?;
    let good = (1..=SUBJECT_MAX).contains(&subject.len())
        && subject.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    good.then_some(subject).ok_or(Because("sub is empty, too long or not ASCII"))
}

/// The access token is the one that came with this ID token (OpenID Connect Core §3.1.3.6).
///
/// # Errors
/// [`TokenError`] when it is not.
pub fn check_at_hash(id_token: &str, at_hash: &Value, access_token: &str) -> Result<(), TokenError> {
    use sha2::{Digest as _, Sha256, Sha512};
    let algorithm = decode_header(id_token).map_err(|_| Because("no header"))?.alg;
    let hash = match algorithm {
        Algorithm::EdDSA => Sha512::digest(access_token)[..32].to_vec(),
        _ => Sha256::digest(access_token)[..16].to_vec(),
    };
    let same = at_hash.as_str() == Some(&URL_SAFE_NO_PAD.encode(hash));
    same.then_some(()).ok_or(Because("at_hash is another access token's"))
}

/// How old a logout token may be, in seconds: they are sent at once.
const LOGOUT_AGE: i64 = 600;
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Whose sessions a provider has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutToken {
    /// `jti`: the notice counts once.
    pub id: String,
    /// Which tenant of the issuer, where there are several.
    pub issuer: String,
    /// Whose.
    pub subject: Option<String>,
    /// Which session at the provider.
    pub sid: Option<String>,
    /// When it was issued, in seconds.
    pub issued_at: i64,
    /// From then on it is refused for its age: its id need not be known any longer.
    pub stale_at: Timestamp,
}

/// What verified claims of a logout token say (OpenID Connect Back-Channel Logout 1.0 §2.6).
///
/// # Errors
/// [`TokenError`].
pub fn validate_logout_token(
    token: &str,
    claims: &Map<String, Value>,
    issuer: &Issuer,
    audience: Audience<'_>,
    now: Timestamp,
) -> Result<LogoutToken, TokenError> {
    // Not another kind of token of the same issuer, whose claims happen to fit (cross-JWT confusion, RFC 8725 §3.11).
    let kind =
        decode_header(token).map_err(|_| Because("no header"))?.typ.map(|typ| typ.to_ascii_lowercase());
    if !matches!(kind.as_deref(), None | Some("jwt" | "logout+jwt" | "application/logout+jwt")) {
        return Err(Because("typ is another kind of token"));
    }
    validate_issuer(claims, issuer)?;
    validate_audience(claims, audience)?;
    validate_times(claims, now.as_secs())?;
    let sent_at = seconds(claims, "iat")?.ok_or(Because("iat is missing"))?;
    if now.as_secs() > sent_at.saturating_add(LOGOUT_AGE + LEEWAY) {
        return Err(Because("issued too long ago"));
    }
    if !claims.get("events").and_then(|events| events.get(LOGOUT_EVENT)).is_some_and(Value::is_object) {
        return Err(Because("events does not say logout"));
    }
    if claims.contains_key("nonce") {
        return Err(Because("an ID token's nonce in a logout token"));
    }
    let member = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(_) => Err(Because("sid or jti is not text")),
    };
    let subject = claims.contains_key("sub").then(|| subject(claims).map(ToOwned::to_owned)).transpose()?;
    let sid = member("sid")?;
    if subject.is_none() && sid.is_none() {
        return Err(Because("neither sub nor sid"));
    }
    let id = member("jti")?.ok_or(Because("jti is missing"))?;
    let issuer = text(claims, "iss").unwrap_or_default().to_owned();
    // The second after the last in which it counts, whole.
    let stale_at = sent_at.saturating_add(LOGOUT_AGE + LEEWAY + 1);
    let stale_at = Timestamp::from_millis(stale_at.saturating_mul(1000));
    Ok(LogoutToken { id, issuer, subject, sid, issued_at: sent_at, stale_at })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("not an object") };
        map
    }

    fn good() -> Map<String, Value> {
        object(
            json!({ "iss": "https://idp.example", "aud": "client", "exp": 2000, "iat": 1000, "nonce": "n", "sub": "grace" }),
        )
    }

    fn judged(change: Value) -> Result<(), TokenError> {
        let mut claims = good();
        for (name, value) in object(change) {
            if value.is_null() {
                claims.remove(&name)
            } else {
                claims.insert(name, value)
            };
        }
        let issuer = Issuer::new("https://idp.example", Vec::new()).expect("an issuer");
        let expected = Expected {
            issuer: &issuer,
            audience: Audience { client_id: "client", trusted: &["trusted".to_owned()] },
            nonce: "n",
        };
        validate(&claims, &expected, Timestamp::from_millis(1_000_000))
    }

    #[test]
    fn honest_claims_are_accepted() {
        for change in [
            json!({}),
            json!({ "aud": ["client"] }),
            json!({ "aud": ["client", "client"] }),
            json!({ "aud": ["trusted", "client"], "azp": "client" }),
            json!({ "azp": "client" }),
            json!({ "exp": 941 }),
            json!({ "iat": 1060 }),
            json!({ "iat": 999.7 }),
            json!({ "nbf": 1060 }),
            json!({ "auth_time": "yesterday" }),
            json!({ "locale": 7 }),
            json!({ "exp": i64::MAX }),
            json!({ "exp": 1e300 }),
        ] {
            assert_eq!(judged(change.clone()), Ok(()), "{change}");
        }
    }

    #[test]
    fn lies_are_refused() {
        for change in [
            json!({ "iss": "https://idp.example/" }),
            json!({ "iss": null }),
            json!({ "aud": "other" }),
            json!({ "aud": null }),
            json!({ "aud": [] }),
            json!({ "aud": ["client", "other"] }),
            json!({ "aud": ["client", "other"], "azp": "client" }),
            json!({ "aud": ["client", "trusted", "other"], "azp": "client" }),
            json!({ "aud": ["client", "trusted"] }),
            json!({ "aud": ["client", "trusted"], "azp": "trusted" }),
            json!({ "aud": ["trusted"], "azp": "client" }),
            json!({ "aud": "trusted" }),
            json!({ "azp": null, "aud": ["client", 7] }),
            json!({ "azp": "other" }),
            json!({ "azp": 7 }),
            json!({ "exp": 940 }),
            json!({ "exp": i64::MIN }),
            json!({ "exp": null }),
            json!({ "exp": "2000" }),
            json!({ "iat": i64::MAX }),
            json!({ "iat": 1e300 }),
            json!({ "iat": null }),
            json!({ "iat": 1061 }),
            json!({ "iat": "1000" }),
            json!({ "nbf": 1061 }),
            json!({ "nbf": "0" }),
            json!({ "nonce": "other" }),
            json!({ "nonce": null }),
            json!({ "sub": null }),
            json!({ "sub": "" }),
            json!({ "sub": 7 }),
            json!({ "sub": "a".repeat(256) }),
            json!({ "sub": "gräce" }),
        ] {
            assert!(judged(change.clone()).is_err(), "{change}");
        }
    }

    #[test]
    fn a_logout_token_says_that_it_is_one_and_of_whom() {
        let judged_at = |now: Timestamp, typ: &str, change: Value| {
            let mut claims = good();
            claims.remove("nonce");
            claims.extend(object(json!({ "jti": "1", "sid": "s", "events": { LOGOUT_EVENT: {} } })));
            for (name, value) in object(change) {
                if value.is_null() {
                    claims.remove(&name)
                } else {
                    claims.insert(name, value)
                };
            }
            let header = json!({ "alg": "RS256", "typ": typ }).to_string();
            let token = format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(header));
            let issuer = Issuer::new("https://idp.example", Vec::new()).expect("an issuer");
            validate_logout_token(
                &token,
                &claims,
                &issuer,
                Audience { client_id: "client", trusted: &[] },
                now,
            )
        };
        let judged = |typ: &str, change: Value| judged_at(Timestamp::from_millis(1_000_000), typ, change);
        for (typ, change) in [
            ("logout+jwt", json!({})),
            ("JWT", json!({})),
            ("logout+jwt", json!({ "sub": null })),
            ("logout+jwt", json!({ "sid": null })),
            ("logout+jwt", json!({ "iat": 341 })),
        ] {
            assert!(judged(typ, change.clone()).is_ok(), "{typ} {change}");
        }
        for (typ, change) in [
            ("at+jwt", json!({})),
            ("logout+jwt", json!({ "iss": "https://other.example" })),
            ("logout+jwt", json!({ "aud": "other" })),
            ("logout+jwt", json!({ "iat": null })),
            ("logout+jwt", json!({ "iat": 1061 })),
            ("logout+jwt", json!({ "iat": 339 })),
            ("logout+jwt", json!({ "exp": null })),
            ("logout+jwt", json!({ "exp": 940 })),
            ("logout+jwt", json!({ "jti": null })),
            ("logout+jwt", json!({ "jti": 7 })),
            ("logout+jwt", json!({ "events": null })),
            ("logout+jwt", json!({ "events": { "other": {} } })),
            ("logout+jwt", json!({ "events": { LOGOUT_EVENT: true } })),
            ("logout+jwt", json!({ "events": [LOGOUT_EVENT] })),
            ("logout+jwt", json!({ "nonce": "n" })),
            ("logout+jwt", json!({ "sub": null, "sid": null })),
            ("logout+jwt", json!({ "sub": "" })),
            ("logout+jwt", json!({ "sid": 7 })),
        ] {
            assert!(judged(typ, change.clone()).is_err(), "{typ} {change}");
        }
        // Its id is known for as long as it would count again.
        let stale_at = judged("JWT", json!({})).expect("a good one").stale_at;
        let last = Timestamp::from_millis(stale_at.as_secs() * 1000 - 1);
        assert!(judged_at(last, "JWT", json!({})).is_ok() && judged_at(stale_at, "JWT", json!({})).is_err());
    }
}
