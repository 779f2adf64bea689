//! Merges as administrators see them, without the sealed document.

use serde_json::{Value, json};

use crate::user::merge::Merge;

pub(super) fn merge(merge: &Merge) -> Value {
    json!({
        "id": merge.id,
        "at": merge.at,
        "actor": merge.actor,
        "reason": merge.reason,
        "from": merge.from,
        "into": merge.into,
        "undoUntil": merge.undo_until,
        "undoneAt": merge.undone_at,
    })
}
