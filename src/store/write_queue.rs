//! Queues for the writers of one document.
//!
//! Within this process the writers of a document wait for one another: a hundred of them cost a hundred writes, and not thousands
//! of lost compare-and-sets. Between replicas the revision decides. The loser waits a little longer after each lost write.

use std::{
    hash::{BuildHasher, RandomState},
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, MutexGuard};

use super::{
    collection::Collection,
    document::{DocumentId, StoreError},
};

/// Number of queues. Two documents share a queue if their hashes collide.
const QUEUES: usize = 256;
/// How long a writer waits and retries before it gives up.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// The wait after the first lost write. It doubles up to `LONGEST_WAIT`.
const FIRST_WAIT: Duration = Duration::from_millis(2);
const LONGEST_WAIT: Duration = Duration::from_millis(64);

pub(super) struct WriteQueue {
    queues: Vec<Mutex<()>>,
    hasher: RandomState,
}

/// The turn of one writer. The next one starts when it is dropped.
pub(super) struct Turn<'a> {
    _guard: MutexGuard<'a, ()>,
    give_up_at: Instant,
    wait: Duration,
    hasher: &'a RandomState,
}

impl WriteQueue {
    pub(super) fn new() -> Self {
        Self { queues: (0..QUEUES).map(|_| Mutex::new(())).collect(), hasher: RandomState::new() }
    }

    pub(super) async fn acquire(
        &self,
        collection: Collection,
        id: &DocumentId,
    ) -> Result<Turn<'_>, StoreError> {
        let give_up_at = Instant::now() + WRITE_TIMEOUT;
        let hash = self.hasher.hash_one((collection, id));
        let queue = usize::try_from(hash % QUEUES as u64).unwrap_or_default();
        let guard = tokio::time::timeout(WRITE_TIMEOUT, self.queues[queue].lock())
            .await
            .map_err(|_| too_contended())?;
        Ok(Turn { _guard: guard, give_up_at, wait: FIRST_WAIT, hasher: &self.hasher })
    }
}

impl Turn<'_> {
    /// Waits before the next attempt: a random time between half of the current wait and all of it.
    pub(super) async fn backoff(&mut self) -> Result<(), StoreError> {
        if Instant::now() >= self.give_up_at {
            return Err(too_contended());
        }
        let half = self.wait / 2;
        // The hash of the current time spreads the writers. It needs no cryptographic randomness.
        let jitter = self.hasher.hash_one(Instant::now()) % (u64::from(half.subsec_micros()) + 1);
        tokio::time::sleep(half + Duration::from_micros(jitter)).await;
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        Ok(())
    }
}

fn too_contended() -> StoreError {
    StoreError::unavailable("too many concurrent writers")
}
