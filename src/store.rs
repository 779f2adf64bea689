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

mod envelope;
mod mongo;
pub mod native;
mod sqlite;
mod update;
mod watch;

use std::{fmt, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};

use crate::clock::Timestamp;

use self::{mongo::Mongo, sqlite::Sqlite, update::Races};
pub use self::{
    update::Change,
    watch::{Changed, Watch},
};

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
    /// Sign-ins that are on their way to a provider and back.
    Logins,
    /// Identities that wait for a proof of the account they are to be linked to.
    Links,
    /// What sign-out at both sides needs: ID tokens for the one, used logout tokens for the other.
    Hints,
}

impl Collection {
    /// Whether its documents may have unique keys.
    pub(crate) const fn has_keys(self) -> bool {
        matches!(self, Self::Users)
    }

    /// Every collection there is.
    pub const ALL: [Self; 7] =
        [Self::Users, Self::Sessions, Self::Events, Self::Counters, Self::Logins, Self::Links, Self::Hints];

    /// What it is called in either store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Sessions => "sessions",
            Self::Events => "events",
            Self::Counters => "counters",
            Self::Logins => "logins",
            Self::Links => "links",
            Self::Hints => "hints",
        }
    }

    /// Whether its changes are told to those who [`Store::watch`].
    const fn is_watched(self) -> bool {
        matches!(self, Self::Users | Self::Sessions)
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|collection| collection.name() == name)
    }
}

/// The primary key of a document, kept in the store's own type for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DocumentId {
    /// A `UUIDv7`, whose order is the order of creation.
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
            Self::Hash(hash) => hash.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// What the store must know of a document. The document's own serialisation has neither of these as a field, except where
/// the meaning of the document needs it; the store keeps them beside it as `_id`, `revision`, `handles`, `tags`, `purgeAt`.
///
/// In MongoDB these five are fields of the same document: a type must not deny unknown fields, and a field of its own that
/// has one of these names gives way to the store's, and is read back from it.
pub trait Document: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Where documents of this kind live.
    const COLLECTION: Collection;

    /// The primary key.
    fn id(&self) -> DocumentId;
    /// Takes the id it is kept under: only for a document whose serialisation leaves its id out.
    fn set_id(&mut self, id: DocumentId) {
        let _ = id;
    }
    /// How often it was written: 1 when inserted.
    fn revision(&self) -> i64;
    /// Takes the revision the store has given.
    fn set_revision(&mut self, revision: i64);
    /// Keys that no other document of the collection may have; for people only.
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

/// Which documents of a collection, and how many of them.
#[derive(Clone, Debug, Default)]
pub struct Page<'a> {
    /// Only those with this tag.
    pub tag: Option<&'a str>,
    /// Only those that come after this one, in the order asked for.
    pub after: Option<DocumentId>,
    /// From the highest id down; a `UUIDv7` is higher the later it was made.
    pub newest_first: bool,
    /// At most so many.
    pub limit: usize,
}

/// The documents, wherever they are kept. A clone is the same store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    backend: Backend,
    watch: Watch,
    races: Races,
}

enum Backend {
    Sqlite(Sqlite),
    Mongo(Mongo),
}

impl Store {
    /// Opens `sqlite:PATH`, `mongodb://…/db` or `mongodb+srv://…/db`, and makes what is missing: the file, its tables, the
    /// indexes. Safe to do at once from several processes.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it is none of these, cannot be reached, or was written by a newer version.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let watch = Watch::new();
        let backend = if let Some(path) = url.strip_prefix("sqlite:") {
            Backend::Sqlite(Sqlite::open(path, watch.clone()).await?)
        } else if url.starts_with("mongodb://") || url.starts_with("mongodb+srv://") {
            Backend::Mongo(Mongo::open(url, watch.clone()).await?)
        } else {
            let help = "its address must begin with sqlite:, mongodb:// or mongodb+srv://";
            return Err(StoreError::Unavailable(help.to_owned()));
        };
        Ok(Self(Arc::new(Inner { backend, watch, races: Races::new() })))
    }

    /// The document with this id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Corrupt`].
    pub async fn get<D: Document>(&self, id: &DocumentId) -> Result<Option<D>, StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.get(id),
            Backend::Mongo(mongo) => mongo.get(id).await,
        }
    }

    /// The document with this unique key.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Corrupt`].
    pub async fn find<D: Document>(&self, key: &str) -> Result<Option<D>, StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.find(key),
            Backend::Mongo(mongo) => mongo.find(key).await,
        }
    }

    /// Some documents, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Corrupt`].
    pub async fn page<D: Document>(&self, page: Page<'_>) -> Result<Vec<D>, StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.page(&page),
            Backend::Mongo(mongo) => mongo.page(&page).await,
        }
    }

    /// Writes a new document, whose revision becomes 1.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if its id or one of its keys is another document's; [`StoreError::Unavailable`].
    pub async fn insert<D: Document>(&self, document: &mut D) -> Result<(), StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.insert(document).await?,
            Backend::Mongo(mongo) => mongo.insert(document).await?,
        }
        document.set_revision(1);
        Ok(())
    }

    /// Writes a document over the stored one if that still has the same revision, which is then one higher. `false`: it
    /// was changed or taken in the meantime, and nothing was written. A document that is gone never comes back this way.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if one of its keys is another document's; [`StoreError::Unavailable`].
    pub async fn replace<D: Document>(&self, document: &mut D) -> Result<bool, StoreError> {
        let written = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.replace(document).await?,
            Backend::Mongo(mongo) => mongo.replace(document).await?,
        };
        if written {
            document.set_revision(document.revision() + 1);
        }
        Ok(written)
    }

    /// Deletes a document and returns it: of several who take at once, exactly one gets it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Corrupt`].
    pub async fn take<D: Document>(&self, id: &DocumentId) -> Result<Option<D>, StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.take(id).await,
            Backend::Mongo(mongo) => mongo.take(id).await,
        }
    }

    /// Whether it answers, within three seconds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.ping(),
            Backend::Mongo(mongo) => mongo.ping().await,
        }
    }

    /// What changes, by whomever: what caches live on.
    #[must_use]
    pub fn watch(&self) -> Watch {
        self.0.watch.clone()
    }

    /// Ends the background work and, in the embedded store, writes everything into the one file. Whatever is asked of the
    /// store afterwards is [`StoreError::Unavailable`].
    pub async fn close(&self) {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Mongo(mongo) => mongo.close().await,
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.backend {
            Backend::Sqlite(_) => "Store(sqlite)",
            Backend::Mongo(_) => "Store(mongodb)",
        })
    }
}
