//! The places for exports of audit events of one replica.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Exports of this replica at the same time.
const AT_ONCE: usize = 4;

/// The places for exports of this replica.
#[derive(Clone, Debug)]
pub struct ExportPlaces(Arc<Semaphore>);

impl Default for ExportPlaces {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl ExportPlaces {
    /// Takes a place. `None`: there is none left.
    #[must_use]
    pub fn take(&self) -> Option<OwnedSemaphorePermit> {
        self.0.clone().try_acquire_owned().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_bounded_and_become_free() {
        let places = ExportPlaces::default();
        let mut taken: Vec<_> = (0..AT_ONCE).map(|_| places.take().expect("a place")).collect();
        assert!(places.take().is_none());
        taken.pop();
        assert!(places.take().is_some());
    }
}
