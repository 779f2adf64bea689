//! Signing keys of a provider: the key set (RFC 7517 §5), and when it may be fetched again.

use std::time::{Duration, Instant};

use super::{
    failure::ProviderFailure,
    http::{HttpClient, Request},
    json::{JsonObject, quoted, raw_elements, raw_members},
    jwk::{Unusable, VerificationKey, kid},
    metadata::Metadata,
};

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

/// The usable keys of a key set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeySet {
    pub(super) keys: Vec<VerificationKey>,
    /// Why keys for signatures are not usable.
    pub(super) problems: Vec<String>,
}

/// Number of problems that are kept for the log.
const PROBLEMS_MAX: usize = 5;

impl KeySet {
    /// Reads a key set. A key that cannot be used does not affect the others.
    ///
    /// # Errors
    /// What the document is instead of a key set.
    fn read(document: &[u8]) -> Result<Self, String> {
        let members = raw_members(document)?;
        let named = |wanted: &str| {
            let is_named =
                |name: &[u8]| serde_json::from_slice::<String>(name).is_ok_and(|name| name == wanted);
            members.iter().rev().find(|(name, _)| is_named(name)).map(|(_, value)| *value)
        };
        let keys = match (named("keys"), named("kty")) {
            (Some(keys), _) => raw_elements(keys).map_err(|error| format!("the member `keys` is {error}"))?,
            (None, Some(_)) => return Err("one key without the member `keys`, not a key set".to_owned()),
            (None, None) => return Err("not a key set: it has no member `keys`".to_owned()),
        };
        let mut set = Self::default();
        let mut published: Vec<VerificationKey> = Vec::new();
        for (index, key) in keys.into_iter().enumerate() {
            let jwk = match JsonObject::read(key) {
                Ok(jwk) => jwk,
                Err(error) => {
                    set.add_problem(index, None, &error);
                    continue;
                }
            };
            let name = kid(&jwk.members);
            match VerificationKey::read(&jwk) {
                Ok(key) => set.keys.push(key),
                Err(Unusable::ForSomethingElse(reason)) => {
                    tracing::debug!(kid = name, reason, "key of the provider skipped");
                }
                Err(Unusable::Malformed(reason)) => set.add_problem(index, name.as_deref(), &reason),
                Err(Unusable::Private(key)) => {
                    set.add_problem(
                        index,
                        name.as_deref(),
                        "the private key is published; replace this key at the provider",
                    );
                    published.extend(key.map(|key| *key));
                }
            }
        }
        // Every reader of the key set can sign with a published private key, so its public key proves nothing, under any name.
        set.keys.retain(|key| !published.iter().any(|published| published.has_same_material(key)));
        Ok(set)
    }

    fn add_problem(&mut self, index: usize, kid: Option<&str>, reason: &str) {
        if self.problems.len() < PROBLEMS_MAX {
            let name = kid.map_or_else(|| format!("number {}", index + 1), quoted);
            self.problems.push(format!("key {name}: {reason}"));
        }
    }
}

/// Fetches the key set.
pub(super) async fn fetch_keys(client: &HttpClient, metadata: &Metadata) -> Result<KeySet, ProviderFailure> {
    let url = metadata.jwks_uri().as_str();
    let at = |error: &dyn std::fmt::Display| format!("key set {}: {error}", quoted(url));
    let document =
        client.get(Request::Keys, url).await.map_err(|error| ProviderFailure::of_http(&error, at(&error)))?;
    KeySet::read(&document).map_err(|error| ProviderFailure::Invalid(at(&error)))
}

#[cfg(test)]
mod tests;
