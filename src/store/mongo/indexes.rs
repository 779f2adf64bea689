//! The indexes, made at every start: making one that exists does nothing.

use std::time::Duration;

use bson::doc;
use futures_util::future::try_join_all;
use mongodb::{
    Database, IndexModel,
    error::{ErrorKind, WriteFailure},
    options::{Acknowledgment, IndexOptions, WriteConcern},
};

use super::{Failure, in_time, unavailable};
use crate::store::{Collection, StoreError};

/// A new index on an old, large collection takes its time; the server goes on if nobody waits any more.
const LIMIT: Duration = Duration::from_mins(1);
/// So often is it tried when two replicas get in each other's way.
const ATTEMPTS: u32 = 5;

pub(super) async fn make(database: &Database) -> Result<(), StoreError> {
    try_join_all(Collection::ALL.map(|collection| of(database, collection)))
        .await
        .map(drop)
        .map_err(unavailable)
}

async fn of(database: &Database, collection: Collection) -> Result<(), Failure> {
    let documents = database.collection::<bson::Document>(collection.name());
    // Of its own: for a write the server waits a few seconds only, and a start that is refused helps no busy replica set.
    let majority = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).w_timeout(LIMIT).build();
    let mut attempt = 1;
    loop {
        let making = documents.create_indexes(wanted(collection)).write_concern(majority.clone());
        match in_time(LIMIT, making).await {
            Err(failure) if attempt < ATTEMPTS && is_race(&failure) => {
                tokio::time::sleep(Duration::from_millis(50) * attempt).await;
                attempt += 1;
            }
            done => return done.map(drop),
        }
    }
}

/// The unique index is on people only: MongoDB has none on a collection that is sharded by a hashed id, which sessions and
/// events are to be. Sparse: a document without keys, which has no such field, must not collide with the next.
fn wanted(collection: Collection) -> Vec<IndexModel> {
    let named = |name: &str| IndexOptions::builder().name(name.to_owned()).build();
    let mut handles = named("handles");
    (handles.unique, handles.sparse) = (Some(true), Some(true));
    let mut purge = named("purge");
    purge.expire_after = Some(Duration::ZERO);
    let mut wanted = vec![
        IndexModel::builder().keys(doc! { "tags": 1, "_id": 1 }).options(named("tags")).build(),
        IndexModel::builder().keys(doc! { "purgeAt": 1 }).options(purge).build(),
    ];
    if collection.has_keys() {
        wanted.push(IndexModel::builder().keys(doc! { "handles": 1 }).options(handles).build());
    }
    wanted
}

/// The server refused because the same was going on at that moment: `NamespaceExists`, `ConflictingOperationInProgress`,
/// `IndexBuildAlreadyInProgress`, `DatabaseDropPending`, or an index build that a change of the primary aborted. Or they are made,
/// and a majority was too slow to say so: `WriteConcernFailed`.
fn is_race(failure: &Failure) -> bool {
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

    fn said<T: DeserializeOwned>(code: i32) -> T {
        let said = doc! { "code": code, "codeName": "x", "errmsg": "x" };
        bson::deserialize_from_bson(Bson::Document(said)).expect("as the server says it")
    }

    #[test]
    fn what_may_be_over_in_a_moment_is_tried_again_and_nothing_else() {
        let refused = |code| is_race(&ErrorKind::Command(said(code)).into());
        let slow = |code| is_race(&ErrorKind::Write(WriteFailure::WriteConcernError(said(code))).into());
        assert!(refused(117) && refused(276) && slow(64));
        // Other options of the same index; fewer members than a majority.
        assert!(!refused(85) && !slow(100));
    }
}
