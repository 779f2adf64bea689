//! The record of a migration in the marker, and the capture of all changes while the database is the source of one.
//!
//! A change stream over all our collections captures the changes. It also delivers the changes of the marker: a migration writes a fence
//! there, and everything that was written before the fence arrives before it.

use std::{
    collections::HashSet,
    mem,
    time::{Duration, Instant},
};

use bson::{Bson, Document as Filter, RawDocumentBuf, doc};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use mongodb::{Collection as Documents, Database, change_stream::ChangeStream, error::ErrorKind};

use super::{
    deadline::{DEADLINE, within},
    failure::{Failure, is_duplicate, taken, unavailable},
    page, shape,
};
use crate::{
    clock::Timestamp,
    store::{
        collection::Collection,
        copied::{Captured, Copied},
        document::{Document, DocumentId, StoreError, Stored},
        marker::PRODUCT,
        migration::{Migration, RECORD, schema_of},
        prefix::CollectionPrefix,
    },
};

/// Member of the marker that a fence raises.
const FENCE: &str = "fence";
/// How long a fence may take to arrive.
const FENCE_LIMIT: Duration = Duration::from_secs(20);
/// How long one request for changes waits at the server.
const MAX_AWAIT: Duration = Duration::from_millis(100);
/// Writes at the same time, for documents that cannot be inserted together.
const CONCURRENT: usize = 32;
/// The limit for one insert of many documents, and for a count.
const BATCH_DEADLINE: Duration = Duration::from_secs(30);
/// The server's error code for "change streams need a replica set".
const NOT_A_REPLICA_SET: i32 = 40573;

pub(super) fn to_bson(migration: &Migration) -> Result<Bson, StoreError> {
    bson::serialize_to_bson(migration).map_err(StoreError::unavailable)
}

/// Reads the record from a marker.
pub(super) fn of_marker(marker: &Filter) -> Result<Option<Migration>, StoreError> {
    let record = marker.get(RECORD).cloned();
    record.map(|record| bson::deserialize_from_bson(record).map_err(StoreError::unavailable)).transpose()
}

/// Reads the record of a database that this process has opened.
///
/// # Errors
/// Also without a marker: the collections can belong to another application again, and a service that still runs would write to them.
pub(super) async fn read(
    database: &Database,
    prefix: &CollectionPrefix,
) -> Result<Option<Migration>, StoreError> {
    let markers = database.collection::<Filter>(&prefix.marker());
    let marker = within(DEADLINE, markers.find_one(doc! { "_id": PRODUCT })).await.map_err(unavailable)?;
    let Some(marker) = marker else {
        return Err(StoreError::unavailable(
            "its marker is gone: the collections were given back to another application, or the database was dropped; stop this service",
        ));
    };
    of_marker(&marker)
}

/// Replaces the record, if it is the expected one.
pub(super) async fn replace(
    database: &Database,
    prefix: &CollectionPrefix,
    expected: Option<&Migration>,
    new: Option<&Migration>,
) -> Result<bool, StoreError> {
    let mut same = doc! { "_id": PRODUCT };
    match expected {
        Some(expected) => same.insert(RECORD, to_bson(expected)?),
        None => same.insert(RECORD, doc! { "$exists": false }),
    };
    let schema = schema_of(new);
    let change = if let Some(new) = new {
        doc! { "$set": { RECORD: to_bson(new)?, "schema": schema } }
    } else {
        doc! { "$unset": { RECORD: "" }, "$set": { "schema": schema } }
    };
    let markers = database.collection::<Filter>(&prefix.marker());
    let done = within(DEADLINE, markers.update_one(same, change)).await.map_err(unavailable)?;
    Ok(done.matched_count == 1)
}

/// Writes documents over what is there.
pub(super) async fn copy<D: Document>(
    documents: &Documents<RawDocumentBuf>,
    copies: &[Stored<D>],
    may_write: &(impl Fn() -> bool + Sync),
) -> Result<Vec<DocumentId>, StoreError> {
    let raw = copies
        .iter()
        .map(|copy| shape::to_bson(&copy.document, copy.revision).map(|(_, raw)| raw))
        .collect::<Result<Vec<_>, _>>()?;
    check(may_write)?;
    // In a new target no document exists: one request writes all of them.
    if within(BATCH_DEADLINE, documents.insert_many(&raw).ordered(false)).await.is_ok() {
        return Ok(Vec::new());
    }
    let displaced = stream::iter(copies)
        .map(|copy| copy_one(documents, copy, may_write))
        .buffer_unordered(CONCURRENT)
        .try_collect::<Vec<_>>();
    Ok(displaced.await?.into_iter().flatten().collect())
}

/// Deletes one document.
pub(super) async fn remove(
    documents: &Documents<RawDocumentBuf>,
    id: &DocumentId,
    may_write: &(impl Fn() -> bool + Sync),
) -> Result<(), StoreError> {
    check(may_write)?;
    within(DEADLINE, documents.delete_one(doc! { "_id": id })).await.map(drop).map_err(unavailable)
}

/// Fails before a write of a process that was stopped: the target may be in use by now, and has newer documents.
fn check(may_write: &impl Fn() -> bool) -> Result<(), StoreError> {
    if may_write() {
        return Ok(());
    }
    Err(StoreError::unavailable("another process continues this migration"))
}

/// Writes one document. A key that moved from one document to another one since the first copy is taken from its old document.
async fn copy_one<D: Document>(
    documents: &Documents<RawDocumentBuf>,
    copy: &Stored<D>,
    may_write: &(impl Fn() -> bool + Sync),
) -> Result<Vec<DocumentId>, StoreError> {
    let (envelope, raw) = shape::to_bson(&copy.document, copy.revision)?;
    let same = doc! { "_id": &envelope.id };
    let mut displaced = Vec::new();
    loop {
        check(may_write)?;
        let replace = documents.replace_one(same.clone(), raw.clone()).upsert(true);
        match within(DEADLINE, replace).await {
            Ok(_) => return Ok(displaced),
            Err(failure) if is_duplicate(&failure) && displaced.len() <= envelope.keys.len() => {
                let other = doc! { "handles": { "$in": &envelope.keys }, "_id": { "$ne": &envelope.id } };
                let deleted =
                    within(DEADLINE, documents.find_one_and_delete(other)).await.map_err(unavailable)?;
                let id = deleted.and_then(|raw| shape::stored_id(&raw).0);
                let Some(id) = id else {
                    return Err(taken(&failure, &envelope).unwrap_or_else(|| unavailable(failure)));
                };
                displaced.push(id);
            }
            Err(failure) => return Err(unavailable(failure)),
        }
    }
}

/// Counts the documents that do not expire before this time, and lists the indexes.
pub(super) async fn copied(
    documents: &Documents<RawDocumentBuf>,
    collection: Collection,
    until: Timestamp,
) -> Result<Copied, StoreError> {
    let until = bson::DateTime::from_millis(until.as_millis());
    let valid = doc! {
        "_id": page::of_our_type(collection),
        "$or": [{ "purgeAt": { "$exists": false } }, { "purgeAt": { "$gt": until } }],
    };
    let count = within(BATCH_DEADLINE, documents.count_documents(valid)).await.map_err(unavailable)?;
    let indexes = within(DEADLINE, documents.list_index_names()).await.map_err(unavailable)?;
    let wanted = ["tags", "purge"].into_iter().chain(collection.has_keys().then_some("handles"));
    let missing = wanted.filter(|name| !indexes.iter().any(|index| index == name)).map(str::to_owned);
    Ok(Copied { documents: count, missing_indexes: missing.collect() })
}

/// The ids of all documents that have changed since the start.
pub(in crate::store) struct Capture {
    stream: ChangeStream<RawDocumentBuf>,
    markers: Documents<Filter>,
    prefix: CollectionPrefix,
    changed: HashSet<Captured>,
}

impl Capture {
    pub(super) async fn start(database: &Database, prefix: &CollectionPrefix) -> Result<Self, StoreError> {
        let names = Collection::ALL.iter().map(|collection| prefix.name(*collection));
        let names: Vec<_> = names.chain([prefix.marker()]).collect();
        let pipeline = [
            doc! { "$match": { "$or": [
                { "ns.coll": { "$in": names } },
                { "operationType": { "$in": ["dropDatabase", "invalidate"] } },
            ] } },
            doc! { "$project": { "operationType": 1, "ns": 1, "documentKey": 1, "updateDescription.updatedFields.fence": 1 } },
        ];
        let opening = database.watch().pipeline(pipeline).max_await_time(MAX_AWAIT);
        let stream = within(DEADLINE, opening).await.map_err(|failure| {
            if is_standalone(&failure) {
                return StoreError::Unusable(
                    "it is a standalone MongoDB server, which does not report its changes; make it a replica set (--replSet and \
                     rs.initiate(), also with one member), then run the command again"
                        .to_owned(),
                );
            }
            unavailable(failure)
        })?;
        let markers = database.collection(&prefix.marker());
        Ok(Self { stream: stream.with_type(), markers, prefix: prefix.clone(), changed: HashSet::new() })
    }

    /// Returns every document that was changed before this call, and after the last one.
    pub(in crate::store) async fn drain(&mut self) -> Result<HashSet<Captured>, StoreError> {
        let raise = doc! { "$inc": { FENCE: 1_i64 } };
        let raised = self.markers.find_one_and_update(doc! { "_id": PRODUCT }, raise);
        let raised = raised.return_document(mongodb::options::ReturnDocument::After);
        let marker = within(DEADLINE, raised).await.map_err(unavailable)?;
        let fence = marker.and_then(|marker| marker.get_i64(FENCE).ok());
        let fence = fence.ok_or_else(|| StoreError::unavailable("the marker is missing"))?;
        let began = Instant::now();
        while began.elapsed() < FENCE_LIMIT {
            let next = within(FENCE_LIMIT, self.stream.next_if_any()).await.map_err(unavailable)?;
            let Some(event) = next else { continue };
            if self.add(&event)?.is_some_and(|seen| seen >= fence) {
                return Ok(mem::take(&mut self.changed));
            }
        }
        Err(StoreError::unavailable("the change stream is too slow"))
    }

    /// Adds the document of an event. Returns the fence, if the event is one.
    fn add(&mut self, event: &RawDocumentBuf) -> Result<Option<i64>, StoreError> {
        let place = || {
            let name = event.get_document("ns").ok()?.get_str("coll").ok()?;
            Some((name, event.get_document("documentKey").ok()?.get("_id").ok()??))
        };
        let Some((name, id)) = place() else {
            return Err(StoreError::unavailable("a collection was dropped or renamed during the migration"));
        };
        if name == self.prefix.marker() {
            let updated = event
                .get_document("updateDescription")
                .and_then(|update| update.get_document("updatedFields"));
            return Ok(updated.ok().and_then(|fields| fields.get_i64(FENCE).ok()));
        }
        // An id of another type was written by another program. No page has it either.
        if let (Some(collection), Some(id)) = (self.prefix.collection(name), shape::id(id)) {
            self.changed.insert(Captured { collection, id });
        }
        Ok(None)
    }
}

fn is_standalone(failure: &Failure) -> bool {
    matches!(&*failure.kind, ErrorKind::Command(error) if error.code == NOT_A_REPLICA_SET)
}
