//! Validation of an ID token's claims after its signature was checked (OpenID Connect Core §3.1.3.7).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::{
    jwk::{Algorithm, Digest},
    jwt::{Audience, TokenError, required_text, subject, validate_audience, validate_issuer, validate_times},
};
use crate::{clock::Timestamp, config::Issuer};

/// Values that an ID token must contain.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a Issuer,
    pub(super) audience: Audience<'a>,
    pub(super) nonce: &'a str,
}

/// Checks that verified claims belong to the ID token of this login.
pub(super) fn validate(
    claims: &Map<String, Value>,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<(), TokenError> {
    validate_issuer(claims, expected.issuer)?;
    validate_audience(claims, expected.audience)?;
    validate_times(claims, now.as_secs())?;
    // An ID token of another login must not be accepted (replay, code injection).
    if required_text(claims, "nonce")? != expected.nonce {
        return Err(TokenError::invalid("nonce belongs to another login"));
    }
    subject(claims).map(drop)
}

/// Checks that the access token was issued together with this ID token (OpenID Connect Core §3.1.3.6).
pub(super) fn check_at_hash(
    algorithm: Algorithm,
    at_hash: &Value,
    access_token: &str,
) -> Result<(), TokenError> {
    let hash = match algorithm.digest() {
        Digest::Sha256 => Sha256::digest(access_token)[..16].to_vec(),
        Digest::Sha384 => Sha384::digest(access_token)[..24].to_vec(),
        Digest::Sha512 => Sha512::digest(access_token)[..32].to_vec(),
    };
    let matches = at_hash.as_str() == Some(&URL_SAFE_NO_PAD.encode(hash));
    matches.then_some(()).ok_or_else(|| TokenError::invalid("at_hash belongs to another access token"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("not an object") };
        map
    }

    fn validated(change: Value) -> Result<(), TokenError> {
        let mut claims = object(
            json!({ "iss": "https://idp.example", "aud": "client", "exp": 2000, "iat": 1000, "nonce": "n", "sub": "grace" }),
        );
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
    fn valid_claims_are_accepted() {
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
            assert_eq!(validated(change.clone()), Ok(()), "{change}");
        }
    }

    #[test]
    fn invalid_claims_are_refused() {
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
            json!({ "aud": 7 }),
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
            assert!(validated(change.clone()).is_err(), "{change}");
        }
    }
}
