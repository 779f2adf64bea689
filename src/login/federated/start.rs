//! Off to the provider.

use super::transaction::{self, NewTransaction, Purpose};
use crate::{
    app::App,
    store::StoreError,
    web::{browser_key::BrowserKey, client::Client, return_path::ReturnPath},
};

/// Why nobody leaves.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No provider of this name.
    #[error("unknown provider")]
    Unknown,
    /// Nothing is known of it yet.
    #[error("the provider is unavailable")]
    Unavailable,
    /// Nothing can be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What somebody goes to a provider for, and where they want to be afterwards.
pub struct AuthorizationRequest {
    /// What for.
    pub purpose: Purpose,
    /// Whether the provider is to ask who they are even if it knows.
    pub prompt_login: bool,
    /// And then.
    pub return_to: ReturnPath,
}

/// Keeps a transaction for this browser and gives the URL to send it to.
///
/// # Errors
/// [`StartError`]
pub async fn start(
    app: &App,
    client: &Client,
    provider: &str,
    browser: &BrowserKey,
    request: AuthorizationRequest,
) -> Result<String, StartError> {
    let provider = app.providers.get(provider).ok_or(StartError::Unknown)?;
    provider.wait_for_first_discovery().await;
    let params = provider.prepare_authorization(request.prompt_login).ok_or(StartError::Unavailable)?;
    let new = NewTransaction {
        purpose: request.purpose,
        prompt_login: params.prompt_login,
        provider: &provider.config.name,
        issuer: provider.config.issuer.as_str(),
        nonce: params.nonce.clone(),
        verifier: params.verifier.clone(),
        return_to: request.return_to,
        browser,
        network: client.network(),
    };
    let state = transaction::create(&app.store, new, app.clock.now()).await?;
    provider.authorize_url(&params, state).ok_or(StartError::Unavailable)
}
