//! The listener thread: publishes changes of this process and of others to the [`Watch`].
//!
//! `PRAGMA data_version` changes with every commit of another connection. It reads shared memory only, so ten polls a second cost
//! almost nothing. The table `changes`, in which each write records its change, is read only when the version has changed.

use std::{
    sync::{
        Mutex, PoisonError,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::failure::unavailable;
use crate::store::{
    collection::Collection,
    document::{DocumentId, StoreError},
    watch::{Changed, Watch},
};

const POLL_INTERVAL: Duration = Duration::from_millis(100);

pub(super) struct Listener {
    /// The thread stops when this is dropped.
    keep_running: Mutex<Option<Sender<()>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Listener {
    /// Starts with the changes after this moment.
    pub(super) fn start(connection: Connection, watch: Watch) -> Result<Self, StoreError> {
        let mut reader = ChangeReader { connection, watch, version: 0, seq: 0, is_failing: false };
        reader.seq = reader.last_seq().map_err(unavailable)?;
        let (keep_running, stopped) = channel();
        let thread = thread::Builder::new()
            .name("store-listener".to_owned())
            .spawn(move || {
                reader.poll();
                while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(POLL_INTERVAL) {
                    reader.poll();
                }
                reader.watch.set_out_of_sync();
            })
            .map_err(StoreError::unavailable)?;
        Ok(Self { keep_running: Mutex::new(Some(keep_running)), thread: Mutex::new(Some(thread)) })
    }

    /// Signals the thread to stop and returns it. `None` if it was stopped before.
    pub(super) fn stop(&self) -> Option<JoinHandle<()>> {
        self.keep_running.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.thread.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

struct ChangeReader {
    connection: Connection,
    watch: Watch,
    /// The last `data_version` that was read.
    version: i64,
    /// The last change that was published.
    seq: i64,
    /// Whether the last poll failed: an outage is logged once.
    is_failing: bool,
}

impl ChangeReader {
    /// Publishes all changes up to now. If the read fails, the changes remain in the table for the next poll.
    fn poll(&mut self) {
        let now = Instant::now();
        match self.publish_new() {
            Ok(()) => {
                self.is_failing = false;
                self.watch.set_synced_until(now);
            }
            Err(error) => {
                if !self.is_failing {
                    tracing::warn!(%error, "change feed unavailable: cached sessions are re-read after 0.9 s");
                }
                self.is_failing = true;
                self.watch.set_out_of_sync();
            }
        }
    }

    fn publish_new(&mut self) -> rusqlite::Result<()> {
        let version = self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        if version == self.version {
            return Ok(());
        }
        let changes = self.unread()?;
        // Changes are missing if they were pruned before they were read, or if another file replaced this one.
        let is_incomplete = match changes.first() {
            Some((seq, _)) => *seq != self.seq + 1,
            None => self.last_seq()? != self.seq,
        };
        if is_incomplete {
            self.seq = self.last_seq()?;
            self.watch.publish(Changed::Everything);
        } else {
            for (seq, changed) in changes {
                self.seq = seq;
                self.watch.publish(changed);
            }
        }
        self.version = version;
        Ok(())
    }

    fn unread(&self) -> rusqlite::Result<Vec<(i64, Changed)>> {
        let unread = "SELECT seq, collection, id FROM changes WHERE seq > ?1 ORDER BY seq";
        let mut statement = self.connection.prepare_cached(unread)?;
        let changes = statement.query_map([self.seq], |row| {
            let collection = Collection::by_name(&row.get::<_, String>(1)?);
            // Another program may have written an id of another type.
            let changed = match (collection, row.get::<_, DocumentId>(2)) {
                (Some(collection), Ok(id)) => Changed::Document { collection, id },
                _ => Changed::Everything,
            };
            Ok((row.get(0)?, changed))
        });
        changes?.collect()
    }

    /// Returns the sequence number of the newest change. SQLite counts it separately, so pruning does not lower it.
    fn last_seq(&self) -> rusqlite::Result<i64> {
        let last = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'changes'";
        self.connection.query_row(last, [], |row| row.get(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::{
        fixtures::{new_database, row},
        transaction::{Write, apply},
    };

    #[test]
    fn changes_are_published_in_order_and_once() {
        let (_directory, writer, reader) = new_database();
        let (mut reader, mut changes) = synced(reader);
        for number in 0..3 {
            apply(&writer, &Write::Insert(row(number, None, 1))).unwrap();
        }
        reader.poll();
        reader.poll();
        for number in 0..3 {
            let id = row(number, None, 1).envelope.id;
            assert_eq!(changes.try_recv(), Ok(Changed::Document { collection: Collection::Sessions, id }));
        }
        assert!(changes.try_recv().is_err());
    }

    #[test]
    fn pruned_changes_are_published_as_everything() {
        for pruned in ["seq <= 2", "seq <= 3"] {
            let (_directory, writer, reader) = new_database();
            let (mut reader, mut changes) = synced(reader);
            for number in 0..3 {
                apply(&writer, &Write::Insert(row(number, None, 1))).unwrap();
            }
            writer.execute(&format!("DELETE FROM changes WHERE {pruned}"), []).unwrap();
            reader.poll();
            assert_eq!(changes.try_recv(), Ok(Changed::Everything));
            assert!(changes.try_recv().is_err());
            apply(&writer, &Write::Insert(row(3, None, 1))).unwrap();
            reader.poll();
            let id = row(3, None, 1).envelope.id;
            assert_eq!(changes.try_recv(), Ok(Changed::Document { collection: Collection::Sessions, id }));
        }
    }

    #[test]
    fn only_the_newest_changes_are_kept() {
        let (_directory, writer, _) = new_database();
        writer.execute("INSERT INTO changes (seq, collection, id) VALUES (10239, 'users', 'x')", []).unwrap();
        for number in 0..257 {
            apply(&writer, &Write::Insert(row(number, None, 1))).unwrap();
        }
        let oldest: i64 = writer.query_row("SELECT min(seq) FROM changes", [], |row| row.get(0)).unwrap();
        assert_eq!(oldest, 10_239, "within the 10,000 newest");
        writer.execute("INSERT INTO changes (seq, collection, id) VALUES (30000, 'users', 'x')", []).unwrap();
        for number in 300..600 {
            apply(&writer, &Write::Insert(row(number, None, 1))).unwrap();
        }
        let oldest: i64 = writer.query_row("SELECT min(seq) FROM changes", [], |row| row.get(0)).unwrap();
        assert_eq!(oldest, 30_000);
    }

    fn synced(connection: Connection) -> (ChangeReader, tokio::sync::broadcast::Receiver<Changed>) {
        let watch = Watch::new();
        let changes = watch.subscribe();
        let mut reader = ChangeReader { connection, watch, version: 0, seq: 0, is_failing: false };
        reader.poll();
        (reader, changes)
    }
}
