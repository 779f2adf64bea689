//! Ways to sign in through providers: link another one, unlink one.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    app::App,
    audit::{self, Event, EventKind},
    login::{
        federated::{
            account_linking::decision_trace,
            start::{self, AuthorizationRequest, StartError},
            transaction::Purpose,
        },
        recent_proof::{ProofTooOld, require_recent},
    },
    secrets::sha256,
    session::{self, CurrentSession, Refusal},
    store::{Change, StoreError},
    user::{EndReason, Identity, IdentityKey, UnlinkedIdentity},
    web::{browser_key::BrowserKey, client::Client, return_path::ReturnPath},
};

/// What an identity of one's own is named by: not guessed from, and telling neither issuer nor subject.
#[must_use]
pub fn handle(key: &IdentityKey) -> String {
    URL_SAFE_NO_PAD.encode(&sha256(key.to_string().as_bytes())[..16])
}

/// Why nothing changes.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// No such identity of this person.
    #[error("no such identity")]
    Unknown,
    /// Nobody could come in without it.
    #[error("the last way in")]
    LastWayIn,
    /// The last proof is too old.
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
    /// The session may not do this.
    #[error(transparent)]
    Session(#[from] Refusal),
    /// The provider cannot be asked.
    #[error(transparent)]
    Provider(#[from] StartError),
    /// Nobody can tell.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Off to a provider, to link the identity that comes back; where to. Bound to this session: another one's answer links nothing.
///
/// # Errors
/// [`NotChanged`]
pub async fn connect(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    provider: &str,
    browser: &BrowserKey,
    return_to: ReturnPath,
) -> Result<String, NotChanged> {
    app.providers.get(provider).ok_or(StartError::Unknown)?;
    require_recent(app, current)?;
    // Asked afresh: a person may have several accounts there, and the one it remembers may be somebody else's.
    let request =
        AuthorizationRequest { purpose: Purpose::Link(current.id_hash_hex()), prompt_login: true, return_to };
    Ok(start::start(app, client, provider, browser, request).await?)
}

/// Unlinks an identity on purpose: it never finds this account again by itself, and the other sessions that were opened through it
/// are over.
///
/// # Errors
/// [`NotChanged`]
pub async fn disconnect(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    identity: &str,
) -> Result<(), NotChanged> {
    require_recent(app, current)?;
    session::check_against_store(app, current).await?;
    // A store that failed after the unlinking: asked again, the rest is done.
    if let Some(gone) = current.user.unlinked_identities.iter().find(|gone| handle(&gone.key) == identity) {
        end_others(app, current, &gone.key).await?;
    }
    let now = app.clock.now();
    let id = current.user.id.document_id();
    let unlinked = app
        .users
        .update::<_, NotChanged>(&id, |user| {
            current.ensure_valid_for(user)?;
            let before = Box::new(user.clone());
            let named = |known: &Identity| handle(&known.key) == identity;
            let at = user.identities.iter().position(named).ok_or(NotChanged::Unknown)?;
            let Identity { key, .. } = user.identities.remove(at);
            if user.password.is_none()
                && !user.identities.iter().any(|left| app.providers.has_provider_for(left))
            {
                return Err(NotChanged::LastWayIn);
            }
            user.unlinked_identities.push(UnlinkedIdentity { key: key.clone(), unlinked_at: now });
            user.updated_at = now;
            Ok(Change::Write((key, before)))
        })
        .await?;
    let (after, (key, before)) = unlinked.ok_or(NotChanged::Unknown)?;
    let event = Event::success(EventKind::IdentityUnlinked, now).about(current.user.id).by(&current.user.id);
    let event = event.details(decision_trace::changes(&before, &after).to_string());
    audit::record(&app.store, event.from(client.ip, client.request_id.as_str())).await;
    end_others(app, current, &key).await?;
    Ok(())
}

/// The other sessions of this person that were opened through an identity which is theirs no more.
async fn end_others(app: &App, current: &CurrentSession, key: &IdentityKey) -> Result<(), StoreError> {
    let others = |session: &session::Session| session.user_id == current.user.id && !session.is(&current.id);
    session::end_all(app, &session::tag_of_identity(key), EndReason::Revoked, others).await.map(drop)
}
