//! The metadata that a backend stores beside a document.

use super::{
    document::{Document, DocumentId, Readable, StoreError, Stored},
    found::corrupt,
};
use crate::clock::Timestamp;

pub(super) struct Envelope {
    pub(super) id: DocumentId,
    pub(super) revision: i64,
    pub(super) keys: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) purge_at: Option<Timestamp>,
}

impl Envelope {
    pub(super) fn of<D: Document>(document: &D, revision: i64) -> Self {
        debug_assert!(
            D::COLLECTION.has_keys() || document.keys().is_empty(),
            "keys in a collection without a unique index"
        );
        Self {
            id: document.id(),
            revision,
            keys: without_duplicates(document.keys()),
            tags: without_duplicates(document.tags()),
            purge_at: document.purge_at(),
        }
    }
}

/// Completes a document that was read with the metadata that its serialization leaves out.
pub(super) fn open<R: Readable>(
    body: Result<R, String>,
    id: DocumentId,
    revision: i64,
) -> Result<Stored<R>, StoreError> {
    let mut document = body.map_err(|cause| corrupt(R::SOURCE, &id.to_string(), &cause))?;
    document.set_id_of_read(id);
    Ok(Stored { document, revision })
}

/// Removes duplicates: a document that lists a key twice must not conflict with itself.
fn without_duplicates(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names
}
