//! One identity provider: its metadata, its signing keys and its health.
//!
//! Each provider has a background task that loads metadata and keys. Neither the start of the service nor a login waits for it, and a
//! provider that is down or slow does not affect the others. Only this task and the key set decide whether a provider is available: a failed
//! login may be the fault of an unauthenticated client, so it only wakes the task.
//!
//! # Requests that an unauthenticated client can cause
//!
//! A provider limits its clients. Without limits here, any client could use up that limit for all users. Each limit is checked before the
//! request.
//!
//! | request | caused by | limit |
//! |---|---|---|
//! | token | callback with an open transaction of this browser | failures per network ([`crate::limiter`]) |
//! | userinfo | a valid code | as the token request |
//! | metadata, key set | failed token request | once every ten seconds ([`RECHECK_INTERVAL`]) |
//! | key set | ID token that no known key verifies: only the token endpoint sends one | once every ten seconds |
//! | key set | logout token with an unknown key | invalid tokens per network; once every ten seconds, counted apart from ID tokens |
//!
//! The logout at the provider is a redirect of the browser: it causes no request of this service.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use oauth2::{ClientId, ClientSecret, RedirectUrl};
use secrecy::ExposeSecret as _;
use tokio::sync::{Mutex, Notify, watch};
use url::Url;

use super::{
    back_channel,
    failure::ProviderFailure,
    http::{HttpClient, Request},
    json::{JsonObject, quoted},
    jws::{Jws, Verified},
    jwt::{Audience, TokenError},
    keys::{KeyRefresh, KeySet, RefreshDecision, TokenKind, fetch_keys},
    metadata::{self, Metadata},
};
use crate::{
    config::{Outgoing, ProviderConfig, is_loopback},
    trace,
};

/// Time between two discoveries of a provider that answers.
const REFRESH_INTERVAL: Duration = Duration::from_mins(5);
/// Shortest time between two discoveries that failed logins cause.
const RECHECK_INTERVAL: Duration = Duration::from_secs(10);
/// First wait after a failure; it doubles up to [`RETRY_MAX`].
const RETRY_MIN: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(30);
/// Time that a login waits for the first discovery. For the same time after the start, the provider counts as available.
const FIRST_DISCOVERY_TIMEOUT: Duration = Duration::from_secs(5);
/// Time that a logout waits for the metadata.
const METADATA_TIMEOUT: Duration = Duration::from_secs(3);

pub struct Provider {
    pub config: ProviderConfig,
    pub(super) redirect_uri: RedirectUrl,
    pub(super) http: HttpClient,
    discovered: watch::Sender<Option<Arc<Discovered>>>,
    /// Reason of the last failure; `None` after a success.
    problem: RwLock<Option<String>>,
    key_refresh: Mutex<KeyRefresh>,
    /// A login failed at the provider: run discovery now.
    recheck: Notify,
    /// True after discovery has succeeded or failed once.
    first_attempt_done: watch::Sender<bool>,
    started: Instant,
}

/// Result of a successful discovery.
pub(super) struct Discovered {
    pub(super) metadata: Metadata,
    pub(super) keys: KeySet,
}

impl Discovered {
    /// Verifies that a known key signed a token.
    pub(super) fn verify_with_known_keys(&self, token: &str) -> Result<Verified, TokenError> {
        let announced = self.metadata.additional_metadata().signing_algorithms();
        Jws::read(token, &announced)?.verify(&self.keys.keys)
    }
}

impl Provider {
    /// Creates a provider from its settings. No request is sent.
    ///
    /// # Errors
    /// The HTTP client cannot be created, or the redirect URI is not a URL.
    pub fn new(config: ProviderConfig, public_url: &str, outgoing: &Outgoing) -> Result<Self, String> {
        let redirect_uri = RedirectUrl::new(format!("{public_url}/api/auth/callback/{}", config.name));
        Ok(Self {
            redirect_uri: redirect_uri.map_err(|error| error.to_string())?,
            http: HttpClient::new(&config, outgoing).map_err(|error| error.to_string())?,
            discovered: watch::Sender::new(None),
            problem: RwLock::new(Some("no request was sent yet".to_owned())),
            key_refresh: Mutex::new(KeyRefresh::new()),
            recheck: Notify::new(),
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
        self.discovered.borrow().clone()
    }

    /// Waits until the metadata is known, three seconds at most. Unlike [`Self::wait_for_first_discovery`], it waits for further attempts, too.
    pub async fn wait_for_metadata(&self) {
        let mut discovered = self.discovered.subscribe();
        drop(tokio::time::timeout(METADATA_TIMEOUT, discovered.wait_for(Option::is_some)).await);
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

    /// Runs discovery soon. The provider stays available until discovery fails: a failed login may be the fault of an unauthenticated client,
    /// which must not remove the button of all users.
    pub(super) fn request_recheck(&self) {
        self.recheck.notify_one();
    }

    /// Keeps metadata and keys up to date; never returns.
    pub async fn keep_discovered(self: Arc<Self>) {
        let (mut wait, mut pause) = (RETRY_MIN, RETRY_MIN);
        loop {
            match self.discover().await {
                Ok(()) => {
                    if self.problem().is_some() {
                        tracing::info!(provider = self.config.name, "provider is reachable");
                    }
                    self.record_health(None);
                    wait = RETRY_MIN;
                    // Failed logins during the discovery or in this time cause one discovery, however many there are.
                    tokio::time::sleep(pause).await;
                    let rechecks =
                        tokio::time::timeout(REFRESH_INTERVAL, self.recheck.notified()).await.is_ok();
                    pause = if rechecks { RECHECK_INTERVAL } else { RETRY_MIN };
                }
                // The provider works. Clients that use up its rate limit must not remove its button.
                Err(ProviderFailure::RateLimited) if self.discovered().is_some() => {
                    tracing::warn!(
                        provider = self.config.name,
                        "the provider limits the rate of our requests"
                    );
                    tokio::time::sleep(RETRY_MAX).await;
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
        let url = back_channel::address(&self.config, &self.config.issuer.metadata_url());
        let at = |error: &dyn std::fmt::Display| format!("metadata {}: {error}", quoted(&url));
        let document = self.http.get(Request::Metadata, &url).await;
        let document = document.map_err(|error| ProviderFailure::of_http(&error, at(&error)))?;
        let document = JsonObject::read(&document).map_err(|error| format!("the response is {error}"));
        let metadata = document.and_then(|mut document| {
            back_channel::replace_endpoints(&self.config, &mut document.members);
            metadata::read(document.members)
        });
        let metadata = metadata.map_err(|error| ProviderFailure::Invalid(at(&error)))?;
        self.check_issuer(metadata.issuer())?;
        self.check_endpoints(&metadata)?;
        // Under the lock of the key refresh: keys that were fetched earlier must not replace newer ones.
        let _lock = self.key_refresh.lock().await;
        let keys = fetch_keys(&self.http, &metadata).await?;
        self.set_discovered(Discovered { metadata, keys });
        Ok(())
    }

    pub(super) fn set_discovered(&self, discovered: Discovered) {
        let problems = &discovered.keys.problems;
        let known = self.discovered();
        if !problems.is_empty() && known.is_none_or(|known| known.keys.problems != *problems) {
            tracing::warn!(provider = self.config.name, ?problems, "key set has unusable keys");
        }
        self.discovered.send_replace(Some(Arc::new(discovered)));
    }

    /// Compares the issuer exactly (RFC 8414 §3.3). The message names the most frequent mistake in the settings.
    pub(super) fn check_issuer(&self, announced: &str) -> Result<(), ProviderFailure> {
        let issuer = &self.config.issuer;
        if issuer.matches_discovery(announced) {
            return Ok(());
        }
        let (ours, theirs) = (issuer.as_str(), quoted(announced));
        let mut text =
            format!("the metadata names another issuer: {theirs}, but _ISSUER is {}", quoted(ours));
        let without_scheme = |url: &str| url.split_once("://").map(|(_, rest)| rest.to_owned());
        if announced.trim_end_matches('/') == ours.trim_end_matches('/') {
            text.push_str(": it differs by the slash at the end of _ISSUER");
            text.extend(self.config.kind.preset().issuer_shape.map(|shape| format!("; {shape}")));
        } else if without_scheme(announced) == without_scheme(ours) {
            text.push_str(": one is http and the other https; set the public URL of the provider to https");
        } else if announced.eq_ignore_ascii_case(ours) {
            text.push_str(": they differ in upper and lower case, which counts");
        }
        Err(ProviderFailure::Invalid(text))
    }

    /// Browsers and secrets are sent to https only; to http only if the issuer itself is on this machine.
    pub(super) fn check_endpoints(&self, metadata: &Metadata) -> Result<(), ProviderFailure> {
        let Some(token_endpoint) = metadata.token_endpoint() else {
            return Err(ProviderFailure::Invalid("no token endpoint".to_owned()));
        };
        let endpoints = [
            ("authorization_endpoint", Some(metadata.authorization_endpoint().url())),
            ("token_endpoint", Some(token_endpoint.url())),
            ("jwks_uri", Some(metadata.jwks_uri().url())),
            ("userinfo_endpoint", metadata.userinfo_endpoint().map(openidconnect::UserInfoUrl::url)),
        ];
        for (name, url) in endpoints {
            let is_requested = name != "authorization_endpoint";
            let is_allowed = |url: &Url| {
                self.is_allowed_endpoint(url) || is_requested && back_channel::is_internal(&self.config, url)
            };
            if let Some(url) = url.filter(|url| !is_allowed(url)) {
                let text = format!("{name} of the metadata is not an https URL: {}", quoted(url.as_str()));
                return Err(ProviderFailure::Invalid(text));
            }
        }
        Ok(())
    }

    pub(super) fn is_allowed_endpoint(&self, url: &Url) -> bool {
        match url.scheme() {
            "https" => true,
            "http" => self.config.issuer.is_local() && url.host().is_some_and(|host| is_loopback(&host)),
            _ => false,
        }
    }

    /// Verifies that the provider signed a token. If no known key verifies an ID token, the key set is fetched again: the provider may have
    /// rotated its keys, with new names or with the old ones. For a logout token, only an unknown name counts.
    pub(super) async fn verify_signature(
        self: &Arc<Self>,
        token: &str,
        kind: TokenKind,
        discovered: &Discovered,
    ) -> Result<Verified, ProviderFailure> {
        let failure = |error: TokenError| match error {
            TokenError::Algorithm(_) => {
                ProviderFailure::Invalid(format!("{error}: {}", self.config.kind.preset().signing_advice))
            }
            TokenError::UnknownKey(_) | TokenError::Signature(_) | TokenError::Invalid(_) => error.into(),
        };
        let announced = discovered.metadata.additional_metadata().signing_algorithms();
        let token = Jws::read(token, &announced).map_err(failure)?;
        let verified = token.verify(&discovered.keys.keys);
        // Any client can send a logout token with a known `kid` and a wrong signature, so such a token causes no request.
        let may_be_rotated = match (&verified, kind) {
            (Err(TokenError::UnknownKey(_)), TokenKind::Id | TokenKind::Logout)
            | (Err(TokenError::Signature(_)), TokenKind::Id) => true,
            (Err(TokenError::Signature(_)), TokenKind::Logout)
            | (Err(TokenError::Algorithm(_) | TokenError::Invalid(_)) | Ok(_), _) => false,
        };
        let verified =
            if may_be_rotated { token.verify(&self.refresh_keys(kind).await?.keys) } else { verified };
        let verified = verified.map_err(failure)?;
        if let Some(defects) = &verified.defects {
            tracing::warn!(provider = self.config.name, defects, "token is partly unreadable");
        }
        Ok(verified)
    }

    /// Fetches the key set in a task of its own: if a browser cancels its request, the other logins still get the keys.
    async fn refresh_keys(self: &Arc<Self>, kind: TokenKind) -> Result<KeySet, ProviderFailure> {
        let (provider, asked_at) = (self.clone(), Instant::now());
        let task =
            tokio::spawn(trace::inherit(async move { provider.fetch_newer_keys(kind, asked_at).await }));
        task.await.unwrap_or_else(|error| Err(ProviderFailure::Unavailable(error.to_string())))
    }

    async fn fetch_newer_keys(&self, kind: TokenKind, asked_at: Instant) -> Result<KeySet, ProviderFailure> {
        let mut refresh = self.key_refresh.lock().await;
        let discovered = self.discovered().ok_or_else(ProviderFailure::not_discovered)?;
        match refresh.decide(kind, asked_at) {
            RefreshDecision::UseCurrent => return Ok(discovered.keys.clone()),
            RefreshDecision::Unavailable => {
                let text = "the key set could not be fetched a moment ago";
                return Err(ProviderFailure::Unavailable(text.to_owned()));
            }
            RefreshDecision::Fetch => {}
        }
        let fetch_started = Instant::now();
        let fetched = fetch_keys(&self.http, &discovered.metadata).await;
        refresh.record(kind, fetch_started, fetched.is_err());
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
