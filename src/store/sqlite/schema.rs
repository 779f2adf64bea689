//! The tables and their schema version.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::failure::unavailable;
use crate::store::{collection::Collection, document::StoreError};

/// The schema version that this program writes, stored in `PRAGMA user_version`.
///
/// Version 1 was written before the first release: its documents have other members and its tags other names.
const VERSION: i64 = 2;

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

/// Creates missing tables. The transaction lets one process create them while the others wait.
pub(super) fn create(connection: &Connection) -> Result<(), StoreError> {
    let transaction =
        Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(unavailable)?;
    let version: i64 =
        transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(unavailable)?;
    match version {
        0 => create_all(&transaction).map_err(unavailable)?,
        // The program may have more collections than the file.
        VERSION => create_collections(&transaction).map_err(unavailable)?,
        older @ ..VERSION => {
            return Err(StoreError::unavailable(format!(
                "an older version wrote the file (schema {older}, supported {VERSION}), and its data cannot be read; \
                 use a new file, or delete this one"
            )));
        }
        newer => {
            return Err(StoreError::unavailable(format!(
                "a newer version wrote the file (schema {newer}, supported {VERSION}); update this program"
            )));
        }
    }
    transaction.commit().map_err(unavailable)
}

fn create_all(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    create_collections(transaction)?;
    transaction.execute_batch(SHARED)?;
    transaction.pragma_update(None, "user_version", VERSION)
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
    }
    Ok(())
}
