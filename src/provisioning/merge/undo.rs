//! The undo of a merge.

use super::{MergeError, Sources, backoff, delete_links, find_by_former_id};
use crate::{
    administrators::{Attempt, Guard},
    audit::EventKind,
    clock::Timestamp,
    provisioning::{Mode, Provisioning},
    store::{Batch, Document as _, Page, Store, StoreError, Stored},
    user::{
        User, UserId,
        merge::{self, FieldChange, Merge, MergeId, Undone},
    },
};

/// Attempts until an undo gives up.
const ATTEMPTS: u32 = 20;
/// Merges per read of the store.
const PAGE: usize = 100;

/// An undo that an administrator wants.
#[derive(Clone, Copy)]
pub struct Undo {
    pub merge: MergeId,
    /// The revision of the user that stays, as the administrator saw it.
    pub revision: Option<i64>,
    /// Whether the administrator may act on users with administrative roles.
    pub is_full: bool,
}

/// Both users after an undo.
pub struct UndoOutcome {
    pub from: Stored<User>,
    pub into: Stored<User>,
    pub changes: Vec<FieldChange>,
}

/// Finds the newest merge of a user that can be undone.
///
/// # Errors
/// The store failed.
pub async fn undoable(store: &Store, user: UserId, now: Timestamp) -> Result<Option<Merge>, StoreError> {
    let tag = merge::tag_of(user);
    let page = Page { tag: Some(&tag), after: None, newest_first: true, limit: PAGE };
    let found = store.scan::<Merge>(page).await?.documents;
    let can_be_undone = |merge: &Stored<Merge>| merge.undone_at.is_none() && now < merge.undo_until;
    Ok(found.into_iter().find(can_be_undone).map(Stored::into_document))
}

/// Deletes the records of the merges of a user that is deleted: they contain the documents of the users that were merged into it.
///
/// # Errors
/// The store failed. Some of them may be deleted.
pub(in crate::provisioning) async fn delete_records(store: &Store, user: UserId) -> Result<(), StoreError> {
    let tag = merge::tag_of(user);
    let mut after = None;
    loop {
        let page = Page { tag: Some(&tag), after, newest_first: false, limit: PAGE };
        let found = store.scan::<Merge>(page).await?;
        for merge in &found.documents {
            store.take::<Merge>(&merge.id()).await?;
        }
        match found.next {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
    }
}

impl Provisioning<'_> {
    /// Undoes a merge in one atomic step. In a dry run, only reports what it would change.
    ///
    /// # Errors
    /// [`MergeError`]: nothing was changed, unless the store became unavailable: then the undo is complete or did not happen.
    pub async fn undo_merge(&self, sources: Sources<'_>, order: Undo) -> Result<UndoOutcome, MergeError> {
        let mut guard = sources.administrators(self.users).guard().previewing(self.preview());
        for attempt in 0..ATTEMPTS {
            let tried = self.try_undo(sources, order, &guard).await;
            match guard.settle(tried, self.clock.now()).await? {
                Some(Some(outcome)) => {
                    if self.mode() == Mode::Write {
                        self.record_undo(order.merge, &outcome).await;
                        // Of the time before the merge, if the process was stopped then.
                        delete_links(sources.store, self.clock, outcome.from.id).await?;
                    }
                    return Ok(outcome);
                }
                Some(None) => backoff(attempt).await,
                None => {}
            }
        }
        Err(MergeError::Contended)
    }

    /// Returns `None` if one of the documents was changed since it was read.
    async fn try_undo(
        &self,
        sources: Sources<'_>,
        order: Undo,
        guard: &Guard<'_>,
    ) -> Result<Option<UndoOutcome>, Attempt<MergeError>> {
        let (batch, before, mut outcome) =
            self.prepare_undo(sources, order).await.map_err(Attempt::Failed)?;
        // INTO may be an administrator by an identity that goes back to FROM.
        guard.permit(&before, &[&outcome.into, &outcome.from])?;
        if self.mode() == Mode::Write {
            if !self.users.write_together(&batch).await? {
                return Ok(None);
            }
            outcome.into.revision += 1;
        }
        Ok(Some(outcome))
    }

    /// Returns the writes, INTO before them, and both users after them.
    async fn prepare_undo(
        &self,
        sources: Sources<'_>,
        order: Undo,
    ) -> Result<(Batch, Stored<User>, UndoOutcome), MergeError> {
        let Sources { store, keys, providers: _ } = sources;
        let now = self.clock.now();
        let mut record =
            store.get::<Merge>(&order.merge.document_id()).await?.ok_or(MergeError::UnknownMerge)?;
        if now >= record.undo_until {
            return Err(MergeError::TooLate);
        }
        let snapshot = record.open(keys)?.ok_or(MergeError::AlreadyUndone)?;
        let into = read_into(store, &record).await?;
        if !order.is_full && (snapshot.is_administrative() || into.is_administrative()) {
            return Err(MergeError::Administrative);
        }
        if order.revision.is_some_and(|revision| revision != into.revision) {
            return Err(MergeError::Stale);
        }
        let Undone { from, into: user, changes } = merge::undo(&snapshot, &into, &record.taken, now);
        require_free_keys(store, &from, &user).await?;
        let outcome = UndoOutcome {
            from: Stored { document: from, revision: record.from_revision + 1 },
            into: Stored { document: user, revision: into.revision },
            changes,
        };
        record.undone_at = Some(now);
        record.sealed = None;
        let batch = Batch::new()
            .replace(outcome.into.clone())
            .insert_with_revision(outcome.from.clone())
            .replace(record);
        Ok((batch, into, outcome))
    }

    async fn record_undo(&self, merge: MergeId, outcome: &UndoOutcome) {
        let UndoOutcome { from, into, changes } = outcome;
        let details =
            serde_json::json!({ "merge": merge, "from": from.id, "into": into.id, "changes": changes });
        for user in [from.id, into.id] {
            let audit = self.audit.clone().about(user);
            audit.success(EventKind::MergeUndone).details(details.clone()).record().await;
        }
    }
}

/// Reads the user that stayed.
async fn read_into(store: &Store, record: &Merge) -> Result<Stored<User>, MergeError> {
    if let Some(into) = store.get::<User>(&record.into.id.document_id()).await? {
        return Ok(into);
    }
    match find_by_former_id(store, record.into.id).await? {
        Some(further) => Err(MergeError::MergedFurther(further.id)),
        None => Err(MergeError::IntoDeleted),
    }
}

/// Names the key of FROM that another user has now. The unique index decides in the write.
async fn require_free_keys(store: &Store, from: &User, into: &User) -> Result<(), MergeError> {
    let of_into = into.keys();
    for key in from.keys() {
        let owner = store.find::<User>(&key).await?.map(|owner| owner.id);
        match owner {
            Some(owner) if owner != into.id || of_into.contains(&key) => {
                return Err(MergeError::KeyTaken { key, owner });
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}
