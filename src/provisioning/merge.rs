//! The merge of two users, and its undo. The rules are in [`crate::user::merge`].
//!
//! ```text
//!   read FROM and INTO ─▶ rules ─▶ one atomic step ─▶ links of FROM deleted ─▶ an audit event about each user
//!                                    take FROM
//!                                    replace INTO
//!                                    insert the record (FROM's document, sealed)
//! ```
//!
//! Each document is compared with the revision that was read: a login, a link or a new password in between starts the merge over with the newer
//! document. The last administrator is not merged away: the removal of FROM is reserved, as for every act. After a crash both users are as
//! before, or the merge is complete; only the deletion of links and the events can be missing. A link of FROM opens nothing, because it
//! names a user that does not exist.

mod error;
mod keys;
mod undo;

pub(super) use self::undo::delete_records;
pub use self::{
    error::MergeError,
    keys::reseal_all,
    undo::{Undo, UndoOutcome, undoable},
};
use super::{Mode, Provisioning};
use crate::{
    administrators::{Administrators, Attempt, Guard},
    audit::EventKind,
    cache::DocumentCache,
    clock::{Clock, Timestamp},
    config::ProviderConfig,
    link_token::LinkTokens,
    login::{federated::account_linking::pending_link, second_factor::totp},
    secrets::{Keys, OpenError},
    store::{Batch, Store, StoreError, Stored},
    user::{
        Totp, User, UserId,
        merge::{FieldChange, Merge, MergeId, MergeOptions, Merged, Party, UNDO_TIME, merge, takes_factors},
    },
};

/// Attempts until a merge gives up. Each one starts over because one of the users was changed.
const ATTEMPTS: u32 = 20;

/// What a merge and its undo need beside the users.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub store: &'a Store,
    pub keys: &'a Keys,
    pub providers: &'a [ProviderConfig],
}

impl<'a> Sources<'a> {
    fn administrators(&self, users: &'a DocumentCache<User>) -> Administrators<'a> {
        Administrators::new(self.store, users, self.providers)
    }
}

/// A merge that an administrator wants.
#[derive(Clone, Copy)]
pub struct Order {
    pub from: UserId,
    pub into: UserId,
    pub options: MergeOptions,
    /// The revision of FROM that the administrator saw.
    pub revision: Option<i64>,
    /// Whether the administrator may act on users with administrative roles.
    pub is_full: bool,
}

/// Both users of a merge, and what it changes.
pub struct Outcome {
    pub from: Stored<User>,
    /// After the merge.
    pub into: Stored<User>,
    pub changes: Vec<FieldChange>,
    /// `None` in a dry run.
    pub merge: Option<MergeId>,
    pub undo_until: Timestamp,
}

/// Reads a user by its id, or by the id of a user that was merged into it.
///
/// # Errors
/// The store failed.
pub async fn find_by_id(store: &Store, id: UserId) -> Result<Option<Stored<User>>, StoreError> {
    match store.get::<User>(&id.document_id()).await? {
        Some(user) => Ok(Some(user)),
        None => find_by_former_id(store, id).await,
    }
}

/// Finds the user into which the user with this id was merged. A user name in the form of an id is no former id.
async fn find_by_former_id(store: &Store, id: UserId) -> Result<Option<Stored<User>>, StoreError> {
    Ok(store.find::<User>(&id.handle()).await?.filter(|user| user.former_ids.contains(&id)))
}

impl Provisioning<'_> {
    /// Merges FROM into INTO in one atomic step. In a dry run, only reports what it would change.
    ///
    /// # Errors
    /// [`MergeError`]: nothing was changed, unless the store became unavailable: then the merge is complete or did not happen.
    pub async fn merge(&self, sources: Sources<'_>, order: Order) -> Result<Outcome, MergeError> {
        let mut guard = sources.administrators(self.users).guard().previewing(self.preview());
        for attempt in 0..ATTEMPTS {
            let tried = self.try_merge(sources, order, &guard).await;
            match guard.settle(tried, self.clock.now()).await? {
                Some(Some(outcome)) if self.mode() == Mode::Write => {
                    self.record_merge(&outcome).await;
                    delete_links(sources.store, self.clock, order.from).await?;
                    return Ok(outcome);
                }
                Some(Some(outcome)) => return Ok(Outcome { merge: None, ..outcome }),
                Some(None) => backoff(attempt).await,
                None => {}
            }
        }
        Err(MergeError::Contended)
    }

    /// Returns `None` if one of the users was changed since it was read.
    async fn try_merge(
        &self,
        sources: Sources<'_>,
        order: Order,
        guard: &Guard<'_>,
    ) -> Result<Option<Outcome>, Attempt<MergeError>> {
        let (batch, mut outcome) = self.prepare_merge(sources, order).await.map_err(Attempt::Failed)?;
        guard.permit(&outcome.from, &[&outcome.into])?;
        if self.mode() == Mode::Write {
            if !self.users.write_together(&batch).await? {
                return Ok(None);
            }
            outcome.into.revision += 1;
        }
        Ok(Some(outcome))
    }

    async fn prepare_merge(
        &self,
        sources: Sources<'_>,
        order: Order,
    ) -> Result<(Batch, Outcome), MergeError> {
        let Sources { store, keys, providers: _ } = sources;
        let now = self.clock.now();
        let from = store.get::<User>(&order.from.document_id()).await?.ok_or(MergeError::NotFound)?;
        let into = store.get::<User>(&order.into.document_id()).await?.ok_or(MergeError::NotFound)?;
        // Attack: an administrator with a part of the permissions gets into the account of a full one.
        if !order.is_full && (from.is_administrative() || into.is_administrative()) {
            return Err(MergeError::Administrative);
        }
        if order.revision.is_some_and(|revision| revision != from.revision) {
            return Err(MergeError::Stale);
        }
        let apps = if takes_factors(&from, &into, order.options) {
            moved_apps(&from, into.id, keys)?
        } else {
            Vec::new()
        };
        let Merged { user, taken, changes } = merge(&from, &into, apps, order.options, now)?;
        let mut record = Merge {
            id: MergeId::new(now),
            at: now,
            actor: self.audit.actor().map(str::to_owned),
            reason: self.audit.stated_reason().map(str::to_owned),
            from: Party::of(&from),
            into: Party::of(&into),
            taken,
            from_revision: from.revision,
            sealed: None,
            undo_until: now + UNDO_TIME,
            undone_at: None,
        };
        record.seal(&from, keys);
        let outcome = Outcome {
            into: Stored { document: user, revision: into.revision },
            changes,
            merge: Some(record.id),
            undo_until: record.undo_until,
            from,
        };
        let batch = Batch::new().take(&outcome.from).replace(outcome.into.clone()).insert(record);
        Ok((batch, outcome))
    }

    async fn record_merge(&self, outcome: &Outcome) {
        let Outcome { from, into, changes, merge, .. } = outcome;
        let details = serde_json::json!({
            "merge": merge, "from": from.id, "into": into.id, "username": from.username, "changes": changes,
        });
        for user in [from.id, into.id] {
            let audit = self.audit.clone().about(user);
            audit.success(EventKind::UserMerged).details(details.clone()).record().await;
        }
    }
}

/// Seals the apps of FROM for INTO: a sealed secret opens only for the user that it was sealed for.
fn moved_apps(from: &User, into: UserId, keys: &Keys) -> Result<Vec<Totp>, OpenError> {
    let moved = |app: &Totp| {
        let secret = keys.open(&from.id, totp::ACTIVE, &app.secret)?;
        Ok(Totp { secret: keys.seal(&into, totp::ACTIVE, &secret), ..app.clone() })
    };
    from.totp.iter().map(moved).collect()
}

/// Deletes the links in mails to a user, and the identities that wait for it.
async fn delete_links(store: &Store, clock: &Clock, user: UserId) -> Result<(), StoreError> {
    LinkTokens::new(store, clock).delete_all(user).await?;
    pending_link::delete_all(store, user).await
}

/// Waits before another attempt: longer after each one.
async fn backoff(attempt: u32) {
    tokio::time::sleep(std::time::Duration::from_millis(2) * attempt).await;
}
