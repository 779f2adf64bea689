//! The pending link: an identity that waits until its user proves the ownership of a local account and confirms the link.
//!
//! ```text
//!   federated login ─▶ AskForProof ─▶ create ─▶ cookie `…-link`
//!   sign in to the account (any method) ─▶ GET /api/auth/link ─▶ POST /api/auth/link: linked
//! ```
//!
//! Three bindings: to the browser by its own cookie, which survives the rotation of the session; to the account and the identity that the
//! decision named, so that neither can be exchanged for another one. It is used once and valid for ten minutes. Signing in alone never
//! links: an attacker could otherwise prepare a link in a browser and wait for the victim to sign in.

pub(crate) mod routes;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::decision_trace;
use crate::{
    app::App,
    audit::{EventId, EventKind},
    clock::Timestamp,
    error::ErrorCode,
    limiter::{Guess, Limited},
    login::recent_proof::{ProofTooOld, require_recent},
    mail::Notice,
    notices,
    secrets::sha256_hex,
    session::{self, CurrentSession, Refusal},
    store::{Change, Collection, Document, DocumentId, Page, Store, StoreError, Stored},
    user::{Identity, UserId},
    web::{browser_key::BrowserKey, client::Client, cookies::LOGIN_TIME},
};

/// Pending links per read of the store.
const PAGE: usize = 100;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingLink {
    /// Hash of the key in the browser's cookie.
    #[serde(rename = "_id")]
    key: String,
    user_id: UserId,
    pub identity: Identity,
    /// The audit event that says why a proof is needed. The user can report its number to an administrator.
    pub trace: Option<EventId>,
    pub expires_at: Timestamp,
}

impl Document for PendingLink {
    const COLLECTION: Collection = Collection::PendingLinks;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.key.clone())
    }

    fn tags(&self) -> Vec<String> {
        vec![tag_of_user(self.user_id)]
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

fn tag_of_user(user: UserId) -> String {
    format!("user:{user}")
}

#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// This browser has no pending link, or it has expired.
    #[error("no pending link")]
    NoPendingLink,
    #[error("signed in to an account that the decision did not name")]
    AccountMismatch,
    #[error("the identity belongs to another account")]
    IdentityInUse,
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PendingLink {
    /// Creates a pending link for this account and identity; [`store`] stores it.
    #[must_use]
    pub fn new(user: UserId, identity: Identity, trace: Option<EventId>, now: Timestamp) -> Self {
        Self { key: String::new(), user_id: user, identity, trace, expires_at: now + LOGIN_TIME }
    }
}

/// Stores a pending link and returns the key for the cookie.
pub async fn store(app: &App, pending: PendingLink) -> Result<BrowserKey, StoreError> {
    let key = BrowserKey::random();
    app.store.insert(PendingLink { key: hash(&key), ..pending }).await?;
    Ok(key)
}

/// Returns the pending link of this browser. A link to a provider that was removed from the settings is not returned: it may have been
/// removed because it is no longer trusted.
///
/// # Errors
/// [`LinkError::NoPendingLink`], or the store failed.
pub async fn find(app: &App, keys: &[BrowserKey]) -> Result<PendingLink, LinkError> {
    for key in keys {
        let found = app.store.get_expendable::<PendingLink>(&DocumentId::Text(hash(key))).await?;
        let usable = found.map(Stored::into_document).filter(|pending| {
            app.clock.now() < pending.expires_at && app.providers.has_provider_for(&pending.identity)
        });
        if let Some(pending) = usable {
            return Ok(pending);
        }
    }
    Err(LinkError::NoPendingLink)
}

/// Finds the pending link of a key, which is counted as a guess: the key is a secret of another browser for an attacker.
async fn find_counted(app: &App, client: &Client, keys: &[BrowserKey]) -> Result<PendingLink, LinkError> {
    // A browser without a key guesses nothing.
    if keys.is_empty() {
        return Err(LinkError::NoPendingLink);
    }
    let attempt = app.limiter.token_attempt(Guess::Link, &client.networks()).await?;
    let found = find(app, keys).await;
    match &found {
        Ok(_) => attempt.succeeded().await,
        Err(LinkError::NoPendingLink) => drop(attempt.failed()),
        Err(_) => attempt.cancelled().await,
    }
    found
}

/// Links the identity if the signed-in account is the one that the decision named and the user authenticated recently.
pub async fn confirm(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    keys: &[BrowserKey],
) -> Result<Identity, LinkError> {
    let pending = find_counted(app, client, keys).await?;
    let now = app.clock.now();
    if pending.user_id != current.user.id {
        return Err(LinkError::AccountMismatch);
    }
    require_recent(app, current)?;
    session::check_against_store(app, current).await?;
    // Taken before it is used: only one of two concurrent confirmations gets it.
    let pending = app.store.take::<PendingLink>(&pending.id()).await?.ok_or(LinkError::NoPendingLink)?;
    let identity = Identity { linked_at: now, last_login_at: None, ..pending.identity };
    let linked = link(app, current, &identity, now).await;
    let user = current.user.id;
    let audit = app.audit(client).about(user).by_user(user);
    let (event, changes) = match &linked {
        Ok(changes) => (audit.success(EventKind::IdentityLinked), Some(changes)),
        Err(LinkError::IdentityInUse) => {
            (audit.failure(EventKind::IdentityLinked, ErrorCode::IdentityInUse.as_str()), None)
        }
        // Nothing was decided, so no audit event is written.
        Err(
            LinkError::NoPendingLink
            | LinkError::AccountMismatch
            | LinkError::ProofTooOld(_)
            | LinkError::Session(_)
            | LinkError::Limited(_)
            | LinkError::Store(_),
        ) => return linked.map(|_| identity),
    };
    let details = json!({
        "provider": identity.provider, "identity": identity.key.to_string(), "changes": changes,
    });
    event.details(details).record().await;
    if linked.is_ok() {
        let provider = app.providers.label(&identity.provider).to_owned();
        notices::send(app, client, &current.user, Notice::IdentityLinked { provider }).await;
    }
    linked.map(|_| identity)
}

/// Links the identity and returns what changed.
async fn link(
    app: &App,
    current: &CurrentSession,
    identity: &Identity,
    now: Timestamp,
) -> Result<Value, LinkError> {
    let linked = current
        .update_user(&app.users, |user| {
            let before = Box::new(user.clone());
            Ok(if user.link_identity(identity.clone(), now) {
                Change::Write(before)
            } else {
                Change::Keep(before)
            })
        })
        .await;
    match linked {
        Ok((after, before)) => Ok(decision_trace::changes(&before, &after)),
        Err(LinkError::Store(StoreError::Taken { .. })) => Err(LinkError::IdentityInUse),
        Err(error) => Err(error),
    }
}

/// Deletes the pending link of this browser, if there is one.
pub async fn cancel(app: &App, keys: &[BrowserKey]) -> Result<(), StoreError> {
    for key in keys {
        app.store.take::<PendingLink>(&DocumentId::Text(hash(key))).await?;
    }
    Ok(())
}

/// Deletes the pending links to the account of a user who is deleted.
///
/// # Errors
/// The store failed. Some of them may be deleted.
pub async fn delete_all(store: &Store, user: UserId) -> Result<(), StoreError> {
    let tag = tag_of_user(user);
    let mut after = None;
    loop {
        let page = Page { tag: Some(&tag), after, newest_first: false, limit: PAGE };
        let found = store.scan::<PendingLink>(page).await?;
        for pending in &found.documents {
            store.take::<PendingLink>(&pending.id()).await?;
        }
        match found.next {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
    }
}

fn hash(key: &BrowserKey) -> String {
    sha256_hex(key.as_str().as_bytes())
}
