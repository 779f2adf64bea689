//! Start of a federated login: stores a transaction for this browser and returns the authorization URL.

use url::Url;

use super::transaction::{self, NewTransaction, Purpose, TransactionId};
use crate::{
    app::App,
    clock::Timestamp,
    config::ProviderConfig,
    login::federated::oidc::auth_time::Prompt,
    session,
    store::StoreError,
    web::{
        browser_key::BrowserKey,
        client::Client,
        cookies::{CookieChange, RequestCookies},
        navigation::{Initiator, Navigation},
        return_target::ReturnTarget,
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
    pub return_to: ReturnTarget,
    /// A callback starts the login again.
    pub is_retry: bool,
    /// The user wants to stay signed in on this device.
    pub remember: bool,
}

impl AuthorizationRequest {
    /// Returns a login that starts for the first time.
    #[must_use]
    pub fn new(purpose: Purpose, prompt_login: bool, return_to: ReturnTarget) -> Self {
        Self { purpose, prompt_login, return_to, is_retry: false, remember: false }
    }

    /// Returns a login that a callback starts again.
    #[must_use]
    pub fn retry(prompt_login: bool, return_to: ReturnTarget) -> Self {
        Self { purpose: Purpose::SignIn, prompt_login, return_to, is_retry: true, remember: false }
    }

    /// Sets whether the user wants to stay signed in on this device.
    #[must_use]
    pub fn remembered(self, remember: bool) -> Self {
        Self { remember, ..self }
    }
}

/// Returns whether a login link starts a login at once. Otherwise the user confirms it on our page.
///
/// A provider that remembers the user completes a login without a prompt. A link, an image or a frame on any page could then open or replace
/// a session without the user (login CSRF, ASVS 7.6.2).
pub async fn starts_at_once(
    app: &App,
    cookies: &RequestCookies,
    provider: &ProviderConfig,
    navigation: Navigation,
) -> bool {
    navigation.opens_page
        && match navigation.initiator {
            Initiator::OwnPage | Initiator::Unknown => true,
            Initiator::SameSite => !has_session(app, cookies).await,
            Initiator::OtherSite => provider.tile && !has_session(app, cookies).await,
        }
}

/// Returns whether the login could replace a session, in any state. If the store fails, it could.
async fn has_session(app: &App, cookies: &RequestCookies) -> bool {
    match session::check(app, cookies).await {
        Ok(_) | Err(session::Refusal::Store(_)) => true,
        Err(
            session::Refusal::NotSignedIn
            | session::Refusal::Ended(_)
            | session::Refusal::SecondFactorRequired
            | session::Refusal::EnrolmentRequired
            | session::Refusal::PasswordChangeRequired
            | session::Refusal::Unlinked
            | session::Refusal::LoggedOutUpstream,
        ) => false,
    }
}

/// A login that has started.
#[derive(Debug)]
pub struct Started {
    /// The URL to which the browser is sent.
    pub url: Url,
    pub transaction: TransactionId,
    pub expires_at: Timestamp,
}

/// Starts a login. The cookie that binds the transaction to the browser is set, or extended
/// if another tab has set it.
pub async fn start(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    provider: &str,
    request: AuthorizationRequest,
) -> Result<Started, StartError> {
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
        return_to: request.return_to.to_stored(),
        is_retry: request.is_retry,
        remember: request.remember,
        browser: &browser,
        network: client.network(),
    };
    let created = transaction::create(&app.store, new, &app.clock).await?;
    let url = provider.authorization_url(&params, created.state).ok_or(StartError::Unavailable)?;
    cookies.queue(CookieChange::SetBrowserKey(browser));
    Ok(Started { url, transaction: created.id, expires_at: created.expires_at })
}
