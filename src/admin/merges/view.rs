//! Merges as administrators see them, without the sealed document.

use serde::Serialize;

use crate::{
    clock::Timestamp,
    user::merge::{Merge, MergeId, Party},
};

/// A merge that can be undone, or was.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Merge")]
pub(super) struct MergeView {
    id: MergeId,
    at: Timestamp,
    /// Who merged the users: the id of a user, or `cli`.
    actor: Option<String>,
    reason: Option<String>,
    /// The user that ended.
    from: Party,
    /// The user that stays.
    into: Party,
    undo_until: Timestamp,
    undone_at: Option<Timestamp>,
}

impl MergeView {
    pub(super) fn of(merge: &Merge) -> Self {
        Self {
            id: merge.id,
            at: merge.at,
            actor: merge.actor.clone(),
            reason: merge.reason.clone(),
            from: merge.from.clone(),
            into: merge.into.clone(),
            undo_until: merge.undo_until,
            undone_at: merge.undone_at,
        }
    }
}
