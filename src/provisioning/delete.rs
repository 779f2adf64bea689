//! Deletion of a user by an administrator.
//!
//! ```text
//!   begin (compare-and-set: disabled, all sessions end) ─▶ sessions, tokens, links, mails, counters ─▶ user ─▶ event
//! ```
//!
//! If an act stops after the first step, the task of the service that deletes accounts finishes it.

use super::{Mode, Provisioning, ProvisioningError, merge::delete_records as delete_merges};
use crate::{
    audit::EventKind,
    clock::Clock,
    limiter::Limiter,
    link_token::LinkTokens,
    login::{federated::account_linking::pending_link, password::account_keys},
    mail,
    store::{Change, Store, StoreError},
    user::{User, UserId},
};

impl Provisioning<'_> {
    /// Begins the deletion: from this write on, no login is possible and no session is valid.
    ///
    /// # Errors
    /// [`ProvisioningError::LastAdministrator`], and as for every change.
    pub async fn begin_deletion(&self, user: UserId) -> Result<User, ProvisioningError> {
        let now = self.clock.now();
        let written = self
            .write(user, |user| {
                user.deletion_at = Some(now);
                user.begin_deletion(now);
                Ok(Change::Write(()))
            })
            .await?;
        if self.mode == Mode::Write {
            // The task of the service may be faster with the rest, and its event names no administrator.
            let audit = self.audit.clone().about(user);
            audit.success(EventKind::UserDisabled).details("deletion").record().await;
        }
        Ok(written.after.document)
    }

    /// Deletes the user whose deletion has begun; returns `false` if another process was faster.
    ///
    /// # Errors
    /// The store failed. The task of the service deletes the user.
    pub async fn finish_deletion(&self, user: &User) -> Result<bool, ProvisioningError> {
        if self.mode == Mode::DryRun {
            return Ok(true);
        }
        let is_deleted = self.users.take(&user.id.document_id()).await?.is_some();
        if is_deleted {
            // The event has neither name nor address: another user may have them from now on.
            self.audit.clone().about(user.id).success(EventKind::UserDeleted).record().await;
        }
        Ok(is_deleted)
    }
}

/// Deletes what belongs to a user in other collections, without the sessions.
///
/// # Errors
/// The store failed. Some of it may be deleted.
pub async fn delete_records(
    store: &Store,
    clock: &Clock,
    limiter: &Limiter,
    user: &User,
) -> Result<(), StoreError> {
    LinkTokens::new(store, clock).delete_all(user.id).await?;
    pending_link::delete_all(store, user.id).await?;
    delete_merges(store, user.id).await?;
    let pending = user.pending_email.iter().map(|pending| &pending.email);
    let previous = user.previous_emails.iter().map(|previous| &previous.email);
    for address in user.email.iter().chain(pending).chain(previous) {
        mail::delete_to(store, address).await?;
    }
    limiter.unlock(&account_keys(user)).await.map(drop)
}
