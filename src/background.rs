//! Work that continues after the answer: its time must not reveal what the request found, such as a user with the typed address.

use std::{future::Future, sync::Arc, time::Duration};

use tokio::{sync::Semaphore, time::timeout};

use crate::trace;

/// How much work may be in progress. It bounds memory and the load of the store.
const SLOTS: u32 = 64;
/// How long the shutdown waits for work in progress. A mail that was requested a moment ago must not be lost.
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// Bounded work in progress in this process.
#[derive(Clone)]
pub struct Background {
    slots: Arc<Semaphore>,
}

/// Too much work is in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too much background work is in progress")]
pub struct Full;

impl Default for Background {
    fn default() -> Self {
        Self { slots: Arc::new(Semaphore::new(SLOTS as usize)) }
    }
}

impl Background {
    /// Starts work.
    ///
    /// # Errors
    /// [`Full`]: the work was not started.
    pub fn start(&self, work: impl Future<Output = ()> + Send + 'static) -> Result<(), Full> {
        let slot = self.slots.clone().try_acquire_owned().map_err(|_| Full)?;
        tokio::spawn(trace::inherit(async move {
            work.await;
            drop(slot);
        }));
        Ok(())
    }

    /// Waits until no work is in progress.
    pub async fn idle(&self) {
        // Fails only for a closed semaphore; this one is never closed.
        drop(self.slots.acquire_many(SLOTS).await);
    }

    /// Waits until the work in progress is done, for a limited time.
    pub async fn drain(&self) {
        if timeout(DRAIN_TIME, self.idle()).await.is_err() {
            tracing::warn!("background work was not finished in time");
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn work_in_progress_is_bounded_and_awaited() {
        let background = Background::default();
        let mut ends = Vec::new();
        for _ in 0..SLOTS {
            let (end, ended) = oneshot::channel::<()>();
            background.start(async move { drop(ended.await) }).expect("a free slot");
            ends.push(end);
        }
        assert_eq!(background.start(async {}), Err(Full));
        assert!(timeout(Duration::from_millis(20), background.idle()).await.is_err(), "in progress");
        drop(ends);
        background.idle().await;
        background.start(async {}).expect("a free slot");
    }

    #[tokio::test]
    async fn panic_in_the_work_frees_its_slot() {
        let background = Background::default();
        background.start(async { panic!("expected in this test") }).expect("a free slot");
        timeout(Duration::from_secs(5), background.idle()).await.expect("idle");
    }
}
