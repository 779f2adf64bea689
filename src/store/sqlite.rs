//! The embedded backend: one file, no server.
//!
//! ```text
//!   get · find · page ──▶ a pooled connection, on the caller's thread
//!   insert · replace · take ──▶ queue ──▶ writer thread ──▶ many writes, one transaction, one sync to disk
//!   watch ◀── listener thread ◀── PRAGMA data_version ◀── this process and others
//! ```
//!
//! A read takes about ten microseconds, less than handing it to another thread. An acknowledged write is durable
//! (`synchronous = FULL`): writes queue for one thread, which syncs to disk once for all of them.

mod backup;
mod failure;
mod file;
#[cfg(test)]
mod fixtures;
mod functions;
mod inspection;
mod listener;
mod migration;
mod reader;
mod row;
mod schema;
mod selection;
mod sweep;
mod together;
mod transaction;
mod writer;

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::task;

use self::{
    listener::Listener,
    reader::Readers,
    row::Row,
    transaction::{Write, WriteResult},
    writer::Writer,
};
use super::{
    batch::Batch,
    collection::Collection,
    copied::{Captured, Copied},
    document::{Document, DocumentId, Page, Readable, StoreError, Stored},
    found::Found,
    inspection::Inspection,
    marker::NewestTime,
    migration::{Migration, Opening},
    selection::{Condition, Selected, Selection},
    watch::Watch,
};
use crate::clock::Timestamp;

pub(super) struct Sqlite {
    path: PathBuf,
    readers: Arc<Readers>,
    writer: Writer,
    listener: Listener,
}

impl Sqlite {
    pub(super) async fn open(path: &str, opening: Opening, watch: Watch) -> Result<Self, StoreError> {
        let path = file::absolute(path)?;
        let opened = task::spawn_blocking(move || {
            file::check(&path, &opening)?;
            file::create(&path)?;
            let connection = file::connect(&path)?;
            schema::create(&connection, &opening)?;
            let listener = Listener::start(file::connect_to_read(&path)?, watch)?;
            let writer = Writer::start(connection, opening.is_migration())?;
            Ok(Self { readers: Arc::new(Readers::new(path.clone())), path, writer, listener })
        });
        opened.await.map_err(StoreError::unavailable)?
    }

    /// Checks that the file is missing, empty, or ours, without a change to it.
    pub(super) async fn check(path: &str, opening: Opening) -> Result<(), StoreError> {
        let path = file::absolute(path)?;
        task::spawn_blocking(move || file::check(&path, &opening).map(drop))
            .await
            .map_err(StoreError::unavailable)?
    }

    /// Writes a copy to a new file, and returns its size in bytes.
    pub(super) async fn backup(&self, copy: &Path) -> Result<u64, StoreError> {
        let (path, copy) = (self.path.clone(), copy.to_owned());
        task::spawn_blocking(move || backup::write(&path, &copy)).await.map_err(StoreError::unavailable)?
    }

    /// Closes the file and deletes it.
    pub(super) async fn delete(&self) -> Result<(), StoreError> {
        self.close().await;
        for suffix in ["-wal", "-shm", ""] {
            let mut file = self.path.clone().into_os_string();
            file.push(suffix);
            match fs::remove_file(&file) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(StoreError::unavailable(format!(
                        "cannot delete {}: {error}",
                        file.display()
                    )));
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn get<D: Document>(&self, id: &DocumentId) -> Result<Option<Stored<D>>, StoreError> {
        self.readers.with(|connection| reader::get(connection, id))
    }

    pub(super) fn find<D: Document>(&self, key: &str) -> Result<Option<Stored<D>>, StoreError> {
        self.readers.with(|connection| reader::find(connection, key))
    }

    pub(super) fn newest_id(
        &self,
        collection: Collection,
        tag: &str,
        skip: usize,
    ) -> Result<Option<DocumentId>, StoreError> {
        self.readers.with(|connection| reader::newest_id(connection, collection, tag, skip))
    }

    pub(super) fn count_of_tag(&self, collection: Collection, tag: &str) -> Result<u64, StoreError> {
        self.readers.with(|connection| reader::count_of_tag(connection, collection, tag))
    }

    pub(super) fn count(&self, collection: Collection) -> Result<u64, StoreError> {
        self.readers.with(|connection| reader::count(connection, collection))
    }

    pub(super) fn page<R: Readable>(&self, page: &Page<'_>) -> Result<Found<R>, StoreError> {
        self.readers.with(|connection| reader::page(connection, page))
    }

    /// Selects documents. A search reads the whole table, so it runs on a thread where it delays no other request.
    pub(super) async fn select<D: Document>(&self, selection: &Selection) -> Result<Selected<D>, StoreError> {
        let (readers, selection) = (self.readers.clone(), selection.clone());
        let read = move || readers.with(|connection| selection::select(connection, &selection));
        task::spawn_blocking(read).await.map_err(StoreError::unavailable)?
    }

    pub(super) async fn count_of<D: Document>(&self, condition: &Condition) -> Result<u64, StoreError> {
        let (readers, condition) = (self.readers.clone(), condition.clone());
        let read = move || readers.with(|connection| selection::count(connection, D::COLLECTION, &condition));
        task::spawn_blocking(read).await.map_err(StoreError::unavailable)?
    }

    pub(super) async fn insert<D: Document>(&self, document: &D) -> Result<(), StoreError> {
        match self.writer.write(Write::Insert(Row::of(document, 1)?)).await? {
            WriteResult::KeyTaken(key) => Err(StoreError::Taken { key }),
            _ => Ok(()),
        }
    }

    pub(super) fn find_all<D: Document>(&self, keys: &[String]) -> Result<Found<D>, StoreError> {
        self.readers.with(|connection| reader::find_all(connection, keys))
    }

    pub(super) async fn insert_together<A: Document, B: Document>(
        &self,
        first: &[A],
        second: &[B],
    ) -> Result<(), StoreError> {
        let first = first.iter().map(|document| Row::of(document, 1));
        let rows = first.chain(second.iter().map(|document| Row::of(document, 1)));
        match self.writer.write(Write::InsertTogether(rows.collect::<Result<_, _>>()?)).await? {
            WriteResult::KeyTaken(key) => Err(StoreError::Taken { key }),
            _ => Ok(()),
        }
    }

    pub(super) async fn replace<D: Document>(&self, stored: &Stored<D>) -> Result<bool, StoreError> {
        match self.writer.write(Write::Replace(Row::of(&stored.document, stored.revision + 1)?)).await? {
            WriteResult::KeyTaken(key) => Err(StoreError::Taken { key }),
            result => Ok(matches!(result, WriteResult::Written)),
        }
    }

    pub(super) async fn take<D: Document>(&self, id: &DocumentId) -> Result<Option<Stored<D>>, StoreError> {
        match self.writer.write(Write::Take(D::COLLECTION, id.clone())).await? {
            WriteResult::Deleted { revision, body } => row::open(&body, id.clone(), revision).map(Some),
            _ => Ok(None),
        }
    }

    /// Does all writes of a batch, or none. Returns `false` if a row has another revision.
    pub(super) async fn write_together(&self, batch: &Batch) -> Result<bool, StoreError> {
        match self.writer.write(Write::Together(together::writes(batch)?)).await? {
            WriteResult::KeyTaken(key) => Err(StoreError::Taken { key }),
            result => Ok(matches!(result, WriteResult::Written)),
        }
    }

    pub(super) fn migration(&self) -> Result<Option<Migration>, StoreError> {
        self.readers.with(|connection| migration::read(connection).map_err(failure::unavailable))
    }

    /// Replaces the record of the migration. Returns `false` if it is not the expected one.
    pub(super) async fn set_migration(
        &self,
        expected: Option<Migration>,
        new: Option<Migration>,
    ) -> Result<bool, StoreError> {
        let result = self.writer.write(Write::Migration { expected, new }).await?;
        Ok(matches!(result, WriteResult::Written))
    }

    /// Records the id of each document that changes from now on, until this process gives up the record of the migration.
    pub(super) async fn start_capture(&self, owner: &str) -> Result<(), StoreError> {
        self.writer.write(Write::StartCapture { owner: owner.to_owned() }).await.map(drop)
    }

    /// Returns what was captured after this sequence number, and the last sequence number.
    pub(super) fn captured(&self, after: i64) -> Result<(Vec<Captured>, i64), StoreError> {
        self.readers.with(|connection| migration::captured(connection, after).map_err(failure::unavailable))
    }

    /// Writes documents with their revisions over what is there. Returns the ids of documents that had one of their keys: those are deleted.
    pub(super) async fn copy<D: Document>(
        &self,
        documents: &[Stored<D>],
    ) -> Result<Vec<DocumentId>, StoreError> {
        let rows = documents
            .iter()
            .map(|stored| Row::of(&stored.document, stored.revision))
            .collect::<Result<_, _>>()?;
        match self.writer.write(Write::Copy(rows)).await? {
            WriteResult::Copied { displaced } => Ok(displaced),
            _ => Ok(Vec::new()),
        }
    }

    /// Deletes a document of a target.
    pub(super) async fn remove(&self, collection: Collection, id: &DocumentId) -> Result<(), StoreError> {
        self.writer.write(Write::Remove(collection, id.clone())).await.map(drop)
    }

    pub(super) fn copied<D: Document>(&self, until: Timestamp) -> Result<Copied, StoreError> {
        self.readers.with(|connection| {
            let documents = reader::count_valid(connection, D::COLLECTION, until)?;
            let missing_indexes = schema::missing_indexes(connection).map_err(failure::unavailable)?;
            Ok(Copied { documents, missing_indexes })
        })
    }

    pub(super) fn newest_time(&self) -> Result<NewestTime, StoreError> {
        self.readers
            .with(|connection| Ok(NewestTime { stored: schema::newest_time(connection), server: None }))
    }

    pub(super) async fn raise_newest_time(&self, time: Timestamp) -> Result<(), StoreError> {
        self.writer.write(Write::NewestTime(time)).await.map(drop)
    }

    pub(super) fn ping(&self) -> Result<(), StoreError> {
        if self.writer.is_stopped() {
            return Err(StoreError::closed());
        }
        self.readers.with(reader::ping)
    }

    /// Closes the readers first. The writer's connection closes last, after it moved the write-ahead log into the main file.
    pub(super) async fn close(&self) {
        self.readers.close();
        let threads = [self.listener.stop(), self.writer.stop()];
        for thread in threads.into_iter().flatten() {
            let _ = task::spawn_blocking(|| thread.join()).await;
        }
    }
}

/// Reads what a file looks like, without a change to it.
pub(super) async fn inspect(path: &str) -> Result<Inspection, StoreError> {
    let path = file::absolute(path)?;
    task::spawn_blocking(move || inspection::inspect(&path)).await.map_err(StoreError::unavailable)?
}
