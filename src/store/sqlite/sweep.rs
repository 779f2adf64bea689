//! Deletion of documents whose `purge_at` has passed, in small batches so that writers do not wait long.

use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior, types::Value};

use super::transaction::delete_relations;
use crate::{clock::Timestamp, store::collection::Collection};

/// The time between two sweeps.
pub(super) const SWEEP_INTERVAL: Duration = Duration::from_mins(1);
/// The time between two batches of one sweep.
const BATCH_INTERVAL: Duration = Duration::from_millis(20);
/// Documents of each collection in one batch.
const BATCH: usize = 200;

/// Deletes one batch of each collection and returns the time until the next call. These deletions are not published as changes:
/// readers check deadlines themselves.
pub(super) fn sweep(connection: &Connection, now: Timestamp) -> Duration {
    let mut more = false;
    for &collection in Collection::ALL {
        match delete_batch(connection, collection, now) {
            Ok(count) => more |= count == BATCH,
            // The other collections do not depend on this one.
            Err(error) => {
                tracing::warn!(%error, collection = collection.name(), "could not delete expired documents");
            }
        }
    }
    if more { BATCH_INTERVAL } else { SWEEP_INTERVAL }
}

fn delete_batch(connection: &Connection, collection: Collection, now: Timestamp) -> rusqlite::Result<usize> {
    let name = collection.name();
    let due = format!("SELECT id FROM {name} WHERE purge_at <= ?1 LIMIT {BATCH}");
    // Selected before the transaction: an empty batch must not take the write lock.
    let ids = connection
        .prepare_cached(&due)?
        // Any value: another program may have written an id of another type.
        .query_map([now.as_millis()], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<Value>>>()?;
    if ids.is_empty() {
        return Ok(0);
    }
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    for id in &ids {
        let delete = format!("DELETE FROM {name} WHERE id = ?1 AND purge_at <= ?2");
        if transaction.prepare_cached(&delete)?.execute((id, now.as_millis()))? > 0 {
            delete_relations(&transaction, collection, id)?;
        }
    }
    transaction.commit()?;
    Ok(ids.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::sqlite::{
        fixtures::{count, new_database, row},
        transaction::{Write, apply},
    };

    #[test]
    fn clock_that_is_wrong_by_more_than_a_day_deletes_nothing() {
        const DAY: i64 = 86_400_000;
        let (_directory, connection, _) = new_database();
        apply(&connection, &Write::Insert(row(1, Some(400 * DAY), 1))).unwrap();
        let left = |clock: &Clock| {
            sweep(&connection, clock.certain());
            count(&connection, "sessions")
        };
        // A jump while the service runs, a start with a wrong clock, and a wrong time in the file.
        let clock = Clock::manual(Timestamp::from_millis(0));
        clock.step(500 * DAY);
        assert_eq!(left(&clock), 1);
        clock.advance(Duration::from_mins(59));
        assert_eq!(left(&clock), 1);
        clock.step(-500 * DAY);
        assert_eq!(left(&clock), 1);
        let clock = Clock::manual(Timestamp::from_millis(500 * DAY));
        clock.observe(Some(Timestamp::from_millis(0)), None);
        assert_eq!(left(&clock), 1);
        let clock = Clock::manual(Timestamp::from_millis(0));
        clock.observe(Some(Timestamp::from_millis(500 * DAY)), None);
        assert_eq!(left(&clock), 1);
        // The time of the system and of the file agree.
        let clock = Clock::manual(Timestamp::from_millis(400 * DAY));
        clock.observe(Some(Timestamp::from_millis(400 * DAY - 1)), None);
        assert_eq!(left(&clock), 0);
    }

    #[test]
    fn expired_documents_are_deleted_in_batches_with_their_keys_and_tags() {
        let (_directory, connection, _) = new_database();
        for number in 0..250 {
            apply(&connection, &Write::Insert(row(number, Some(1000), 1))).unwrap();
        }
        apply(&connection, &Write::Insert(row(1000, Some(1001), 1))).unwrap();
        apply(&connection, &Write::Insert(row(1001, None, 1))).unwrap();
        let now = Timestamp::from_millis(1000);
        assert_eq!(sweep(&connection, now), BATCH_INTERVAL);
        assert_eq!(count(&connection, "sessions"), 52);
        assert_eq!(sweep(&connection, now), SWEEP_INTERVAL);
        for table in ["sessions", "keys", "tags"] {
            assert_eq!(count(&connection, table), 2, "of {table}");
        }
    }
}
