//! The thread that hears what was changed, by this process or another, and tells the [`Watch`].
//!
//! `PRAGMA data_version` costs a look into shared memory and moves with every commit of another connection, so asking ten
//! times a second costs next to nothing. Only when it has moved are the notes read that each write left in `changes`.

use std::{
    sync::{
        Mutex, PoisonError,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::unavailable;
use crate::store::{Changed, Collection, DocumentId, StoreError, Watch};

const PAUSE: Duration = Duration::from_millis(100);

pub(super) struct Listener {
    /// Dropped, it stops the thread.
    alive: Mutex<Option<Sender<()>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Listener {
    /// The changes from this moment on.
    pub(super) fn start(connection: Connection, watch: Watch) -> Result<Self, StoreError> {
        let mut ear = Ear { connection, watch, version: 0, seq: 0, is_out: false };
        ear.seq = ear.newest().map_err(unavailable)?;
        let (alive, stopped) = channel();
        let thread = thread::Builder::new()
            .name("store-listener".to_owned())
            .spawn(move || {
                ear.listen();
                while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(PAUSE) {
                    ear.listen();
                }
                ear.watch.lost();
            })
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { alive: Mutex::new(Some(alive)), thread: Mutex::new(Some(thread)) })
    }

    /// The thread, to be joined, unless it was stopped before.
    pub(super) fn stop(&self) -> Option<JoinHandle<()>> {
        self.alive.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.thread.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

struct Ear {
    connection: Connection,
    watch: Watch,
    /// The last `data_version`.
    version: i64,
    /// The last change that was told.
    seq: i64,
    /// Whether the last reading failed: an outage is logged once.
    is_out: bool,
}

impl Ear {
    /// Tells what was changed up to now. When that cannot be read, nothing is lost yet: the notes are still there later.
    fn listen(&mut self) {
        let now = Instant::now();
        match self.tell_news() {
            Ok(()) => {
                self.is_out = false;
                self.watch.heard(now);
            }
            Err(error) => {
                if !self.is_out {
                    tracing::warn!(%error, "changes cannot be read: caches believe nothing for longer than a second");
                }
                self.is_out = true;
                self.watch.lost();
            }
        }
    }

    fn tell_news(&mut self) -> rusqlite::Result<()> {
        let version = self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        if version == self.version {
            return Ok(());
        }
        let news = self.news()?;
        // A gap: what was pruned before it was read. Or the count went back: another file was put in this one's place.
        let gap = match news.first() {
            Some((seq, _)) => *seq != self.seq + 1,
            None => self.newest()? != self.seq,
        };
        if gap {
            self.seq = self.newest()?;
            self.watch.tell(Changed::Everything);
        } else {
            for (seq, changed) in news {
                self.seq = seq;
                self.watch.tell(changed);
            }
        }
        self.version = version;
        Ok(())
    }

    fn news(&self) -> rusqlite::Result<Vec<(i64, Changed)>> {
        let unread = "SELECT seq, collection, id FROM changes WHERE seq > ?1 ORDER BY seq";
        let mut statement = self.connection.prepare_cached(unread)?;
        let news = statement.query_map([self.seq], |row| {
            let (collection, id): (String, DocumentId) = (row.get(1)?, row.get(2)?);
            let document = |collection| Changed::Document { collection, id };
            Ok((row.get(0)?, Collection::named(&collection).map_or(Changed::Everything, document)))
        });
        news?.collect()
    }

    /// Counted by SQLite apart from the notes, so pruning does not lower it.
    fn newest(&self) -> rusqlite::Result<i64> {
        let newest = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'changes'";
        self.connection.query_row(newest, [], |row| row.get(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::{
        fixtures::{fresh, row},
        transaction::{Write, apply},
    };

    #[test]
    fn changes_are_told_in_order_and_each_once() {
        let (_directory, writing, reading) = fresh();
        let (mut ear, mut news) = attentive(reading);
        for number in 0..3 {
            apply(&writing, &Write::Insert(row(number, None, 1))).unwrap();
        }
        ear.listen();
        ear.listen();
        for number in 0..3 {
            let id = row(number, None, 1).envelope.id;
            assert_eq!(news.try_recv(), Ok(Changed::Document { collection: Collection::Sessions, id }));
        }
        assert!(news.try_recv().is_err());
    }

    #[test]
    fn who_missed_what_was_pruned_must_forget_everything() {
        for pruned in ["seq <= 2", "seq <= 3"] {
            let (_directory, writing, reading) = fresh();
            let (mut ear, mut news) = attentive(reading);
            for number in 0..3 {
                apply(&writing, &Write::Insert(row(number, None, 1))).unwrap();
            }
            writing.execute(&format!("DELETE FROM changes WHERE {pruned}"), []).unwrap();
            ear.listen();
            assert_eq!(news.try_recv(), Ok(Changed::Everything));
            assert!(news.try_recv().is_err());
            apply(&writing, &Write::Insert(row(3, None, 1))).unwrap();
            ear.listen();
            let id = row(3, None, 1).envelope.id;
            assert_eq!(news.try_recv(), Ok(Changed::Document { collection: Collection::Sessions, id }));
        }
    }

    #[test]
    fn the_newest_changes_are_kept_and_the_others_pruned() {
        let (_directory, writing, _) = fresh();
        writing
            .execute("INSERT INTO changes (seq, collection, id) VALUES (10239, 'users', 'x')", [])
            .unwrap();
        for number in 0..257 {
            apply(&writing, &Write::Insert(row(number, None, 1))).unwrap();
        }
        let oldest: i64 = writing.query_row("SELECT min(seq) FROM changes", [], |row| row.get(0)).unwrap();
        assert_eq!(oldest, 10_239, "within the 10,000 newest");
        writing
            .execute("INSERT INTO changes (seq, collection, id) VALUES (30000, 'users', 'x')", [])
            .unwrap();
        for number in 300..600 {
            apply(&writing, &Write::Insert(row(number, None, 1))).unwrap();
        }
        let oldest: i64 = writing.query_row("SELECT min(seq) FROM changes", [], |row| row.get(0)).unwrap();
        assert_eq!(oldest, 30_000);
    }

    fn attentive(connection: Connection) -> (Ear, tokio::sync::broadcast::Receiver<Changed>) {
        let watch = Watch::new();
        let news = watch.subscribe();
        let mut ear = Ear { connection, watch, version: 0, seq: 0, is_out: false };
        ear.listen();
        (ear, news)
    }
}
