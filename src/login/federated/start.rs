//! Start of a federated login: stores a transaction for this browser and returns the authorization URL.

use super::transaction::{self, NewTransaction, Purpose};
use crate::{
    app::App,
    login::federated::oidc::auth_time::Prompt,
    store::StoreError,
    web::{
        browser_key::BrowserKey,
        client::Client,
        cookies::{CookieChange, RequestCookies},
        return_path::ReturnPath,
    },
};

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("unknown provider")]
    Unknown,
    /// The metadata of the provider has not been loaded yet.
    #[error("the provider is unavailable")]
    Unavailable,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A login at a provider that is about to start.
pub struct AuthorizationRequest {
    pub purpose: Purpose,
    /// The provider must authenticate the user again, also if it has a session.
    pub prompt_login: bool,
    /// The page to open afterwards.
    pub return_to: ReturnPath,
}

/// Starts a login and returns the URL to which the browser is sent. The cookie that binds the transaction to the browser is set, or extended
/// if another tab has set it.
pub async fn start(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    provider: &str,
    request: AuthorizationRequest,
) -> Result<String, StartError> {
    let provider = app.providers.get(provider).ok_or(StartError::Unknown)?;
    provider.wait_for_first_discovery().await;
    let params = provider.prepare_authorization(request.prompt_login).ok_or(StartError::Unavailable)?;
    let browser = cookies.browser_keys().first().cloned().unwrap_or_else(BrowserKey::random);
    let new = NewTransaction {
        purpose: request.purpose,
        prompt_login: params.prompt == Prompt::Login,
        provider: &provider.config.name,
        issuer: provider.config.issuer.as_str(),
        nonce: params.nonce.clone(),
        verifier: params.verifier.clone(),
        return_to: request.return_to,
        browser: &browser,
        network: client.network(),
    };
    let state = transaction::create(&app.store, new, app.clock.now()).await?;
    let url = provider.authorization_url(&params, state).ok_or(StartError::Unavailable)?;
    cookies.queue(CookieChange::SetBrowserKey(browser));
    Ok(url)
}
