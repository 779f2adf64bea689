//! The relying party: this service, as browsers and authenticators see it.

use std::time::Duration;

use url::Url;
use webauthn_rs_core::WebauthnCore;

use crate::config::Config;

/// How long a challenge is valid.
pub(super) const LIFETIME: Duration = Duration::from_mins(5);

/// The relying party of all ceremonies.
///
/// The RP id is the host of the public URL. A response is accepted from the origin of the public URL and from the allowed origins, which
/// `/.well-known/webauthn` names (related origins). Both come from the settings alone: a response that a page of another origin obtained is
/// refused (phishing).
pub struct RelyingParty {
    pub(super) webauthn: WebauthnCore,
    pub(super) origins: Vec<String>,
}

impl RelyingParty {
    /// Returns `None` if there are no passkeys, see [`Config::passkey_host`].
    #[must_use]
    pub fn new(config: &Config) -> Option<Self> {
        let host = config.passkey_host()?;
        let origins: Vec<String> =
            std::iter::once(&config.public_url.origin).chain(&config.allowed_origins).cloned().collect();
        let urls = origins.iter().filter_map(|origin| Url::parse(origin).ok()).collect();
        let name = config.brand.name.as_deref().unwrap_or(host);
        let webauthn =
            WebauthnCore::new_unsafe_experts_only(name, host, urls, LIFETIME, Some(false), Some(false));
        Some(Self { webauthn, origins })
    }

    /// Returns the origins whose pages may use the passkeys of this service.
    #[must_use]
    pub fn origins(&self) -> &[String] {
        &self.origins
    }
}
