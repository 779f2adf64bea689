//! What a write does to the tables, inside the writer's transaction: judge first, write then. A refusal has therefore
//! written nothing, and the writes around it in the same transaction are not its business.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::row::Row;
use crate::store::{Collection, DocumentId};

/// So many of the latest changes are kept for other processes to read; who missed more must forget everything.
const CHANGES: i64 = 10_000;

/// What is to be written.
pub(super) enum Write {
    Insert(Row),
    /// Over the row whose revision is one lower.
    Replace(Row),
    Take(Collection, DocumentId),
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Done {
    Written,
    /// Stale, or there is no such row: nothing was written.
    Missed,
    /// The id or a key is another row's: nothing was written.
    Taken(String),
    Given {
        revision: i64,
        body: String,
    },
}

pub(super) fn apply(connection: &Connection, write: &Write) -> rusqlite::Result<Done> {
    match write {
        Write::Insert(row) => insert(connection, row),
        Write::Replace(row) => replace(connection, row),
        Write::Take(collection, id) => take(connection, *collection, id),
    }
}

fn insert(connection: &Connection, row: &Row) -> rusqlite::Result<Done> {
    let (table, envelope) = (row.collection.name(), &row.envelope);
    if revision(connection, table, &envelope.id)?.is_some() {
        return Ok(Done::Taken(envelope.id.to_string()));
    }
    if let Some(key) = taken_key(connection, row)? {
        return Ok(Done::Taken(key));
    }
    connection
        .prepare_cached(&format!(
            "INSERT INTO {table} (id, revision, purge_at, body) VALUES (?1, ?2, ?3, ?4)"
        ))?
        .execute(params![envelope.id, envelope.revision, envelope.purge_millis(), row.body])?;
    relate(connection, row)?;
    changed(connection, row.collection, &envelope.id)?;
    Ok(Done::Written)
}

fn replace(connection: &Connection, row: &Row) -> rusqlite::Result<Done> {
    let (table, envelope) = (row.collection.name(), &row.envelope);
    if revision(connection, table, &envelope.id)? != Some(envelope.revision - 1) {
        return Ok(Done::Missed);
    }
    if let Some(key) = taken_key(connection, row)? {
        return Ok(Done::Taken(key));
    }
    connection
        .prepare_cached(&format!("UPDATE {table} SET revision = ?2, purge_at = ?3, body = ?4 WHERE id = ?1"))?
        .execute(params![envelope.id, envelope.revision, envelope.purge_millis(), row.body])?;
    relate(connection, row)?;
    changed(connection, row.collection, &envelope.id)?;
    Ok(Done::Written)
}

fn take(connection: &Connection, collection: Collection, id: &DocumentId) -> rusqlite::Result<Done> {
    let given = connection
        .prepare_cached(&format!("DELETE FROM {} WHERE id = ?1 RETURNING revision, body", collection.name()))?
        .query_row([id], |row| Ok(Done::Given { revision: row.get(0)?, body: row.get(1)? }))
        .optional()?;
    let Some(given) = given else { return Ok(Done::Missed) };
    forget(connection, collection, id)?;
    changed(connection, collection, id)?;
    Ok(given)
}

/// Removes the keys and tags of a row that is gone.
pub(super) fn forget(
    connection: &Connection,
    collection: Collection,
    id: &DocumentId,
) -> rusqlite::Result<()> {
    for side in ["keys", "tags"] {
        connection
            .prepare_cached(&format!("DELETE FROM {side} WHERE collection = ?1 AND id = ?2"))?
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

/// Makes the stored keys and tags those of the row. Most writes change none of them, so only the difference is written.
fn relate(connection: &Connection, row: &Row) -> rusqlite::Result<()> {
    for (side, name, wanted) in [("keys", "key", &row.envelope.keys), ("tags", "tag", &row.envelope.tags)] {
        let (collection, id) = (row.collection.name(), &row.envelope.id);
        let wanted: BTreeSet<String> = wanted.iter().cloned().collect();
        let stored = connection
            .prepare_cached(&format!("SELECT {name} FROM {side} WHERE collection = ?1 AND id = ?2"))?
            .query_map(params![collection, id], |row| row.get(0))?
            .collect::<rusqlite::Result<BTreeSet<String>>>()?;
        for old in stored.difference(&wanted) {
            connection
                .prepare_cached(&format!(
                    "DELETE FROM {side} WHERE collection = ?1 AND {name} = ?2 AND id = ?3"
                ))?
                .execute(params![collection, old, id])?;
        }
        for new in wanted.difference(&stored) {
            connection
                .prepare_cached(&format!("INSERT INTO {side} (collection, {name}, id) VALUES (?1, ?2, ?3)"))?
                .execute(params![collection, new, id])?;
        }
    }
    Ok(())
}

/// Leaves a note for the listeners of every process.
fn changed(connection: &Connection, collection: Collection, id: &DocumentId) -> rusqlite::Result<()> {
    if !collection.is_watched() {
        return Ok(());
    }
    let seq = connection
        .prepare_cached("INSERT INTO changes (collection, id) VALUES (?1, ?2)")?
        .insert(params![collection.name(), id])?;
    if seq % 256 == 0 {
        connection.prepare_cached("DELETE FROM changes WHERE seq <= ?1")?.execute([seq - CHANGES])?;
    }
    Ok(())
}
