//! The step between the logout here and the logout at the provider.
//!
//! The URL of the logout at the provider contains the ID token (name, address, groups). Scripts of the page must not read it, so the response
//! to the logout contains only a random key. The browser opens it as a page and is redirected to the provider. The key is used once, valid
//! for a minute, and bound to the browser: a link with a key of an attacker must not send another user to a provider.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::return_state;
use crate::{
    admission::UpstreamSession,
    app::App,
    clock::Timestamp,
    secrets::{Sealed, SealedField, random, sha256_hex},
    session::{Session, id_token_hint},
    store::{Collection, Document, DocumentId, StoreError},
    user::UserId,
    web::{
        browser_key::BrowserKey,
        cookies::{CookieChange, RequestCookies},
        return_target::{ReturnTarget, StoredTarget},
    },
};

/// How long the browser may take to follow the redirect.
const CONTINUE_TIME: Duration = Duration::from_mins(1);
/// Length of the key in bytes.
const KEY: usize = 32;
/// The field name that the ID token is sealed for.
const FIELD: SealedField = SealedField::LogoutIdToken;

/// A logout that continues at a provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogoutContinuation {
    /// Hash of the key: a leaked database sends no browser anywhere.
    #[serde(rename = "_id")]
    key: String,
    browser_hash: String,
    user_id: UserId,
    provider: String,
    id_token: Option<Sealed>,
    /// The page to open afterwards.
    #[serde(default)]
    return_to: Option<StoredTarget>,
    expires_at: Timestamp,
}

impl Document for LogoutContinuation {
    const COLLECTION: Collection = Collection::LogoutContinuations;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.key.clone())
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

/// Prepares the logout at the provider of an ended session. Returns the path that the browser opens, or `None` if the provider has no logout.
/// Before the first discovery it is not known whether it has one: the next step decides.
///
/// # Errors
/// The store failed. The session has ended all the same.
pub(super) async fn prepare(
    app: &App,
    cookies: &RequestCookies,
    session: &Session,
    upstream: &UpstreamSession,
    return_to: Option<&ReturnTarget>,
) -> Result<Option<String>, StoreError> {
    let Some(provider) = app.providers.get(&upstream.provider) else { return Ok(None) };
    if !provider.may_have_logout() {
        return Ok(None);
    }
    let id_token = match &upstream.id_token_hint {
        Some(key) => id_token_hint::take(app, key).await,
        None => None,
    };
    let user_id = session.user_id;
    let browser = cookies.browser_keys().first().cloned().unwrap_or_else(BrowserKey::random);
    let key = URL_SAFE_NO_PAD.encode(random::<KEY>());
    let seal = |token: &SecretString| app.keys.seal(&user_id, FIELD, token.expose_secret().as_bytes());
    let continuation = LogoutContinuation {
        key: sha256_hex(key.as_bytes()),
        browser_hash: sha256_hex(browser.as_str().as_bytes()),
        user_id,
        provider: provider.config.name.clone(),
        id_token: id_token.as_ref().map(seal),
        return_to: return_to.map(ReturnTarget::to_stored),
        expires_at: app.clock.now() + CONTINUE_TIME,
    };
    app.store.insert(continuation).await?;
    cookies.queue(CookieChange::SetBrowserKey(browser));
    Ok(Some(app.addresses.path(&format!("/api/auth/logout/continue?key={key}"))))
}

/// Where a logout continues.
pub(super) enum Next {
    Provider(Url),
    /// The provider has no logout.
    Target(ReturnTarget),
    /// No target was requested, or the key was used, has expired, or belongs to another browser.
    SignIn,
}

/// Returns where the logout with this key continues.
///
/// # Errors
/// The store failed.
pub(super) async fn take_next(app: &App, cookies: &RequestCookies, key: &str) -> Result<Next, StoreError> {
    // Taken before it is checked: only one of two concurrent requests gets it.
    let id = DocumentId::Text(sha256_hex(key.as_bytes()));
    let Some(continuation) = app.store.take::<LogoutContinuation>(&id).await? else {
        return Ok(Next::SignIn);
    };
    let is_own = |browser: &BrowserKey| sha256_hex(browser.as_str().as_bytes()) == continuation.browser_hash;
    if app.clock.now() >= continuation.expires_at || !cookies.browser_keys().iter().any(is_own) {
        return Ok(Next::SignIn);
    }
    let target = continuation.return_to.as_ref().map(|stored| app.addresses.returns.stored(stored));
    let without_provider = |target: Option<ReturnTarget>| target.map_or(Next::SignIn, Next::Target);
    let Some(provider) = app.providers.get(&continuation.provider) else {
        return Ok(without_provider(target));
    };
    // Longer than the first attempt: a replica that starts before its network must not drop the logout.
    provider.wait_for_metadata().await;
    let sealed = continuation.id_token.as_ref();
    let id_token = sealed.and_then(|sealed| app.keys.open(&continuation.user_id, FIELD, sealed).ok());
    let id_token = id_token.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()).map(SecretString::from);
    let state = return_state::seal(app, target.as_ref());
    let url = provider.logout_url(id_token.as_ref(), &app.addresses.url("/login"), &state);
    Ok(url.map_or_else(|| without_provider(target), Next::Provider))
}
