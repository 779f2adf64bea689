//! Logout tokens of a provider (OpenID Connect Back-Channel Logout 1.0 §2.6).

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value};

use super::{
    failure::ProviderFailure,
    jwt::{
        Audience, LEEWAY, TokenError, seconds, subject, text, validate_audience, validate_issuer,
        validate_times,
    },
    keys::TokenKind,
    provider::Provider,
};
use crate::{clock::Timestamp, config::Issuer};

/// Maximum age of a logout token, in seconds: providers send it at once.
const MAX_AGE: i64 = 600;
/// Explicit type of a logout token (§2.4). Many providers send `JWT`.
const TYPE: &str = "logout+jwt";
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Time that the request waits if the key set must be fetched first.
const KEYS_TIMEOUT: Duration = Duration::from_secs(9);

/// The sessions that a provider has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutToken {
    /// `jti`: the token can be used once.
    pub id: String,
    /// One tenant of the issuer, if it has several.
    pub issuer: String,
    pub subject: Option<String>,
    /// The session at the provider.
    pub sid: Option<String>,
    /// `iat`, in seconds.
    pub issued_at: i64,
    /// From this time on the token is refused for its age, and its `jti` need not be remembered.
    pub stale_at: Timestamp,
}

impl Provider {
    /// Validates a logout token: signature, claims, age. With `may_fetch_keys`, the key set is fetched if the token names an unknown key.
    pub async fn validated_logout_token(
        self: &Arc<Self>,
        token: &str,
        may_fetch_keys: bool,
        now: Timestamp,
    ) -> Result<LogoutToken, ProviderFailure> {
        let discovered = self.discovered().ok_or_else(ProviderFailure::not_discovered)?;
        let verified = if may_fetch_keys {
            let verified = self.verify_signature(token, TokenKind::Logout, &discovered);
            tokio::time::timeout(KEYS_TIMEOUT, verified).await.unwrap_or_else(|_| {
                Err(ProviderFailure::Unavailable("the key set was not loaded in time".to_owned()))
            })?
        } else {
            discovered.verify_with_known_keys(token)?
        };
        let validated = verified
            .check_type(TYPE)
            .and_then(|()| validate(&verified.claims, &self.config.issuer, self.audience(), now));
        Ok(validated.map_err(|error| verified.explain(error))?)
    }
}

fn validate(
    claims: &Map<String, Value>,
    issuer: &Issuer,
    audience: Audience<'_>,
    now: Timestamp,
) -> Result<LogoutToken, TokenError> {
    validate_issuer(claims, issuer)?;
    validate_audience(claims, audience)?;
    validate_times(claims, now.as_secs())?;
    let issued_at = seconds(claims, "iat")?.ok_or_else(|| TokenError::invalid("iat is missing"))?;
    if now.as_secs() > issued_at.saturating_add(MAX_AGE + LEEWAY) {
        return Err(TokenError::invalid("issued too long ago"));
    }
    if !claims.get("events").and_then(|events| events.get(LOGOUT_EVENT)).is_some_and(Value::is_object) {
        return Err(TokenError::invalid("events contains no logout event"));
    }
    // §2.4: a logout token must not be usable as an ID token, so it has no nonce.
    if claims.contains_key("nonce") {
        return Err(TokenError::invalid("a logout token must not contain a nonce"));
    }
    let subject = claims.contains_key("sub").then(|| subject(claims).map(ToOwned::to_owned)).transpose()?;
    let sid = optional_text(claims, "sid")?;
    if subject.is_none() && sid.is_none() {
        return Err(TokenError::invalid("neither sub nor sid"));
    }
    let id = optional_text(claims, "jti")?.ok_or_else(|| TokenError::invalid("jti is missing"))?;
    let issuer = text(claims, "iss").unwrap_or_default().to_owned();
    // The token is accepted during the whole last second.
    let stale_at = issued_at.saturating_add(MAX_AGE + LEEWAY + 1);
    let stale_at = Timestamp::from_millis(stale_at.saturating_mul(1000));
    Ok(LogoutToken { id, issuer, subject, sid, issued_at, stale_at })
}

fn optional_text(claims: &Map<String, Value>, name: &str) -> Result<Option<String>, TokenError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(_) => Err(TokenError::invalid(format!("{name} is empty or not text"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("not an object") };
        map
    }

    fn validated_at(now: Timestamp, change: Value) -> Result<LogoutToken, TokenError> {
        let mut claims = object(json!({
            "iss": "https://idp.example", "aud": "client", "exp": 2000, "iat": 1000, "sub": "grace",
            "jti": "1", "sid": "s", "events": { LOGOUT_EVENT: {} },
        }));
        for (name, value) in object(change) {
            if value.is_null() {
                claims.remove(&name)
            } else {
                claims.insert(name, value)
            };
        }
        let issuer = Issuer::new("https://idp.example", Vec::new()).expect("an issuer");
        validate(&claims, &issuer, Audience { client_id: "client", trusted: &[] }, now)
    }

    fn validated(change: Value) -> Result<LogoutToken, TokenError> {
        validated_at(Timestamp::from_millis(1_000_000), change)
    }

    #[test]
    fn valid_logout_tokens_are_accepted() {
        for change in [json!({}), json!({ "sub": null }), json!({ "sid": null }), json!({ "iat": 341 })] {
            assert!(validated(change.clone()).is_ok(), "{change}");
        }
    }

    #[test]
    fn invalid_logout_tokens_are_refused() {
        for change in [
            json!({ "iss": "https://other.example" }),
            json!({ "aud": "other" }),
            json!({ "iat": null }),
            json!({ "iat": 1061 }),
            json!({ "iat": 339 }),
            json!({ "exp": null }),
            json!({ "exp": 940 }),
            json!({ "jti": null }),
            json!({ "jti": 7 }),
            json!({ "events": null }),
            json!({ "events": { "other": {} } }),
            json!({ "events": { LOGOUT_EVENT: true } }),
            json!({ "events": [LOGOUT_EVENT] }),
            json!({ "nonce": "n" }),
            json!({ "sub": null, "sid": null }),
            json!({ "sub": "" }),
            json!({ "sid": 7 }),
        ] {
            assert!(validated(change.clone()).is_err(), "{change}");
        }
    }

    #[test]
    fn the_token_is_refused_from_stale_at_on() {
        let stale_at = validated(json!({})).expect("valid").stale_at;
        let last = Timestamp::from_millis(stale_at.as_secs() * 1000 - 1);
        assert!(validated_at(last, json!({})).is_ok());
        assert!(validated_at(stale_at, json!({})).is_err());
    }
}
