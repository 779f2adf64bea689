//! What is written on the outside of a document: all a backend needs to keep it, find it and forget it.

use super::{Document, DocumentId, StoreError};
use crate::clock::Timestamp;

/// A document's metadata as it will be stored.
pub(super) struct Envelope {
    pub(super) id: DocumentId,
    pub(super) revision: i64,
    pub(super) keys: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) purge_at: Option<Timestamp>,
}

impl Envelope {
    /// Of a document that is stored under this revision.
    pub(super) fn of<D: Document>(document: &D, revision: i64) -> Self {
        debug_assert!(
            D::COLLECTION.has_keys() || document.keys().is_empty(),
            "keys that nobody would keep unique"
        );
        Self {
            id: document.id(),
            revision,
            keys: distinct(document.keys()),
            tags: distinct(document.tags()),
            purge_at: document.purge_at(),
        }
    }
}

/// The document that was read, told what its serialisation leaves out.
pub(super) fn opened<D: Document>(
    body: Result<D, String>,
    id: DocumentId,
    revision: i64,
) -> Result<D, StoreError> {
    let mut document = body.map_err(|cause| StoreError::Corrupt { collection: D::COLLECTION, cause })?;
    document.set_id(id);
    document.set_revision(revision);
    Ok(document)
}

/// A key listed twice is one key, not a conflict of a document with itself.
fn distinct(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names
}
