//! The contract between a document type and the store.

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use serde::{Serialize, de::DeserializeOwned};

use super::collection::Collection;
use crate::clock::Timestamp;

/// The primary key of a document. Each backend stores it in its native type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DocumentId {
    /// A `UUIDv7`: the order of ids is the order of creation.
    Uuid(uuid::Uuid),
    /// A SHA-256.
    Hash([u8; 32]),
    /// A short text.
    Text(String),
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uuid(uuid) => uuid.fmt(f),
            Self::Hash(hash) => f.write_str(&crate::secrets::hex(hash)),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// What the store needs to know of a document type.
///
/// The store keeps `_id`, `revision`, `handles` (the unique keys), `tags` and `purgeAt` beside the document's own fields. In
/// MongoDB they are fields of the same BSON document. A type must therefore accept unknown fields. If one of its own fields has
/// such a name, the store's value replaces it and is read back.
pub trait Document: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    const COLLECTION: Collection;

    fn id(&self) -> DocumentId;

    /// Sets the id after a read. Only needed by a type that does not serialize its id.
    fn set_id(&mut self, id: DocumentId) {
        let _ = id;
    }

    /// Returns the keys that are unique within the collection, such as `name:ada`. The collection must have the property
    /// `Keys`.
    fn keys(&self) -> Vec<String> {
        Vec::new()
    }

    /// Returns the tags that [`Page::tag`] selects by, such as `user:…`.
    fn tags(&self) -> Vec<String> {
        Vec::new()
    }

    /// Returns the time after which the store may delete the document. The deletion can be a minute late: a reader must check
    /// deadlines itself.
    fn purge_at(&self) -> Option<Timestamp> {
        None
    }
}

/// What a page reads: whole documents, or the part of each that a count over thousands of documents needs. MongoDB sends only the fields of
/// the part. A part cannot be written: it would remove the other fields.
pub trait Readable: DeserializeOwned + Send + Sync + 'static {
    const SOURCE: Collection;
    /// The fields of a part. `None`: the whole document.
    const FIELDS: Option<&'static [&'static str]>;

    /// Sets the id after a read, as [`Document::set_id`] does.
    fn set_id_of_read(&mut self, id: DocumentId) {
        let _ = id;
    }
}

impl<D: Document> Readable for D {
    const SOURCE: Collection = D::COLLECTION;
    const FIELDS: Option<&'static [&'static str]> = None;

    fn set_id_of_read(&mut self, id: DocumentId) {
        self.set_id(id);
    }
}

/// A document as it is in the store, and how often it was written: 1 after the insert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored<D> {
    pub document: D,
    pub revision: i64,
}

impl<D> Stored<D> {
    pub fn into_document(self) -> D {
        self.document
    }
}

impl<D> Deref for Stored<D> {
    type Target = D;

    fn deref(&self) -> &D {
        &self.document
    }
}

impl<D> DerefMut for Stored<D> {
    fn deref_mut(&mut self) -> &mut D {
        &mut self.document
    }
}

/// Result of the function that changes a document in [`super::Store::update`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<R> {
    /// The document is not written.
    Keep(R),
    /// The document is written.
    Write(R),
}

/// Selects documents of a collection, in the order of their ids.
#[derive(Clone, Debug, Default)]
pub struct Page<'a> {
    /// Only documents with this tag.
    pub tag: Option<&'a str>,
    /// Only documents after this one.
    pub after: Option<DocumentId>,
    /// Descending ids. With `UUIDv7` ids, the newest documents come first.
    pub newest_first: bool,
    pub limit: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store cannot be reached, did not answer in time, or cannot write. A write may still have been done.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The database is not ours or not complete, or its server refuses access. The text contains the next step.
    #[error("the database cannot be used: {0}")]
    Unusable(String),
    /// Another document has the same id or the same key.
    #[error("already taken: {key}")]
    Taken {
        /// The key, or the id as text.
        key: String,
    },
    /// The stored document cannot be read as its type.
    #[error("cannot read the document {id} of {}: {cause}", collection.name())]
    Corrupt { collection: Collection, id: String, cause: String },
}

impl StoreError {
    pub(super) fn unavailable(cause: impl fmt::Display) -> Self {
        Self::Unavailable(cause.to_string())
    }

    pub(super) fn closed() -> Self {
        Self::unavailable("the store is closed")
    }

    /// Returns the kind of failure, without its text. `None` for a key that is taken: that is an answer of a store that works.
    pub(super) fn failure(&self) -> Option<&'static str> {
        match self {
            Self::Unavailable(_) => Some("unavailable"),
            Self::Unusable(_) => Some("unusable"),
            Self::Corrupt { .. } => Some("corrupt"),
            Self::Taken { .. } => None,
        }
    }
}
