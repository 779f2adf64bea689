//! The embedded store: one file, nothing to install.
//!
//! ```text
//!   get · find · page ──▶ a connection of the pool, on the caller's own thread
//!   insert · replace · take ──▶ queue ──▶ the writer's thread ──▶ many writes, one transaction, one sync to disk
//!   watch ◀── the listener's thread ◀── PRAGMA data_version ◀── this process and any other
//! ```
//!
//! Reads run where they are asked for: one takes some ten microseconds, less than handing it to another thread. Writes are
//! durable once acknowledged (`synchronous = FULL`), so they queue for one thread that syncs for all of them together.

mod file;
#[cfg(test)]
mod fixtures;
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
    transaction::{Done, Write},
    writer::Writer,
};
use super::{Document, DocumentId, Page, StoreError, Watch, envelope::Envelope};

/// A file, opened.
pub(super) struct Sqlite {
    readers: Readers,
    writer: Writer,
    listener: Listener,
}

impl Sqlite {
    pub(super) async fn open(path: &str, watch: Watch) -> Result<Self, StoreError> {
        let path = file::prepared(path)?;
        let opening = task::spawn_blocking(move || {
            let writing = file::connect(&path)?;
            schema::make(&writing)?;
            let listener = Listener::start(file::connect_to_read(&path)?, watch)?;
            Ok(Self { readers: Readers::new(path), writer: Writer::start(writing)?, listener })
        });
        opening.await.map_err(|error| StoreError::Unavailable(error.to_string()))?
    }

    pub(super) fn get<D: Document>(&self, id: &DocumentId) -> Result<Option<D>, StoreError> {
        self.readers.with(|connection| reader::get(connection, id))
    }

    pub(super) fn find<D: Document>(&self, key: &str) -> Result<Option<D>, StoreError> {
        self.readers.with(|connection| reader::find(connection, key))
    }

    pub(super) fn page<D: Document>(&self, page: &Page<'_>) -> Result<Vec<D>, StoreError> {
        self.readers.with(|connection| reader::page(connection, page))
    }

    pub(super) async fn insert<D: Document>(&self, document: &D) -> Result<(), StoreError> {
        match self.writer.write(Write::Insert(Row::of(document, 1)?)).await? {
            Done::Taken(key) => Err(StoreError::Taken { key }),
            _ => Ok(()),
        }
    }

    pub(super) async fn replace<D: Document>(&self, document: &D) -> Result<bool, StoreError> {
        match self.writer.write(Write::Replace(Row::of(document, document.revision() + 1)?)).await? {
            Done::Taken(key) => Err(StoreError::Taken { key }),
            done => Ok(matches!(done, Done::Written)),
        }
    }

    pub(super) async fn take<D: Document>(&self, id: &DocumentId) -> Result<Option<D>, StoreError> {
        match self.writer.write(Write::Take(D::COLLECTION, id.clone())).await? {
            Done::Given { revision, body } => row::opened(&body, id.clone(), revision).map(Some),
            _ => Ok(None),
        }
    }

    pub(super) fn ping(&self) -> Result<(), StoreError> {
        if self.writer.is_gone() {
            return Err(StoreError::Unavailable("it is closed".to_owned()));
        }
        self.readers.with(reader::ping)
    }

    /// The readers first: the last connection to close is the writer's, which has put everything into the one file.
    pub(super) async fn close(&self) {
        self.readers.close();
        let threads = [self.listener.stop(), self.writer.stop()];
        for thread in threads.into_iter().flatten() {
            let _ = task::spawn_blocking(|| thread.join()).await;
        }
    }
}

/// Whatever SQLite refuses (locked, full, unreadable) means that the store is of no use for now.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

impl Envelope {
    fn purge_millis(&self) -> Option<i64> {
        self.purge_at.map(crate::clock::Timestamp::as_millis)
    }
}
