//! New audit events of all processes, for the streams of one replica.
//!
//! One task reads the store, whatever the number of streams, and only while there is one. A stream that is slower than the events loses the
//! oldest of them and learns how many: no queue grows.

use std::{
    ops::ControlFlow,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, broadcast};

use super::{
    event::Event,
    follow::{Follow, INTERVAL, Recent},
    query::Query,
};
use crate::{
    clock::{Clock, Timestamp},
    store::Store,
};

/// Events that wait for a slow stream.
const QUEUE: usize = 1024;
/// Streams of this replica.
const STREAMS_MAX: usize = 64;

/// New audit events.
pub struct EventFeed {
    events: broadcast::Sender<Arc<Event>>,
    places: Arc<Semaphore>,
    /// When the first of the present streams was opened.
    begun_at: Mutex<Timestamp>,
    first: Notify,
}

/// One stream of new events. Its place is free when this is dropped.
pub struct Subscription {
    pub events: broadcast::Receiver<Arc<Event>>,
    _place: OwnedSemaphorePermit,
}

impl Default for EventFeed {
    fn default() -> Self {
        Self {
            events: broadcast::Sender::new(QUEUE),
            places: Arc::new(Semaphore::new(STREAMS_MAX)),
            begun_at: Mutex::new(Timestamp::epoch()),
            first: Notify::new(),
        }
    }
}

impl EventFeed {
    /// Begins a stream with the next event. `None`: the replica has too many.
    #[must_use]
    pub fn subscribe(&self, now: Timestamp) -> Option<Subscription> {
        let place = self.places.clone().try_acquire_owned().ok()?;
        let mut begun_at = self.begun_at.lock().unwrap_or_else(PoisonError::into_inner);
        if self.events.receiver_count() == 0 {
            *begun_at = now;
        }
        let events = self.events.subscribe();
        drop(begun_at);
        self.first.notify_one();
        Some(Subscription { events, _place: place })
    }

    fn begun_at(&self) -> Timestamp {
        *self.begun_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads new events while there is a stream; never returns.
    pub async fn follow(self: Arc<Self>, store: Store, clock: Clock) {
        loop {
            self.first.notified().await;
            let mut follow = Follow::new(self.begun_at(), Query::default(), Recent::default());
            while self.events.receiver_count() > 0 {
                let send = |event: Event| -> ControlFlow<()> {
                    // Fails if the last stream has ended a moment ago.
                    let _ = self.events.send(Arc::new(event));
                    ControlFlow::Continue(())
                };
                if let Err(error) = follow.look(&store, &clock, send).await {
                    tracing::debug!(%error, "could not read the events for streams");
                }
                tokio::time::sleep(INTERVAL).await;
            }
        }
    }
}
