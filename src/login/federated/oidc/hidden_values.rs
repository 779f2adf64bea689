//! Hides values of claims that look like a secret.
//!
//! A provider can put anything into its claims: a mapper that copies all attributes of a user also copies API keys, and some providers add
//! the access token of another service. The report of a test login is shown on a screen and may be copied into a ticket.

use serde_json::{Map, Value};

/// Shown instead of a value.
const HIDDEN: &str = "(hidden: it looks like a secret)";
/// Parts of the names of claims whose values are hidden.
const SECRET_NAMES: [&str; 9] = [
    "token",
    "secret",
    "password",
    "passwd",
    "apikey",
    "api_key",
    "private_key",
    "credential",
    "authorization",
];
/// Each JSON Web Token begins with the base64url form of `{"`.
const JWT_START: &str = "eyJ";

/// Returns the document with hidden values, at any depth.
#[must_use]
pub(super) fn hide(document: &Map<String, Value>) -> Map<String, Value> {
    document.iter().map(|(name, value)| (name.clone(), hide_member(name, value))).collect()
}

fn hide_member(name: &str, value: &Value) -> Value {
    let name = name.to_ascii_lowercase();
    let is_secret = SECRET_NAMES.iter().any(|part| name.contains(part));
    match value {
        Value::String(_) | Value::Array(_) | Value::Object(_) | Value::Number(_) if is_secret => {
            HIDDEN.into()
        }
        value => hide_value(value),
    }
}

fn hide_value(value: &Value) -> Value {
    match value {
        Value::String(text) if contains_token(text) => HIDDEN.into(),
        Value::Array(values) => values.iter().map(hide_value).collect(),
        Value::Object(members) => hide(members).into(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Returns whether a text contains a JSON Web Token: signed with three parts, or encrypted with five.
fn contains_token(text: &str) -> bool {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.split(|c| !is_of_token(c))
        .any(|word| word.find(JWT_START).is_some_and(|start| word[start..].matches('.').count() >= 2))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hidden(value: Value) -> Value {
        let Value::Object(document) = value else { panic!("not an object") };
        hide(&document).into()
    }

    #[test]
    fn token_or_password_is_hidden_at_any_depth() {
        let jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.";
        for claim in [
            json!({ "access_token": "abc" }),
            json!({ "Client-Secret": "abc" }),
            json!({ "x": { "refreshToken": ["abc"] } }),
            json!({ "x": [{ "password": 7 }] }),
            json!({ "x": { "apiKey": { "abc": true } } }),
            json!({ "x": jwt }),
            json!({ "x": [[format!("Bearer {jwt}")]] }),
        ] {
            let shown = hidden(claim.clone()).to_string();
            assert!(shown.contains(HIDDEN), "{claim}: {shown}");
            assert!(!shown.contains("abc") && !shown.contains("eyJ") && !shown.contains('7'), "{shown}");
        }
    }

    #[test]
    fn other_claims_stay() {
        for claim in [
            json!({ "sub": "grace", "email": "grace@corp.example", "email_verified": true, "groups": ["a.b.c"] }),
            json!({ "password_expired": false, "token": null }),
            json!({ "name": "eyJ", "n": 7, "address": { "locality": "Arlington" } }),
        ] {
            assert_eq!(hidden(claim.clone()), claim);
        }
    }
}
