//! SQLite files that are not ours, or not complete.

use std::fs;

use rusqlite::Connection;
use vestibule::store::{CollectionPrefix, Create, Store, StoreError};

use crate::harness::{
    process::Installation,
    stores::{StoreLocation, TestStore},
};

async fn refusal(location: &StoreLocation) -> String {
    match Store::open(location.url()).await {
        Err(StoreError::Unusable(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn file_of_another_application_is_refused_and_unchanged() {
    for (setup, expected) in [
        (
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users (name) VALUES ('ada');",
            "another application",
        ),
        ("CREATE TABLE keys (id INTEGER PRIMARY KEY, pem TEXT);", "another application"),
        ("CREATE TABLE orders (id INTEGER PRIMARY KEY); PRAGMA user_version = 2;", "another application"),
        ("CREATE VIEW users AS SELECT 1 AS id;", "another application"),
        // The application id of a GeoPackage.
        ("PRAGMA application_id = 1196444487;", "another application"),
        (
            "CREATE TABLE t (a); PRAGMA application_id = 1196444487; PRAGMA user_version = 2;",
            "another application",
        ),
    ] {
        let location = StoreLocation::file();
        Connection::open(location.name()).unwrap().execute_batch(setup).unwrap();
        let before = fs::read(location.name()).unwrap();
        let refusal = refusal(&location).await;
        assert!(refusal.contains(expected) && refusal.contains(location.name()), "{setup}: {refusal}");
        assert_eq!(fs::read(location.name()).unwrap(), before, "{setup}");
        let folder = std::path::Path::new(location.name()).parent().unwrap();
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "no other file is created: {setup}");
    }
}

#[tokio::test]
async fn file_that_is_no_database_is_refused_and_unchanged() {
    for content in [
        "this is not a database, and long enough to be read ".repeat(100),
        "username,email\nada,\n".to_owned(),
    ] {
        let location = StoreLocation::file();
        fs::write(location.name(), &content).unwrap();
        let refusal = refusal(&location).await;
        assert!(refusal.contains("not a SQLite database"), "{refusal}");
        assert_eq!(fs::read_to_string(location.name()).unwrap(), content);
    }
}

#[tokio::test]
async fn file_without_a_table_is_refused_and_not_ready() {
    for table in ["keys", "tags", "changes", "users"] {
        let store = TestStore::sqlite().await;
        store.ping().await.unwrap();
        Connection::open(store.location().name())
            .unwrap()
            .execute_batch(&format!("DROP TABLE {table}"))
            .unwrap();
        store.ping().await.expect_err("the file is not ready");
        let refusal = refusal(store.location()).await;
        assert!(refusal.contains(&format!("no table `{table}`")), "{refusal}");
    }
    // A table that a later version added, and that an older file lacks, is created.
    let store = TestStore::sqlite().await;
    Connection::open(store.location().name()).unwrap().execute_batch("DROP TABLE events").unwrap();
    store.ping().await.expect_err("the file is not ready");
    store.open_again().await.ping().await.expect("the table is back");
}

#[tokio::test]
async fn file_of_a_build_without_application_id_is_opened() {
    let store = TestStore::sqlite().await;
    store.close().await;
    Connection::open(store.location().name()).unwrap().pragma_update(None, "application_id", 0).unwrap();
    store.open_again().await.close().await;
    let file = Connection::open(store.location().name()).unwrap();
    let id: i64 = file.pragma_query_value(None, "application_id", |row| row.get(0)).unwrap();
    assert_eq!(id, i64::from(u32::from_be_bytes(*b"VSTB")));
}

#[tokio::test]
async fn missing_file_is_not_created_by_a_command_that_only_reads() {
    let location = StoreLocation::file();
    for content in [None, Some("")] {
        if let Some(content) = content {
            fs::write(location.name(), content).unwrap();
        }
        let refused =
            Store::open_with(location.url(), &CollectionPrefix::default(), Create::Never).await.unwrap_err();
        assert!(
            matches!(&refused, StoreError::Unusable(text) if text.contains(location.name())),
            "{refused}"
        );
    }
    assert_eq!(fs::read(location.name()).unwrap(), b"");
}

#[test]
fn no_keys_are_created_beside_a_file_of_another_application() {
    let home = Installation::new();
    fs::create_dir(home.path("data")).unwrap();
    let file = Connection::open(home.path("data/vestibule.db")).unwrap();
    file.execute_batch("CREATE TABLE users (id INTEGER)").unwrap();
    drop(file);
    for arguments in [["serve"].as_slice(), &["users", "list"], &["users", "add", "ada", "--generate"]] {
        let done = home.run(arguments).expect_exit(4);
        assert!(done.err.contains("another application"), "{}", done.err);
    }
    assert_eq!(fs::read_dir(home.path("data")).unwrap().count(), 1);
}
