//! What a migration does with two stores beyond the operations of a service: it opens closed stores, captures changes, and writes documents
//! with the revisions that they have.

use std::{collections::HashSet, path::Path};

use super::{
    Backend, Store,
    copied::{Captured, Copied},
    document::{Document, DocumentId, StoreError, Stored},
    migration::{Migration, MigrationState, Opening},
    mongo::{Capture as ChangeStream, Mongo},
    prefix::CollectionPrefix,
    sqlite::Sqlite,
};
use crate::clock::Timestamp;

/// The changes of a source since the capture started.
pub struct Capture {
    store: Store,
    from: From,
}

enum From {
    /// The last sequence number that was read.
    Triggers(i64),
    Stream(Box<ChangeStream>),
}

impl Store {
    /// Opens the source of a migration, also if it is sealed or moved. Nothing is created.
    pub async fn open_source(url: &str, prefix: &CollectionPrefix) -> Result<Self, StoreError> {
        Self::open_as(url, prefix, Opening::Source).await
    }

    /// Opens the target of this migration. A new one is created and closed for services.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] if it has data that this migration did not write.
    pub async fn open_target(
        url: &str,
        prefix: &CollectionPrefix,
        migration: Migration,
    ) -> Result<Self, StoreError> {
        let target = Self::open_as(url, prefix, Opening::Target(migration.clone())).await?;
        target.own(&migration).await?;
        Ok(target)
    }

    /// Writes the record of this process into a target that is not complete. The previous owner then cannot complete it: it would do so while
    /// this process has opened the source again, and services write there.
    async fn own(&self, new: &Migration) -> Result<(), StoreError> {
        loop {
            let found = self.migration().await?.filter(|found| found.id == new.id);
            let found =
                found.ok_or_else(|| StoreError::unavailable("another process has deleted the target"))?;
            let is_owned = found == *new || found.state == MigrationState::Complete;
            if is_owned || self.set_migration(Some(&found), Some(new)).await? {
                return Ok(());
            }
        }
    }

    /// Checks without a change that a database can be the target of this migration.
    pub async fn check_target(
        url: &str,
        prefix: &CollectionPrefix,
        migration: Migration,
    ) -> Result<(), StoreError> {
        match url.strip_prefix("sqlite:") {
            Some(path) => Sqlite::check(path, Opening::Target(migration)).await,
            None => Mongo::check(url, prefix, &Opening::Target(migration)).await,
        }
    }

    /// Writes a copy of an embedded store to a new file, and returns its size in bytes.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] if the file exists or cannot be created, or the store is not embedded.
    pub async fn backup(&self, file: &Path) -> Result<u64, StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.backup(file).await,
            Backend::Mongo(_) => Err(StoreError::Unusable("only a SQLite file can be copied".to_owned())),
        }
    }

    /// Closes the store and deletes everything in it, for a target that is given up.
    pub async fn delete(self) -> Result<(), StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.delete().await,
            Backend::Mongo(mongo) => mongo.delete().await,
        }
    }

    /// Reads the record of the migration.
    pub async fn migration(&self) -> Result<Option<Migration>, StoreError> {
        self.0.migration().await
    }

    /// Replaces the record of the migration. Returns `false` if it is not the expected one.
    pub async fn set_migration(
        &self,
        expected: Option<&Migration>,
        new: Option<&Migration>,
    ) -> Result<bool, StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.set_migration(expected.cloned(), new.cloned()).await,
            Backend::Mongo(mongo) => mongo.set_migration(expected, new).await,
        }
    }

    /// Captures every change from now on. In an embedded store this ends when the owner gives up the record of the migration.
    pub async fn capture(&self, owner: &str) -> Result<Capture, StoreError> {
        let from = match &self.0.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.start_capture(owner).await?;
                From::Triggers(0)
            }
            Backend::Mongo(mongo) => From::Stream(Box::new(mongo.start_capture().await?)),
        };
        Ok(Capture { store: self.clone(), from })
    }

    /// Writes documents with their revisions over what is there, to a target that is not complete. Returns the ids of documents that had one
    /// of their keys: those are deleted. MongoDB asks `may_write` before each request, and the embedded store checks in the transaction that
    /// the target is not complete.
    pub async fn copy<D: Document>(
        &self,
        documents: &[Stored<D>],
        may_write: impl Fn() -> bool + Sync,
    ) -> Result<Vec<DocumentId>, StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.copy(documents).await,
            Backend::Mongo(mongo) => mongo.copy(documents, &may_write).await,
        }
    }

    /// Deletes a document of a target that is not complete, with the same checks as [`Store::copy`].
    pub async fn remove<D: Document>(
        &self,
        id: &DocumentId,
        may_write: impl Fn() -> bool + Sync,
    ) -> Result<(), StoreError> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.remove(D::COLLECTION, id).await,
            Backend::Mongo(mongo) => mongo.remove::<D>(id, &may_write).await,
        }
    }

    /// Returns what a collection contains, without documents that expire before this time.
    pub async fn copied<D: Document>(&self, until: Timestamp) -> Result<Copied, StoreError> {
        match &self.0.backend {
            Backend::Sqlite(_) => {
                let store = self.clone();
                // On its own thread: a count of a large table must not stop the clock of the pause, nor the count of the other store.
                let count = move || match &store.0.backend {
                    Backend::Sqlite(sqlite) => sqlite.copied::<D>(until),
                    Backend::Mongo(_) => Err(StoreError::closed()),
                };
                tokio::task::spawn_blocking(count).await.map_err(StoreError::unavailable)?
            }
            Backend::Mongo(mongo) => mongo.copied::<D>(until).await,
        }
    }
}

impl Capture {
    /// Returns every document that was changed before this call, and after the last one.
    pub async fn drain(&mut self) -> Result<HashSet<Captured>, StoreError> {
        match (&mut self.from, &self.store.0.backend) {
            (From::Stream(stream), _) => stream.drain().await,
            (From::Triggers(after), Backend::Sqlite(sqlite)) => {
                let mut all = HashSet::new();
                loop {
                    let (captured, last) = sqlite.captured(*after)?;
                    if last == *after {
                        return Ok(all);
                    }
                    *after = last;
                    all.extend(captured);
                }
            }
            (From::Triggers(_), Backend::Mongo(_)) => Ok(HashSet::new()),
        }
    }
}
