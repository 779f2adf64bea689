//! Where documents live: a few atomic operations on whole documents, and nothing that knows a user or a session.
//!
//! ```text
//!   user, session, audit, limiter          (what a document means)
//!            │  get · find · page · insert · replace · update · take · ping · watch
//!          Store
//!       ┌────┴─────┐
//!    sqlite      mongo                      (how it is kept)
//! ```
//!
//! A document has an id, unique keys (`name:ada`), shared tags (`user:…` on a session) and maybe a time after which it
//! may be thrown away. Every write of an existing document is a compare-and-set on its revision, so no lock and no
//! transaction is ever needed: not on one file, not on a standalone server, not on a replica set.

use serde::{Serialize, de::DeserializeOwned};

use crate::clock::Timestamp;

/// The collections there are: a table each in the embedded store, a collection of that name in MongoDB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Collection {
    /// One document per person.
    Users,
    /// One document per session that is alive, or ended less than an hour ago.
    Sessions,
    /// The audit trail.
    Events,
    /// Throttle windows.
    Counters,
}

/// The primary key of a document, kept in the store's own type for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DocumentId {
    /// A UUIDv7, whose order is the order of creation.
    Uuid(uuid::Uuid),
    /// A SHA-256.
    Hash([u8; 32]),
    /// A short text.
    Text(String),
}

/// What the store must know of a document. The document's own serialisation has neither of these as a field, except where
/// the meaning of the document needs it; the store keeps them beside it as `_id`, `revision`, `handles`, `tags`, `purgeAt`.
pub trait Document: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Where documents of this kind live.
    const COLLECTION: Collection;

    /// The primary key.
    fn id(&self) -> DocumentId;
    /// How often it was written: 1 when inserted.
    fn revision(&self) -> i64;
    /// Takes the revision the store has given.
    fn set_revision(&mut self, revision: i64);
    /// Keys that no other document of the collection may have.
    fn keys(&self) -> Vec<String> {
        Vec::new()
    }
    /// What documents are listed by.
    fn tags(&self) -> Vec<String> {
        Vec::new()
    }
    /// When it may be thrown away; reads must judge deadlines themselves, the sweep may come a minute late.
    fn purge_at(&self) -> Option<Timestamp> {
        None
    }
}

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Not reachable, not in time, or not able to write. Whether a write was done is unknown.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// Another document has this id or one of these keys.
    #[error("already taken: {key}")]
    Taken {
        /// The key that is taken, or the id as text.
        key: String,
    },
    /// The stored document does not fit its type.
    #[error("a document of {collection:?} cannot be read: {cause}")]
    Corrupt {
        /// Where it is.
        collection: Collection,
        /// What does not fit.
        cause: String,
    },
}
