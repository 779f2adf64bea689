//! The registry of providers: by name, and by the issuer of an identity. And the tests of providers that run.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use super::oidc::provider::Provider;
use crate::{
    config::{Outgoing, ProviderConfig},
    user::{Identity, User},
};

/// Enabled providers, in the order of the settings, which is the order of the buttons.
pub struct Providers(Vec<Arc<Provider>>);

impl Providers {
    /// Creates the providers. No request is sent yet: discovery runs in [`Provider::keep_discovered`].
    ///
    /// # Errors
    /// The HTTP client of a provider cannot be created.
    pub fn new(configs: &[ProviderConfig], public_url: &str, outgoing: &Outgoing) -> Result<Self, String> {
        configs
            .iter()
            .map(|config| Provider::new(config.clone(), public_url, outgoing).map(Arc::new))
            .collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.0.iter()
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Provider>> {
        self.0.iter().find(|provider| provider.config.name == name)
    }

    /// Returns the label of a provider, or `name` itself if no provider has this name any longer.
    #[must_use]
    pub fn label<'a>(&'a self, name: &'a str) -> &'a str {
        self.get(name).map_or(name, |provider| &provider.config.label)
    }

    /// Returns the user's identity at the provider `name`. Identities are found by issuer, because a provider can be renamed in the settings.
    #[must_use]
    pub fn identity_at<'a>(&self, user: &'a User, name: &str) -> Option<&'a Identity> {
        let issuer = &self.get(name)?.config.issuer;
        user.identities.iter().find(|identity| issuer.accepts(&identity.key.issuer))
    }

    /// Returns whether the user can sign in with this identity: a configured provider has its issuer.
    #[must_use]
    pub fn has_provider_for(&self, identity: &Identity) -> bool {
        self.0.iter().any(|provider| provider.config.issuer.accepts(&identity.key.issuer))
    }
}

impl FromIterator<Arc<Provider>> for Providers {
    fn from_iter<I: IntoIterator<Item = Arc<Provider>>>(providers: I) -> Self {
        Self(providers.into_iter().collect())
    }
}

/// Tests that run on this replica, by provider: two at the same time could use up the rate limit of the provider.
#[derive(Debug, Default)]
pub struct ProviderTests(Mutex<HashSet<String>>);

/// A running test. It ends when this is dropped.
pub struct RunningTest<'t> {
    tests: &'t ProviderTests,
    provider: &'t str,
}

impl ProviderTests {
    /// Begins a test. `None`: one of this provider runs.
    #[must_use]
    pub fn begin<'t>(&'t self, provider: &'t str) -> Option<RunningTest<'t>> {
        let is_first = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(provider.to_owned());
        is_first.then_some(RunningTest { tests: self, provider })
    }
}

impl Drop for RunningTest<'_> {
    fn drop(&mut self) {
        self.tests.0.lock().unwrap_or_else(PoisonError::into_inner).remove(self.provider);
    }
}
