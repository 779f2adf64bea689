//! Logout tokens of the lying provider (OpenID Connect Back-Channel Logout 1.0 §2.4), and how they are brought.

use reqwest::Method;
use serde_json::{Value, json};

use super::{CLIENT_ID, FakeProvider, fault::Fault, merge};
use crate::harness::{
    browser::{Answer, Browser},
    service::Service,
};

/// What a form is sent as.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// What makes a token one for signing out.
pub(crate) const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl FakeProvider {
    /// A logout token with these claims, like `sub` and `sid`; good, but for the fault of the moment.
    pub(crate) fn logout_token(&self, claims: &Value) -> String {
        let now = self.shared.now();
        let mut all = json!({
            "iss": self.shared.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 120,
            "jti": uuid::Uuid::new_v4().to_string(),
            "events": { LOGOUT_EVENT: {} },
        });
        merge(&mut all, claims);
        if let Fault::LogoutToken(change) = self.shared.fault() {
            change(&mut all);
        }
        self.shared.sign("logout+jwt", &all)
    }

    /// An ID token that nobody asked for, with these claims.
    pub(crate) fn stray_id_token(&self, claims: &Value) -> String {
        let now = self.shared.now();
        let mut all = json!({
            "iss": self.shared.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": "of a sign-in",
            "jti": "of an ID token",
        });
        merge(&mut all, claims);
        self.shared.sign("JWT", &all)
    }

    /// Ends what these claims name, at this service.
    pub(crate) async fn logs_out(&self, service: &Service, claims: &Value) -> Answer {
        brings(service, self.name, &self.logout_token(claims)).await
    }
}

/// Somebody brings this as a logout token of the provider of this name.
pub(crate) async fn brings(service: &Service, name: &str, token: &str) -> Answer {
    let form =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", token).finish();
    let path = format!("/api/auth/backchannel-logout/{name}");
    Browser::of(service).request(Method::POST, &path).body(FORM, form).send().await
}
