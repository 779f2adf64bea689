//! The tables, and the check that a file is ours before anything is written to it.

use std::collections::BTreeSet;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{
    failure::{unavailable, unusable},
    migration::{self, MIGRATION},
};
use crate::{
    clock::Timestamp,
    store::{
        collection::{Collection, SortField, SortKind},
        document::StoreError,
        marker::check_schema,
        migration::{Opening, schema_of},
    },
};

/// `PRAGMA application_id` of our files, "VSTB": it distinguishes them from the files of other applications.
const APPLICATION_ID: i64 = 0x5653_5442;
/// The newest time that a process saw, in one row.
const NEWEST_TIME: &str = "
    CREATE TABLE IF NOT EXISTS newest_time (
        id INTEGER PRIMARY KEY CHECK (id = 1), millis INTEGER NOT NULL
    ) STRICT;
";
/// The problem with a file that is not ours.
pub(super) const FOREIGN: &str = "the file belongs to another application";
/// Tables that every file has. Without `keys`, no user is found by name.
const REQUIRED: [&str; 4] = ["keys", "tags", "changes", "users"];

/// The tables that all collections share. `changes` keeps only the latest changes, see [`super::transaction`].
const SHARED: &str = "
    CREATE TABLE keys (
        collection TEXT NOT NULL, key TEXT NOT NULL, id ANY NOT NULL, PRIMARY KEY (collection, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX keys_by_id ON keys (collection, id);
    CREATE TABLE tags (
        collection TEXT NOT NULL, tag TEXT NOT NULL, id ANY NOT NULL, PRIMARY KEY (collection, tag, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tags_by_id ON tags (collection, id);
    CREATE TABLE changes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, id ANY NOT NULL
    ) STRICT;
";

/// What a file contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Nothing,
    OurTables,
}

/// Checks that a file is empty, or ours and complete.
///
/// # Errors
/// [`StoreError::Unusable`] if it belongs to another application, another version wrote it, a table is missing, or a migration
/// has closed it.
pub(super) fn check(connection: &Connection, opening: &Opening) -> Result<Content, StoreError> {
    let pragma =
        |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(unusable);
    let (application, schema) = (pragma("application_id")?, pragma("user_version")?);
    let tables = tables(connection).map_err(unusable)?;
    let has = |table: &&str| tables.iter().any(|found| found == *table);
    // Files of the first builds have no application id.
    let is_ours = application == APPLICATION_ID
        || (application == 0 && (tables.is_empty() || has_our_shape(connection)));
    if !is_ours {
        return Err(StoreError::Unusable(format!(
            "{FOREIGN}; nothing was changed. Name another file in VESTIBULE_DATABASE_URL"
        )));
    }
    if schema == 0 && tables.is_empty() {
        return Ok(Content::Nothing);
    }
    check_schema(schema)?;
    if let Some(missing) = REQUIRED.iter().find(|table| !has(table)) {
        return Err(StoreError::Unusable(format!(
            "the file has no table `{missing}`; restore it from a backup"
        )));
    }
    opening.check(schema, migration::read(connection).map_err(unusable)?.as_ref())?;
    Ok(Content::OurTables)
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let tables =
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'";
    connection.prepare(tables)?.query_map([], |row| row.get(0))?.collect()
}

/// Returns whether one of the tables that all our files share has our columns.
fn has_our_shape(connection: &Connection) -> bool {
    [
        "SELECT collection, key, id FROM keys",
        "SELECT collection, tag, id FROM tags",
        "SELECT seq, collection, id FROM changes",
    ]
    .iter()
    .any(|columns| connection.prepare(columns).is_ok())
}

/// Creates missing tables. The transaction lets one process create them while the others wait.
pub(super) fn create(connection: &Connection, opening: &Opening) -> Result<(), StoreError> {
    let transaction =
        Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(unavailable)?;
    match check(&transaction, opening)? {
        Content::Nothing => create_all(&transaction, opening).map_err(unavailable)?,
        // The program may have more collections than the file.
        Content::OurTables => create_collections(&transaction).map_err(unavailable)?,
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(unavailable)?;
    transaction.commit().map_err(unavailable)
}

fn create_all(transaction: &Transaction<'_>, opening: &Opening) -> rusqlite::Result<()> {
    create_collections(transaction)?;
    transaction.execute_batch(SHARED)?;
    match opening {
        Opening::Target(target) => migration::write(transaction, Some(target)),
        Opening::Service(_) | Opening::Source => {
            transaction.pragma_update(None, "user_version", schema_of(None))
        }
    }
}

fn create_collections(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    for collection in Collection::ALL {
        let name = collection.name();
        transaction.execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS {name} (
                id ANY NOT NULL PRIMARY KEY, revision INTEGER NOT NULL, purge_at INTEGER, body TEXT NOT NULL
            ) STRICT;
            CREATE INDEX IF NOT EXISTS {name}_purge ON {name} (purge_at) WHERE purge_at IS NOT NULL;"
        ))?;
        for field in collection.sort_fields() {
            let (index, keys) = (sort_index(*collection, *field), sort_keys(*field));
            transaction
                .execute_batch(&format!("CREATE INDEX IF NOT EXISTS {index} ON {name} ({keys}, id);"))?;
        }
    }
    transaction.execute_batch(NEWEST_TIME)?;
    transaction.execute_batch(MIGRATION)
}

fn sort_index(collection: Collection, field: SortField) -> String {
    format!("{}_by_{}", collection.name(), field.name)
}

/// Returns the expression of a sort field, as it is in the index. A body that is not JSON, or a value of another type, counts as missing:
/// otherwise one damaged document would fail every query, and the creation of the index.
pub(super) fn sort_keys(field: SortField) -> String {
    let name = field.name;
    let collation = match field.kind {
        SortKind::Text => " COLLATE NOCASE",
        SortKind::Time => "",
    };
    format!(
        "(CASE WHEN json_valid(body) THEN CASE json_type(body, '$.{name}') WHEN 'text' THEN json_extract(body, '$.{name}') END END){collation}"
    )
}

/// Returns the indexes that the file lacks, as `table.index`. Those of the shared tables are created with a new file only.
pub(super) fn missing_indexes(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'index'";
    let found: BTreeSet<String> =
        connection.prepare(names)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let tables: BTreeSet<String> = tables(connection)?.into_iter().collect();
    let shared = [("keys", "keys_by_id".to_owned()), ("tags", "tags_by_id".to_owned())];
    let purge =
        Collection::ALL.iter().map(|collection| (collection.name(), format!("{}_purge", collection.name())));
    let sort = Collection::ALL.iter().flat_map(|collection| {
        let fields = collection.sort_fields().iter();
        fields.map(|field| (collection.name(), sort_index(*collection, *field)))
    });
    // A table of a newer collection is created at the next start, with its index.
    let wanted = shared.into_iter().chain(purge).chain(sort).filter(|(table, _)| tables.contains(*table));
    Ok(wanted
        .filter(|(_, index)| !found.contains(index))
        .map(|(table, index)| format!("{table}.{index}"))
        .collect())
}

/// Reads the newest time. `None` if no process stored one.
pub(super) fn newest_time(connection: &Connection) -> Option<Timestamp> {
    let millis = connection.query_row("SELECT millis FROM newest_time", [], |row| row.get(0));
    millis.ok().map(Timestamp::from_millis)
}

/// Returns the query whose result is true if the file has all tables.
pub(super) fn is_complete() -> String {
    let tables = REQUIRED.into_iter().chain(Collection::ALL.iter().map(|collection| collection.name()));
    let tables: BTreeSet<_> = tables.map(|name| format!("'{name}'")).collect();
    let list = tables.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    format!("SELECT count(*) = {} FROM sqlite_schema WHERE type = 'table' AND name IN ({list})", tables.len())
}
