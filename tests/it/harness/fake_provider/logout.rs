//! Logout tokens of the fake provider (OpenID Connect Back-Channel Logout 1.0 §2.4).

use reqwest::Method;
use serde_json::{Value, json};

use super::{CLIENT_ID, FakeProvider, fault::Fault, merge};
use crate::harness::{
    browser::{Answer, Browser},
    service::Service,
};

/// Media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// Event of a logout token.
pub(crate) const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl FakeProvider {
    /// Creates a logout token with these claims, like `sub` and `sid`, and the current fault.
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

    /// Creates an ID token outside any login, with these claims.
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

    /// Sends a logout token with these claims to this service.
    pub(crate) async fn send_logout(&self, service: &Service, claims: &Value) -> Answer {
        send_logout_token(service, self.name, &self.logout_token(claims)).await
    }
}

/// Sends this token to the back-channel logout route of this provider.
pub(crate) async fn send_logout_token(service: &Service, name: &str, token: &str) -> Answer {
    let form =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", token).finish();
    let path = format!("/api/auth/backchannel-logout/{name}");
    Browser::of(service).request(Method::POST, &path).body(FORM, form).send().await
}
