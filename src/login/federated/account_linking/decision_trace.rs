//! What is written down of a sign-in through a provider, so that it can be explained: the claims that were seen (no token), the rule,
//! the outcome, what would have been needed, and what it changed. An event holds it; its id is the trace number that people are told.

use serde_json::{Map, Value, json};

use super::decide::Decision;
use crate::{
    config::ProviderConfig,
    login::federated::oidc::claims::Claims,
    user::{Email, Identity, User},
};

/// Of a decision.
#[must_use]
pub fn of_decision(
    provider: &ProviderConfig,
    claims: &Claims,
    decision: &Decision,
    changes: Option<Value>,
) -> String {
    let mut trace = shown(provider, claims, decision);
    if let Some(changes) = changes {
        trace["changes"] = changes;
    }
    trace.to_string()
}

/// What the decision rested on and what it was; the same for a sign-in and for `vestibule explain`.
#[must_use]
pub fn shown(provider: &ProviderConfig, claims: &Claims, decision: &Decision) -> Value {
    let trusted = claims.email.as_ref().is_some_and(|email| provider.is_trusted_for(email));
    json!({
        "provider": provider.name, "issuer": claims.issuer, "subject": claims.subject,
        "email": claims.email.as_ref().map(Email::as_str), "emailVerified": claims.email_verified, "trustedForDomain": trusted,
        "claims": claims.for_trace(), "decision": decision,
    })
}

/// Of an answer that came to no decision.
#[must_use]
pub fn of_failure(provider: &ProviderConfig, failure: &str) -> String {
    json!({ "provider": provider.name, "issuer": provider.issuer.as_str(), "failure": failure }).to_string()
}

/// What a person was and is, as far as it differs.
#[must_use]
pub fn changes(before: &User, after: &User) -> Value {
    changes_from(Some(before), after)
}

/// As [`changes`], also of a person who was not there before.
#[must_use]
pub fn changes_from(before: Option<&User>, after: &User) -> Value {
    let (before, after) = (before.map(state).unwrap_or_default(), state(after));
    let differs = |name: &String, other: &Map<String, Value>, value: &Value| other.get(name) != Some(value);
    let part = |of: &Map<String, Value>, other: &Map<String, Value>| -> Map<String, Value> {
        of.iter()
            .filter(|(name, value)| differs(name, other, value) && !(value.is_null() && other.is_empty()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    json!({ "before": part(&before, &after), "after": part(&after, &before) })
}

/// What a merge may change of a person, without secrets.
fn state(user: &User) -> Map<String, Value> {
    let identities: Vec<String> = user.identities.iter().map(|identity| identity.key.to_string()).collect();
    let given = |identity: &Identity| identity.roles.clone();
    let provided: Vec<String> = user.identities.iter().flat_map(given).collect();
    let Value::Object(state) = json!({
        "status": user.status, "email": user.email, "emailVerified": user.email_verified, "displayName": user.display_name,
        "picture": user.picture, "locale": user.locale, "roles": user.roles, "rolesFromProviders": provided,
        "identities": identities, "hasPassword": user.password.is_some(), "mfaEnabled": user.has_second_factor(),
    }) else {
        return Map::new();
    };
    state
}
