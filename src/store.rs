//! Storage of documents: a few atomic operations on whole documents. It does not know users or sessions.
//!
//! ```text
//!   user, session, audit, limiter          (document types)
//!            │  get · find · page · select · insert · replace · update · take · writeTogether · ping · watch
//!          Store
//!       ┌────┴─────┐
//!    sqlite      mongo                      (backends)
//! ```
//!
//! A document has an id, unique keys (`name:ada`), tags (`user:…` on a session) and optionally a time after which it may be
//! deleted. Every write to an existing document is a compare-and-set on its revision. It needs no locks and no transactions, and
//! works the same on a file, a standalone server and a replica set. The exception is [`Store::write_together`], see [`Batch`].

pub mod adoption;
mod batch;
mod collection;
mod copied;
mod document;
mod envelope;
mod found;
mod gate;
mod id;
mod inspection;
mod many;
mod marker;
mod migration;
mod mongo;
mod operation;
mod prefix;
mod select;
mod selection;
mod sqlite;
pub mod transfer;
mod update;
mod watch;
mod write_queue;

use std::{
    fmt,
    sync::{Arc, Weak},
    time::Instant,
};

use tokio::task::AbortHandle;

use crate::clock::Clock;

pub(crate) use self::id::id_type;
pub use self::{
    batch::Batch,
    collection::{Collection, SortField},
    copied::{Captured, Copied},
    document::{Change, Document, DocumentId, Page, Readable, StoreError, Stored},
    found::{Found, Unreadable},
    id::Id,
    inspection::{Inspection, Ownership, Server},
    marker::Create,
    migration::{Migration, MigrationState},
    prefix::CollectionPrefix,
    selection::{Condition, Cursor, Order, Selected, Selection},
    watch::{Changed, Watch},
};
use self::{
    found::UnreadableLog, gate::Gate, marker::NewestTime, migration::Opening, mongo::Mongo, sqlite::Sqlite,
    write_queue::WriteQueue,
};

/// A handle to the store. Clones share the same store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    backend: Backend,
    watch: Watch,
    write_queue: WriteQueue,
    unreadable: UnreadableLog,
    gate: Gate,
    /// The task that looks for a migration.
    looking: Option<AbortHandle>,
}

enum Backend {
    Sqlite(Sqlite),
    Mongo(Mongo),
}

impl Store {
    /// Opens `sqlite:PATH`, `mongodb://…/db` or `mongodb+srv://…/db` and creates missing files, tables and indexes. Several
    /// processes may do this at the same time.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the URL has another scheme or the store cannot be reached. [`StoreError::Unusable`] if the database
    /// belongs to another application, or another version wrote it.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, &CollectionPrefix::default(), Create::IfMissing).await
    }

    /// Opens a store as [`Store::open`] does, with a prefix for the collections of MongoDB.
    ///
    /// # Errors
    /// As for [`Store::open`]. [`StoreError::Unusable`] if the database belongs to another application, or is missing and must not be
    /// created: then nothing was written.
    pub async fn open_with(url: &str, prefix: &CollectionPrefix, create: Create) -> Result<Self, StoreError> {
        Self::open_as(url, prefix, Opening::Service(create)).await
    }

    async fn open_as(url: &str, prefix: &CollectionPrefix, opening: Opening) -> Result<Self, StoreError> {
        let watch = Watch::new();
        let opened_at = Instant::now();
        let is_migration = opening.is_migration();
        let backend = if let Some(path) = url.strip_prefix("sqlite:") {
            Backend::Sqlite(Sqlite::open(path, opening, watch.clone()).await?)
        } else if url.starts_with("mongodb://") || url.starts_with("mongodb+srv://") {
            Backend::Mongo(Mongo::open(url, prefix.clone(), opening, watch.clone()).await?)
        } else {
            return Err(StoreError::unavailable(
                "its URL must begin with sqlite:, mongodb:// or mongodb+srv://",
            ));
        };
        Ok(Self(Arc::new_cyclic(|inner: &Weak<Inner>| Inner {
            backend,
            watch,
            write_queue: WriteQueue::new(),
            unreadable: UnreadableLog::new(),
            gate: if is_migration { Gate::open() } else { Gate::new(opened_at) },
            looking: (!is_migration).then(|| tokio::spawn(Inner::keep_looking(inner.clone())).abort_handle()),
        })))
    }

    /// Checks that an embedded database is missing, empty, or ours, without a change to it. Has no effect for other URLs.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] if the file belongs to another application, or is missing and must not be created.
    pub async fn check_file(url: &str, create: Create) -> Result<(), StoreError> {
        match url.strip_prefix("sqlite:") {
            Some(path) => Sqlite::check(path, Opening::Service(create)).await,
            None => Ok(()),
        }
    }

    pub async fn get<D: Document>(&self, id: &DocumentId) -> Result<Option<Stored<D>>, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let result = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.get(id),
            Backend::Mongo(mongo) => mongo.get(id).await,
        };
        self.measured::<D, _>("get", began, result)
    }

    /// Reads a document that can be lost, such as a counter or a login in progress. If it cannot be read, it is deleted and counts as missing:
    /// otherwise one counter of a network could refuse every user of that network.
    pub async fn get_expendable<D: Document>(
        &self,
        id: &DocumentId,
    ) -> Result<Option<Stored<D>>, StoreError> {
        match self.get(id).await {
            Err(StoreError::Corrupt { .. }) => self.take::<D>(id).await.map(|_| None),
            found => found,
        }
    }

    /// Reads the document with this unique key.
    pub async fn find<D: Document>(&self, key: &str) -> Result<Option<Stored<D>>, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let result = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.find(key),
            Backend::Mongo(mongo) => mongo.find(key).await,
        };
        self.measured::<D, _>("find", began, result)
    }

    /// Reads a page, for a decision that must not miss a document.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if one of the documents cannot be read.
    pub async fn page<D: Document>(&self, page: Page<'_>) -> Result<Vec<Stored<D>>, StoreError> {
        self.scan(page).await?.complete()
    }

    /// Reads a page and skips documents that cannot be read. Each of them is logged once.
    pub async fn scan<R: Readable>(&self, page: Page<'_>) -> Result<Found<R>, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let found = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.page(&page),
            Backend::Mongo(mongo) => mongo.page(&page).await,
        };
        let found = self.measured::<R, _>("page", began, found)?;
        self.0.unreadable.report(R::SOURCE, &found.unreadable);
        Ok(found)
    }

    /// Returns the id of the newest document with a tag, after `skip` newer ones. Only the index is read: a limit on a number of documents
    /// must not cost as much as reading them.
    pub async fn newest_id<D: Document>(
        &self,
        tag: &str,
        skip: usize,
    ) -> Result<Option<DocumentId>, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let result = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.newest_id(D::COLLECTION, tag, skip),
            Backend::Mongo(mongo) => mongo.newest_id::<D>(tag, skip).await,
        };
        self.measured::<D, _>("newestId", began, result)
    }

    /// Returns how many documents have a tag. Only the index is read.
    pub async fn count_of_tag<D: Document>(&self, tag: &str) -> Result<u64, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let result = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.count_of_tag(D::COLLECTION, tag),
            Backend::Mongo(mongo) => mongo.count_of_tag::<D>(tag).await,
        };
        self.measured::<D, _>("count", began, result)
    }

    /// Returns about how many documents there are, for a progress bar.
    pub async fn estimated_count<D: Document>(&self) -> Result<u64, StoreError> {
        self.ready().await?;
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.count(D::COLLECTION),
            Backend::Mongo(mongo) => mongo.estimated_count::<D>().await,
        }
    }

    /// Writes a new document with revision 1.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if another document has the same id or one of the same keys.
    pub async fn insert<D: Document>(&self, document: D) -> Result<Stored<D>, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let inserted = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.insert(&document).await,
            Backend::Mongo(mongo) => mongo.insert(&document).await,
        };
        self.measured::<D, _>("insert", began, inserted)?;
        Ok(Stored { document, revision: 1 })
    }

    /// Replaces a document if the stored one still has the same revision, and raises the revision. Returns `false` if the
    /// document was changed or taken since it was read: then nothing is written. A document that was taken is never restored.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if another document has one of its keys.
    pub async fn replace<D: Document>(&self, stored: &mut Stored<D>) -> Result<bool, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let replaced = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.replace(stored).await,
            Backend::Mongo(mongo) => mongo.replace(stored).await,
        };
        let written = self.measured::<D, _>("replace", began, replaced)?;
        if written {
            stored.revision += 1;
        }
        Ok(written)
    }

    /// Deletes a document and returns it. If several callers take the same document, exactly one gets it. A document that cannot be read
    /// is deleted too, and counts as missing.
    pub async fn take<D: Document>(&self, id: &DocumentId) -> Result<Option<D>, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let taken = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.take::<D>(id).await,
            Backend::Mongo(mongo) => mongo.take::<D>(id).await,
        };
        match self.measured::<D, _>("take", began, taken) {
            Ok(taken) => Ok(taken.map(Stored::into_document)),
            Err(error @ StoreError::Corrupt { .. }) => {
                tracing::warn!(%error, "deleted a document that cannot be read");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Does all writes of a batch, or none. Returns `false` if one of the documents was changed or taken since it was read: then nothing is
    /// written.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if another document has an id or a key: nothing is written. [`StoreError::Unusable`] on a MongoDB server without a
    /// replica set: nothing is written. [`StoreError::Unavailable`]: either all writes have been done, or none.
    pub async fn write_together(&self, batch: &Batch) -> Result<bool, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let result = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.write_together(batch).await,
            Backend::Mongo(mongo) => mongo.write_together(batch).await,
        };
        let collection = batch.steps().first().map_or("none", |step| step.collection.name());
        self.measured_in(collection, "writeTogether", began, result)
    }

    /// Writes the newest time of this process, and gives the newest time of all processes to its clock. A clock that is set back then makes
    /// no expired session valid, also after a restart and on other replicas.
    pub async fn synchronize(&self, clock: &Clock) -> Result<(), StoreError> {
        self.ready().await?;
        let NewestTime { stored, server } = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.newest_time(),
            Backend::Mongo(mongo) => mongo.newest_time().await,
        }?;
        clock.observe(stored, server);
        let confirmed = clock.confirmed();
        if stored.is_some_and(|stored| stored >= confirmed) {
            return Ok(());
        }
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.raise_newest_time(confirmed).await,
            Backend::Mongo(mongo) => mongo.raise_newest_time(confirmed).await,
        }
    }

    /// Checks that the store answers within three seconds.
    pub async fn ping(&self) -> Result<(), StoreError> {
        if let Some(answer) = self.0.gate.known() {
            answer?;
        }
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.ping(),
            Backend::Mongo(mongo) => mongo.ping().await,
        }
    }

    /// Returns the change feed.
    #[must_use]
    pub fn watch(&self) -> Watch {
        self.0.watch.clone()
    }

    /// Stops the background work. The embedded store also moves its write-ahead log into the main file. Every later operation
    /// fails with [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.0.stop_looking();
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Mongo(mongo) => mongo.close().await,
        }
    }
}

/// Reads what a database looks like, for `vestibule doctor`. Nothing is written.
///
/// # Errors
/// [`StoreError::Unavailable`] if it cannot be reached, [`StoreError::Unusable`] if the server refuses access.
pub async fn inspect(url: &str, prefix: &CollectionPrefix) -> Result<Inspection, StoreError> {
    match url.strip_prefix("sqlite:") {
        Some(path) => sqlite::inspect(path).await,
        None => mongo::inspect(url, prefix).await,
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
