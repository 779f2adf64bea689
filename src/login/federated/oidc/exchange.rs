//! Exchange of an authorization code for verified claims: token request, ID token, userinfo.

use std::{sync::Arc, time::Duration};

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
use tokio::time::{Instant, timeout_at};

use super::{
    claims::Claims,
    failure::ProviderFailure,
    id_token::{self, Expected},
    keys::TokenKind,
    metadata::Metadata,
    provider::{Discovered, Provider},
};
use crate::clock::Timestamp;

/// Time kept in reserve after the userinfo request. If the token request was slow, userinfo is skipped and the login continues without it.
const USERINFO_RESERVE: Duration = Duration::from_millis(500);

/// The member that OpenID Connect adds to a token response; the token as it was received.
#[derive(Debug, Deserialize, Serialize)]
struct IdTokenField {
    id_token: Option<String>,
}

impl oauth2::ExtraTokenFields for IdTokenField {}

type TokenResponse = StandardTokenResponse<IdTokenField, BasicTokenType>;

/// The client of openidconnect is not used: it parses the ID token into types before the signature is verified, and one unusual claim
/// would fail the login.
type TokenClient<HasAuthUrl = EndpointNotSet> = oauth2::Client<
    BasicErrorResponse,
    TokenResponse,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    HasAuthUrl,
>;

/// An authorization code, with the values of the authorization request that the tokens must match.
pub struct CodeExchange {
    pub code: String,
    pub nonce: String,
    /// PKCE code verifier (RFC 7636).
    pub verifier: String,
}

/// Tokens whose signature and claims are verified.
pub struct VerifiedTokens {
    pub claims: Claims,
    /// Used only for the logout at the provider.
    pub id_token: SecretString,
}

impl Provider {
    /// Exchanges the code for verified claims, before `deadline`.
    pub async fn exchange_code(
        self: &Arc<Self>,
        exchange: CodeExchange,
        now: Timestamp,
        deadline: Instant,
    ) -> Result<VerifiedTokens, ProviderFailure> {
        let exchanged = timeout_at(deadline, self.exchange_and_verify(exchange, now, deadline)).await;
        let result = exchanged.unwrap_or_else(|_| Err(ProviderFailure::Unavailable("timeout".to_owned())));
        if let Err(ProviderFailure::Unavailable(_)) = &result {
            self.request_recheck();
        }
        result
    }

    async fn exchange_and_verify(
        self: &Arc<Self>,
        exchange: CodeExchange,
        now: Timestamp,
        deadline: Instant,
    ) -> Result<VerifiedTokens, ProviderFailure> {
        let discovered = self.discovered().ok_or_else(ProviderFailure::not_discovered)?;
        let CodeExchange { code, nonce, verifier } = exchange;
        let tokens = self.request_tokens(code, verifier, &discovered).await?;
        let Some(id_token) = tokens.extra_fields().id_token.clone() else {
            return Err(ProviderFailure::Invalid("no ID token".to_owned()));
        };
        let claims = self.verify_signature(&id_token, TokenKind::Id, &discovered).await?;
        let (issuer, audience) = (&self.config.issuer, self.audience());
        id_token::validate(&claims, &Expected { issuer, audience, nonce: &nonce }, now)?;
        let access_token = tokens.access_token().secret();
        if let Some(at_hash) = claims.get("at_hash") {
            id_token::check_at_hash(&id_token, at_hash, access_token)?;
        }
        let userinfo = self.userinfo(&discovered, access_token, deadline - USERINFO_RESERVE).await;
        Ok(VerifiedTokens { claims: Claims::new(claims, userinfo)?, id_token: id_token.into() })
    }

    async fn request_tokens(
        &self,
        code: String,
        verifier: String,
        discovered: &Discovered,
    ) -> Result<TokenResponse, ProviderFailure> {
        let Some(endpoint) = discovered.metadata.token_endpoint() else {
            return Err(ProviderFailure::Invalid("no token endpoint".to_owned()));
        };
        let mut client = TokenClient::new(self.client_id())
            .set_redirect_uri(self.redirect_uri.clone())
            .set_auth_type(auth_type(&discovered.metadata))
            .set_token_uri(endpoint.clone());
        if let Some(secret) = self.client_secret() {
            client = client.set_client_secret(secret);
        }
        let request = client.exchange_code(AuthorizationCode::new(code));
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        Ok(request.request_async(&self.http).await?)
    }
}

/// Chooses `client_secret_basic` unless the provider offers only `client_secret_post` (OpenID Connect Discovery 1.0 §3).
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
