//! Stored shapes, as an operator sees them in the file or the collection. They are a contract.

use std::{fs, os::unix::fs::PermissionsExt};

use bson::{Bson, doc, spec::BinarySubtype};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use vestibule::{
    clock::Timestamp,
    store::{Change, Collection, Document, DocumentId, Store, StoreError, Stored},
};

use super::{Note, TestSession};
use crate::harness::stores::{StoreLocation, TestStore};

#[on_every_store]
async fn reserved_field_names_round_trip(store: TestStore) {
    let ends = Timestamp::from_millis(4_102_444_800_000);
    let mut lease = store
        .insert(Lease { id: "l".to_owned(), purge_at: ends, tags: vec!["user:ada".to_owned()] })
        .await
        .unwrap();
    assert!(store.replace(&mut lease).await.unwrap());
    assert_eq!(lease.revision, 2);
    assert_eq!(store.get(&lease.id()).await.unwrap(), Some(lease));
}

#[on_every_store]
async fn corrupt_document_error_names_the_collection(store: TestStore) {
    store.insert(TestSession::new(1)).await.unwrap();
    let refusal = store.get::<Misread>(&TestSession::new(1).id()).await.unwrap_err();
    assert!(matches!(refusal, StoreError::Corrupt { collection: Collection::Sessions, .. }), "{refusal}");
    assert_eq!(
        store.get(&TestSession::new(1).id()).await.unwrap().map(|session: Stored<TestSession>| session.ended),
        Some(false)
    );
}

#[tokio::test]
async fn mongodb_dates_and_ids_have_native_types() {
    let store = TestStore::mongo().await;
    store.insert(full_note()).await.unwrap();
    let stored =
        store.location().database().await.collection::<bson::Document>("users").find_one(doc! {}).await;
    let uuid = bson::Binary { subtype: BinarySubtype::Uuid, bytes: 7_u128.to_be_bytes().to_vec() };
    let expected = doc! {
        "_id": uuid.clone(),
        "id": uuid,
        "text": "7",
        "count": 3_i64,
        "names": ["ada"],
        "topics": ["x"],
        "writtenAt": bson::DateTime::from_millis(1_795_341_600_123),
        "keptUntil": bson::DateTime::from_millis(4_102_444_800_000),
        "revision": 1_i64,
        "handles": ["name:ada"],
        "tags": ["topic:x"],
        "purgeAt": bson::DateTime::from_millis(4_102_444_800_000),
    };
    assert_eq!(stored.unwrap(), Some(expected));
}

#[tokio::test]
async fn mongodb_hashes_are_binary_and_absent_fields_omitted() {
    let store = TestStore::mongo().await;
    store.insert(TestSession::new(9)).await.unwrap();
    let stored =
        store.location().database().await.collection::<bson::Document>("sessions").find_one(doc! {}).await;
    let hash = bson::Binary { subtype: BinarySubtype::Generic, bytes: vec![9; 32] };
    let expected = doc! { "_id": hash, "ended": false, "touched": 0_i64, "revision": 1_i64 };
    assert_eq!(stored.unwrap(), Some(expected));
}

#[tokio::test]
async fn mongodb_collections_have_their_indexes() {
    let store = TestStore::mongo().await;
    for collection in Collection::ALL.iter().map(|collection| collection.name()) {
        let stats =
            store.location().database().await.run_command(doc! { "listIndexes": collection }).await.unwrap();
        let indexes: Vec<_> = stats.get_document("cursor").unwrap().get_array("firstBatch").unwrap().clone();
        let mut expected = vec![
            doc! { "v": 2, "key": { "_id": 1 }, "name": "_id_" },
            doc! { "v": 2, "key": { "tags": 1, "_id": 1 }, "name": "tags" },
            doc! { "v": 2, "key": { "purgeAt": 1 }, "name": "purge", "expireAfterSeconds": 0_i64 },
        ];
        if ["users", "link_tokens"].contains(&collection) {
            let handles = doc! { "handles": 1 };
            expected.push(doc! { "v": 2, "key": handles, "name": "handles", "unique": true, "sparse": true });
        }
        let numbers = |document: &Bson| serde_json::to_value(document).unwrap();
        let expected: Vec<_> = expected.into_iter().map(|index| numbers(&Bson::Document(index))).collect();
        let (common, own) = indexes.split_at(expected.len());
        assert_eq!(common.iter().map(numbers).collect::<Vec<_>>(), expected);
        // The lists of administrators sort users by their own fields.
        assert_eq!(own.is_empty(), collection != "users", "{collection}: {own:?}");
    }
}

#[on_mongo]
async fn revision_written_by_a_shell_is_accepted() {
    let store = TestStore::mongo().await;
    let note = store.insert(Note::new("edited by hand")).await.unwrap();
    let users = store.location().database().await.collection::<bson::Document>("users");
    users.update_one(doc! {}, doc! { "$set": { "revision": 7_i32 } }).await.unwrap();
    let change = |_: &mut Note| Ok::<_, StoreError>(Change::Write(()));
    assert_eq!(store.update(&note.id(), change).await.unwrap().unwrap().0.revision, 8);
}

#[tokio::test]
async fn sqlite_body_is_json_with_separate_columns() {
    let store = TestStore::sqlite().await;
    store.insert(full_note()).await.unwrap();
    let file = Connection::open(store.location().name()).unwrap();
    let (id, revision, purge_at, body): (Vec<u8>, i64, i64, String) = file
        .query_row("SELECT id, revision, purge_at, body FROM users", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap();
    assert_eq!((id, revision, purge_at), (7_u128.to_be_bytes().to_vec(), 1, 4_102_444_800_000));
    insta::assert_snapshot!(body, @r#"{"id":"00000000-0000-0000-0000-000000000007","text":"7","count":3,"names":["ada"],"topics":["x"],"writtenAt":"2026-11-22T10:00:00.123Z","keptUntil":"2100-01-01T00:00:00.000Z"}"#);
    let one = |sql: &str| file.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(
        one("SELECT collection || ' ' || key || ' ' || hex(id) FROM keys"),
        format!("users name:ada {:032X}", 7)
    );
    assert_eq!(
        one("SELECT collection || ' ' || tag || ' ' || hex(id) FROM tags"),
        format!("users topic:x {:032X}", 7)
    );
    assert_eq!(one("PRAGMA journal_mode"), "wal");
    assert_eq!(file.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).unwrap(), 2);
    assert_eq!(one("PRAGMA integrity_check"), "ok");
}

#[tokio::test]
async fn sqlite_files_are_private_to_the_owner() {
    let location = StoreLocation::file();
    let path = format!("{}/new/directory/vestibule.db", location.name().trim_end_matches("/vestibule.db"));
    let before = rustix::process::umask(rustix::fs::Mode::empty());
    let store = Store::open(&format!("sqlite:{path}")).await.unwrap();
    store.insert(Note::new("secret")).await.unwrap();
    rustix::process::umask(before);
    let mode = |path: &str| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for suffix in ["", "-wal", "-shm"] {
        assert_eq!(mode(&format!("{path}{suffix}")), 0o600, "of vestibule.db{suffix}");
    }
    assert_eq!(mode(path.trim_end_matches("/vestibule.db")), 0o700);
    store.close().await;
    assert!(!fs::exists(format!("{path}-wal")).unwrap(), "a closed store is a single file");
}

#[tokio::test]
async fn existing_file_keeps_its_permissions() {
    let location = StoreLocation::file();
    fs::write(location.name(), "").unwrap();
    fs::set_permissions(location.name(), fs::Permissions::from_mode(0o640)).unwrap();
    Store::open(location.url()).await.unwrap().close().await;
    assert_eq!(fs::metadata(location.name()).unwrap().permissions().mode() & 0o777, 0o640);
}

#[tokio::test]
async fn file_of_a_newer_version_is_refused() {
    let location = StoreLocation::file();
    Connection::open(location.name()).unwrap().pragma_update(None, "user_version", 3).unwrap();
    let refusal = Store::open(location.url()).await.unwrap_err().to_string();
    assert!(refusal.contains("newer version"), "{refusal}");
}

// Its documents would be misread: an identity that was unlinked on purpose could be linked again.
#[tokio::test]
async fn file_of_an_older_version_is_refused() {
    let location = StoreLocation::file();
    Connection::open(location.name()).unwrap().pragma_update(None, "user_version", 1).unwrap();
    let refusal = Store::open(location.url()).await.unwrap_err().to_string();
    assert!(refusal.contains("older version"), "{refusal}");
}

fn full_note() -> Note {
    let kept_until = Some(Timestamp::from_millis(4_102_444_800_000));
    Note { count: 3, kept_until, ..Note::numbered(7).named("ada").about("x") }
}

/// Document whose fields have the names that the store uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lease {
    #[serde(skip)]
    id: String,
    purge_at: Timestamp,
    tags: Vec<String>,
}

impl Document for Lease {
    const COLLECTION: Collection = Collection::Counters;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.id.clone())
    }
    fn set_id(&mut self, id: DocumentId) {
        self.id = id.to_string();
    }
    fn tags(&self) -> Vec<String> {
        self.tags.clone()
    }
    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.purge_at)
    }
}

/// Document that expects a field which the stored one does not have.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Misread {
    missing: String,
}

impl Document for Misread {
    const COLLECTION: Collection = Collection::Sessions;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.missing.clone())
    }
}
