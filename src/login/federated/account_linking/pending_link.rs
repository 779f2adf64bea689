//! The pending link: an identity that may be linked to one account, once that account was proven and the link confirmed.
//!
//! Bound to the browser by a cookie of its own that survives the rotations of the session, and to the account and identity by
//! what the decision said: another upstream account cannot take the place of the one that was proven. Signing in alone never
//! links. Used once, ten minutes at most.

pub(crate) mod routes;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{apply, decision_trace};
use crate::{
    app::App,
    audit::{self, Event, EventId, EventKind},
    clock::Timestamp,
    config::ProviderConfig,
    login::{
        federated::oidc::claims::Claims,
        recent_proof::{ProofTooOld, require_recent},
    },
    secrets::sha256_hex,
    session::{self, CurrentSession, Refusal},
    store::{Change, Collection, Document, DocumentId, StoreError, Stored},
    user::{Identity, UserId},
    web::{browser_key::BrowserKey, client::Client},
};

/// How long a link waits for its proof.
pub const LIFETIME: Duration = Duration::from_mins(10);

/// An identity that waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingLink {
    #[serde(rename = "_id")]
    key: String,
    user_id: UserId,
    /// What is to be linked.
    pub identity: Identity,
    /// The event that says why a proof is wanted: what somebody without one can tell an administrator.
    pub trace: Option<EventId>,
    /// After this it links nothing.
    pub expires_at: Timestamp,
}

impl Document for PendingLink {
    const COLLECTION: Collection = Collection::PendingLinks;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.key.clone())
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

/// Why a link is not made.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// None of this browser's, or too old.
    #[error("no pending link")]
    NoPendingLink,
    /// Signed in as somebody else than the decision named.
    #[error("signed in to another account")]
    AccountMismatch,
    /// Somebody else has the identity by now.
    #[error("the identity is somebody else's")]
    IdentityInUse,
    /// The last proof is too old.
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
    /// The session may not do this.
    #[error(transparent)]
    Session(#[from] Refusal),
    /// Nobody can tell.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PendingLink {
    /// For this account and these claims; kept by [`keep`].
    #[must_use]
    pub fn new(
        user: UserId,
        provider: &ProviderConfig,
        claims: &Claims,
        trace: Option<EventId>,
        now: Timestamp,
    ) -> Self {
        let identity = apply::identity(provider, claims, now);
        let (key, expires_at) = (String::new(), now + LIFETIME);
        Self { key, user_id: user, identity, trace, expires_at }
    }
}

/// Keeps a pending link; the key is for the cookie of this browser.
///
/// # Errors
/// When the store fails.
pub async fn keep(app: &App, pending: PendingLink) -> Result<BrowserKey, StoreError> {
    let key = BrowserKey::random();
    app.store.insert(PendingLink { key: hash(&key), ..pending }).await?;
    Ok(key)
}

/// The pending link of this browser.
///
/// # Errors
/// [`LinkError::NoPendingLink`], or the store's.
pub async fn find(app: &App, key: Option<&BrowserKey>) -> Result<PendingLink, LinkError> {
    let key = key.ok_or(LinkError::NoPendingLink)?;
    let found = app.store.get::<PendingLink>(&DocumentId::Text(hash(key))).await?;
    // Nor one of a provider whose door was closed meanwhile, maybe because it is not to be believed any more.
    found
        .map(Stored::into_document)
        .filter(|pending| {
            app.clock.now() < pending.expires_at && app.providers.has_provider_for(&pending.identity)
        })
        .ok_or(LinkError::NoPendingLink)
}

/// Links, if the account that is signed in is the one that the decision named, and was proven a short while ago.
///
/// # Errors
/// [`LinkError`]
pub async fn confirm(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    key: Option<&BrowserKey>,
) -> Result<Identity, LinkError> {
    let pending = find(app, key).await?;
    let now = app.clock.now();
    if pending.user_id != current.user.id {
        return Err(LinkError::AccountMismatch);
    }
    require_recent(app, current)?;
    session::check_against_store(app, current).await?;
    // Taken before it is used: of two confirmations at once, one has it.
    let pending = app.store.take::<PendingLink>(&pending.id()).await?.ok_or(LinkError::NoPendingLink)?;
    let identity = Identity { linked_at: now, last_login_at: None, ..pending.identity };
    let linked = app
        .users
        .update::<_, LinkError>(&current.user.id.document_id(), |user| {
            current.ensure_valid_for(user)?;
            let before = Box::new(user.clone());
            if user.identities.iter().any(|known| known.key == identity.key) {
                return Ok(Change::Keep(before));
            }
            user.unlinked_identities.retain(|unlinked| unlinked.key != identity.key);
            user.identities.push(identity.clone());
            user.updated_at = now;
            Ok(Change::Write(before))
        })
        .await;
    let event = match &linked {
        Ok(Some(_)) => Event::success(EventKind::IdentityLinked, now),
        Err(LinkError::Store(StoreError::Taken { .. })) => {
            Event::failure(EventKind::IdentityLinked, "identity_in_use", now)
        }
        // Nothing was decided, so no audit event is written.
        Ok(None) => return Err(Refusal::NotSignedIn.into()),
        Err(_) => return linked.map(|_| identity),
    };
    let changes = linked
        .as_ref()
        .ok()
        .and_then(Option::as_ref)
        .map(|(after, before)| decision_trace::changes(before, after));
    let details = json!({ "identity": identity.key.to_string(), "changes": changes }).to_string();
    let event = event.about(current.user.id).by(&current.user.id).details(details);
    audit::record(&app.store, event.from(client.ip, client.request_id.as_str())).await;
    match linked {
        Ok(_) => Ok(identity),
        Err(LinkError::Store(StoreError::Taken { .. })) => Err(LinkError::IdentityInUse),
        Err(error) => Err(error),
    }
}

/// Forgets the pending link of this browser, if there is one.
///
/// # Errors
/// When the store fails.
pub async fn cancel(app: &App, key: Option<&BrowserKey>) -> Result<(), StoreError> {
    if let Some(key) = key {
        app.store.take::<PendingLink>(&DocumentId::Text(hash(key))).await?;
    }
    Ok(())
}

fn hash(key: &BrowserKey) -> String {
    sha256_hex(key.as_str().as_bytes())
}
