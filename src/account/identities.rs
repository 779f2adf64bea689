//! Ways to sign in through providers: link another one, unlink one.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    app::App,
    audit::{self, Event, EventKind},
    login::{
        federated::{
            return_path::ReturnPath,
            start::{self, Errand, StartError},
            trace,
            transaction::{BrowserKey, Purpose},
        },
        reauthenticate::{self, ProofTooOld},
    },
    net::Caller,
    secrets::sha256,
    session::{self, EndReason, Live, Refusal},
    store::{Change, StoreError},
    user::{Identity, IdentityKey, Tombstone, User},
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
    caller: &Caller,
    live: &Live,
    provider: &str,
    browser: &BrowserKey,
    return_to: ReturnPath,
) -> Result<String, NotChanged> {
    app.provider(provider).ok_or(StartError::Unknown)?;
    reauthenticate::require_recent(app, live)?;
    // Asked afresh: a person may have several accounts there, and the one it remembers may be somebody else's.
    let errand = Errand { purpose: Purpose::Link(live.mark()), afresh: true, return_to };
    Ok(start::start(app, caller, provider, browser, errand).await?)
}

/// Unlinks an identity on purpose: it never finds this account again by itself, and the other sessions that were opened through it
/// are over.
///
/// # Errors
/// [`NotChanged`]
pub async fn disconnect(app: &App, caller: &Caller, live: &Live, identity: &str) -> Result<(), NotChanged> {
    reauthenticate::require_recent(app, live)?;
    session::recheck(app, live).await?;
    // A store that failed after the unlinking: asked again, the rest is done.
    if let Some(gone) = live.user.tombstones.iter().find(|gone| handle(&gone.key) == identity) {
        end_others(app, live, &gone.key).await?;
    }
    let now = app.clock.now();
    let id = live.user.id.document_id();
    let unlinked = app
        .store
        .update::<User, (IdentityKey, Box<User>), NotChanged>(&id, |user| {
            live.still(user)?;
            let before = Box::new(user.clone());
            let named = |known: &Identity| handle(&known.key) == identity;
            let at = user.identities.iter().position(named).ok_or(NotChanged::Unknown)?;
            let Identity { key, .. } = user.identities.remove(at);
            if user.password.is_none() && !user.identities.iter().any(|left| app.has_door(left)) {
                return Err(NotChanged::LastWayIn);
            }
            user.tombstones.push(Tombstone { key: key.clone(), unlinked_at: now });
            user.updated_at = now;
            Ok(Change::Write((key, before)))
        })
        .await?;
    app.users.invalidate(&id);
    let (after, (key, before)) = unlinked.ok_or(NotChanged::Unknown)?;
    let event = Event::success(EventKind::IdentityUnlinked, now).about(live.user.id).by(&live.user.id);
    let event = event.details(trace::changes(&before, &after).to_string());
    audit::record(&app.store, event.from(caller.ip, caller.request_id.as_str())).await;
    end_others(app, live, &key).await?;
    Ok(())
}

/// The other sessions of this person that were opened through an identity which is theirs no more.
async fn end_others(app: &App, live: &Live, key: &IdentityKey) -> Result<(), StoreError> {
    let others = |session: &session::Session| session.user_id == live.user.id && !session.is(&live.id);
    session::end_all(app, &session::of_identity(key), EndReason::Revoked, others).await.map(drop)
}
