//! A provider as it is now: what its metadata says, the keys it signs with, whether it answers.
//!
//! Metadata and keys are fetched by a task of their own, so that neither the start of the service nor a sign-in waits for them,
//! and a provider that is down, slow or lying touches nobody else. Keys are fetched anew when a token names one we do not have:
//! once at a time, and not more often than every ten seconds, so that a storm of made-up `kid`s asks nobody anything.

mod exchange;
mod logout;
mod metadata;
pub mod wire;

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jsonwebtoken::jwk::Jwk;
use oauth2::{ClientId, ClientSecret, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use openidconnect::{
    AuthenticationContextClass, AuthenticationFlow, Nonce,
    core::{CoreAuthPrompt, CoreClient, CoreResponseType},
};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tokio::sync::{Mutex, Notify, watch};
use url::Url;

pub use self::exchange::{Request, VerifiedTokens};
use self::{
    metadata::Metadata,
    wire::{HttpClient, HttpError},
};
use super::token::TokenError;
use crate::config::{ProviderConfig, is_loopback};

/// How often a provider that answers is looked at.
const REFRESH: Duration = Duration::from_mins(5);
/// The first wait after a failure; doubles to [`RETRY_MAX`].
const RETRY: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(30);
/// How long a sign-in waits for a provider that we have not met yet, and how long one counts as available unmet.
const FIRST_DISCOVERY_TIMEOUT: Duration = Duration::from_secs(5);

/// `max_age` of a sign-in that asks for nobody to be asked again: with it, and at some providers (Auth0) only with it, the ID token
/// says when the person proved who they are (`auth_time`, OpenID Connect Core §2).
const ANY_AGE: Duration = Duration::from_hours(365 * 24);

/// Its kind is set, never guessed; forgotten, it is asked to prove what it cannot.
const GOOGLE: &str = "https://accounts.google.com";

/// Why a provider's answer is of no use.
#[derive(Debug, thiserror::Error)]
pub enum ProviderFailure {
    /// It cannot be reached, or not in time.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// It says no to the code.
    #[error("refused: {0}")]
    Refused(String),
    /// It answers, and not as it must.
    #[error("invalid response: {0}")]
    Invalid(String),
}

impl From<HttpError> for ProviderFailure {
    fn from(error: HttpError) -> Self {
        if error.is_outage() {
            Self::Unavailable(error.to_string())
        } else {
            Self::Invalid(error.to_string())
        }
    }
}

impl From<TokenError> for ProviderFailure {
    fn from(error: TokenError) -> Self {
        Self::Invalid(error.to_string())
    }
}

/// One provider.
pub struct Provider {
    /// Its settings.
    pub config: ProviderConfig,
    redirect_uri: RedirectUrl,
    wire: HttpClient,
    known: RwLock<Option<Arc<Discovered>>>,
    /// Why it cannot be used, unless it answered when it was asked last.
    problem: RwLock<Option<String>>,
    next_keys: Mutex<NextKeys>,
    /// A sign-in found it down: look at it now.
    lost: Notify,
    /// Whether it was asked at all since we started.
    asked: watch::Sender<bool>,
    started: Instant,
}

/// When keys may be fetched for a token again.
struct NextKeys {
    not_before: Instant,
    /// Whether they could not be, the last time.
    failed: bool,
}

/// What was learnt of it.
struct Discovered {
    metadata: Metadata,
    keys: Vec<Jwk>,
}

/// What to keep until a browser is back.
pub struct AuthorizationParams {
    /// What the ID token must repeat.
    pub nonce: String,
    /// RFC 7636 code verifier.
    pub verifier: String,
    /// Whether the provider is told to ask who they are, so that it has to say that it did.
    pub prompt_login: bool,
    prompt: Option<CoreAuthPrompt>,
}

impl Provider {
    /// From its settings; nothing is asked yet.
    ///
    /// # Errors
    /// When there is no HTTP client to be had, or the redirect URI is no URL.
    pub fn new(config: ProviderConfig, origin: &str) -> Result<Self, String> {
        if config.issuer.as_str() == GOOGLE && config.kind.preset().supports_prompt_login {
            tracing::warn!(
                provider = config.name,
                "Google is asked what it does not answer: set _KIND=google"
            );
        }
        let redirect_uri = RedirectUrl::new(format!("{origin}/api/auth/callback/{}", config.name));
        Ok(Self {
            redirect_uri: redirect_uri.map_err(|error| error.to_string())?,
            wire: HttpClient::new().map_err(|error| error.to_string())?,
            known: RwLock::default(),
            problem: RwLock::new(Some("not asked yet".to_owned())),
            next_keys: Mutex::new(NextKeys { not_before: Instant::now(), failed: false }),
            lost: Notify::new(),
            asked: watch::Sender::new(false),
            started: Instant::now(),
            config,
        })
    }

    /// Whether it answered when it was asked last, or is only being asked for the first time: who comes to a replica that has just
    /// started finds its doors open, because a sign-in waits for them ([`Self::wait_for_first_discovery`]).
    #[must_use]
    pub fn is_available(&self) -> bool {
        let is_new = || !*self.asked.borrow() && self.started.elapsed() < FIRST_DISCOVERY_TIMEOUT;
        self.answers() || is_new()
    }

    fn answers(&self) -> bool {
        self.problem.read().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Why it cannot be used, unless it answered when it was asked last.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        self.problem.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What to register at it.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        self.redirect_uri.as_str()
    }

    /// RFC 9207: whether an authorization response without `iss` is a lie.
    #[must_use]
    pub fn sends_iss(&self) -> bool {
        self.known().is_some_and(|known| {
            known.metadata.additional_metadata().authorization_response_iss_parameter_supported
        })
    }

    fn known(&self) -> Option<Arc<Discovered>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it was asked for the first time, five seconds at most: whoever comes to a replica that has just started is not
    /// sent away for that.
    pub async fn wait_for_first_discovery(&self) {
        let mut asked = self.asked.subscribe();
        drop(tokio::time::timeout(FIRST_DISCOVERY_TIMEOUT, asked.wait_for(|asked| *asked)).await);
    }

    fn heard(&self, problem: Option<String>) {
        *self.problem.write().unwrap_or_else(PoisonError::into_inner) = problem;
        self.asked.send_replace(true);
    }

    /// Keeps metadata and keys fresh, for ever.
    pub async fn keep_discovered(self: Arc<Self>) {
        let mut wait = RETRY;
        loop {
            match self.discover().await {
                Ok(()) => {
                    if !self.answers() {
                        tracing::info!(provider = self.config.name, "the provider answers");
                    }
                    self.heard(None);
                    wait = RETRY;
                    // Not at once, however many sign-ins find it down: it is asked once a second at most.
                    tokio::time::sleep(RETRY).await;
                    drop(tokio::time::timeout(REFRESH, self.lost.notified()).await);
                }
                Err(error) => {
                    if self.answers() || wait == RETRY {
                        tracing::warn!(provider = self.config.name, %error, "the provider cannot be used");
                    }
                    self.heard(Some(error.to_string()));
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(RETRY_MAX);
                }
            }
        }
    }

    /// OpenID Connect Discovery 1.0 §4: the document, whose issuer must be the one that was set, exactly (RFC 8414 §3.3).
    async fn discover(&self) -> Result<(), ProviderFailure> {
        let document = self.wire.get_json(&self.config.issuer.metadata_url()).await?;
        let metadata = metadata::read(document).map_err(ProviderFailure::Invalid)?;
        self.check_issuer(metadata.issuer())?;
        self.check_endpoints(&metadata)?;
        // Nobody fetches keys meanwhile, so that older ones never take the place of newer ones.
        let _in_turn = self.next_keys.lock().await;
        let keys = self.fetch_keys(&metadata).await?;
        self.learn(Discovered { metadata, keys });
        Ok(())
    }

    fn learn(&self, known: Discovered) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(known));
    }

    /// Exactly; what people set wrong most often is told as what it is.
    fn check_issuer(&self, announced: &str) -> Result<(), ProviderFailure> {
        let issuer = &self.config.issuer;
        if issuer.matches_discovery(announced) {
            return Ok(());
        }
        let mut text = "the metadata are another issuer's".to_owned();
        if announced.trim_end_matches('/') == issuer.as_str().trim_end_matches('/') {
            text.push_str(": it differs by the slash at the end of _ISSUER");
            text.extend(self.config.kind.preset().issuer_shape.map(|shape| format!("; {shape}")));
        }
        Err(ProviderFailure::Invalid(text))
    }

    /// Browsers and secrets are sent to https only; to http only where the issuer itself is on this machine.
    fn check_endpoints(&self, metadata: &Metadata) -> Result<(), ProviderFailure> {
        let invalid = |text: &str| Err(ProviderFailure::Invalid(text.to_owned()));
        let Some(token_endpoint) = metadata.token_endpoint() else { return invalid("no token endpoint") };
        let is_safe = |url: &Url| self.is_safe(url);
        let endpoints = [
            Some(metadata.authorization_endpoint().url()),
            Some(token_endpoint.url()),
            Some(metadata.jwks_uri().url()),
        ];
        let userinfo = metadata.userinfo_endpoint().map(openidconnect::UserInfoUrl::url);
        if endpoints.into_iter().chain([userinfo]).flatten().all(is_safe) {
            Ok(())
        } else {
            invalid("an endpoint that is not https")
        }
    }

    fn is_safe(&self, url: &Url) -> bool {
        match url.scheme() {
            "https" => true,
            "http" => self.config.issuer.is_local() && url.host().is_some_and(|host| is_loopback(&host)),
            _ => false,
        }
    }

    /// Keys of a kind we do not know are skipped, not a failure.
    async fn fetch_keys(&self, metadata: &Metadata) -> Result<Vec<Jwk>, ProviderFailure> {
        let mut set = self.wire.get_json(metadata.jwks_uri().as_str()).await?;
        let Some(Value::Array(keys)) = set.remove("keys") else {
            return Err(ProviderFailure::Invalid("the key set has no keys".to_owned()));
        };
        let signs = |key: &Value| key.get("use").is_none_or(|usage| usage == "sig");
        Ok(keys.into_iter().filter(signs).filter_map(|key| serde_json::from_value(key).ok()).collect())
    }

    /// A nonce and a code verifier for one sign-in; None while nothing is known of the provider.
    #[must_use]
    pub fn prepare_authorization(&self, prompt_login: bool) -> Option<AuthorizationParams> {
        self.known()?;
        let (_, verifier) = PkceCodeChallenge::new_random_sha256();
        let supports_prompt_login = self.config.kind.preset().supports_prompt_login;
        let prompt =
            if supports_prompt_login { CoreAuthPrompt::Login } else { CoreAuthPrompt::SelectAccount };
        Some(AuthorizationParams {
            nonce: Nonce::new_random().secret().clone(),
            verifier: verifier.into_secret(),
            prompt_login: prompt_login && supports_prompt_login,
            prompt: prompt_login.then_some(prompt),
        })
    }

    /// The authorization request: code flow with PKCE S256, state and nonce; nothing is forwarded from outside.
    #[must_use]
    pub fn authorize_url(&self, params: &AuthorizationParams, state: String) -> Option<String> {
        let known = self.known()?;
        let client = CoreClient::from_provider_metadata(
            known.metadata.clone(),
            self.client_id(),
            self.client_secret(),
        )
        .set_redirect_uri(self.redirect_uri.clone());
        let verifier = PkceCodeVerifier::new(params.verifier.clone());
        let nonce = Nonce::new(params.nonce.clone());
        let scopes = self.config.scopes.iter().filter(|scope| *scope != "openid");
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let contexts = self.config.acr_values.iter().cloned().map(AuthenticationContextClass::new);
        let mut request = client
            .authorize_url(flow, move || CsrfToken::new(state), move || nonce)
            .add_scopes(scopes.map(|scope| Scope::new(scope.clone())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for context in contexts {
            request = request.add_auth_context_value(context);
        }
        if let Some(organization) = &self.config.organization {
            request = request.add_extra_param("organization", organization);
        }
        if let Some(prompt) = &params.prompt {
            request = request.add_prompt(prompt.clone());
        }
        request = request.set_max_age(if params.prompt_login { Duration::ZERO } else { ANY_AGE });
        Some(request.url().0.into())
    }

    fn client_id(&self) -> ClientId {
        ClientId::new(self.config.client_id.clone())
    }

    fn client_secret(&self) -> Option<ClientSecret> {
        self.config.client_secret.as_ref().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()))
    }
}
