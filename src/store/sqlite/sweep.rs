//! Throws away what nobody needs any more, a little at a time, so that no writer waits long for it.

use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::transaction::forget;
use crate::{
    clock::Timestamp,
    store::{Collection, DocumentId},
};

/// Between two sweeps.
pub(super) const PAUSE: Duration = Duration::from_mins(1);
/// Between the parts of one sweep.
const BREATH: Duration = Duration::from_millis(20);
/// So many documents of each collection at once.
const PART: usize = 200;

/// Deletes some documents whose time has come, and says when to come back. It leaves no note for the listeners: whoever
/// holds such a document has judged its deadlines already.
pub(super) fn some(connection: &Connection, now: Timestamp) -> Duration {
    let mut more = false;
    for collection in Collection::ALL {
        match part(connection, collection, now) {
            Ok(count) => more |= count == PART,
            Err(error) => {
                tracing::warn!(%error, collection = collection.name(), "old documents could not be deleted");
                return PAUSE;
            }
        }
    }
    if more { BREATH } else { PAUSE }
}

fn part(connection: &Connection, collection: Collection, now: Timestamp) -> rusqlite::Result<usize> {
    let name = collection.name();
    let due = format!("SELECT id FROM {name} WHERE purge_at <= ?1 LIMIT {PART}");
    // Looked up before the transaction, so that a sweep that finds nothing disturbs nobody.
    let ids = connection
        .prepare_cached(&due)?
        .query_map([now.as_millis()], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<DocumentId>>>()?;
    if ids.is_empty() {
        return Ok(0);
    }
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    for id in &ids {
        let delete = format!("DELETE FROM {name} WHERE id = ?1 AND purge_at <= ?2");
        if transaction.prepare_cached(&delete)?.execute((id, now.as_millis()))? > 0 {
            forget(&transaction, collection, id)?;
        }
    }
    transaction.commit()?;
    Ok(ids.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::{
        fixtures::{count, fresh, row},
        transaction::{Write, apply},
    };

    #[test]
    fn what_is_due_goes_in_parts_with_its_keys_and_the_rest_stays() {
        let (_directory, connection, _) = fresh();
        for number in 0..250 {
            apply(&connection, &Write::Insert(row(number, Some(1000), 1))).unwrap();
        }
        apply(&connection, &Write::Insert(row(1000, Some(1001), 1))).unwrap();
        apply(&connection, &Write::Insert(row(1001, None, 1))).unwrap();
        let now = Timestamp::from_millis(1000);
        assert_eq!(some(&connection, now), BREATH);
        assert_eq!(count(&connection, "sessions"), 52);
        assert_eq!(some(&connection, now), PAUSE);
        for table in ["sessions", "keys", "tags"] {
            assert_eq!(count(&connection, table), 2, "of {table}");
        }
    }
}
