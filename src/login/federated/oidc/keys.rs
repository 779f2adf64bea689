//! Signing keys of a provider: the key set, when it may be fetched again, and the signature check.
//!
//! Signatures are checked only here. The keys come from the provider's key set and the algorithms from our list, never from the token.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::Jwk};
use serde_json::{Map, Value};

use super::{failure::ProviderFailure, http::HttpClient, jwt::TokenError, metadata::Metadata};

/// Asymmetric algorithms only. Without `none` and HS256, a token cannot be unsigned, and a public key cannot be used as an HMAC secret
/// (algorithm confusion, RFC 8725 §3.1).
const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// Shortest time between two fetches of the key set for tokens with an unknown key.
const REFRESH_INTERVAL: Duration = Duration::from_secs(10);
/// Shortest time after a failed fetch: one failure must not refuse logins for ten seconds.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Kind of a token with an unknown key.
#[derive(Clone, Copy, Debug)]
pub(super) enum TokenKind {
    /// The token endpoint sent it: an unauthenticated client cannot make one up.
    Id,
    /// Any client can send one.
    Logout,
}

/// Limits how often the key set is fetched for tokens with an unknown `kid`. Otherwise made-up tokens could cause any number of requests.
/// Each kind has a budget of its own: logout tokens with made-up `kid`s must not use up the fetch that a login needs after a key rotation.
pub(super) struct KeyRefresh {
    id_tokens: Budget,
    logout_tokens: Budget,
    /// Start of the last fetch that succeeded.
    fetched_at: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Budget {
    not_before: Instant,
    last_failed: bool,
}

/// Decision about a fetch of the key set.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RefreshDecision {
    Fetch,
    /// It was fetched a moment ago.
    UseCurrent,
    /// The last fetch failed a moment ago.
    Unavailable,
}

impl KeyRefresh {
    pub(super) fn new() -> Self {
        let unused = Budget { not_before: Instant::now(), last_failed: false };
        Self { id_tokens: unused, logout_tokens: unused, fetched_at: None }
    }

    /// Decides for a token whose key was missing at `asked_at`.
    pub(super) fn decide(&self, kind: TokenKind, asked_at: Instant) -> RefreshDecision {
        // Another token waited for the same keys: one fetch is enough.
        if self.fetched_at.is_some_and(|fetched_at| fetched_at >= asked_at) {
            return RefreshDecision::UseCurrent;
        }
        let budget = match kind {
            TokenKind::Id => self.id_tokens,
            TokenKind::Logout => self.logout_tokens,
        };
        match (Instant::now() < budget.not_before, budget.last_failed) {
            (false, _) => RefreshDecision::Fetch,
            (true, false) => RefreshDecision::UseCurrent,
            (true, true) => RefreshDecision::Unavailable,
        }
    }

    /// Sets when the next fetch may start, counted from the end of this one. Otherwise each login that waited for a slow fetch would start
    /// another one.
    pub(super) fn record(&mut self, kind: TokenKind, started_at: Instant, failed: bool) {
        let interval = if failed { RETRY_INTERVAL } else { REFRESH_INTERVAL };
        let budget = match kind {
            TokenKind::Id => &mut self.id_tokens,
            TokenKind::Logout => &mut self.logout_tokens,
        };
        *budget = Budget { not_before: Instant::now() + interval, last_failed: failed };
        if !failed {
            self.fetched_at = Some(started_at);
        }
    }
}

/// Fetches the key set. Keys of an unknown type and keys for encryption are skipped.
pub(super) async fn fetch_keys(
    client: &HttpClient,
    metadata: &Metadata,
) -> Result<Vec<Jwk>, ProviderFailure> {
    let mut set = client.get_json(metadata.jwks_uri().as_str()).await?;
    let Some(Value::Array(keys)) = set.remove("keys") else {
        return Err(ProviderFailure::Invalid("the key set has no member `keys`".to_owned()));
    };
    let is_for_signatures = |key: &Value| key.get("use").is_none_or(|usage| usage == "sig");
    Ok(keys
        .into_iter()
        .filter(is_for_signatures)
        .filter_map(|key| serde_json::from_value(key).ok())
        .collect())
}

/// Returns the claims of a token that one of these keys signed. Only the signature is checked.
pub(super) fn check_signature(token: &str, keys: &[Jwk]) -> Result<Map<String, Value>, TokenError> {
    let header = decode_header(token)
        .map_err(|_| TokenError::Invalid("not a signed token with an algorithm that we know"))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(TokenError::Algorithm(header.alg));
    }
    if has_critical_header(token) {
        return Err(TokenError::Invalid("the header `crit` is not supported"));
    }
    // Without a `kid` every key is tried: a provider with one key often sends none.
    let has_kid = |key: &&Jwk| match &header.kid {
        Some(kid) => key.common.key_id.as_ref() == Some(kid),
        None => true,
    };
    let candidates: Vec<&Jwk> = keys.iter().filter(has_kid).collect();
    if candidates.is_empty() {
        return Err(TokenError::UnknownKey);
    }
    let algorithm = format!("{:?}", header.alg);
    let is_for_algorithm =
        |key: &&Jwk| key.common.key_algorithm.is_none_or(|known| known.to_string() == algorithm);
    let mut validation = Validation::new(header.alg);
    // Times and audience are checked in `jwt.rs`, with our clock and on the raw JSON.
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_nbf, validation.validate_aud) = (false, false, false);
    let verified = candidates.into_iter().filter(is_for_algorithm).find_map(|key| {
        let key = DecodingKey::from_jwk(key).ok()?;
        decode::<Map<String, Value>>(token, &key, &validation).ok()
    });
    match (verified, &header.kid) {
        (Some(data), _) => Ok(data.claims),
        (None, Some(_)) => Err(TokenError::Invalid("the signature is wrong")),
        // Without a `kid`, a rotated key looks the same as a wrong signature.
        (None, None) => Err(TokenError::UnknownKey),
    }
}

/// Returns whether the token has the header `crit`. A token with a critical header that the receiver does not understand is invalid
/// (RFC 7515 §4.1.11).
fn has_critical_header(token: &str) -> bool {
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header = header.and_then(|bytes| serde_json::from_slice::<Map<String, Value>>(&bytes).ok());
    header.is_none_or(|header| header.contains_key("crit"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logout_tokens_and_id_tokens_have_separate_budgets() {
        let mut refresh = KeyRefresh::new();
        refresh.record(TokenKind::Logout, Instant::now(), false);
        assert_eq!(refresh.decide(TokenKind::Logout, Instant::now()), RefreshDecision::UseCurrent);
        assert_eq!(refresh.decide(TokenKind::Id, Instant::now()), RefreshDecision::Fetch);
        refresh.record(TokenKind::Logout, Instant::now(), true);
        assert_eq!(refresh.decide(TokenKind::Logout, Instant::now()), RefreshDecision::Unavailable);
        assert_eq!(refresh.decide(TokenKind::Id, Instant::now()), RefreshDecision::Fetch);
        refresh.record(TokenKind::Id, Instant::now(), false);
        assert_eq!(refresh.decide(TokenKind::Id, Instant::now()), RefreshDecision::UseCurrent);
    }

    #[test]
    fn one_fetch_serves_the_tokens_that_waited_for_it() {
        let (mut refresh, asked_at) = (KeyRefresh::new(), Instant::now());
        refresh.record(TokenKind::Logout, Instant::now(), false);
        assert_eq!(refresh.decide(TokenKind::Id, asked_at), RefreshDecision::UseCurrent);
    }
}
