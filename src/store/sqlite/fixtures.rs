//! A fresh file for the tests of this folder.

use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use super::{Row, file, schema};
use crate::{
    clock::Timestamp,
    store::{Collection, DocumentId, envelope::Envelope},
};

/// A file with tables; and two connections to it, the first of which writes.
pub(super) fn fresh() -> (TempDir, Connection, Connection) {
    let directory = TempDir::new().expect("a temporary directory");
    let path = file::prepared(&directory.path().join("test.db").display().to_string()).expect("a file");
    let writing = file::connect(&path).expect("a connection");
    schema::make(&writing).expect("tables");
    let reading = file::connect_to_read(&path).expect("a connection");
    (directory, writing, reading)
}

/// A session with one key, one tag, and a body of some size.
pub(super) fn row(number: u128, purge_at: Option<i64>, size: usize) -> Row {
    let envelope = Envelope {
        id: DocumentId::Uuid(Uuid::from_u128(number)),
        revision: 1,
        keys: vec![format!("number:{number}")],
        tags: vec!["tag".to_owned()],
        purge_at: purge_at.map(Timestamp::from_millis),
    };
    Row { collection: Collection::Sessions, envelope, body: "x".repeat(size) }
}

pub(super) fn count(connection: &Connection, table: &str) -> i64 {
    connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a count")
}
