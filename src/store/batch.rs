//! Several writes in one atomic step: all of them happen, or none.
//!
//! ```text
//!   Batch: take FROM at revision 7 · replace INTO at revision 3 · insert the record
//!     SQLite   a savepoint in the transaction of the writer thread
//!     MongoDB  a transaction on a replica set, acknowledged by a majority
//! ```
//!
//! Each write of a document that exists is a compare-and-set on its revision. The writes are done in the order of the batch: a key that moves
//! from one document to another one is given up first. The change feed publishes every document.
//!
//! Only for changes that one document cannot hold, such as the merge of two users: a transaction costs several requests, and a MongoDB
//! server without a replica set has none.

use bson::RawDocumentBuf;

use super::{
    collection::Collection,
    document::{Document, DocumentId, Stored},
    envelope::Envelope,
};

/// Writes that are done together.
#[derive(Default)]
pub struct Batch(Vec<Step>);

/// One write of a batch.
pub(super) struct Step {
    pub(super) collection: Collection,
    pub(super) id: DocumentId,
    pub(super) act: Act,
}

pub(super) enum Act {
    Insert(Box<dyn Encode>),
    /// Replaces the document of this revision.
    Replace(i64, Box<dyn Encode>),
    /// Deletes the document of this revision.
    Take(i64),
}

/// A document of any type, with the revision that it will have.
pub(super) trait Encode: Send + Sync {
    fn envelope(&self) -> Envelope;
    fn json(&self) -> Result<String, String>;
    fn bson(&self) -> Result<RawDocumentBuf, String>;
}

impl<D: Document> Encode for Stored<D> {
    fn envelope(&self) -> Envelope {
        Envelope::of(&self.document, self.revision)
    }

    fn json(&self) -> Result<String, String> {
        serde_json::to_string(&self.document).map_err(|error| error.to_string())
    }

    fn bson(&self) -> Result<RawDocumentBuf, String> {
        bson::serialize_to_raw_document_buf(&self.document).map_err(|error| error.to_string())
    }
}

impl Batch {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a new document with revision 1.
    #[must_use]
    pub fn insert<D: Document>(self, document: D) -> Self {
        self.insert_with_revision(Stored { document, revision: 1 })
    }

    /// Adds a document that existed before, with a revision that it never had: a writer that still knows an older revision must not be able to
    /// replace it.
    #[must_use]
    pub fn insert_with_revision<D: Document>(self, stored: Stored<D>) -> Self {
        self.with::<D>(stored.document.id(), Act::Insert(Box::new(stored)))
    }

    /// Replaces a document if the stored one still has the revision of this one, and raises the revision.
    #[must_use]
    pub fn replace<D: Document>(self, mut stored: Stored<D>) -> Self {
        let revision = stored.revision;
        stored.revision += 1;
        self.with::<D>(stored.document.id(), Act::Replace(revision, Box::new(stored)))
    }

    /// Deletes a document if the stored one still has this revision.
    #[must_use]
    pub fn take<D: Document>(self, stored: &Stored<D>) -> Self {
        self.with::<D>(stored.document.id(), Act::Take(stored.revision))
    }

    fn with<D: Document>(mut self, id: DocumentId, act: Act) -> Self {
        self.0.push(Step { collection: D::COLLECTION, id, act });
        self
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Returns the ids of its documents in a collection.
    pub fn ids(&self, collection: Collection) -> impl Iterator<Item = &DocumentId> {
        self.0.iter().filter(move |step| step.collection == collection).map(|step| &step.id)
    }
}
