//! The gate: while a migration has closed a store, no service reads or writes it.
//!
//! An operation may start if the record of the migration was read less than a second ago. A task reads it every 400 ms, so operations
//! rarely read it themselves. A migration waits for longer than this second between its seal and its last look at the data, so no write
//! can be lost. The embedded store also checks the record in the transaction of each write.

use std::{
    future::Future,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{document::StoreError, migration::Migration, watch::Watch};

/// How long one look at the record allows operations.
const LEASE: Duration = Duration::from_secs(1);
/// Time between two looks of the task.
pub(super) const INTERVAL: Duration = Duration::from_millis(400);

/// How often the record is read before an operation gives up.
const LOOKS: usize = 3;

/// The last look at the record.
pub(super) struct Gate(Option<Mutex<Look>>);

struct Look {
    began: Instant,
    refusal: Option<String>,
}

impl Gate {
    /// Creates the gate of a service that has just read the record.
    pub(super) fn new(began: Instant) -> Self {
        Self(Some(Mutex::new(Look { began, refusal: None })))
    }

    /// Creates the gate of a migration, which is always open.
    pub(super) fn open() -> Self {
        Self(None)
    }

    /// Returns the answer of the last look. `None` if it is too old.
    pub(super) fn known(&self) -> Option<Result<(), StoreError>> {
        let Some(look) = &self.0 else { return Some(Ok(())) };
        let look = look.lock().unwrap_or_else(PoisonError::into_inner);
        (look.began.elapsed() < LEASE).then(|| match &look.refusal {
            Some(why) => Err(StoreError::unavailable(why)),
            None => Ok(()),
        })
    }

    /// Stores what a look has found. Returns whether the store has been closed by it.
    fn looked(&self, began: Instant, found: Option<&Migration>) -> bool {
        let Some(look) = &self.0 else { return false };
        let refusal = found.and_then(Migration::refusal);
        let mut look = look.lock().unwrap_or_else(PoisonError::into_inner);
        if began < look.began {
            return false;
        }
        let is_closed_now = refusal.is_some() && look.refusal.is_none();
        *look = Look { began, refusal };
        is_closed_now
    }

    fn is_closed(&self) -> bool {
        let look = self.0.as_ref().map(|look| look.lock().unwrap_or_else(PoisonError::into_inner));
        look.is_some_and(|look| look.refusal.is_some())
    }

    /// Reads the record, and closes or opens the feed for the caches. An answer that took too long says nothing about this moment: it is
    /// asked for again.
    pub(super) async fn look<F: Future<Output = Result<Option<Migration>, StoreError>>>(
        &self,
        watch: &Watch,
        read: impl Fn() -> F,
    ) -> Result<(), StoreError> {
        for _ in 0..LOOKS {
            let began = Instant::now();
            let found = read().await?;
            if self.looked(began, found.as_ref()) {
                tracing::warn!("a migration has closed the store: all requests that need it are refused");
            }
            watch.set_closed(self.is_closed());
            if let Some(answer) = self.known() {
                return answer;
            }
        }
        Err(StoreError::unavailable("it answers too slowly to be sure that no migration has closed it"))
    }
}
