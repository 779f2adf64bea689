//! The news of what was changed, by this process or any other.
//!
//! It answers two questions of a cache: *what must I forget?* ([`Watch::subscribe`]) and *until when is what I remember known
//! to be true?* ([`Watch::heard_at`]). The second is what keeps a promise like "within a second, everywhere" when the
//! database hangs: silence is not the same as no news.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::broadcast;

use super::{Collection, DocumentId};

/// How far a subscriber may fall behind before it is told that it lost the thread.
const BACKLOG: usize = 4096;

/// What must no longer be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// One document was inserted, replaced or taken.
    Document {
        /// Where it is.
        collection: Collection,
        /// Which one.
        id: DocumentId,
    },
    /// Some changes may have been missed, nobody knows which.
    Everything,
}

/// Hears of every change of users and sessions. A clone hears the same.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    news: broadcast::Sender<Changed>,
    opened: Instant,
    /// Nanoseconds since `opened`; 0 means never.
    heard: AtomicU64,
}

impl Watch {
    pub(super) fn new() -> Self {
        let (news, _) = broadcast::channel(BACKLOG);
        // A nanosecond back, so that no moment after this one is mistaken for "never".
        let opened = Instant::now().checked_sub(Duration::from_nanos(1)).unwrap_or_else(Instant::now);
        Self(Arc::new(Shared { news, opened, heard: AtomicU64::new(0) }))
    }

    /// The changes from now on. A receiver that lags behind gets `Lagged` from the channel and must treat it like
    /// [`Changed::Everything`].
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Changed> {
        self.0.news.subscribe()
    }

    /// The moment up to which every change has been told to every subscriber. `None` if that cannot be said: the stream
    /// is lost or not open yet, or the database has none.
    #[must_use]
    pub fn heard_at(&self) -> Option<Instant> {
        match self.0.heard.load(Ordering::Acquire) {
            0 => None,
            nanos => Some(self.0.opened + Duration::from_nanos(nanos)),
        }
    }

    /// Tells the subscribers, if there are any.
    pub(super) fn tell(&self, changed: Changed) {
        let _ = self.0.news.send(changed);
    }

    /// Everything up to this moment has been told.
    pub(super) fn heard(&self, moment: Instant) {
        let nanos = moment.saturating_duration_since(self.0.opened).as_nanos();
        self.0.heard.store(u64::try_from(nanos).unwrap_or(u64::MAX), Ordering::Release);
    }

    /// Nothing can be said any more.
    pub(super) fn lost(&self) {
        self.0.heard.store(0, Ordering::Release);
    }
}
