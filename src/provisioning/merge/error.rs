//! Why two users were not merged.

use crate::{
    administrators::LastAdministrator,
    secrets::OpenError,
    store::StoreError,
    user::{
        UserId,
        merge::{MergeRefused, SnapshotError},
    },
};

/// Why two users were not merged, or a merge was not undone.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    #[error("the user does not exist")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] MergeRefused),
    #[error("{0}; give another user the role admin first")]
    LastAdministrator(#[from] LastAdministrator),
    #[error("one of the users has an administrative role; only a full administrator may act on it")]
    Administrative,
    #[error("the user was changed since it was read")]
    Stale,
    #[error("the users are changed too often at the moment; repeat the command")]
    Contended,
    #[error("no merge that can be undone has this id or this user")]
    UnknownMerge,
    #[error("the merge was undone already")]
    AlreadyUndone,
    #[error("the time for the undo is over")]
    TooLate,
    #[error("the user that stayed was merged into {0}; undo that merge first")]
    MergedFurther(UserId),
    #[error("the user that stayed was deleted")]
    IntoDeleted,
    #[error("{key} belongs to another user now ({owner}); remove it there first")]
    KeyTaken { key: String, owner: UserId },
    #[error(transparent)]
    Sealed(#[from] OpenError),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
