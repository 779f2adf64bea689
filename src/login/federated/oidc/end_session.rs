//! The logout URL of a provider (OpenID Connect RP-Initiated Logout 1.0, and Auth0's older endpoint).

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::provider::Provider;

impl Provider {
    /// Returns whether the logout at the provider uses an ID token. Otherwise none is stored.
    #[must_use]
    pub fn uses_id_token_hint(&self) -> bool {
        self.vendor_logout_url().is_none() && self.end_session_endpoint().is_some()
    }

    /// Returns whether a browser can log out at the provider. Before the first discovery this is not known, and the answer is `true`.
    #[must_use]
    pub fn may_have_logout(&self) -> bool {
        self.vendor_logout_url().is_some()
            || self.end_session_endpoint().is_some()
            || self.discovered().is_none()
    }

    /// Returns the URL at which the browser logs out; the provider then redirects to `return_url`. `None` if the provider has no such
    /// endpoint. `state` comes back in that address.
    #[must_use]
    pub fn logout_url(&self, id_token: Option<&SecretString>, return_url: &str, state: &str) -> Option<Url> {
        if let Some(mut url) = self.vendor_logout_url() {
            // This endpoint knows no `state`. It compares the address without its query with the allowed ones.
            url.query_pairs_mut()
                .append_pair("client_id", &self.config.client_id)
                .append_pair("returnTo", &format!("{return_url}?state={state}"));
            return Some(url);
        }
        let mut url = self.end_session_endpoint()?;
        let mut query = url.query_pairs_mut();
        query.append_pair("client_id", &self.config.client_id);
        if let Some(id_token) = id_token {
            query.append_pair("id_token_hint", id_token.expose_secret());
        }
        query.append_pair("post_logout_redirect_uri", return_url).append_pair("state", state);
        drop(query);
        Some(url)
    }

    /// Returns a logout endpoint with its own parameters: that of Auth0 tenants created before November 2023, whose metadata contains no
    /// end-session endpoint.
    fn vendor_logout_url(&self) -> Option<Url> {
        let path = self.config.kind.preset().logout_path?;
        match &self.config.logout_url {
            Some(configured) => Some(configured.clone()).filter(|configured| configured.path() == path),
            None if self.discovered_end_session_endpoint().is_some() => None,
            None => Url::parse(self.config.issuer.as_str()).ok()?.join(path).ok(),
        }
    }

    fn end_session_endpoint(&self) -> Option<Url> {
        self.config.logout_url.clone().or_else(|| self.discovered_end_session_endpoint())
    }

    fn discovered_end_session_endpoint(&self) -> Option<Url> {
        let discovered = self.discovered()?;
        let endpoint = discovered.metadata.additional_metadata().end_session_endpoint.clone();
        // A browser, with an ID token in the URL, must not be sent to http.
        endpoint.filter(|url| self.is_allowed_endpoint(url))
    }
}
