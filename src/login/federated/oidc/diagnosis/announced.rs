//! What a provider announces in its metadata, compared with what the service uses. A member that is missing says nothing.

use serde_json::{Map, Value};

use super::{
    super::{json::quoted, jwk::Algorithm, metadata::Metadata},
    CheckName, Diagnosis,
};
use crate::{
    config::{AuthMethod, ResponseMode},
    finding::FindingCode,
};

impl Diagnosis<'_> {
    pub(super) fn announced(&mut self, members: &Map<String, Value>, metadata: &Metadata) {
        self.begin(CheckName::Algorithms);
        self.signature(members);
        self.begin(CheckName::Discovery);
        self.flow(members);
        self.authentication(members, metadata);
        self.scopes(members);
        self.logout(metadata);
    }

    fn signature(&mut self, members: &Map<String, Value>) {
        let algorithms = names(members, "id_token_signing_alg_values_supported");
        if !algorithms.is_empty() && !algorithms.iter().any(|name| Algorithm::parse(name).is_some()) {
            let problem = format!("the provider signs ID tokens with {} only", algorithms.join(", "));
            let fix = self.provider.config.kind.preset().signing_advice;
            self.add(FindingCode::ProviderAlgorithm, problem, fix);
        }
    }

    fn flow(&mut self, members: &Map<String, Value>) {
        if lacks(members, "code_challenge_methods_supported", "S256") {
            let problem = "the metadata does not announce the PKCE method S256";
            let fix = "turn on PKCE with S256 for this client at the provider";
            self.add(FindingCode::ProviderPkce, problem, fix);
        }
        if lacks(members, "response_types_supported", "code") {
            let problem = "the metadata does not announce the response type `code`";
            let fix = "turn on the authorization code flow for this client at the provider";
            self.add(FindingCode::ProviderCodeFlow, problem, fix);
        }
        let mode = mode_name(self.provider.config.response_mode);
        if lacks(members, "response_modes_supported", mode) {
            let problem = format!("the metadata does not announce the response mode `{mode}`");
            let others = names(members, "response_modes_supported").join(", ");
            let fix = format!("set {} to one of: {others}", self.setting("RESPONSE_MODE"));
            self.add(FindingCode::ProviderResponseMode, problem, fix);
        }
    }

    fn authentication(&mut self, members: &Map<String, Value>, metadata: &Metadata) {
        let method = self.auth_method(metadata);
        if !lacks(members, "token_endpoint_auth_methods_supported", method) {
            return;
        }
        let offered = names(members, "token_endpoint_auth_methods_supported").join(", ");
        let fix = if self.provider.config.client_secret.is_some() {
            format!("set {} to one of: {offered}", self.setting("AUTH_METHOD"))
        } else {
            format!("set {}, or make the client a public one at the provider", self.setting("CLIENT_SECRET"))
        };
        let problem = format!("the service authenticates with {method}, and the provider offers {offered}");
        self.add(FindingCode::ProviderAuthMethod, problem, fix);
    }

    fn auth_method(&self, metadata: &Metadata) -> &'static str {
        let config = &self.provider.config;
        match (config.auth_method, config.client_secret.is_some()) {
            (AuthMethod::None, _) | (_, false) => "none",
            (AuthMethod::Basic | AuthMethod::Post | AuthMethod::Metadata, true) => {
                if self.provider.uses_basic(metadata) { "client_secret_basic" } else { "client_secret_post" }
            }
        }
    }

    fn scopes(&mut self, members: &Map<String, Value>) {
        let scopes = self.provider.config.scopes.iter().map(String::as_str);
        let unknown: Vec<&str> = scopes.filter(|scope| lacks(members, "scopes_supported", scope)).collect();
        if !unknown.is_empty() {
            let problem = format!("the metadata does not announce the scopes {}", unknown.join(", "));
            let fix = format!("remove them from {}, or add them at the provider", self.setting("SCOPES"));
            self.add(FindingCode::ProviderScope, problem, fix);
        }
    }

    fn logout(&mut self, metadata: &Metadata) {
        let config = &self.provider.config;
        let has_logout = metadata.additional_metadata().end_session_endpoint.is_some()
            || config.logout_url.is_some()
            || config.kind.preset().logout_path.is_some();
        if !has_logout {
            let setting = self.setting("LOGOUT_URL");
            let fix = format!("set {setting} to the logout page of the provider, if it has one");
            self.add(FindingCode::ProviderNoLogout, "the metadata has no end_session_endpoint", fix);
        }
    }
}

/// Returns whether a list is there and does not have the value.
fn lacks(members: &Map<String, Value>, member: &str, value: &str) -> bool {
    let list = members.get(member).and_then(Value::as_array);
    list.is_some_and(|list| !list.is_empty() && !list.iter().any(|found| found == value))
}

/// Returns the texts of a list in the metadata, quoted if they are odd.
fn names(members: &Map<String, Value>, member: &str) -> Vec<String> {
    let is_plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    let list = members.get(member).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    list.take(10).map(|name| if is_plain(name) { name.to_owned() } else { quoted(name) }).collect()
}

const fn mode_name(mode: ResponseMode) -> &'static str {
    match mode {
        ResponseMode::Query => "query",
        ResponseMode::FormPost => "form_post",
    }
}
