//! The one thread that writes.
//!
//! It takes whatever waits, writes it in one transaction and answers after the commit: the sync to disk, which is what a
//! write costs, is then shared by all who wait. A write whose caller has given up is not begun any more.

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
    sweep,
    transaction::{Done, Write, apply},
};
use crate::{clock::Clock, store::StoreError};

/// So many writes may wait; more are refused, which is better than an answer nobody waits for.
const QUEUE: usize = 1024;
/// So many share one transaction.
const BATCH: usize = 64;
/// The longest a caller waits, in the queue and for another process's write together.
const DEADLINE: Duration = Duration::from_secs(6);

struct Job {
    write: Write,
    answer: oneshot::Sender<Result<Done, StoreError>>,
}

pub(super) struct Writer {
    queue: Mutex<Option<SyncSender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (queue, jobs) = sync_channel(QUEUE);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(connection, &jobs))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn write(&self, write: Write) -> Result<Done, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Job { write, answer })?;
        match tokio::time::timeout(DEADLINE, answered).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(closed()),
            Err(_) => Err(StoreError::Unavailable("the write did not come to an end in time".to_owned())),
        }
    }

    fn enqueue(&self, job: Job) -> Result<(), StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        match queue.as_ref().ok_or_else(closed)?.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => {
                Err(StoreError::Unavailable("too many writes are waiting".to_owned()))
            }
            Err(TrySendError::Disconnected(_)) => Err(closed()),
        }
    }

    pub(super) fn is_gone(&self) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Lets it finish what waits; the thread, to be joined, unless it was stopped before.
    pub(super) fn stop(&self) -> Option<JoinHandle<()>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.thread.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("it is closed".to_owned())
}

/// Ends when the store is closed, or dropped, and nothing waits any more.
fn run(connection: Connection, jobs: &Receiver<Job>) {
    let mut next_sweep = Instant::now() + sweep::PAUSE;
    loop {
        match jobs.recv_timeout(next_sweep.saturating_duration_since(Instant::now())) {
            Ok(first) => serve(&connection, batch(first, jobs)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if Instant::now() >= next_sweep {
            next_sweep = Instant::now() + sweep::some(&connection, Clock::system().now());
        }
    }
    // What cannot be moved into the file now stays in the log, where the next start finds it.
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    let _ = connection.close();
}

fn batch(first: Job, jobs: &Receiver<Job>) -> Vec<Job> {
    let waiting = std::iter::once(first).chain(jobs.try_iter().take(BATCH - 1));
    waiting.filter(|job| !job.answer.is_closed()).collect()
}

fn serve(connection: &Connection, jobs: Vec<Job>) {
    let (writes, answers): (Vec<_>, Vec<_>) = jobs.into_iter().map(|job| (job.write, job.answer)).unzip();
    match commit(connection, &writes) {
        Ok(done) => {
            for (answer, done) in answers.into_iter().zip(done) {
                let _ = answer.send(Ok(done));
            }
        }
        Err(error) => {
            let cause = error.to_string();
            for answer in answers {
                let _ = answer.send(Err(StoreError::Unavailable(cause.clone())));
            }
        }
    }
}

/// All or nothing: dropping the transaction rolls back.
fn commit(connection: &Connection, writes: &[Write]) -> rusqlite::Result<Vec<Done>> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let done = writes.iter().map(|write| apply(&transaction, write)).collect::<rusqlite::Result<_>>()?;
    transaction.commit()?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::fixtures::{count, fresh, row};

    #[test]
    fn a_full_disk_refuses_the_write_and_spoils_nothing() {
        let (_directory, connection, _) = fresh();
        connection.pragma_update(None, "max_page_count", 60).unwrap();
        let mut written = 0;
        let refusal = loop {
            match commit(&connection, &[Write::Insert(row(written, None, 9000))]) {
                Ok(_) => written += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(refusal.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
        assert!(written > 5, "only {written} before the disk was full");
        let stored = i64::try_from(written).unwrap();
        for table in ["sessions", "keys", "tags", "changes"] {
            assert_eq!(count(&connection, table), stored, "of {table}");
        }
        connection.pragma_update(None, "max_page_count", 6000).unwrap();
        commit(&connection, &[Write::Insert(row(written, None, 9000))]).unwrap();
        let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok");
    }

    #[test]
    fn a_write_whose_caller_has_given_up_is_not_begun() {
        let (queue, jobs) = sync_channel(2);
        let (gone, _) = oneshot::channel();
        queue.send(Job { write: Write::Insert(row(1, None, 1)), answer: gone }).unwrap();
        let (answer, _waiting) = oneshot::channel();
        let first = Job { write: Write::Insert(row(2, None, 1)), answer };
        assert_eq!(batch(first, &jobs).len(), 1);
    }
}
