//! The record of a merge, with the document of the user that ended, for the undo.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Taken;
use crate::{
    clock::Timestamp,
    secrets::{Keys, OpenError, Sealed, SealedField},
    store::{Collection, Document, DocumentId, id_type},
    user::{Email, User, UserId, Username},
};

/// How long a merge can be undone. Then its record is deleted, with the document of the user that ended.
pub const UNDO_TIME: Duration = Duration::from_hours(30 * 24);

id_type! {
    /// Id of a merge.
    MergeId
}

/// One merge, in the collection `merges`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Merge {
    #[serde(rename = "_id")]
    pub id: MergeId,
    pub at: Timestamp,
    /// As in the audit event.
    pub actor: Option<String>,
    pub reason: Option<String>,
    /// The user that ended.
    pub from: Party,
    /// The user that stays.
    pub into: Party,
    pub taken: Taken,
    /// The revision that the document of FROM had.
    pub from_revision: i64,
    /// The document of FROM as JSON, sealed: it contains the hash of a password and an address. `None`: the merge was undone.
    pub sealed: Option<Sealed>,
    pub undo_until: Timestamp,
    #[serde(default)]
    pub undone_at: Option<Timestamp>,
}

/// A user at the time of the merge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "MergedUser")]
pub struct Party {
    pub id: UserId,
    pub username: Option<Username>,
    pub email: Option<Email>,
}

impl Party {
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self { id: user.id, username: user.username.clone(), email: user.email.clone() }
    }
}

/// Why the document of a merge cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error("cannot open the sealed user: {0}")]
    Sealed(#[from] OpenError),
    #[error("cannot read the sealed user: {0}")]
    Shape(#[from] serde_json::Error),
}

impl Merge {
    /// Seals the document of FROM.
    ///
    /// # Panics
    /// Never: a user can be written as JSON, which the store does, too.
    pub fn seal(&mut self, from: &User, keys: &Keys) {
        let json = zeroize::Zeroizing::new(serde_json::to_vec(from).expect("a user is JSON"));
        self.sealed = Some(keys.seal(&self.id, SealedField::MergedUser, &json));
    }

    /// Opens the document of FROM. `None`: the merge was undone.
    ///
    /// # Errors
    /// [`SnapshotError`].
    pub fn open(&self, keys: &Keys) -> Result<Option<User>, SnapshotError> {
        let Some(sealed) = &self.sealed else { return Ok(None) };
        let json = keys.open(&self.id, SealedField::MergedUser, sealed)?;
        Ok(Some(serde_json::from_slice(&json)?))
    }
}

/// Returns the tag of the merges of a user, as FROM and as INTO.
#[must_use]
pub fn tag_of(user: UserId) -> String {
    format!("user:{user}")
}

impl Document for Merge {
    const COLLECTION: Collection = Collection::Merges;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }

    fn tags(&self) -> Vec<String> {
        vec![tag_of(self.from.id), tag_of(self.into.id)]
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.undo_until)
    }
}
