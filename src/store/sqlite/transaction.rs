//! The SQL of one write, inside the writer's transaction. Each write checks first, then writes: a rejected write changes
//! nothing and does not affect the other writes of the transaction.

use std::collections::BTreeSet;

use rusqlite::{Connection, ErrorCode, OptionalExtension, ToSql, params};

use super::{migration, row::Row};
use crate::{
    clock::Timestamp,
    store::{
        collection::Collection,
        document::DocumentId,
        envelope::Envelope,
        migration::{Migration, MigrationState},
    },
};

/// Number of changes that are kept for other processes. A process that missed more drops all cached documents.
const KEPT_CHANGES: i64 = 10_000;

/// Page cache and write-ahead log of a connection that inserts thousands of rows. The defaults of SQLite (2 MB, and a checkpoint after each
/// 4 MB of the log) write and read the same pages of the indexes again and again.
const BULK: &str = "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8192;";

type NamesOf = fn(&Envelope) -> &Vec<String>;

/// The tables of names beside a document, their columns, and the names.
const RELATIONS: [(&str, &str, NamesOf); 2] =
    [("keys", "key", |envelope| &envelope.keys), ("tags", "tag", |envelope| &envelope.tags)];

pub(super) enum Write {
    Insert(Row),
    /// Inserts all rows or none.
    InsertTogether(Vec<Row>),
    /// Replaces the row with the previous revision.
    Replace(Row),
    Take(Collection, DocumentId),
    /// Deletes the row of this revision.
    TakeRevision(Collection, DocumentId, i64),
    /// Does all writes, or none.
    Together(Vec<Write>),
    /// Raises the newest time.
    NewestTime(Timestamp),
    /// Replaces the record of the migration, if it is the expected one.
    Migration {
        expected: Option<Migration>,
        new: Option<Migration>,
    },
    /// Records the id of each document that changes, if this process is the owner of the migration.
    StartCapture {
        owner: String,
    },
    /// Writes rows with their revisions over what is there.
    Copy(Vec<Row>),
    /// Deletes a row of a target.
    Remove(Collection, DocumentId),
}

#[derive(Debug)]
pub(super) enum WriteResult {
    Written,
    /// The row has another revision or does not exist. Nothing was written.
    Conflict,
    /// Another row has this id or key. Nothing was written.
    KeyTaken(String),
    Deleted {
        revision: i64,
        body: Vec<u8>,
    },
    /// A migration has closed the store. Nothing was written.
    Closed(String),
    /// The rows were written. Other rows had some of their keys: those were deleted.
    Copied {
        displaced: Vec<DocumentId>,
    },
}

pub(super) fn apply(connection: &Connection, write: &Write) -> rusqlite::Result<WriteResult> {
    match write {
        // A process that was stopped may continue after another one has completed the target. Services write there now.
        Write::Copy(_) | Write::Remove(..) if !is_incomplete(connection)? => {
            Ok(WriteResult::Closed("the target of this migration is not open for copies".to_owned()))
        }
        Write::Insert(row) => insert(connection, row),
        Write::InsertTogether(rows) => in_savepoint(connection, || insert_together(connection, rows)),
        Write::Replace(row) => replace(connection, row),
        Write::Take(collection, id) | Write::Remove(collection, id) => take(connection, *collection, id),
        Write::TakeRevision(collection, id, revision) => {
            if self::revision(connection, collection.name(), id)? == Some(*revision) {
                take(connection, *collection, id)
            } else {
                Ok(WriteResult::Conflict)
            }
        }
        Write::Together(writes) => in_savepoint(connection, || apply_all(connection, writes)),
        Write::NewestTime(time) => raise_newest_time(connection, *time),
        Write::Migration { expected, new } => {
            let is_replaced = migration::replace(connection, expected.as_ref(), new.as_ref())?;
            Ok(if is_replaced { WriteResult::Written } else { WriteResult::Conflict })
        }
        Write::StartCapture { owner } => Ok(if migration::start_capture(connection, owner)? {
            WriteResult::Written
        } else {
            WriteResult::Closed("another process continues this migration".to_owned())
        }),
        Write::Copy(rows) => copy(connection, rows),
    }
}

/// Does all of it, or nothing: a rejected write rolls back the others, and no other write of the transaction.
fn in_savepoint(
    connection: &Connection,
    writes: impl FnOnce() -> rusqlite::Result<WriteResult>,
) -> rusqlite::Result<WriteResult> {
    connection.prepare_cached("SAVEPOINT together")?.execute([])?;
    let result = writes()?;
    if !matches!(result, WriteResult::Written) {
        connection.prepare_cached("ROLLBACK TO together")?.execute([])?;
    }
    connection.prepare_cached("RELEASE together")?.execute([])?;
    Ok(result)
}

/// Applies all writes until one is rejected.
fn apply_all(connection: &Connection, writes: &[Write]) -> rusqlite::Result<WriteResult> {
    for write in writes {
        match apply(connection, write)? {
            WriteResult::Written | WriteResult::Deleted { .. } => {}
            rejected => return Ok(rejected),
        }
    }
    Ok(WriteResult::Written)
}

fn insert(connection: &Connection, row: &Row) -> rusqlite::Result<WriteResult> {
    let (table, envelope) = (row.collection.name(), &row.envelope);
    if revision(connection, table, &envelope.id)?.is_some() {
        return Ok(WriteResult::KeyTaken(envelope.id.to_string()));
    }
    if let Some(key) = taken_key(connection, row)? {
        return Ok(WriteResult::KeyTaken(key));
    }
    connection
        .prepare_cached(&format!(
            "INSERT INTO {table} (id, revision, purge_at, body) VALUES (?1, ?2, ?3, ?4)"
        ))?
        .execute(params![envelope.id, envelope.revision, envelope.purge_millis(), row.body])?;
    update_relations(connection, row)?;
    record_change(connection, row.collection, &envelope.id)?;
    Ok(WriteResult::Written)
}

/// Inserts rows that most likely do not exist. The indexes decide, without a query before. The caller rolls back what is written if a key
/// is taken.
pub(super) fn insert_together(connection: &Connection, rows: &[Row]) -> rusqlite::Result<WriteResult> {
    connection.execute_batch(BULK)?;
    for rows in rows.chunk_by(|row, next| row.collection == next.collection) {
        let Some(collection) = rows.first().map(|row| row.collection.name()) else { continue };
        let mut document = connection.prepare_cached(&format!(
            "INSERT INTO {collection} (id, revision, purge_at, body) VALUES (?1, ?2, ?3, ?4)"
        ))?;
        for Row { envelope, body, .. } in rows {
            let values = params![envelope.id, envelope.revision, envelope.purge_millis(), body];
            if is_taken(document.execute(values))? {
                return Ok(WriteResult::KeyTaken(envelope.id.to_string()));
            }
        }
        for (table, column, names) in RELATIONS {
            let mut relation = connection.prepare_cached(&format!(
                "INSERT INTO {table} (collection, {column}, id) VALUES (?1, ?2, ?3)"
            ))?;
            let mut named = Vec::new();
            for Row { envelope, .. } in rows {
                named.extend(names(envelope).iter().map(|name| (name, &envelope.id)));
            }
            // In the order of the table: neighbours are on the same page.
            named.sort_unstable_by_key(|(name, _)| *name);
            for (name, id) in named {
                if is_taken(relation.execute(params![collection, name, id]))? {
                    return Ok(WriteResult::KeyTaken(name.clone()));
                }
            }
        }
    }
    Ok(WriteResult::Written)
}

/// Returns whether an index refused an insertion.
fn is_taken(inserted: rusqlite::Result<usize>) -> rusqlite::Result<bool> {
    match inserted {
        Ok(_) => Ok(false),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(true),
        Err(error) => Err(error),
    }
}

fn replace(connection: &Connection, row: &Row) -> rusqlite::Result<WriteResult> {
    let (table, envelope) = (row.collection.name(), &row.envelope);
    if revision(connection, table, &envelope.id)? != Some(envelope.revision - 1) {
        return Ok(WriteResult::Conflict);
    }
    if let Some(key) = taken_key(connection, row)? {
        return Ok(WriteResult::KeyTaken(key));
    }
    connection
        .prepare_cached(&format!("UPDATE {table} SET revision = ?2, purge_at = ?3, body = ?4 WHERE id = ?1"))?
        .execute(params![envelope.id, envelope.revision, envelope.purge_millis(), row.body])?;
    update_relations(connection, row)?;
    record_change(connection, row.collection, &envelope.id)?;
    Ok(WriteResult::Written)
}

/// Returns whether the file is a target that services do not use yet.
fn is_incomplete(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(migration::read(connection)?.is_some_and(|found| found.state == MigrationState::Incomplete))
}

/// Writes rows of a migration. A key that moved from one document to another one since the first copy is taken from its old document.
fn copy(connection: &Connection, rows: &[Row]) -> rusqlite::Result<WriteResult> {
    let mut displaced = Vec::new();
    for row in rows {
        let (table, envelope) = (row.collection.name(), &row.envelope);
        for key in &envelope.keys {
            let other = connection
                .prepare_cached("SELECT id FROM keys WHERE collection = ?1 AND key = ?2 AND id IS NOT ?3")?
                .query_row(params![table, key, envelope.id], |row| row.get::<_, DocumentId>(0))
                .optional()?;
            if let Some(other) = other {
                take(connection, row.collection, &other)?;
                displaced.push(other);
            }
        }
        connection
            .prepare_cached(&format!(
                "INSERT INTO {table} (id, revision, purge_at, body) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET revision = ?2, purge_at = ?3, body = ?4"
            ))?
            .execute(params![envelope.id, envelope.revision, envelope.purge_millis(), row.body])?;
        update_relations(connection, row)?;
    }
    Ok(WriteResult::Copied { displaced })
}

fn take(connection: &Connection, collection: Collection, id: &DocumentId) -> rusqlite::Result<WriteResult> {
    let deleted = connection
        .prepare_cached(&format!("DELETE FROM {} WHERE id = ?1 RETURNING revision, body", collection.name()))?
        .query_row([id], |row| {
            // Bytes: a body that is no valid text must not fail the other writes of this transaction.
            Ok(WriteResult::Deleted { revision: row.get(0)?, body: row.get_ref(1)?.as_bytes()?.to_vec() })
        })
        .optional()?;
    let Some(deleted) = deleted else { return Ok(WriteResult::Conflict) };
    delete_relations(connection, collection, id)?;
    record_change(connection, collection, id)?;
    Ok(deleted)
}

fn raise_newest_time(connection: &Connection, time: Timestamp) -> rusqlite::Result<WriteResult> {
    let raise = "INSERT INTO newest_time (id, millis) VALUES (1, ?1)
                 ON CONFLICT (id) DO UPDATE SET millis = max(millis, excluded.millis)";
    connection.prepare_cached(raise)?.execute([time.as_millis()])?;
    Ok(WriteResult::Written)
}

/// Deletes the keys and tags of a deleted row.
pub(super) fn delete_relations(
    connection: &Connection,
    collection: Collection,
    id: &impl ToSql,
) -> rusqlite::Result<()> {
    for table in ["keys", "tags"] {
        connection
            .prepare_cached(&format!("DELETE FROM {table} WHERE collection = ?1 AND id = ?2"))?
            .execute(params![collection.name(), id])?;
    }
    Ok(())
}

fn revision(connection: &Connection, table: &str, id: &DocumentId) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(&format!("SELECT revision FROM {table} WHERE id = ?1"))?
        .query_row([id], |row| row.get(0))
        .optional()
}

fn taken_key(connection: &Connection, row: &Row) -> rusqlite::Result<Option<String>> {
    let mut others = connection
        .prepare_cached("SELECT 1 FROM keys WHERE collection = ?1 AND key = ?2 AND id IS NOT ?3")?;
    for key in &row.envelope.keys {
        if others.exists(params![row.collection.name(), key, row.envelope.id])? {
            return Ok(Some(key.clone()));
        }
    }
    Ok(None)
}

/// Updates the stored keys and tags of a row. Most writes change none of them, so only the difference is written.
fn update_relations(connection: &Connection, row: &Row) -> rusqlite::Result<()> {
    for (table, column, wanted) in [("keys", "key", &row.envelope.keys), ("tags", "tag", &row.envelope.tags)]
    {
        let (collection, id) = (row.collection.name(), &row.envelope.id);
        let wanted: BTreeSet<String> = wanted.iter().cloned().collect();
        let stored = connection
            .prepare_cached(&format!("SELECT {column} FROM {table} WHERE collection = ?1 AND id = ?2"))?
            .query_map(params![collection, id], |row| row.get(0))?
            .collect::<rusqlite::Result<BTreeSet<String>>>()?;
        for old in stored.difference(&wanted) {
            connection
                .prepare_cached(&format!(
                    "DELETE FROM {table} WHERE collection = ?1 AND {column} = ?2 AND id = ?3"
                ))?
                .execute(params![collection, old, id])?;
        }
        for new in wanted.difference(&stored) {
            connection
                .prepare_cached(&format!(
                    "INSERT INTO {table} (collection, {column}, id) VALUES (?1, ?2, ?3)"
                ))?
                .execute(params![collection, new, id])?;
        }
    }
    Ok(())
}

/// Records the change for the listeners of all processes.
fn record_change(connection: &Connection, collection: Collection, id: &DocumentId) -> rusqlite::Result<()> {
    if !collection.is_watched() {
        return Ok(());
    }
    let seq = connection
        .prepare_cached("INSERT INTO changes (collection, id) VALUES (?1, ?2)")?
        .insert(params![collection.name(), id])?;
    if seq % 256 == 0 {
        connection.prepare_cached("DELETE FROM changes WHERE seq <= ?1")?.execute([seq - KEPT_CHANGES])?;
    }
    Ok(())
}
