//! The tables, and the number of their version.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::unavailable;
use crate::store::{Collection, StoreError};

/// What this program writes, kept in `PRAGMA user_version`.
const VERSION: i64 = 1;

/// What the collections share. `changes` has only what happened lately: see [`super::transaction`].
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

/// Makes the tables that the file does not have. The transaction lets one process make them while the others wait.
pub(super) fn make(connection: &Connection) -> Result<(), StoreError> {
    let transaction =
        Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(unavailable)?;
    let version: i64 =
        transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(unavailable)?;
    match version {
        0 => create(&transaction).map_err(unavailable)?,
        // A collection that came later.
        VERSION => collections(&transaction).map_err(unavailable)?,
        newer => {
            return Err(StoreError::Unavailable(format!(
                "the file was written by a newer version (its schema is {newer}, this program knows {VERSION})"
            )));
        }
    }
    transaction.commit().map_err(unavailable)
}

fn create(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    collections(transaction)?;
    transaction.execute_batch(SHARED)?;
    transaction.pragma_update(None, "user_version", VERSION)
}

fn collections(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    for collection in Collection::ALL {
        let name = collection.name();
        transaction.execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS {name} (
                id ANY NOT NULL PRIMARY KEY, revision INTEGER NOT NULL, purge_at INTEGER, body TEXT NOT NULL
            ) STRICT;
            CREATE INDEX IF NOT EXISTS {name}_purge ON {name} (purge_at) WHERE purge_at IS NOT NULL;"
        ))?;
    }
    Ok(())
}
