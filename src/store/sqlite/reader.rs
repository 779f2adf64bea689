//! Reads, and the pool of their connections.

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, OptionalExtension, Row, ToSql};

use super::{failure::unavailable, file, row, schema};
use crate::{
    clock::Timestamp,
    store::{
        collection::Collection,
        document::{Document, DocumentId, Page, Readable, StoreError, Stored},
        found::{Found, MAX_BYTES, corrupt},
    },
};

/// Columns of a document. SQLite does not read the content of one that is too large: its size is in its header.
pub(super) const COLUMNS: &str =
    concat!("d.id, d.revision, CASE WHEN octet_length(d.body) <= ", 2_097_152, " THEN d.body END");
const _: () = assert!(MAX_BYTES == 2_097_152, "the size in COLUMNS");
/// Ids of another type that are reported.
const FOREIGN_MAX: i64 = 100;

/// Idle connections. A read holds its connection without waiting, so there are at most as many as reading threads.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Option<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::new(Some(Vec::new())) }
    }

    /// Reads with a connection of its own. A connection that failed is dropped.
    pub(super) fn with<R>(
        &self,
        read: impl FnOnce(&Connection) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        let idle = self.idle().as_mut().ok_or_else(StoreError::closed)?.pop();
        let connection = match idle {
            Some(connection) => connection,
            None => file::connect_to_read(&self.path)?,
        };
        let result = read(&connection);
        if !matches!(result, Err(StoreError::Unavailable(_)))
            && let Some(idle) = self.idle().as_mut()
        {
            idle.push(connection);
        }
        result
    }

    pub(super) fn close(&self) {
        *self.idle() = None;
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn get<D: Document>(
    connection: &Connection,
    id: &DocumentId,
) -> Result<Option<Stored<D>>, StoreError> {
    let table = D::COLLECTION.name();
    one(connection, &format!("SELECT {COLUMNS} FROM {table} d WHERE d.id = ?1"), &[id])
}

pub(super) fn find<D: Document>(connection: &Connection, key: &str) -> Result<Option<Stored<D>>, StoreError> {
    let table = D::COLLECTION.name();
    let sql = format!(
        "SELECT {COLUMNS} FROM keys k JOIN {table} d ON d.id = k.id
         WHERE k.collection = '{table}' AND k.key = ?1"
    );
    one(connection, &sql, &[&key])
}

pub(super) fn find_all<D: Document>(
    connection: &Connection,
    keys: &[String],
) -> Result<Found<D>, StoreError> {
    let table = D::COLLECTION.name();
    let sql = format!("SELECT id FROM keys WHERE collection = '{table}' AND key = ?1");
    let mut statement = connection.prepare_cached(&sql).map_err(unavailable)?;
    let (mut found, mut seen) = (Found::new(), HashSet::new());
    for key in keys {
        let id: Option<DocumentId> =
            statement.query_row([key], |row| row.get(0)).optional().map_err(unavailable)?;
        let Some(id) = id.filter(|id| seen.insert(id.clone())) else { continue };
        match get(connection, &id) {
            Ok(Some(document)) => found.add(id, Ok(document))?,
            Ok(None) => {}
            Err(error) => found.add(id, Err(error))?,
        }
    }
    found.next = None;
    Ok(found)
}

pub(super) fn page<R: Readable>(connection: &Connection, page: &Page<'_>) -> Result<Found<R>, StoreError> {
    let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
    let mut parameters: Vec<&dyn ToSql> = vec![&limit];
    let sql = page_sql(R::SOURCE, page, &mut parameters);
    let mut statement = connection.prepare_cached(&sql).map_err(unavailable)?;
    let mut rows = statement.query(&*parameters).map_err(unavailable)?;
    let (mut found, mut count) = (Found::new(), 0);
    while let Some(row) = rows.next().map_err(unavailable)? {
        count += 1;
        found.add(row.get(0).map_err(unavailable)?, document(row).map_err(unavailable)?)?;
    }
    if count < page.limit {
        found.next = None;
    }
    if page.tag.is_none() && page.after.is_none() {
        add_foreign_ids(connection, &mut found).map_err(unavailable)?;
    }
    Ok(found)
}

pub(super) fn newest_id(
    connection: &Connection,
    collection: Collection,
    tag: &str,
    skip: usize,
) -> Result<Option<DocumentId>, StoreError> {
    let ours = row::is_of_our_type(collection, "id");
    let sql = format!(
        "SELECT id FROM tags WHERE collection = ?1 AND tag = ?2 AND {ours} ORDER BY id DESC LIMIT 1 OFFSET ?3"
    );
    let mut statement = connection.prepare_cached(&sql).map_err(unavailable)?;
    let skip = i64::try_from(skip).unwrap_or(i64::MAX);
    statement.query_row((collection.name(), tag, skip), |row| row.get(0)).optional().map_err(unavailable)
}

/// Builds the query of a page. Only names from the source code are inserted, values are parameters.
fn page_sql<'a>(collection: Collection, page: &'a Page<'_>, parameters: &mut Vec<&'a dyn ToSql>) -> String {
    let table = collection.name();
    let (compare, order) = if page.newest_first { ("<", "DESC") } else { (">", "ASC") };
    let (mut from, mut key) = (format!("{table} d WHERE 1"), "d.id");
    if let Some(tag) = &page.tag {
        parameters.push(tag);
        from = format!("tags t JOIN {table} d ON d.id = t.id WHERE t.collection = '{table}' AND t.tag = ?2");
        key = "t.id";
    }
    if let Some(after) = &page.after {
        parameters.push(after);
        from = format!("{from} AND {key} {compare} ?{}", parameters.len());
    }
    let ours = row::is_of_our_type(collection, key);
    format!("SELECT {COLUMNS} FROM {from} AND {ours} ORDER BY {key} {order} LIMIT ?1")
}

fn add_foreign_ids<R: Readable>(connection: &Connection, found: &mut Found<R>) -> rusqlite::Result<()> {
    let (table, ours) = (R::SOURCE.name(), row::is_of_our_type(R::SOURCE, "id"));
    let sql = format!("SELECT substr(quote(id), 1, 80) FROM {table} WHERE NOT ({ours}) LIMIT {FOREIGN_MAX}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut ids = statement.query([])?;
    while let Some(row) = ids.next()? {
        found.add_foreign(&row.get::<_, String>(0)?);
    }
    Ok(())
}

pub(super) fn count_of_tag(
    connection: &Connection,
    collection: Collection,
    tag: &str,
) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM tags WHERE collection = ?1 AND tag = ?2";
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    let count: i64 = statement.query_row((collection.name(), tag), |row| row.get(0)).map_err(unavailable)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

pub(super) fn count(connection: &Connection, collection: Collection) -> Result<u64, StoreError> {
    let sql = format!("SELECT count(*) FROM {}", collection.name());
    let count: i64 = connection.query_row(&sql, [], |row| row.get(0)).map_err(unavailable)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Counts the documents that no sweep deletes before this time.
pub(super) fn count_valid(
    connection: &Connection,
    collection: Collection,
    until: Timestamp,
) -> Result<u64, StoreError> {
    let (table, ours) = (collection.name(), row::is_of_our_type(collection, "id"));
    let sql = format!("SELECT count(*) FROM {table} WHERE {ours} AND (purge_at IS NULL OR purge_at > ?1)");
    let count: i64 =
        connection.query_row(&sql, [until.as_millis()], |row| row.get(0)).map_err(unavailable)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

pub(super) fn ping(connection: &Connection) -> Result<(), StoreError> {
    // The list of tables alone would not read a page of their data.
    let users = "SELECT count(*) FROM (SELECT 1 FROM users LIMIT 1)";
    connection.query_row(users, [], |_| Ok(())).map_err(unavailable)?;
    let mut complete = connection.prepare_cached(&schema::is_complete()).map_err(unavailable)?;
    if complete.query_row([], |row| row.get(0)).map_err(unavailable)? {
        Ok(())
    } else {
        Err(StoreError::unavailable("the file has lost tables; restore it from a backup"))
    }
}

fn one<D: Document>(
    connection: &Connection,
    sql: &str,
    parameters: &[&dyn ToSql],
) -> Result<Option<Stored<D>>, StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(unavailable)?;
    statement.query_row(parameters, document).optional().map_err(unavailable)?.transpose()
}

/// Reads a document. The body is parsed from SQLite's own memory, without a copy.
pub(super) fn document<R: Readable>(row: &Row<'_>) -> rusqlite::Result<Result<Stored<R>, StoreError>> {
    let id: DocumentId = match row.get(0) {
        Ok(id) => id,
        Err(error) => return Ok(Err(corrupt(R::SOURCE, "unknown", &error.to_string()))),
    };
    let Some(body) = row.get_ref(2)?.as_bytes_or_null().map_err(rusqlite::Error::from)? else {
        return Ok(Err(corrupt(R::SOURCE, &id.to_string(), "it is larger than 2 MiB")));
    };
    Ok(row::open(body, id, row.get(1)?))
}
