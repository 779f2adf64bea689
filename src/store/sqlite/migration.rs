//! The record of a migration in the file, and the capture of all changes while the file is the source of one.
//!
//! Triggers record the changes: they run in the transaction of each write, also of a sweep and of other programs.

use rusqlite::{Connection, OptionalExtension as _};

use crate::store::{
    collection::Collection,
    copied::Captured,
    document::DocumentId,
    migration::{Migration, RECORD, schema_of},
};

pub(super) const MIGRATION: &str = "
    CREATE TABLE IF NOT EXISTS migration (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL) STRICT;
";
const CAPTURED: &str = "
    CREATE TABLE captured (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, id ANY NOT NULL
    ) STRICT;
";
/// Changes that are read at once.
const BATCH: usize = 5000;

/// Reads the record. A file of an earlier build has no table for it.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Option<Migration>> {
    let has_table = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    if !connection.prepare_cached(has_table)?.exists([RECORD])? {
        return Ok(None);
    }
    let body: Option<String> = connection
        .prepare_cached("SELECT body FROM migration WHERE id = 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    body.map(|body| serde_json::from_str(&body).map_err(unreadable)).transpose()
}

fn unreadable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
}

/// Writes the record and the schema version that belongs to it.
pub(super) fn write(connection: &Connection, new: Option<&Migration>) -> rusqlite::Result<()> {
    match new {
        Some(new) => {
            let body = serde_json::to_string(new).map_err(unreadable)?;
            connection.execute("INSERT OR REPLACE INTO migration (id, body) VALUES (1, ?1)", [body])?;
        }
        None => {
            connection.execute("DELETE FROM migration", [])?;
        }
    }
    connection.pragma_update(None, "user_version", schema_of(new))
}

/// Replaces the record. Returns `false` if it is not the expected one.
pub(super) fn replace(
    connection: &Connection,
    expected: Option<&Migration>,
    new: Option<&Migration>,
) -> rusqlite::Result<bool> {
    if read(connection)?.as_ref() != expected {
        return Ok(false);
    }
    write(connection, new)?;
    // In the same transaction: later, the triggers may belong to the next process, which would miss changes without them. If they stayed,
    // each write would add a row that is never read.
    if !new.is_some_and(Migration::needs_capture) {
        stop_capture(connection)?;
    }
    Ok(true)
}

/// Starts with the changes after this transaction. What an interrupted migration captured is dropped. Returns `false` if another process is
/// the owner: it would lose what it captures.
pub(super) fn start_capture(connection: &Connection, owner: &str) -> rusqlite::Result<bool> {
    if read(connection)?.is_none_or(|found| found.owner != owner) {
        return Ok(false);
    }
    stop_capture(connection)?;
    connection.execute_batch(CAPTURED)?;
    for (table, event, row) in triggers() {
        connection.execute_batch(&format!(
            "CREATE TRIGGER captured_{table}_{event} AFTER {event} ON {table} BEGIN
                INSERT INTO captured (collection, id) VALUES ('{table}', {row}.id);
            END;"
        ))?;
    }
    Ok(true)
}

fn stop_capture(connection: &Connection) -> rusqlite::Result<()> {
    for (table, event, _) in triggers() {
        connection.execute_batch(&format!("DROP TRIGGER IF EXISTS captured_{table}_{event}"))?;
    }
    connection.execute_batch("DROP TABLE IF EXISTS captured")
}

/// Returns table, event and name of the changed row for each trigger.
fn triggers() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let events = [("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")];
    let tables = Collection::ALL.iter().map(|collection| collection.name());
    tables.flat_map(move |table| events.map(|(event, row)| (table, event, row)))
}

/// Returns changes after this sequence number, and the last sequence number.
pub(super) fn captured(connection: &Connection, after: i64) -> rusqlite::Result<(Vec<Captured>, i64)> {
    let sql = format!("SELECT seq, collection, id FROM captured WHERE seq > ?1 ORDER BY seq LIMIT {BATCH}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([after])?;
    let (mut captured, mut last) = (Vec::new(), after);
    while let Some(row) = rows.next()? {
        last = row.get(0)?;
        // An id of another type was written by another program. No page has it either.
        if let (Some(collection), Ok(id)) =
            (Collection::by_name(&row.get::<_, String>(1)?), row.get::<_, DocumentId>(2))
        {
            captured.push(Captured { collection, id });
        }
    }
    Ok((captured, last))
}
