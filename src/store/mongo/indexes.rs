//! The indexes, created at every start. Creating an index that exists has no effect.

use std::time::Duration;

use bson::doc;
use futures_util::future::try_join_all;
use mongodb::{
    Database, IndexModel,
    error::{ErrorKind, WriteFailure},
    options::{Acknowledgment, Collation, CollationStrength, IndexOptions, WriteConcern},
};

use super::{
    deadline::within,
    failure::{Failure, unavailable},
    marker::{first_batch, has_name},
};
use crate::store::{
    collection::{Collection, SortField, SortKind},
    document::StoreError,
    prefix::CollectionPrefix,
};

/// A new index on a large collection takes long. The server completes it even if the client stops waiting.
const LIMIT: Duration = Duration::from_mins(1);
/// Attempts if several replicas start at the same time.
const ATTEMPTS: u32 = 5;

pub(super) async fn create(database: &Database, prefix: &CollectionPrefix) -> Result<(), StoreError> {
    try_join_all(Collection::ALL.iter().map(|collection| create_for(database, prefix, *collection)))
        .await
        .map(drop)
        .map_err(unavailable)
}

async fn create_for(
    database: &Database,
    prefix: &CollectionPrefix,
    collection: Collection,
) -> Result<(), Failure> {
    let documents = database.collection::<bson::Document>(&prefix.name(collection));
    // Longer than for a write: a start that fails does not help a busy replica set.
    let majority = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).w_timeout(LIMIT).build();
    let mut attempt = 1;
    loop {
        let creation = documents.create_indexes(indexes_of(collection)).write_concern(majority.clone());
        match within(LIMIT, creation).await {
            Err(failure) if attempt < ATTEMPTS && is_temporary(&failure) => {
                tokio::time::sleep(Duration::from_millis(50) * attempt).await;
                attempt += 1;
            }
            result => return result.map(drop),
        }
    }
}

/// Returns the indexes of a collection. The unique one exists only where documents have keys: MongoDB does not allow it on a collection
/// that is sharded by a hashed id, as sessions and events can be. It is sparse, so that documents without keys do not conflict.
fn indexes_of(collection: Collection) -> Vec<IndexModel> {
    let named = |name: &str| IndexOptions::builder().name(name.to_owned()).build();
    let mut handles = named("handles");
    (handles.unique, handles.sparse) = (Some(true), Some(true));
    let mut purge = named("purge");
    purge.expire_after = Some(Duration::ZERO);
    let mut indexes = vec![
        IndexModel::builder().keys(doc! { "tags": 1, "_id": 1 }).options(named("tags")).build(),
        IndexModel::builder().keys(doc! { "purgeAt": 1 }).options(purge).build(),
    ];
    if collection.has_keys() {
        indexes.push(IndexModel::builder().keys(doc! { "handles": 1 }).options(handles).build());
    }
    indexes.extend(collection.sort_fields().iter().map(|field| {
        let mut options = named(field.name);
        options.collation = collation(*field);
        IndexModel::builder().keys(doc! { field.name: 1, "_id": 1 }).options(options).build()
    }));
    indexes
}

/// Returns the collation of a text: letter case does not decide the order.
pub(super) fn collation(field: SortField) -> Option<Collation> {
    match field.kind {
        SortKind::Text => {
            Some(Collation::builder().locale("en").strength(CollationStrength::Secondary).build())
        }
        SortKind::Time => None,
    }
}

/// Compares the indexes of all collections with ours. Returns those that are missing, and those with other options, as
/// `collection.index`.
pub(super) async fn compare(
    database: &Database,
    prefix: &CollectionPrefix,
) -> Result<(Vec<String>, Vec<String>), StoreError> {
    let (mut missing, mut different) = (Vec::new(), Vec::new());
    let existing: Vec<String> = within(LIMIT, database.list_collection_names()).await.map_err(unavailable)?;
    for collection in Collection::ALL {
        let name = prefix.name(*collection);
        let found = if existing.contains(&name) {
            first_batch(database, doc! { "listIndexes": &name }).await?
        } else {
            Vec::new()
        };
        for index in indexes_of(*collection) {
            let options = index.options.clone().unwrap_or_default();
            let index_name = options.name.clone().unwrap_or_default();
            let label = format!("{name}.{index_name}");
            match found.iter().find(|found| has_name(found, &index_name)) {
                None => missing.push(label),
                Some(found) if is_same(found, &index) => {}
                Some(_) => different.push(label),
            }
        }
    }
    Ok((missing, different))
}

/// Returns whether the server lists an index with the same keys and options.
fn is_same(listed: &bson::Document, wanted: &IndexModel) -> bool {
    let options = wanted.options.clone().unwrap_or_default();
    let is_true = |name: &str| listed.get_bool(name).unwrap_or(false);
    let expires = listed.get("expireAfterSeconds").and_then(as_seconds);
    let keys = listed.get_document("key").ok();
    let has_keys = keys.is_some_and(|keys| {
        keys.len() == wanted.keys.len()
            && keys
                .iter()
                .zip(wanted.keys.iter())
                .all(|((name, order), (wanted, _))| name == wanted && as_seconds(order) == Some(1))
    });
    has_keys
        && is_true("unique") == options.unique.unwrap_or(false)
        && is_true("sparse") == options.sparse.unwrap_or(false)
        && expires == options.expire_after.map(|time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
}

/// Reads a number in one of the types in which the shell and drivers write it.
fn as_seconds(value: &bson::Bson) -> Option<i64> {
    match value {
        bson::Bson::Int32(number) => Some(i64::from(*number)),
        bson::Bson::Int64(number) => Some(*number),
        bson::Bson::Double(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

/// Checks for errors that another attempt can avoid: `NamespaceExists`, `ConflictingOperationInProgress`,
/// `IndexBuildAlreadyInProgress`, `DatabaseDropPending`, and an index build that was aborted by a new primary. With
/// `WriteConcernFailed` the indexes exist, but a majority was too slow to acknowledge them.
fn is_temporary(failure: &Failure) -> bool {
    match &*failure.kind {
        ErrorKind::Command(error) => [48, 117, 215, 276, 281].contains(&error.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => error.code == 64,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use bson::Bson;
    use serde::de::DeserializeOwned;

    use super::*;

    fn server_error<T: DeserializeOwned>(code: i32) -> T {
        let error = doc! { "code": code, "codeName": "x", "errmsg": "x" };
        bson::deserialize_from_bson(Bson::Document(error)).expect("an error as the server sends it")
    }

    #[test]
    fn only_temporary_errors_are_retried() {
        let command = |code| is_temporary(&ErrorKind::Command(server_error(code)).into());
        let write_concern = |code| {
            is_temporary(&ErrorKind::Write(WriteFailure::WriteConcernError(server_error(code))).into())
        };
        assert!(command(117) && command(276) && write_concern(64));
        // The same index with other options; a majority that does not exist.
        assert!(!command(85) && !write_concern(100));
    }
}
