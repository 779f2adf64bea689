//! Metadata of a provider (OpenID Connect Discovery 1.0 §3, RFC 8414), reduced to the members that this client uses.
//!
//! A malformed member that is not used does not fail discovery. A malformed optional member counts as missing.

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use super::{json::quoted, jwk::Algorithm};

/// Members that openidconnect does not define.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Additional {
    /// RFC 9207: each authorization response contains `iss`.
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
    /// OpenID Connect RP-Initiated Logout 1.0.
    #[serde(default)]
    pub(super) end_session_endpoint: Option<Url>,
    /// The algorithms of signed tokens, of `id_token_signing_alg_values_supported` and `userinfo_signing_alg_values_supported`.
    #[serde(default)]
    signing_algorithms: Vec<String>,
}

impl Additional {
    /// Returns the announced algorithms that this client knows.
    pub(super) fn signing_algorithms(&self) -> Vec<Algorithm> {
        self.signing_algorithms.iter().filter_map(|name| Algorithm::parse(name)).collect()
    }
}

impl openidconnect::AdditionalProviderMetadata for Additional {}

pub(super) type Metadata = openidconnect::ProviderMetadata<
    Additional,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Members without which no login is possible.
const REQUIRED: [&str; 4] = ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"];
/// Members that are used if they are URLs.
const OPTIONAL_ENDPOINTS: [&str; 2] = ["userinfo_endpoint", "end_session_endpoint"];

/// Reads the metadata document.
///
/// # Errors
/// The required member that is missing or malformed.
pub(super) fn read(mut document: Map<String, Value>) -> Result<Metadata, String> {
    let mut used = Map::new();
    for name in REQUIRED {
        let value = match document.remove(name) {
            Some(Value::String(text)) if name == "issuer" || Url::parse(&text).is_ok() => text,
            Some(Value::String(text)) => return Err(format!("{name} is not a URL: {}", quoted(&text))),
            Some(_) => return Err(format!("{name} is not text")),
            None => return Err(format!("{name} is missing")),
        };
        used.insert(name.to_owned(), value.into());
    }
    for name in OPTIONAL_ENDPOINTS {
        if let Some(Value::String(text)) = document.remove(name)
            && Url::parse(&text).is_ok()
        {
            used.insert(name.to_owned(), text.into());
        }
    }
    if let Some(Value::Array(methods)) = document.remove("token_endpoint_auth_methods_supported") {
        let methods = methods.into_iter().filter(Value::is_string).collect();
        used.insert("token_endpoint_auth_methods_supported".to_owned(), Value::Array(methods));
    }
    let sends_iss = "authorization_response_iss_parameter_supported";
    used.insert(sends_iss.to_owned(), (document.get(sends_iss) == Some(&Value::Bool(true))).into());
    let mut algorithms = Vec::new();
    for name in ["id_token_signing_alg_values_supported", "userinfo_signing_alg_values_supported"] {
        if let Some(Value::Array(announced)) = document.remove(name) {
            algorithms.extend(announced.into_iter().filter(Value::is_string));
        }
    }
    used.insert("signing_algorithms".to_owned(), Value::Array(algorithms));
    // Required by the parser and not used.
    for (name, value) in [
        ("response_types_supported", "code"),
        ("subject_types_supported", "public"),
        ("id_token_signing_alg_values_supported", "RS256"),
    ] {
        used.insert(name.to_owned(), json!([value]));
    }
    serde_json::from_value(used.into()).map_err(|_| "the issuer is not a URL".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(change: Value) -> Map<String, Value> {
        let (Value::Object(mut document), Value::Object(change)) = (
            json!({
                "issuer": "https://idp.example", "authorization_endpoint": "https://idp.example/a",
                "token_endpoint": "https://idp.example/t", "jwks_uri": "https://idp.example/k",
            }),
            change,
        ) else {
            panic!("objects")
        };
        document.extend(change);
        document
    }

    #[test]
    fn malformed_members_that_are_not_used_are_ignored() {
        for change in [
            json!({}),
            json!({ "authorization_response_iss_parameter_supported": null }),
            json!({ "op_policy_uri": "", "registration_endpoint": "" }),
            json!({ "claims_parameter_supported": "true" }),
            json!({ "scopes_supported": "openid email" }),
            json!({ "response_types_supported": null, "subject_types_supported": 7 }),
            json!({ "token_endpoint_auth_methods_supported": ["client_secret_post", 7] }),
            json!({ "userinfo_endpoint": null, "end_session_endpoint": 7 }),
        ] {
            assert!(read(document(change.clone())).is_ok(), "{change}");
        }
        let malformed = json!({ "userinfo_endpoint": "", "end_session_endpoint": "javascript" });
        let metadata = read(document(malformed)).expect("metadata");
        assert!(metadata.userinfo_endpoint().is_none());
        assert!(metadata.additional_metadata().end_session_endpoint.is_none());
    }

    #[test]
    fn required_members_must_be_text_and_urls() {
        for name in REQUIRED {
            assert!(read(document(json!({ name: null }))).is_err(), "{name}");
            assert!(read(document(json!({ name: 7 }))).is_err(), "{name}");
        }
        assert!(read(document(json!({ "token_endpoint": "nowhere" }))).is_err());
    }
}
