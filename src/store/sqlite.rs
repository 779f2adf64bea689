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

mod failure;
mod file;
#[cfg(test)]
mod fixtures;
mod inspection;
mod listener;
mod reader;
mod row;
mod schema;
mod sweep;
mod transaction;
mod writer;

use tokio::task;

use self::{
    listener::Listener,
    reader::Readers,
    row::Row,
    transaction::{Write, WriteResult},
    writer::Writer,
};
use super::{
    collection::Collection,
    document::{Document, DocumentId, Page, StoreError, Stored},
    found::Found,
    inspection::Inspection,
    marker::{Create, NewestTime},
    watch::Watch,
};
use crate::clock::Timestamp;

pub(super) struct Sqlite {
    readers: Readers,
    writer: Writer,
    listener: Listener,
}

impl Sqlite {
    pub(super) async fn open(path: &str, create: Create, watch: Watch) -> Result<Self, StoreError> {
        let path = file::absolute(path)?;
        let opening = task::spawn_blocking(move || {
            file::check(&path, create)?;
            file::create(&path)?;
            let connection = file::connect(&path)?;
            schema::create(&connection)?;
            let listener = Listener::start(file::connect_to_read(&path)?, watch)?;
            Ok(Self { readers: Readers::new(path), writer: Writer::start(connection)?, listener })
        });
        opening.await.map_err(StoreError::unavailable)?
    }

    /// Checks that the file is missing, empty, or ours, without a change to it.
    pub(super) async fn check(path: &str, create: Create) -> Result<(), StoreError> {
        let path = file::absolute(path)?;
        task::spawn_blocking(move || file::check(&path, create)).await.map_err(StoreError::unavailable)?
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

    pub(super) fn page<D: Document>(&self, page: &Page<'_>) -> Result<Found<D>, StoreError> {
        self.readers.with(|connection| reader::page(connection, page))
    }

    pub(super) async fn insert<D: Document>(&self, document: &D) -> Result<(), StoreError> {
        match self.writer.write(Write::Insert(Row::of(document, 1)?)).await? {
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
