//! The writes of a batch, in a savepoint: a rejected one rolls back the others and does not affect the rest of the transaction.

use super::{row::Row, transaction::Write};
use crate::store::{
    batch::{Act, Batch, Step},
    document::StoreError,
};

/// Converts a batch.
pub(super) fn writes(batch: &Batch) -> Result<Vec<Write>, StoreError> {
    let write = |step: &Step| {
        Ok(match &step.act {
            Act::Insert(document) => {
                Write::Insert(Row::new(step.collection, document.envelope(), document.json())?)
            }
            Act::Replace(_, document) => {
                Write::Replace(Row::new(step.collection, document.envelope(), document.json())?)
            }
            Act::Take(revision) => Write::TakeRevision(step.collection, step.id.clone(), *revision),
        })
    };
    batch.steps().iter().map(write).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::{
        fixtures::{count, new_database, row},
        transaction::{WriteResult, apply},
    };

    #[test]
    fn rejected_batch_leaves_nothing_of_it_and_keeps_the_transaction() {
        let (_directory, connection, _) = new_database();
        let insert = |number| Write::Insert(row(number, None, 1));
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert!(matches!(apply(&connection, &insert(1)).unwrap(), WriteResult::Written));
        let together = Write::Together(vec![insert(2), insert(1)]);
        assert!(matches!(apply(&connection, &together).unwrap(), WriteResult::KeyTaken(_)));
        assert!(matches!(apply(&connection, &insert(3)).unwrap(), WriteResult::Written));
        connection.execute_batch("COMMIT").unwrap();
        for table in ["sessions", "keys", "tags", "changes"] {
            assert_eq!(count(&connection, table), 2, "of {table}");
        }
        // The listener treats a gap as missed changes.
        let last: i64 = connection.query_row("SELECT max(seq) FROM changes", [], |row| row.get(0)).unwrap();
        assert_eq!(last, 2);
    }

    #[test]
    fn row_of_another_revision_is_not_taken() {
        let (_directory, connection, _) = new_database();
        let row = row(1, None, 1);
        let (collection, id) = (row.collection, row.envelope.id.clone());
        apply(&connection, &Write::Insert(row)).unwrap();
        let take = |revision| Write::Together(vec![Write::TakeRevision(collection, id.clone(), revision)]);
        assert!(matches!(apply(&connection, &take(2)).unwrap(), WriteResult::Conflict));
        assert!(matches!(apply(&connection, &take(1)).unwrap(), WriteResult::Written));
        assert_eq!(count(&connection, "sessions"), 0);
    }
}
