//! The authorization request: authorization code flow with PKCE (S256), `state` and `nonce`.

use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier, Scope};
use openidconnect::{
    AuthenticationContextClass, AuthenticationFlow, Nonce,
    core::{CoreAuthPrompt, CoreClient, CoreResponseType},
};
use url::Url;

use super::{
    auth_time::{ANY_AGE, Prompt},
    provider::Provider,
};
use crate::config::ResponseMode;

/// Values of one authorization request. The transaction keeps them until the callback.
pub struct AuthorizationParams {
    pub nonce: String,
    /// PKCE code verifier (RFC 7636).
    pub verifier: String,
    pub prompt: Prompt,
}

impl Provider {
    /// Creates a nonce and a code verifier. Returns `None` before the first successful discovery.
    #[must_use]
    pub fn prepare_authorization(&self, prompt_login: bool) -> Option<AuthorizationParams> {
        self.discovered()?;
        let (_, verifier) = PkceCodeChallenge::new_random_sha256();
        Some(AuthorizationParams {
            nonce: Nonce::new_random().secret().clone(),
            verifier: verifier.into_secret(),
            prompt: Prompt::choose(prompt_login, self.config.kind.preset()),
        })
    }

    /// Returns the URL of the authorization request. It contains only our own parameters: a forwarded `login_hint` could choose the account
    /// for the user.
    #[must_use]
    pub fn authorization_url(&self, params: &AuthorizationParams, state: String) -> Option<Url> {
        let discovered = self.discovered()?;
        let client = CoreClient::from_provider_metadata(
            discovered.metadata.clone(),
            self.client_id(),
            self.client_secret(),
        )
        .set_redirect_uri(self.redirect_uri.clone());
        let verifier = PkceCodeVerifier::new(params.verifier.clone());
        let nonce = Nonce::new(params.nonce.clone());
        let scopes = self.config.scopes.iter().filter(|scope| *scope != "openid");
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, move || CsrfToken::new(state), move || nonce)
            .add_scopes(scopes.map(|scope| Scope::new(scope.clone())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .set_max_age(ANY_AGE);
        for context in &self.config.acr_values {
            request = request.add_auth_context_value(AuthenticationContextClass::new(context.clone()));
        }
        if let Some(organization) = &self.config.organization {
            request = request.add_extra_param("organization", organization);
        }
        for (name, value) in &self.config.authorize_params {
            request = request.add_extra_param(name, value);
        }
        if self.config.response_mode == ResponseMode::FormPost {
            request = request.add_extra_param("response_mode", "form_post");
        }
        match params.prompt {
            Prompt::Unchanged => {}
            Prompt::SelectAccount => request = request.add_prompt(CoreAuthPrompt::SelectAccount),
            Prompt::Login => request = request.add_prompt(CoreAuthPrompt::Login),
        }
        Some(request.url().0)
    }
}
