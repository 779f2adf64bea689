//! Off to the provider.

use super::transaction::{self, Begin, Purpose};
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
pub struct Errand {
    /// What for.
    pub purpose: Purpose,
    /// Whether the provider is to ask who they are even if it knows.
    pub afresh: bool,
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
    errand: Errand,
) -> Result<String, StartError> {
    let provider = app.provider(provider).ok_or(StartError::Unknown)?;
    provider.introduced().await;
    let departure = provider.depart(errand.afresh).ok_or(StartError::Unavailable)?;
    let begin = Begin {
        purpose: errand.purpose,
        afresh: departure.afresh,
        provider: &provider.config.name,
        issuer: provider.config.issuer.as_str(),
        nonce: departure.nonce.clone(),
        verifier: departure.verifier.clone(),
        return_to: errand.return_to,
        browser,
        network: client.network(),
    };
    let state = transaction::begin(&app.store, begin, app.clock.now()).await?;
    provider.authorize_url(&departure, state).ok_or(StartError::Unavailable)
}
