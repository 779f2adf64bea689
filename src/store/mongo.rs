//! MongoDB: a replica set in production, a standalone server where revocation on other replicas may take a second.
//!
//! Every operation touches one document, so none needs a transaction. Writes are acknowledged by a majority's journals; reads
//! ask the primary. The driver sends a write again, once, when the connection breaks under it, and numbers it so that the
//! server does it only once and repeats its first answer: an insert whose acknowledgement was lost is therefore not mistaken
//! for another document that has the same id. A write that still fails is `Unavailable`, and may have been done.

mod connection;
mod failure;
mod indexes;
mod listener;
mod shape;

use std::{future::IntoFuture, io, time::Duration};

use bson::{RawDocumentBuf, doc};
use futures_util::TryStreamExt;
use mongodb::{Collection as Documents, Database};
use tokio::task::AbortHandle;

use self::{
    failure::{Failure, taken, unavailable},
    shape::{opened, sealed},
};
use super::{Document, DocumentId, Page, StoreError, Watch};

/// The longest an operation takes, its retry by the driver included.
const DEADLINE: Duration = Duration::from_secs(5);
const PING_DEADLINE: Duration = Duration::from_secs(3);

/// A database, connected.
pub(super) struct Mongo {
    database: Database,
    listener: AbortHandle,
}

impl Mongo {
    pub(super) async fn open(url: &str, watch: Watch) -> Result<Self, StoreError> {
        let database = connection::database(url).await?;
        indexes::make(&database).await?;
        let listener = tokio::spawn(listener::listen(database.clone(), watch)).abort_handle();
        Ok(Self { database, listener })
    }

    pub(super) async fn get<D: Document>(&self, id: &DocumentId) -> Result<Option<D>, StoreError> {
        let found = in_time(DEADLINE, self.documents::<D>().find_one(doc! { "_id": id })).await;
        found.map_err(unavailable)?.map(|raw| opened(&raw)).transpose()
    }

    pub(super) async fn find<D: Document>(&self, key: &str) -> Result<Option<D>, StoreError> {
        let found = in_time(DEADLINE, self.documents::<D>().find_one(doc! { "handles": key })).await;
        found.map_err(unavailable)?.map(|raw| opened(&raw)).transpose()
    }

    pub(super) async fn page<D: Document>(&self, page: &Page<'_>) -> Result<Vec<D>, StoreError> {
        // To MongoDB, zero means no limit.
        if page.limit == 0 {
            return Ok(Vec::new());
        }
        let mut filter = doc! {};
        if let Some(tag) = page.tag {
            filter.insert("tags", tag);
        }
        if let Some(after) = &page.after {
            filter.insert("_id", doc! { if page.newest_first { "$lt" } else { "$gt" }: after });
        }
        let order = doc! { "_id": if page.newest_first { -1 } else { 1 } };
        let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
        let documents = self.documents::<D>();
        let found = in_time(DEADLINE, async {
            documents.find(filter).sort(order).limit(limit).await?.try_collect::<Vec<_>>().await
        });
        found.await.map_err(unavailable)?.iter().map(|raw| opened(raw)).collect()
    }

    pub(super) async fn insert<D: Document>(&self, document: &D) -> Result<(), StoreError> {
        let (envelope, raw) = sealed(document, 1)?;
        match in_time(DEADLINE, self.documents::<D>().insert_one(raw)).await {
            Ok(_) => Ok(()),
            Err(failure) => Err(taken(&failure, &envelope).unwrap_or_else(|| unavailable(failure))),
        }
    }

    pub(super) async fn replace<D: Document>(&self, document: &D) -> Result<bool, StoreError> {
        let (envelope, raw) = sealed(document, document.revision() + 1)?;
        let same = doc! { "_id": &envelope.id, "revision": document.revision() };
        match in_time(DEADLINE, self.documents::<D>().replace_one(same, raw)).await {
            Ok(done) => Ok(done.matched_count == 1),
            Err(failure) => Err(taken(&failure, &envelope).unwrap_or_else(|| unavailable(failure))),
        }
    }

    pub(super) async fn take<D: Document>(&self, id: &DocumentId) -> Result<Option<D>, StoreError> {
        let taken = in_time(DEADLINE, self.documents::<D>().find_one_and_delete(doc! { "_id": id })).await;
        taken.map_err(unavailable)?.map(|raw| opened(&raw)).transpose()
    }

    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        let ping = in_time(PING_DEADLINE, self.database.run_command(doc! { "ping": 1 })).await;
        ping.map(drop).map_err(unavailable)
    }

    pub(super) async fn close(&self) {
        self.listener.abort();
        self.database.client().clone().shutdown().immediate(true).await;
    }

    fn documents<D: Document>(&self) -> Documents<RawDocumentBuf> {
        self.database.collection(D::COLLECTION.name())
    }
}

impl Drop for Mongo {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// What the server answers, or the failure to answer in time: a frozen connection would otherwise be waited for forever.
async fn in_time<T>(
    limit: Duration,
    action: impl IntoFuture<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let late = |_| io::Error::new(io::ErrorKind::TimedOut, "the database did not answer in time");
    tokio::time::timeout(limit, action).await.map_err(late)?
}
