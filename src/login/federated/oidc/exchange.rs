//! Exchange of an authorization code for verified claims: token request, ID token, userinfo.

use std::{sync::Arc, time::Duration};

use openidconnect::core::CoreClientAuthMethod;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use tokio::time::{Instant, timeout_at};

use super::{
    claims::{Claims, Userinfo, shortened},
    failure::ProviderFailure,
    http::Credentials,
    id_token::{self, Expected},
    keys::TokenKind,
    metadata::Metadata,
    provider::{Discovered, Provider},
    token_response::{self, Tokens},
};
use crate::{clock::Timestamp, config::AuthMethod};

/// Time kept in reserve after the userinfo request. If the token request was slow, userinfo is skipped and the login continues without it.
const USERINFO_RESERVE: Duration = Duration::from_millis(500);

/// Explicit type of an ID token. Nearly all providers send `JWT` or none.
const TYPE: &str = "id_token+jwt";

/// An authorization code, with the values of the authorization request that the tokens must match.
pub struct CodeExchange {
    pub code: String,
    pub nonce: String,
    /// PKCE code verifier (RFC 7636).
    pub verifier: String,
}

/// Header of a verified ID token, for the administrator of a test login.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct TokenHeader {
    alg: &'static str,
    kid: Option<String>,
    typ: Option<String>,
}

/// Tokens whose signature and claims are verified.
pub struct VerifiedTokens {
    pub claims: Claims,
    pub header: TokenHeader,
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
        let verified = self.verify_signature(&tokens.id_token, TokenKind::Id, &discovered).await?;
        let (issuer, audience) = (&self.config.issuer, self.audience());
        let expected = Expected { issuer, audience, nonce: &nonce };
        let validated =
            verified.check_type(TYPE).and_then(|()| id_token::validate(&verified.claims, &expected, now));
        validated.map_err(|error| verified.explain(error))?;
        if let Some(at_hash) = verified.claims.get("at_hash") {
            id_token::check_at_hash(verified.algorithm, at_hash, &tokens.access_token)?;
        }
        let userinfo = match &tokens.is_bearer {
            Ok(()) => self.userinfo(&discovered, &tokens.access_token, deadline - USERINFO_RESERVE).await,
            Err(_) if discovered.metadata.userinfo_endpoint().is_none() => Userinfo::NotOffered,
            Err(kind) => {
                let reason = format!("the access token has the type {kind}, not Bearer");
                tracing::warn!(provider = self.config.name, reason, "userinfo not requested");
                Userinfo::Failed(reason)
            }
        };
        let header = TokenHeader {
            alg: verified.algorithm.name(),
            kid: verified.kid.as_deref().map(shortened),
            typ: verified.typ.as_deref().map(shortened),
        };
        Ok(VerifiedTokens {
            header,
            claims: Claims::new(verified.claims, userinfo)?,
            id_token: tokens.id_token.into(),
        })
    }

    pub(super) async fn request_tokens(
        &self,
        code: String,
        verifier: String,
        discovered: &Discovered,
    ) -> Result<Tokens, ProviderFailure> {
        let Some(endpoint) = discovered.metadata.token_endpoint() else {
            return Err(ProviderFailure::Invalid("no token endpoint".to_owned()));
        };
        let client_id = &*self.config.client_id;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("code_verifier", &verifier),
            ("redirect_uri", self.redirect_uri()),
        ];
        let credentials = match &self.config.client_secret {
            Some(secret) if self.uses_basic(&discovered.metadata) => Credentials::Basic(client_id, secret),
            Some(secret) => {
                form.extend([("client_id", client_id), ("client_secret", secret.expose_secret())]);
                Credentials::None
            }
            None => {
                form.push(("client_id", client_id));
                Credentials::None
            }
        };
        let response = self.http.post_form(endpoint.as_str(), credentials, &form).await;
        let (status, body) =
            response.map_err(|error| ProviderFailure::of_http(&error, format!("token endpoint: {error}")))?;
        token_response::read(status, &body)
    }

    /// Returns whether to use `client_secret_basic`. Without a setting: always, unless the provider offers only `client_secret_post` (OpenID
    /// Connect Discovery 1.0 §3).
    pub(super) fn uses_basic(&self, metadata: &Metadata) -> bool {
        let offers = |method: &CoreClientAuthMethod| {
            metadata.token_endpoint_auth_methods_supported().is_none_or(|methods| methods.contains(method))
        };
        match self.config.auth_method {
            AuthMethod::Basic => true,
            AuthMethod::Post | AuthMethod::None => false,
            AuthMethod::Metadata => {
                offers(&CoreClientAuthMethod::ClientSecretBasic)
                    || !offers(&CoreClientAuthMethod::ClientSecretPost)
            }
        }
    }
}
