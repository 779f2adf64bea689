//! Fixtures for the unit tests of this backend.

use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use super::{file, row::Row, schema};
use crate::{
    clock::Timestamp,
    store::{
        collection::Collection, document::DocumentId, envelope::Envelope, marker::Create, migration::Opening,
    },
};

/// Creates a file with tables. Returns a connection that writes and one that reads.
pub(super) fn new_database() -> (TempDir, Connection, Connection) {
    let directory = TempDir::new().expect("a temporary directory");
    let path = directory.path().join("test.db");
    file::create(&path).expect("a file");
    let writer = file::connect(&path).expect("a connection");
    schema::create(&writer, &Opening::Service(Create::IfMissing)).expect("tables");
    let reader = file::connect_to_read(&path).expect("a connection");
    (directory, writer, reader)
}

/// Builds a row of `sessions` with one key, one tag, and a body of `size` bytes.
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
