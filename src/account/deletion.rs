//! The deletion of an account by its user.
//!
//! ```text
//!   request (typed phrase, recent proof) ─▶ seven days, the user can sign in and keep the account ─▶ task: deleted
//! ```
//!
//! The other sessions end at the request: another user of one of them must not notice it first. Events about the user stay until their
//! retention ends, so that an attacker cannot delete the proof of an attack with the account.
//!
//! The last administrator cannot ask for it. A user who became the last one since keeps the account: the task cancels the deletion.

pub(crate) mod routes;
pub mod task;

use crate::{
    account::sessions::end_all_but_this,
    administrators::{Attempt, LastAdministrator},
    app::App,
    audit::EventKind,
    clock::Timestamp,
    limiter::Limited,
    login::recent_proof::{ProofTooOld, require_recent},
    mail::Notice,
    notices,
    session::{CurrentSession, Refusal},
    store::{Change, StoreError, Stored},
    user::User,
    web::client::Client,
};

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum DeletionError {
    /// The setting does not allow it.
    #[error("users of this service cannot delete their account")]
    Disabled,
    #[error("the typed phrase is neither the user name nor, without one, the address")]
    WrongPhrase,
    #[error(transparent)]
    LastAdministrator(#[from] LastAdministrator),
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Requests the deletion; returns its time. A repeated request keeps the first time, and ends sessions that the first one did not end.
///
/// # Errors
/// [`DeletionError`].
pub async fn request(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    phrase: &str,
) -> Result<Timestamp, DeletionError> {
    if !app.config.account_deletion {
        return Err(DeletionError::Disabled);
    }
    if !current.user.is_deletion_phrase(phrase) {
        return Err(DeletionError::WrongPhrase);
    }
    require_recent(app, current)?;
    app.limiter.count_deletion_change(&current.user.id.to_string()).await?;
    let now = app.clock.now();
    let (user, (at, is_new)) = write_request(app, current, now).await?;
    end_all_but_this(app, current).await?;
    if is_new {
        let audit = app.audit(client).about(user.id).by_user(user.id);
        audit.success(EventKind::DeletionRequested).record().await;
        notices::send(app, client, &user, Notice::AccountDeletion { at }).await;
    }
    Ok(at)
}

/// Writes the time of the deletion; returns it, and whether it is new. From this write on, the user does not count as an administrator.
async fn write_request(
    app: &App,
    current: &CurrentSession,
    now: Timestamp,
) -> Result<(Stored<User>, (Timestamp, bool)), DeletionError> {
    let mut guard = app.administrators().guard();
    loop {
        let attempt = current
            .update_stored_user::<_, Attempt<DeletionError>>(&app.users, |user| {
                let before = user.clone();
                let at = user.request_deletion(now);
                if before.deletion_at.is_some() {
                    return Ok(Change::Keep((at, false)));
                }
                guard.permit(&before, &[user])?;
                Ok(Change::Write((at, true)))
            })
            .await;
        if let Some(written) = guard.settle(attempt, app.clock.now()).await? {
            return Ok(written);
        }
    }
}

/// Cancels the deletion. It needs no recent proof, because it protects the account.
///
/// # Errors
/// [`DeletionError::Session`] also if the deletion has begun.
pub async fn cancel(app: &App, client: &Client, current: &CurrentSession) -> Result<(), DeletionError> {
    app.limiter.count_deletion_change(&current.user.id.to_string()).await?;
    let (user, is_cancelled) = current
        .update_user::<_, DeletionError>(&app.users, |user| {
            Ok(if user.cancel_deletion() { Change::Write(true) } else { Change::Keep(false) })
        })
        .await?;
    if is_cancelled {
        let audit = app.audit(client).about(user.id).by_user(user.id);
        audit.success(EventKind::DeletionCancelled).record().await;
    }
    Ok(())
}
