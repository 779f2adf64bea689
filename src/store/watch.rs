//! The change feed: which documents were changed, by this process or by another replica.
//!
//! A cache needs two things. [`Watch::subscribe`] says which entries it must drop. [`Watch::synced_until`] says up to which moment
//! all changes have been published. With the second one, an end of a session is effective within a second even if the database
//! hangs: a cache can distinguish a feed without changes from a feed without a connection.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::broadcast;

use super::{collection::Collection, document::DocumentId};

/// How many changes a subscriber can fall behind before it must drop everything.
const BACKLOG: usize = 4096;

/// What a cache must drop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// One document that was inserted, replaced or taken.
    Document { collection: Collection, id: DocumentId },
    /// All documents: some changes may have been missed.
    Everything,
}

/// The changes of all watched collections. Clones share one feed.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    changes: broadcast::Sender<Changed>,
    opened_at: Instant,
    /// Nanoseconds since `opened_at`; 0 if the feed is not in sync.
    synced_until: AtomicU64,
    /// Whether a migration has closed the store.
    is_closed: AtomicBool,
}

impl Watch {
    pub(super) fn new() -> Self {
        let (changes, _) = broadcast::channel(BACKLOG);
        // One nanosecond earlier, so that no later moment is stored as 0.
        let opened_at = Instant::now().checked_sub(Duration::from_nanos(1)).unwrap_or_else(Instant::now);
        Self(Arc::new(Shared {
            changes,
            opened_at,
            synced_until: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
        }))
    }

    /// Subscribes to the changes from now on. A receiver that gets `Lagged` must treat it like [`Changed::Everything`].
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Changed> {
        self.0.changes.subscribe()
    }

    /// Returns the moment up to which every change has been published. `None` if the feed is not open: not yet, not at the
    /// moment, or never (a standalone MongoDB server has no change streams).
    #[must_use]
    pub fn synced_until(&self) -> Option<Instant> {
        match self.0.synced_until.load(Ordering::Acquire) {
            _ if self.0.is_closed.load(Ordering::Acquire) => None,
            0 => None,
            nanos => Some(self.0.opened_at + Duration::from_nanos(nanos)),
        }
    }

    pub(super) fn publish(&self, changed: Changed) {
        // An error means that there are no subscribers.
        let _ = self.0.changes.send(changed);
    }

    /// Records that every change up to this moment has been published.
    pub(super) fn set_synced_until(&self, moment: Instant) {
        let nanos = moment.saturating_duration_since(self.0.opened_at).as_nanos();
        self.0.synced_until.store(u64::try_from(nanos).unwrap_or(u64::MAX), Ordering::Release);
    }

    /// Records whether a migration has closed the store. A cache must not answer for a closed one: the changes happen elsewhere.
    pub(super) fn set_closed(&self, is_closed: bool) {
        if self.0.is_closed.swap(is_closed, Ordering::AcqRel) != is_closed {
            self.publish(Changed::Everything);
        }
    }

    /// Records that changes may be missing from now on.
    pub(super) fn set_out_of_sync(&self) {
        self.0.synced_until.store(0, Ordering::Release);
    }
}
