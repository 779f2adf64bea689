//! From a code to verified claims: the token request, the tokens, userinfo, keys that have changed.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jsonwebtoken::jwk::Jwk;
use oauth2::{
    AuthType, AuthorizationCode, EndpointNotSet, PkceCodeVerifier, StandardRevocableToken,
    StandardTokenResponse, TokenResponse as _,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use openidconnect::core::CoreClientAuthMethod;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Discovered, Metadata, NextKeys, Provider, ProviderFailure,
    wire::{self, UserinfoResponse},
};
use crate::{
    clock::Timestamp,
    login::federated::oidc::{
        claims::{Claims, Userinfo},
        token::{self, Audience, Expected, LogoutToken, TokenError},
    },
};

/// Keys are not fetched again sooner than this; after a failure, than that.
const KEYS_PAUSE: Duration = Duration::from_secs(10);
const KEYS_RETRY: Duration = Duration::from_secs(1);
/// How long a logout token waits for keys that are newer than ours.
const LOGOUT_DEADLINE: Duration = Duration::from_secs(9);

/// What userinfo leaves of the time for all of it: the tokens before it may have taken most, and who can do without it comes in.
const USERINFO_RESERVE: Duration = Duration::from_millis(500);

/// What OpenID Connect adds to a token response; the token as it came.
#[derive(Debug, Deserialize, Serialize)]
struct IdTokenField {
    id_token: Option<String>,
}

impl oauth2::ExtraTokenFields for IdTokenField {}

type Exchange<HasAuthUrl = EndpointNotSet> = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<IdTokenField, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    HasAuthUrl,
>;

/// The values of the authorization request that the response must match.
pub struct Request {
    pub nonce: String,
    /// PKCE code verifier (RFC 7636).
    pub verifier: String,
}

/// What a provider gave for a code.
pub struct VerifiedTokens {
    /// What it says, verified.
    pub claims: Claims,
    /// The token that says so; for the sign-out there, and for nothing else.
    pub id_token: SecretString,
}

impl Provider {
    /// Exchanges the code for what the provider says, verified; all of it before `deadline`.
    ///
    /// # Errors
    /// [`ProviderFailure`]
    pub async fn exchange_code(
        self: &Arc<Self>,
        code: String,
        request: &Request,
        now: Timestamp,
        deadline: tokio::time::Instant,
    ) -> Result<VerifiedTokens, ProviderFailure> {
        let exchanged = tokio::time::timeout_at(deadline, self.exchange(code, request, now, deadline)).await;
        let result =
            exchanged.unwrap_or_else(|_| Err(ProviderFailure::Unavailable("no answer in time".to_owned())));
        if let Err(failure @ ProviderFailure::Unavailable(_)) = &result {
            self.heard(Some(failure.to_string()));
            self.lost.notify_one();
        }
        result
    }

    async fn exchange(
        self: &Arc<Self>,
        code: String,
        authorization: &Request,
        now: Timestamp,
        deadline: tokio::time::Instant,
    ) -> Result<VerifiedTokens, ProviderFailure> {
        let known = self.known().ok_or(ProviderFailure::Unavailable("nothing is known of it".to_owned()))?;
        let invalid = |text: &str| ProviderFailure::Invalid(text.to_owned());
        let endpoint = known.metadata.token_endpoint().ok_or(invalid("no token endpoint"))?;
        // Not openidconnect's own client here: it reads the ID token into types before anything is verified, and fails a sign-in over
        // an odd but honest claim.
        let mut client = Exchange::new(self.client_id())
            .set_redirect_uri(self.redirect_uri.clone())
            .set_auth_type(auth_type(&known.metadata))
            .set_token_uri(endpoint.clone());
        if let Some(secret) = self.client_secret() {
            client = client.set_client_secret(secret);
        }
        let request = client.exchange_code(AuthorizationCode::new(code));
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(authorization.verifier.clone()));
        let tokens = request.request_async(&self.wire).await.map_err(wire::of_token_request)?;
        let id_token = tokens.extra_fields().id_token.clone().ok_or(invalid("no ID token"))?;
        let claims = self.signed(&id_token, &known).await?;
        let (issuer, audience) = (&self.config.issuer, self.audience());
        token::validate(&claims, &Expected { issuer, audience, nonce: &authorization.nonce }, now)?;
        if let Some(at_hash) = claims.get("at_hash") {
            token::check_at_hash(&id_token, at_hash, tokens.access_token().secret())?;
        }
        let userinfo =
            self.userinfo(&known, tokens.access_token().secret(), deadline - USERINFO_RESERVE).await;
        Ok(VerifiedTokens { claims: Claims::new(claims, userinfo)?, id_token: id_token.into() })
    }

    /// What a logout token says, verified. Its claims are judged like any other's, by our clock.
    ///
    /// # Errors
    /// [`ProviderFailure`]
    pub async fn validated_logout_token(
        self: &Arc<Self>,
        token: &str,
        now: Timestamp,
    ) -> Result<LogoutToken, ProviderFailure> {
        let known = self.known().ok_or(ProviderFailure::Unavailable("nothing is known of it".to_owned()))?;
        let signed = tokio::time::timeout(LOGOUT_DEADLINE, self.signed(token, &known)).await;
        let claims = signed.unwrap_or_else(|_| {
            Err(ProviderFailure::Unavailable("its keys did not come in time".to_owned()))
        })?;
        Ok(token::validate_logout_token(token, &claims, &self.config.issuer, self.audience(), now)?)
    }

    fn audience(&self) -> Audience<'_> {
        Audience { client_id: &self.config.client_id, trusted: &self.config.trusted_audiences }
    }

    /// The claims of a token that the provider signed, maybe with keys that are newer than ours.
    async fn signed(
        self: &Arc<Self>,
        token: &str,
        known: &Discovered,
    ) -> Result<Map<String, Value>, ProviderFailure> {
        let refused = |error: TokenError| match error {
            TokenError::Algorithm(_) => {
                ProviderFailure::Invalid(format!("{error}: {}", self.config.kind.preset().signing_advice))
            }
            error => error.into(),
        };
        match token::check_signature(token, &known.keys) {
            Err(TokenError::UnknownKey) => {
                let keys = self.newer_keys().await?;
                token::check_signature(token, &keys).map_err(refused)
            }
            signed => signed.map_err(refused),
        }
    }

    /// The keys as they are now, for a token that names one we do not have; fetched once at a time, and rarely. In a task of its own:
    /// a browser that goes away in between takes nothing from those who wait.
    async fn newer_keys(self: &Arc<Self>) -> Result<Vec<Jwk>, ProviderFailure> {
        let provider = self.clone();
        let fetched = tokio::spawn(async move { provider.fetch_newer_keys().await });
        fetched.await.unwrap_or_else(|error| Err(ProviderFailure::Unavailable(error.to_string())))
    }

    async fn fetch_newer_keys(&self) -> Result<Vec<Jwk>, ProviderFailure> {
        let mut next = self.next_keys.lock().await;
        let known = self.known().ok_or(ProviderFailure::Unavailable("nothing is known of it".to_owned()))?;
        if Instant::now() < next.not_before {
            let lost =
                || ProviderFailure::Unavailable("its keys could not be fetched a moment ago".to_owned());
            return if next.failed { Err(lost()) } else { Ok(known.keys.clone()) };
        }
        // Sooner, if this fails: a provider that stumbles once does not cost ten seconds of sign-ins.
        let fetched = self.fetch_keys(&known.metadata).await;
        let (pause, failed) = if fetched.is_ok() { (KEYS_PAUSE, false) } else { (KEYS_RETRY, true) };
        // From the end of it: those who waited for a slow one do not ask again, one after the other.
        *next = NextKeys { not_before: Instant::now() + pause, failed };
        let keys = fetched?;
        self.learn(Discovered { metadata: known.metadata.clone(), keys: keys.clone() });
        Ok(keys)
    }

    /// Userinfo, if there is such an endpoint; when it does not answer as it must, or before `deadline`, the ID token may do.
    async fn userinfo(
        self: &Arc<Self>,
        known: &Discovered,
        access_token: &str,
        deadline: tokio::time::Instant,
    ) -> Userinfo {
        let Some(endpoint) = known.metadata.userinfo_endpoint() else { return Userinfo::NotOffered };
        let asked = async {
            match self.wire.get_claims(endpoint.as_str(), access_token).await? {
                UserinfoResponse::Plain(claims) => Ok(claims),
                UserinfoResponse::Signed(token) => {
                    let claims = self.signed(&token, known).await?;
                    token::validate_userinfo(&claims, &self.config.issuer, self.audience())?;
                    Ok(claims)
                }
            }
        };
        let late = |_| Err(ProviderFailure::Unavailable("no time was left for it".to_owned()));
        match tokio::time::timeout_at(deadline, asked).await.unwrap_or_else(late) {
            Ok(userinfo) => Userinfo::Claims(userinfo),
            Err(error) => {
                tracing::warn!(provider = self.config.name, %error, "userinfo is of no use");
                Userinfo::Failed
            }
        }
    }

    /// Whether what the provider says of its own factors counts as a second one, by the settings.
    #[must_use]
    pub fn accepts_as_second_factor(&self, claims: &Claims) -> bool {
        claims.methods().any(|value| self.config.trust_mfa.iter().any(|trusted| trusted == value))
    }
}

/// `client_secret_basic` unless only `client_secret_post` is offered (OpenID Connect Discovery 1.0 §3).
fn auth_type(metadata: &Metadata) -> AuthType {
    let offers = |method: &CoreClientAuthMethod| {
        metadata.token_endpoint_auth_methods_supported().is_none_or(|methods| methods.contains(method))
    };
    if offers(&CoreClientAuthMethod::ClientSecretBasic) || !offers(&CoreClientAuthMethod::ClientSecretPost) {
        AuthType::BasicAuth
    } else {
        AuthType::RequestBody
    }
}
