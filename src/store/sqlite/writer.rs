//! The writer thread.
//!
//! It takes all waiting writes, applies them in one transaction and answers after the commit. All of them share one sync to disk,
//! which is the main cost of a write. If the caller has stopped waiting, a queued write is skipped.

use std::{
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::{
    migration, schema, sweep,
    transaction::{Write, WriteResult, apply, insert_together},
};
use crate::{clock::Clock, store::document::StoreError};

/// Writes that can wait. Further ones fail at once instead of after their deadline.
const QUEUE_SIZE: usize = 1024;
/// Writes in one transaction.
const BATCH_SIZE: usize = 64;
/// The longest a caller waits, in the queue and for writes of other processes.
const DEADLINE: Duration = Duration::from_secs(6);
/// The same for thousands of rows of an import, behind other thousands.
const DEADLINE_OF_MANY: Duration = Duration::from_mins(1);

struct Job {
    write: Write,
    answer: oneshot::Sender<Result<WriteResult, StoreError>>,
}

pub(super) struct Writer {
    queue: Mutex<Option<SyncSender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread. A migration also writes while the store is closed.
    pub(super) fn start(connection: Connection, is_migration: bool) -> Result<Self, StoreError> {
        let (queue, jobs) = sync_channel(QUEUE_SIZE);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(connection, &jobs, is_migration))
            .map_err(StoreError::unavailable)?;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn write(&self, write: Write) -> Result<WriteResult, StoreError> {
        let (answer, answered) = oneshot::channel();
        let deadline = if matches!(write, Write::InsertTogether(_)) { DEADLINE_OF_MANY } else { DEADLINE };
        self.enqueue(Job { write, answer })?;
        match tokio::time::timeout(deadline, answered).await {
            Ok(Ok(Ok(WriteResult::Closed(why)))) => Err(StoreError::unavailable(why)),
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(StoreError::closed()),
            Err(_) => Err(StoreError::unavailable("the write did not complete in time")),
        }
    }

    fn enqueue(&self, job: Job) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        match queue.as_ref().ok_or_else(StoreError::closed)?.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(StoreError::unavailable("too many writes are waiting")),
            Err(TrySendError::Disconnected(_)) => Err(StoreError::closed()),
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Closes the queue and returns the thread, which ends after the waiting writes. `None` if it was stopped before.
    pub(super) fn stop(&self) -> Option<JoinHandle<()>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.thread.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Ends when the store is closed or dropped and no write is waiting.
fn run(connection: Connection, jobs: &Receiver<Job>, is_migration: bool) {
    let clock = Clock::system();
    clock.observe(schema::newest_time(&connection), None);
    let mut next_sweep = Instant::now() + sweep::SWEEP_INTERVAL;
    loop {
        match jobs.recv_timeout(next_sweep.saturating_duration_since(Instant::now())) {
            Ok(first) => write_batch(&connection, next_batch(first, jobs), is_migration),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if Instant::now() >= next_sweep {
            let is_closed = migration::read(&connection).ok().flatten().is_some_and(|found| found.closes());
            next_sweep = Instant::now()
                + if is_closed || is_migration {
                    sweep::SWEEP_INTERVAL
                } else {
                    sweep::sweep(&connection, clock.certain())
                };
        }
    }
    // If the checkpoint fails, the data stays in the log and the next start reads it.
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    let _ = connection.close();
}

/// Returns the jobs of one transaction. An insertion of many rows that is the first one is alone.
fn next_batch(first: Job, jobs: &Receiver<Job>) -> Vec<Job> {
    let others = if matches!(first.write, Write::InsertTogether(_)) { 0 } else { BATCH_SIZE - 1 };
    let waiting = std::iter::once(first).chain(jobs.try_iter().take(others));
    waiting.filter(|job| !job.answer.is_closed()).collect()
}

fn write_batch(connection: &Connection, jobs: Vec<Job>, is_migration: bool) {
    let (writes, answers): (Vec<_>, Vec<_>) = jobs.into_iter().map(|job| (job.write, job.answer)).unzip();
    match commit(connection, &writes, is_migration) {
        Ok(results) => {
            for (answer, result) in answers.into_iter().zip(results) {
                let _ = answer.send(Ok(result));
            }
        }
        Err(error) => {
            let cause = error.to_string();
            for answer in answers {
                let _ = answer.send(Err(StoreError::unavailable(&cause)));
            }
        }
    }
}

/// Applies all writes or none: an error drops the transaction, which rolls it back.
fn commit(
    connection: &Connection,
    writes: &[Write],
    is_migration: bool,
) -> rusqlite::Result<Vec<WriteResult>> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // In the transaction: a write that is acknowledged after the seal of a migration would be lost.
    if !is_migration && let Some(why) = migration::read(&transaction)?.and_then(|found| found.refusal()) {
        return Ok(writes.iter().map(|_| WriteResult::Closed(why.clone())).collect());
    }
    if let [Write::InsertTogether(rows)] = writes {
        // No savepoint: after one, SQLite copies each page before its first change. The transaction has no other write.
        let result = insert_together(&transaction, rows)?;
        if matches!(result, WriteResult::Written) {
            transaction.commit()?;
        }
        return Ok(vec![result]);
    }
    let results = writes.iter().map(|write| apply(&transaction, write)).collect::<rusqlite::Result<_>>()?;
    transaction.commit()?;
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::fixtures::{count, new_database, row};

    #[test]
    fn full_disk_rejects_the_write_and_keeps_the_data_intact() {
        let (_directory, connection, _) = new_database();
        let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        connection.pragma_update(None, "max_page_count", pages + 24).unwrap();
        let mut written = 0;
        let failure = loop {
            match commit(&connection, &[Write::Insert(row(written, None, 9000))], false) {
                Ok(_) => written += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(failure.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
        assert!(written > 2, "only {written} before the disk was full");
        let stored = i64::try_from(written).unwrap();
        for table in ["sessions", "keys", "tags", "changes"] {
            assert_eq!(count(&connection, table), stored, "of {table}");
        }
        connection.pragma_update(None, "max_page_count", 6000).unwrap();
        commit(&connection, &[Write::Insert(row(written, None, 9000))], false).unwrap();
        let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok");
    }

    // Without a savepoint, the rows before the rejected one must go with the transaction.
    #[test]
    fn rejected_insertion_of_many_rows_writes_none_of_them() {
        let (_directory, connection, _) = new_database();
        let rows = [row(1, None, 1), row(2, None, 1), row(1, None, 1)];
        let results = commit(&connection, &[Write::InsertTogether(rows.into())], false).unwrap();
        assert!(matches!(results.as_slice(), [WriteResult::KeyTaken(_)]), "{results:?}");
        for table in ["sessions", "keys", "tags"] {
            assert_eq!(count(&connection, table), 0, "of {table}");
        }
    }

    #[test]
    fn insertion_of_many_rows_is_alone_in_its_transaction() {
        let (queue, jobs) = sync_channel(2);
        let (answer, _waiting) = oneshot::channel();
        queue.send(Job { write: Write::Insert(row(1, None, 1)), answer }).unwrap();
        let (answer, _waiting) = oneshot::channel();
        let first = Job { write: Write::InsertTogether(vec![row(2, None, 1)]), answer };
        assert_eq!(next_batch(first, &jobs).len(), 1);
    }

    #[test]
    fn write_of_a_caller_that_stopped_waiting_is_skipped() {
        let (queue, jobs) = sync_channel(2);
        let (abandoned, _) = oneshot::channel();
        queue.send(Job { write: Write::Insert(row(1, None, 1)), answer: abandoned }).unwrap();
        let (answer, _waiting) = oneshot::channel();
        let first = Job { write: Write::Insert(row(2, None, 1)), answer };
        assert_eq!(next_batch(first, &jobs).len(), 1);
    }
}
