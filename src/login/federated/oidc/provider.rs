//! One identity provider: its metadata, its signing keys and its health.
//!
//! Each provider has a background task that loads metadata and keys. Neither the start of the service nor a login waits for it, and a
//! provider that is down or slow does not affect the others. If a token names an unknown key, the key set is fetched again, at most once
//! every ten seconds: made-up `kid`s cannot cause more requests.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jsonwebtoken::jwk::Jwk;
use oauth2::{ClientId, ClientSecret, RedirectUrl};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};
use tokio::sync::{Mutex, Notify, watch};
use url::Url;

use super::{
    failure::ProviderFailure,
    http::HttpClient,
    jwt::{Audience, TokenError},
    keys::{KeyRefresh, RefreshDecision, check_signature, fetch_keys},
    metadata::{self, Metadata},
};
use crate::config::{ProviderConfig, is_loopback};

/// Time between two discoveries of a provider that answers.
const REFRESH_INTERVAL: Duration = Duration::from_mins(5);
/// First wait after a failure; it doubles up to [`RETRY_MAX`].
const RETRY_MIN: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(30);
/// Time that a login waits for the first discovery. For the same time after the start, the provider counts as available.
const FIRST_DISCOVERY_TIMEOUT: Duration = Duration::from_secs(5);

/// Google's issuer, to warn about a missing `_KIND=google`.
const GOOGLE: &str = "https://accounts.google.com";

pub struct Provider {
    pub config: ProviderConfig,
    pub(super) redirect_uri: RedirectUrl,
    pub(super) http: HttpClient,
    discovered: RwLock<Option<Arc<Discovered>>>,
    /// Reason of the last failure; `None` after a success.
    problem: RwLock<Option<String>>,
    key_refresh: Mutex<KeyRefresh>,
    /// A login found the provider down: run discovery now.
    retry_now: Notify,
    /// True after discovery has succeeded or failed once.
    first_attempt_done: watch::Sender<bool>,
    started: Instant,
}

/// Result of a successful discovery.
pub(super) struct Discovered {
    pub(super) metadata: Metadata,
    keys: Vec<Jwk>,
}

impl Provider {
    /// Creates a provider from its settings. No request is sent.
    ///
    /// # Errors
    /// The HTTP client cannot be created, or the redirect URI is not a URL.
    pub fn new(config: ProviderConfig, origin: &str) -> Result<Self, String> {
        if config.issuer.as_str() == GOOGLE && config.kind.preset().supports_prompt_login {
            let setting = format!("VESTIBULE_PROVIDER_{}_KIND", config.name.to_uppercase().replace('-', "_"));
            tracing::warn!(
                provider = config.name,
                "the issuer is Google's but the kind is not `google`: re-authentication will fail; set {setting}=google"
            );
        }
        let redirect_uri = RedirectUrl::new(format!("{origin}/api/auth/callback/{}", config.name));
        Ok(Self {
            redirect_uri: redirect_uri.map_err(|error| error.to_string())?,
            http: HttpClient::new().map_err(|error| error.to_string())?,
            discovered: RwLock::default(),
            problem: RwLock::new(Some("no request was sent yet".to_owned())),
            key_refresh: Mutex::new(KeyRefresh::new()),
            retry_now: Notify::new(),
            first_attempt_done: watch::Sender::new(false),
            started: Instant::now(),
            config,
        })
    }

    /// Returns whether a login can start. A new replica says yes until its first discovery is done: the login waits for it
    /// ([`Self::wait_for_first_discovery`]).
    #[must_use]
    pub fn is_available(&self) -> bool {
        let is_starting =
            || !*self.first_attempt_done.borrow() && self.started.elapsed() < FIRST_DISCOVERY_TIMEOUT;
        self.problem().is_none() || is_starting()
    }

    /// Returns why the last request failed; `None` if it succeeded.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        self.problem.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the redirect URI to register at the provider.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        self.redirect_uri.as_str()
    }

    /// Returns whether each authorization response must contain `iss` (RFC 9207 §2.4).
    #[must_use]
    pub fn sends_iss(&self) -> bool {
        self.discovered().is_some_and(|discovered| {
            discovered.metadata.additional_metadata().authorization_response_iss_parameter_supported
        })
    }

    pub(super) fn discovered(&self) -> Option<Arc<Discovered>> {
        self.discovered.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until discovery has succeeded or failed once, five seconds at most.
    pub async fn wait_for_first_discovery(&self) {
        let mut done = self.first_attempt_done.subscribe();
        drop(tokio::time::timeout(FIRST_DISCOVERY_TIMEOUT, done.wait_for(|done| *done)).await);
    }

    fn record_health(&self, problem: Option<String>) {
        *self.problem.write().unwrap_or_else(PoisonError::into_inner) = problem;
        self.first_attempt_done.send_replace(true);
    }

    /// Marks the provider as down and wakes the discovery task.
    pub(super) fn record_outage(&self, failure: &ProviderFailure) {
        self.record_health(Some(failure.to_string()));
        self.retry_now.notify_one();
    }

    /// Keeps metadata and keys up to date; never returns.
    pub async fn keep_discovered(self: Arc<Self>) {
        let mut wait = RETRY_MIN;
        loop {
            match self.discover().await {
                Ok(()) => {
                    if self.problem().is_some() {
                        tracing::info!(provider = self.config.name, "provider is reachable");
                    }
                    self.record_health(None);
                    wait = RETRY_MIN;
                    // At most one discovery a second, however many logins report an outage.
                    tokio::time::sleep(RETRY_MIN).await;
                    drop(tokio::time::timeout(REFRESH_INTERVAL, self.retry_now.notified()).await);
                }
                Err(error) => {
                    if self.problem().is_none() || wait == RETRY_MIN {
                        tracing::warn!(provider = self.config.name, %error, "provider is unusable");
                    }
                    self.record_health(Some(error.to_string()));
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(RETRY_MAX);
                }
            }
        }
    }

    /// Loads the metadata (OpenID Connect Discovery 1.0 §4) and the key set.
    async fn discover(&self) -> Result<(), ProviderFailure> {
        let document = self.http.get_json(&self.config.issuer.metadata_url()).await?;
        let metadata = metadata::read(document).map_err(ProviderFailure::Invalid)?;
        self.check_issuer(metadata.issuer())?;
        self.check_endpoints(&metadata)?;
        // Under the lock of the key refresh: keys that were fetched earlier must not replace newer ones.
        let _lock = self.key_refresh.lock().await;
        let keys = fetch_keys(&self.http, &metadata).await?;
        self.set_discovered(Discovered { metadata, keys });
        Ok(())
    }

    fn set_discovered(&self, discovered: Discovered) {
        *self.discovered.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(discovered));
    }

    /// Compares the issuer exactly (RFC 8414 §3.3). The message names the most frequent mistake in the settings.
    fn check_issuer(&self, announced: &str) -> Result<(), ProviderFailure> {
        let issuer = &self.config.issuer;
        if issuer.matches_discovery(announced) {
            return Ok(());
        }
        let mut text = "the metadata names another issuer".to_owned();
        if announced.trim_end_matches('/') == issuer.as_str().trim_end_matches('/') {
            text.push_str(": it differs by the slash at the end of _ISSUER");
            text.extend(self.config.kind.preset().issuer_shape.map(|shape| format!("; {shape}")));
        }
        Err(ProviderFailure::Invalid(text))
    }

    /// Browsers and secrets are sent to https only; to http only if the issuer itself is on this machine.
    fn check_endpoints(&self, metadata: &Metadata) -> Result<(), ProviderFailure> {
        let Some(token_endpoint) = metadata.token_endpoint() else {
            return Err(ProviderFailure::Invalid("no token endpoint".to_owned()));
        };
        let endpoints = [
            Some(metadata.authorization_endpoint().url()),
            Some(token_endpoint.url()),
            Some(metadata.jwks_uri().url()),
            metadata.userinfo_endpoint().map(openidconnect::UserInfoUrl::url),
        ];
        if endpoints.into_iter().flatten().all(|url| self.is_allowed_endpoint(url)) {
            Ok(())
        } else {
            Err(ProviderFailure::Invalid("an endpoint is not https".to_owned()))
        }
    }

    pub(super) fn is_allowed_endpoint(&self, url: &Url) -> bool {
        match url.scheme() {
            "https" => true,
            "http" => self.config.issuer.is_local() && url.host().is_some_and(|host| is_loopback(&host)),
            _ => false,
        }
    }

    /// Returns the claims of a token that the provider signed. If no known key matches, the key set is fetched again.
    pub(super) async fn verify_signature(
        self: &Arc<Self>,
        token: &str,
        discovered: &Discovered,
    ) -> Result<Map<String, Value>, ProviderFailure> {
        let failure = |error: TokenError| match error {
            TokenError::Algorithm(_) => {
                ProviderFailure::Invalid(format!("{error}: {}", self.config.kind.preset().signing_advice))
            }
            TokenError::UnknownKey | TokenError::Invalid(_) => error.into(),
        };
        match check_signature(token, &discovered.keys) {
            Err(TokenError::UnknownKey) => {
                let keys = self.refresh_keys().await?;
                check_signature(token, &keys).map_err(failure)
            }
            verified => verified.map_err(failure),
        }
    }

    /// Fetches the key set in a task of its own: if a browser cancels its request, the other logins still get the keys.
    async fn refresh_keys(self: &Arc<Self>) -> Result<Vec<Jwk>, ProviderFailure> {
        let provider = self.clone();
        let task = tokio::spawn(async move { provider.fetch_newer_keys().await });
        task.await.unwrap_or_else(|error| Err(ProviderFailure::Unavailable(error.to_string())))
    }

    async fn fetch_newer_keys(&self) -> Result<Vec<Jwk>, ProviderFailure> {
        let mut refresh = self.key_refresh.lock().await;
        let discovered = self.discovered().ok_or_else(ProviderFailure::not_discovered)?;
        match refresh.decide() {
            RefreshDecision::UseCurrent => return Ok(discovered.keys.clone()),
            RefreshDecision::Unavailable => {
                let text = "the key set could not be fetched a moment ago";
                return Err(ProviderFailure::Unavailable(text.to_owned()));
            }
            RefreshDecision::Fetch => {}
        }
        let fetched = fetch_keys(&self.http, &discovered.metadata).await;
        refresh.record(fetched.is_err());
        let keys = fetched?;
        self.set_discovered(Discovered { metadata: discovered.metadata.clone(), keys: keys.clone() });
        Ok(keys)
    }

    pub(super) fn client_id(&self) -> ClientId {
        ClientId::new(self.config.client_id.clone())
    }

    pub(super) fn client_secret(&self) -> Option<ClientSecret> {
        self.config.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()))
    }

    pub(super) fn audience(&self) -> Audience<'_> {
        Audience { client_id: &self.config.client_id, trusted: &self.config.trusted_audiences }
    }
}
