//! A lease in the store: one replica at a time does a piece of work, and another one takes over within seconds.
//!
//! The owner raises a beat every second. Another process becomes the owner if the beat stands still for five seconds. It compares beats, not
//! clocks, so replicas whose clocks differ agree. A process that was stopped and continues later finds that its last beat is too old. It can
//! have begun something before: the work must be safe if two processes do the same step.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::{
    secrets,
    store::{Collection, Document, DocumentId, Store, StoreError},
};

/// How often the owner calls [`Lease::hold`].
pub const BEAT: Duration = Duration::from_secs(1);
/// How long the last beat allows to work.
const VALID: Duration = Duration::from_secs(3);
/// How long a beat stands still before another process becomes the owner. Longer than [`VALID`], with time for a slow write.
const TAKEOVER: Duration = Duration::from_secs(5);

/// A lease as this process sees it.
pub struct Lease {
    store: Store,
    name: &'static str,
    /// Random for each process.
    owner: String,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// When the last successful beat of this process began.
    held_at: Option<Instant>,
    /// The beat of another owner, and when it was new.
    other: Option<(String, i64, Instant)>,
}

/// The stored lease.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseRecord {
    #[serde(rename = "_id")]
    name: String,
    /// Empty: given up.
    owner: String,
    beat: i64,
}

impl Document for LeaseRecord {
    const COLLECTION: Collection = Collection::Leases;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.name.clone())
    }
}

impl Lease {
    #[must_use]
    pub fn new(store: &Store, name: &'static str) -> Self {
        let owner = secrets::hex(&secrets::random::<8>());
        Self { store: store.clone(), name, owner, seen: Mutex::default() }
    }

    /// Takes the lease or raises its beat; returns whether this process is the owner.
    ///
    /// # Errors
    /// The store failed. The lease stays held until its last beat is too old.
    pub async fn hold(&self) -> Result<bool, StoreError> {
        let began = Instant::now();
        let held = self
            .store
            .upsert(&self.id(), |found: Option<LeaseRecord>| {
                let beat = found.as_ref().map_or(0, |found| found.beat);
                let may_take = found.is_none_or(|found| self.may_take(&found, began));
                let ours =
                    LeaseRecord { name: self.name.to_owned(), owner: self.owner.clone(), beat: beat + 1 };
                Ok::<_, StoreError>((may_take.then_some(ours), may_take))
            })
            .await?;
        self.seen().held_at = held.then_some(began);
        Ok(held)
    }

    /// Returns whether this process may work.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.seen().held_at.is_some_and(|at| at.elapsed() <= VALID)
    }

    /// Gives the lease up, so that another process does not wait.
    ///
    /// # Errors
    /// The store failed.
    pub async fn release(&self) -> Result<(), StoreError> {
        self.seen().held_at = None;
        let release = |found: Option<LeaseRecord>| {
            let ours = found.filter(|found| found.owner == self.owner);
            let released = ours.map(|ours| LeaseRecord { owner: String::new(), beat: ours.beat + 1, ..ours });
            Ok::<_, StoreError>((released, ()))
        };
        self.store.upsert(&self.id(), release).await
    }

    fn may_take(&self, found: &LeaseRecord, now: Instant) -> bool {
        if found.owner.is_empty() || found.owner == self.owner {
            return true;
        }
        let mut seen = self.seen();
        match &seen.other {
            Some((owner, beat, since)) if *owner == found.owner && *beat == found.beat => {
                now.saturating_duration_since(*since) >= TAKEOVER
            }
            Some(_) | None => {
                seen.other = Some((found.owner.clone(), found.beat, now));
                false
            }
        }
    }

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.name.to_owned())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
