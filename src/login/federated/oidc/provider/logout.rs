//! Where browsers sign out at a provider (OpenID Connect RP-Initiated Logout 1.0, and what Auth0 had before it).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::Provider;
use crate::secrets::random;

impl Provider {
    /// Whether an ID token is of use for the sign-out there; else none is kept.
    #[must_use]
    pub fn uses_id_token_hint(&self) -> bool {
        self.vendor_logout_url().is_none() && self.end_session_endpoint().is_some()
    }

    /// Where a browser signs out there, to come back to `{origin}/login`; none if the provider has no such place.
    #[must_use]
    pub fn logout_url(&self, id_token: Option<&SecretString>, origin: &str) -> Option<Url> {
        let back = format!("{origin}/login");
        if let Some(mut url) = self.vendor_logout_url() {
            url.query_pairs_mut()
                .append_pair("client_id", &self.config.client_id)
                .append_pair("returnTo", &back);
            return Some(url);
        }
        let mut url = self.end_session_endpoint()?;
        // The session here has ended before the browser leaves, whatever the provider does then.
        let state = URL_SAFE_NO_PAD.encode(random::<16>());
        let mut query = url.query_pairs_mut();
        query.append_pair("client_id", &self.config.client_id);
        if let Some(id_token) = id_token {
            query.append_pair("id_token_hint", id_token.expose_secret());
        }
        query.append_pair("post_logout_redirect_uri", &back).append_pair("state", &state);
        drop(query);
        Some(url)
    }

    /// A place with parameters of its own: Auth0's, whose tenants of before November 2023 tell no end-session endpoint.
    fn vendor_logout_url(&self) -> Option<Url> {
        let path = self.config.kind.preset().logout_path?;
        match &self.config.logout_url {
            Some(set) => Some(set.clone()).filter(|set| set.path() == path),
            None if self.discovered_end_session_endpoint().is_some() => None,
            None => Url::parse(self.config.issuer.as_str()).ok()?.join(path).ok(),
        }
    }

    fn end_session_endpoint(&self) -> Option<Url> {
        self.config.logout_url.clone().or_else(|| self.discovered_end_session_endpoint())
    }

    /// What its metadata say; of no use unless a browser may be sent there.
    fn discovered_end_session_endpoint(&self) -> Option<Url> {
        let known = self.known()?;
        known.metadata.additional_metadata().end_session_endpoint.clone().filter(|url| self.is_safe(url))
    }
}
