//! Credentials as Keycloak writes them: JSON with the members `secretData` and `credentialData`, also as text inside JSON, and the flat
//! form before Keycloak 8.

use serde_json::Value;

use super::super::{
    refusal::HashError,
    scheme::{
        argon2::Argon2,
        pbkdf2::{self, Digest, Pbkdf2},
    },
    stored::{Scheme, StoredHash},
    text::{decode, encode},
};

/// Parses a JSON object, or an array with one. `None`: not JSON.
pub(super) fn parse(text: &str) -> Option<Result<StoredHash, HashError>> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    let credential = match &value {
        Value::Array(items) => match &items[..] {
            [only] => only,
            _ => return Some(Err(malformed("the JSON array has not exactly one credential"))),
        },
        Value::Object(_) => &value,
        _ => return None,
    };
    credential.is_object().then(|| keycloak(credential))
}

/// The members that decide. Both objects may be given as text.
fn keycloak(credential: &Value) -> Result<StoredHash, HashError> {
    let inner = |name: &str| match credential.get(name) {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        Some(other) => other.clone(),
        None => credential.clone(),
    };
    let (secret, data) = (inner("secretData"), inner("credentialData"));
    let value = secret.get("value").or_else(|| credential.get("hashedSaltedValue"));
    let bytes = |value: Option<&Value>| value.and_then(Value::as_str).and_then(decode);
    let (Some(output), Some(salt)) = (bytes(value), bytes(secret.get("salt"))) else {
        return Err(malformed("the JSON has no members `value` and `salt` in base64"));
    };
    let iterations = data.get("hashIterations").and_then(Value::as_u64);
    let iterations = iterations.ok_or_else(|| malformed("the JSON has no number `hashIterations`"))?;
    match data.get("algorithm").and_then(Value::as_str) {
        Some("argon2") => argon2(&data, iterations, &salt, &output),
        Some(name) if name.starts_with("pbkdf2") => {
            let digest = Digest::parse(name).ok_or_else(pbkdf2::unknown_digest)?;
            Pbkdf2::new(digest, iterations, salt, output).map(Scheme::Pbkdf2).map(StoredHash)
        }
        Some(_) => Err(malformed("its `algorithm` is neither PBKDF2 nor Argon2")),
        None => Err(malformed("the JSON has no text `algorithm`")),
    }
}

/// Each additional parameter is a list with one text.
fn argon2(data: &Value, iterations: u64, salt: &[u8], output: &[u8]) -> Result<StoredHash, HashError> {
    let more = data.get("additionalParameters").unwrap_or(&Value::Null);
    let param = |name: &str| {
        let value = more.get(name)?;
        value.as_str().or_else(|| value.get(0)?.as_str())
    };
    let version = match param("version") {
        Some("1.3") => 19,
        Some("1.0") => 16,
        Some(_) | None => return Err(malformed("the version of Argon2 is neither 1.0 nor 1.3")),
    };
    let (Some(kind), Some(memory), Some(lanes)) = (param("type"), param("memory"), param("parallelism"))
    else {
        return Err(malformed("the JSON has no parameters `type`, `memory` and `parallelism` of Argon2"));
    };
    let (salt, output) = (encode(salt), encode(output));
    let phc = format!("$argon2{kind}$v={version}$m={memory},t={iterations},p={lanes}${salt}${output}");
    Argon2::parse(&phc).map(Box::new).map(Scheme::Argon2).map(StoredHash)
}

fn malformed(reason: &'static str) -> HashError {
    HashError::Malformed { scheme: "Keycloak", reason }
}
