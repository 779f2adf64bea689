//! The MongoDB backend: a replica set in production. On a standalone server, a revocation can take up to a second to reach other
//! replicas, because the server has no change streams.
//!
//! Every operation touches one document, so none needs a transaction; the exceptions are `together.rs` and the import (`many.rs`). A write
//! is acknowledged when a majority has it in its
//! journal. Reads use the primary. If the connection breaks during a write, the driver sends it a second time with the same
//! transaction number: the server does it only once. An insert with a lost acknowledgement is therefore not mistaken for a
//! conflict. A write that still fails is `Unavailable`, and may have been done.

mod abandoned;
pub(super) mod adoption;
mod connection;
mod deadline;
mod failure;
mod indexes;
mod inspection;
mod listener;
mod many;
mod marker;
mod migration;
mod page;
mod selection;
mod shape;
mod together;

use std::time::Duration;

use bson::{RawDocumentBuf, doc};
use mongodb::{Collection as Documents, Database};
use tokio::{
    sync::{Mutex, OnceCell},
    task::JoinHandle,
};

pub(super) use self::inspection::inspect;
use self::{
    abandoned::Abandoned,
    deadline::{DEADLINE, within},
    failure::{Failure, taken, unavailable},
    shape::{from_bson, to_bson},
};
use super::{
    collection::Collection,
    copied::Copied,
    document::{Document, DocumentId, Page, Readable, StoreError, Stored},
    found::Found,
    marker::NewestTime,
    migration::{Migration, Opening},
    prefix::CollectionPrefix,
    selection::{Condition, Selected, Selection},
    watch::Watch,
};
use crate::clock::Timestamp;

pub(super) use self::migration::Capture;

const PING_DEADLINE: Duration = Duration::from_secs(3);

pub(super) struct Mongo {
    database: Database,
    prefix: CollectionPrefix,
    listener: Mutex<JoinHandle<()>>,
    abandoned: Abandoned,
    /// Whether the server has transactions, once it was asked.
    transactions: OnceCell<bool>,
}

impl Mongo {
    pub(super) async fn open(
        url: &str,
        prefix: CollectionPrefix,
        opening: Opening,
        watch: Watch,
    ) -> Result<Self, StoreError> {
        let database = connection::database(url).await?;
        marker::claim(&database, &prefix, &opening).await?;
        indexes::create(&database, &prefix).await?;
        let listening = listener::listen(database.clone(), prefix.clone(), watch);
        let listener = Mutex::new(tokio::spawn(listening));
        Ok(Self {
            database,
            prefix,
            listener,
            abandoned: Abandoned::default(),
            transactions: OnceCell::new(),
        })
    }

    /// Checks without a change that this database can be opened.
    pub(super) async fn check(
        url: &str,
        prefix: &CollectionPrefix,
        opening: &Opening,
    ) -> Result<(), StoreError> {
        let database = connection::database(url).await?;
        marker::is_claimed(&database, prefix, opening).await.map(drop)
    }

    /// Drops our collections, the marker last, and closes the connection.
    pub(super) async fn delete(&self) -> Result<(), StoreError> {
        let names = Collection::ALL.iter().map(|collection| self.prefix.name(*collection));
        for name in names.chain([self.prefix.marker()]) {
            let documents = self.database.collection::<RawDocumentBuf>(&name);
            within(DEADLINE, documents.drop()).await.map_err(unavailable)?;
        }
        self.close().await;
        Ok(())
    }

    pub(super) async fn get<D: Document>(&self, id: &DocumentId) -> Result<Option<Stored<D>>, StoreError> {
        let found = within(DEADLINE, self.documents::<D>().find_one(doc! { "_id": id })).await;
        found.map_err(unavailable)?.map(|raw| from_bson(&raw)).transpose()
    }

    pub(super) async fn find<D: Document>(&self, key: &str) -> Result<Option<Stored<D>>, StoreError> {
        let found = within(DEADLINE, self.documents::<D>().find_one(doc! { "handles": key })).await;
        found.map_err(unavailable)?.map(|raw| from_bson(&raw)).transpose()
    }

    pub(super) async fn newest_id<D: Document>(
        &self,
        tag: &str,
        skip: usize,
    ) -> Result<Option<DocumentId>, StoreError> {
        let skip = u64::try_from(skip).unwrap_or(u64::MAX);
        let documents = self.documents::<D>();
        let find = documents
            .find_one(doc! { "tags": tag, "_id": page::of_our_type(D::COLLECTION) })
            .projection(doc! { "_id": 1 })
            .sort(doc! { "_id": -1 })
            .skip(skip);
        let found = within(DEADLINE, find).await.map_err(unavailable)?;
        Ok(found.and_then(|raw| raw.get("_id").ok().flatten().and_then(shape::id)))
    }

    pub(super) async fn count_of_tag<D: Document>(&self, tag: &str) -> Result<u64, StoreError> {
        let documents = self.documents::<D>();
        within(DEADLINE, documents.count_documents(doc! { "tags": tag })).await.map_err(unavailable)
    }

    pub(super) async fn estimated_count<D: Document>(&self) -> Result<u64, StoreError> {
        let documents = self.documents::<D>();
        within(DEADLINE, documents.estimated_document_count()).await.map_err(unavailable)
    }

    pub(super) async fn page<R: Readable>(&self, page: &Page<'_>) -> Result<Found<R>, StoreError> {
        // For MongoDB a limit of zero means no limit.
        if page.limit == 0 {
            return Ok(Found::new());
        }
        let documents = self.documents::<R>();
        within(DEADLINE, page::read(&documents, page)).await.map_err(unavailable)?
    }

    pub(super) async fn select<D: Document>(&self, selection: &Selection) -> Result<Selected<D>, StoreError> {
        let documents = self.documents::<D>();
        within(DEADLINE, selection::read(&documents, selection)).await.map_err(unavailable)?
    }

    pub(super) async fn count_of<D: Document>(&self, condition: &Condition) -> Result<u64, StoreError> {
        let documents = self.documents::<D>();
        let filter = selection::counted(D::COLLECTION, condition);
        within(DEADLINE, documents.count_documents(filter)).await.map_err(unavailable)
    }

    pub(super) async fn insert<D: Document>(&self, document: &D) -> Result<(), StoreError> {
        let (envelope, raw) = to_bson(document, 1)?;
        match self.written(self.documents::<D>().insert_one(raw)).await {
            Ok(_) => Ok(()),
            Err(failure) => Err(taken(&failure, &envelope).unwrap_or_else(|| unavailable(failure))),
        }
    }

    pub(super) async fn replace<D: Document>(&self, stored: &Stored<D>) -> Result<bool, StoreError> {
        let (envelope, raw) = to_bson(&stored.document, stored.revision + 1)?;
        let same = doc! { "_id": &envelope.id, "revision": stored.revision };
        match self.written(self.documents::<D>().replace_one(same, raw)).await {
            Ok(done) => Ok(done.matched_count == 1),
            Err(failure) => Err(taken(&failure, &envelope).unwrap_or_else(|| unavailable(failure))),
        }
    }

    pub(super) async fn take<D: Document>(&self, id: &DocumentId) -> Result<Option<Stored<D>>, StoreError> {
        let taken = self.written(self.documents::<D>().find_one_and_delete(doc! { "_id": id })).await;
        taken.map_err(unavailable)?.map(|raw| from_bson(&raw)).transpose()
    }

    pub(super) async fn migration(&self) -> Result<Option<Migration>, StoreError> {
        migration::read(&self.database, &self.prefix).await
    }

    /// Replaces the record of the migration. Returns `false` if it is not the expected one.
    pub(super) async fn set_migration(
        &self,
        expected: Option<&Migration>,
        new: Option<&Migration>,
    ) -> Result<bool, StoreError> {
        migration::replace(&self.database, &self.prefix, expected, new).await
    }

    pub(super) async fn start_capture(&self) -> Result<Capture, StoreError> {
        Capture::start(&self.database, &self.prefix).await
    }

    /// Writes documents with their revisions over what is there. Returns the ids of documents that had one of their keys: those are deleted.
    pub(super) async fn copy<D: Document>(
        &self,
        documents: &[Stored<D>],
        may_write: &(impl Fn() -> bool + Sync),
    ) -> Result<Vec<DocumentId>, StoreError> {
        migration::copy(&self.documents::<D>(), documents, may_write).await
    }

    /// Deletes a document of a target.
    pub(super) async fn remove<D: Document>(
        &self,
        id: &DocumentId,
        may_write: &(impl Fn() -> bool + Sync),
    ) -> Result<(), StoreError> {
        migration::remove(&self.documents::<D>(), id, may_write).await
    }

    pub(super) async fn copied<D: Document>(&self, until: Timestamp) -> Result<Copied, StoreError> {
        migration::copied(&self.documents::<D>(), D::COLLECTION, until).await
    }

    pub(super) async fn newest_time(&self) -> Result<NewestTime, StoreError> {
        marker::newest_time(&self.database, &self.prefix).await
    }

    pub(super) async fn raise_newest_time(&self, time: Timestamp) -> Result<(), StoreError> {
        marker::raise_newest_time(&self.database, &self.prefix, time).await
    }

    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        let ping = within(PING_DEADLINE, self.database.run_command(doc! { "ping": 1 })).await;
        ping.map(drop).map_err(unavailable)
    }

    pub(super) async fn close(&self) {
        // The listener must have ended before the client is shut down. Otherwise it would report the shutdown as an outage.
        let mut listener = self.listener.lock().await;
        listener.abort();
        if !listener.is_finished() {
            let _ = (&mut *listener).await;
        }
        self.database.client().clone().shutdown().immediate(true).await;
    }

    /// Does a write of one document, which may wait for a transaction.
    fn written<'a, T: Send + 'a>(
        &'a self,
        write: impl IntoFuture<Output = Result<T, Failure>, IntoFuture: Send> + Send + 'a,
    ) -> impl Future<Output = Result<T, Failure>> + Send + 'a {
        self.abandoned.during(self.database.client(), Box::pin(within(DEADLINE, write)))
    }

    fn documents<R: Readable>(&self) -> Documents<RawDocumentBuf> {
        self.database.collection(&self.prefix.name(R::SOURCE))
    }
}

impl Drop for Mongo {
    fn drop(&mut self) {
        self.listener.get_mut().abort();
    }
}
