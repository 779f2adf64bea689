//! The trace of a decision: claims (no token), rule, outcome, what would have been needed, and what changed. It is stored in the details of
//! an audit event. The id of the event is the trace number that a refused user sees.

use serde_json::{Map, Value, json};

use super::{decide::Decision, role_claim};
use crate::{
    config::ProviderConfig,
    login::federated::oidc::claims::Claims,
    user::{Email, User},
};

/// Describes a decision and the claims it rests on; the same for a login and for `vestibule explain`.
#[must_use]
pub fn describe(provider: &ProviderConfig, claims: &Claims, decision: &Decision) -> Value {
    let trusted = claims.email.as_ref().is_some_and(|email| provider.is_trusted_for(email));
    let mut trace = json!({
        "provider": provider.name, "issuer": claims.key().issuer, "subject": claims.key().subject,
        "email": claims.email.as_ref().map(Email::as_str), "emailVerified": claims.email_verified, "trustedForDomain": trusted,
        "claims": claims.for_trace(), "decision": decision,
    });
    let warnings = warnings(provider, claims);
    if !warnings.is_empty() {
        trace["warnings"] = warnings.into();
    }
    trace
}

/// Returns what the claims lack although the settings use it.
#[must_use]
pub(super) fn warnings(provider: &ProviderConfig, claims: &Claims) -> Vec<String> {
    let role_claim = provider.role_claim.as_ref().and_then(|claim| claims.get(claim));
    let no_role = role_claim.and_then(|claim| role_claim::map(claim, &provider.role_map).problem);
    let no_userinfo = claims.userinfo_failure.as_ref();
    let no_role = no_role.map(|problem| format!("role claim: {problem}"));
    no_role.into_iter().chain(no_userinfo.map(|reason| format!("userinfo: {reason}"))).collect()
}

/// Describes a callback that failed before a decision.
#[must_use]
pub fn of_failure(provider: &ProviderConfig, failure: &str) -> Value {
    json!({ "provider": provider.name, "issuer": provider.issuer.as_str(), "failure": failure })
}

/// Returns the fields of a user that differ.
#[must_use]
pub fn changes(before: &User, after: &User) -> Value {
    changes_from(Some(before), after)
}

/// Returns the fields of a user that differ, or all fields of a new user.
#[must_use]
pub fn changes_from(before: Option<&User>, after: &User) -> Value {
    let (before, after) = (before.map(fields).unwrap_or_default(), fields(after));
    json!({ "before": differing(&before, &after), "after": differing(&after, &before) })
}

fn differing(fields: &Map<String, Value>, other: &Map<String, Value>) -> Map<String, Value> {
    let differs = |name: &String, value: &Value| other.get(name) != Some(value);
    let is_empty_in_new_user = |value: &Value| value.is_null() && other.is_empty();
    fields
        .iter()
        .filter(|(name, value)| differs(name, value) && !is_empty_in_new_user(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Returns the fields that a login can change, without secrets.
fn fields(user: &User) -> Map<String, Value> {
    let identities: Vec<String> = user.identities.iter().map(|identity| identity.key.to_string()).collect();
    let provider_roles: Vec<&String> = user.identities.iter().flat_map(|identity| &identity.roles).collect();
    let fields = json!({
        "status": user.status, "email": user.email, "emailVerified": user.email_verified, "displayName": user.display_name,
        "picture": user.picture, "locale": user.locale, "roles": user.roles, "rolesFromProviders": provider_roles,
        "identities": identities, "hasPassword": user.password.is_some(), "mfaEnabled": user.has_second_factor(),
    });
    match fields {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}
