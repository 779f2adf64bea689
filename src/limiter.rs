//! How often somebody may guess: counters in the store, shared by all replicas, raised before the check.
//!
//! ```text
//!   attempt ─▶ raise account and network ─▶ check ─▶ failed     (counts)
//!      │                                        ├──▶ succeeded  (account starts anew, network as if nothing was)
//!      └─▶ Limited: wait, or busy               └──▶ cancelled  (nothing was judged)
//! ```
//!
//! Raised before the check, so that parallel guesses cannot pass the limit together. The account is the resolved person, else the
//! normalised name: no spelling gets a limit of its own. Only wrong credentials count: an attempt that is still being judged
//! here makes others wait a second (busy), never half a minute.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    clock::{Clock, Timestamp},
    store::{Collection, Document, DocumentId, Store, StoreError},
};

/// Consecutive failures of one account that cost nothing (NIST SP 800-63B-4 allows 100; we want fewer).
const FREE: u32 = 10;
/// The first wait after them; doubles with each further failure.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait: a stranger who keeps guessing keeps a victim waiting, an hour at a time; it always ends by itself.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// Failures one client network may have in the window.
const NETWORK_FREE: u32 = 100;
/// The window, in minutes.
const WINDOW: i64 = 10;

/// What is guessed.
#[derive(Clone, Copy, Debug)]
pub enum Guess {
    /// A password.
    Password,
    /// A code of a second factor.
    Code,
}

/// Why an attempt is not made.
#[derive(Debug, thiserror::Error)]
pub enum Limited {
    /// Too many failures.
    #[error("too many attempts: wait {0:?}")]
    Wait(Duration),
    /// So many attempts are being judged that one more could pass the limit.
    #[error("busy")]
    Busy,
    /// The counters cannot be raised: nothing is judged (never fail open).
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The counters.
pub struct Limiter {
    store: Store,
    clock: Clock,
    /// Attempts this process is judging, by counter.
    open: Mutex<HashMap<String, u32>>,
}

/// An attempt that was counted and is being judged. Dropped without a word (the client left), it stays counted.
pub struct Attempt<'a> {
    limiter: &'a Limiter,
    account: String,
    network: String,
}

/// One counter, in the collection `counters`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counter {
    #[serde(rename = "_id")]
    id: String,
    /// Failures: of an account those in a row, of a network those of each minute.
    failures: Vec<Failures>,
    expires_at: Timestamp,
    #[serde(skip)]
    revision: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Failures {
    at: Timestamp,
    count: u32,
}

impl Document for Counter {
    const COLLECTION: Collection = Collection::Counters;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.id.clone())
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn set_revision(&mut self, revision: i64) {
        self.revision = revision;
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

impl Counter {
    fn new(id: &str, now: Timestamp) -> Self {
        Self { id: id.to_owned(), failures: Vec::new(), expires_at: now, revision: 0 }
    }

    fn count(&self) -> u32 {
        self.failures.iter().map(|failures| failures.count).sum()
    }

    /// Of an account: failures in a row, and when the last one was.
    fn raise_account(&mut self, open: u32, now: Timestamp) -> Result<(), Limited> {
        let (count, last) = self.failures.first().map_or((0, now), |failures| (failures.count, failures.at));
        if let Some(left) = wait(count).map(|wait| (last + wait).since(now)).filter(|left| !left.is_zero()) {
            return Err(if count.saturating_sub(open) < FREE { Limited::Busy } else { Limited::Wait(left) });
        }
        self.failures = vec![Failures { at: now, count: count + 1 }];
        self.expires_at = now + LONGEST_WAIT * 24;
        Ok(())
    }

    /// Of a network: failures of the last minutes, one entry a minute.
    fn raise_network(&mut self, open: u32, now: Timestamp) -> Result<(), Limited> {
        let minute = |at: Timestamp| at.as_secs().div_euclid(60);
        self.failures.retain(|failures| minute(failures.at) > minute(now) - WINDOW);
        let count = self.count();
        if count >= NETWORK_FREE {
            let oldest = self.failures.first().map_or(now, |failures| failures.at);
            let moves_at = Timestamp::from_millis((minute(oldest) + WINDOW) * 60_000);
            return Err(if count - open.min(count) < NETWORK_FREE {
                Limited::Busy
            } else {
                Limited::Wait(moves_at.since(now))
            });
        }
        match self.failures.last_mut().filter(|failures| minute(failures.at) == minute(now)) {
            Some(failures) => failures.count += 1,
            None => self.failures.push(Failures { at: now, count: 1 }),
        }
        self.expires_at = now + Duration::from_mins(WINDOW.unsigned_abs());
        Ok(())
    }

    fn lower(&mut self) {
        if let Some(failures) = self.failures.last_mut() {
            failures.count = failures.count.saturating_sub(1);
        }
    }
}

/// How long after the last of `count` failures in a row nothing is judged.
fn wait(count: u32) -> Option<Duration> {
    let doublings = count.checked_sub(FREE)?;
    Some(FIRST_WAIT.saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX)).min(LONGEST_WAIT))
}

impl Limiter {
    /// Counters in this store.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, open: Mutex::default() }
    }

    /// Counts a guess at `account` (a person's id, or the key of a name nobody has) from `network`, before it is judged.
    ///
    /// # Errors
    /// [`Limited`]: then it must not be judged.
    pub async fn attempt(&self, guess: Guess, account: &str, network: &str) -> Result<Attempt<'_>, Limited> {
        let kind = match guess {
            Guess::Password => "password",
            Guess::Code => "code",
        };
        let (account, network) = (format!("{kind}:{account}"), format!("network:{network}"));
        let (open_account, open_network) = (self.enter(&account), self.enter(&network));
        let attempt = Attempt { limiter: self, account, network };
        // The network first: one that is over its limit writes nothing about any account, real or made up.
        self.raise(&attempt.network, |counter, now| counter.raise_network(open_network, now)).await?;
        match self.raise(&attempt.account, |counter, now| counter.raise_account(open_account, now)).await {
            Ok(()) => Ok(attempt),
            Err(limited) => {
                self.change(&attempt.network, Counter::lower).await;
                Err(limited)
            }
        }
    }

    /// Counts something unexpected from `network` that guesses at nothing: an answer of a provider that lets nobody in, a logout
    /// token that does not verify.
    ///
    /// # Errors
    /// [`Limited`], after a hundred of them in ten minutes.
    pub async fn count_anomaly(&self, network: &str) -> Result<(), Limited> {
        self.raise(&format!("anomaly:{network}"), |counter, now| counter.raise_network(0, now)).await
    }

    async fn raise(
        &self,
        id: &str,
        raise: impl Fn(&mut Counter, Timestamp) -> Result<(), Limited> + Send + Sync,
    ) -> Result<(), Limited> {
        let now = self.clock.now();
        self.store
            .upsert(&DocumentId::Text(id.to_owned()), |counter: Option<Counter>| {
                let mut counter = counter.unwrap_or_else(|| Counter::new(id, now));
                raise(&mut counter, now).map(|()| (Some(counter), ()))
            })
            .await
    }

    /// Lowers or clears a counter. If the store fails, it stays too high, which is safe and passes.
    async fn change(&self, id: &str, change: impl Fn(&mut Counter) + Send + Sync) {
        let changed = self
            .store
            .update::<Counter, (), StoreError>(&DocumentId::Text(id.to_owned()), |counter| {
                change(counter);
                Ok(crate::store::Change::Write(()))
            })
            .await;
        if let Err(error) = changed {
            tracing::warn!(%error, "a throttle counter could not be lowered");
        }
    }

    /// One more attempt is being judged: how many others are.
    fn enter(&self, id: &str) -> u32 {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(id.to_owned()).or_default();
        *count += 1;
        *count - 1
    }

    fn leave(&self, id: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(id) {
            *count -= 1;
            if *count == 0 {
                open.remove(id);
            }
        }
    }
}

impl Attempt<'_> {
    /// Right: the account starts anew, and for the network nothing happened.
    pub async fn succeeded(self) {
        tokio::join!(
            self.limiter.change(&self.account, |counter| counter.failures.clear()),
            self.limiter.change(&self.network, Counter::lower),
        );
    }

    /// Nothing was judged, or not what is counted: no set-up to confirm, a store that failed.
    pub async fn cancelled(self) {
        tokio::join!(
            self.limiter.change(&self.account, Counter::lower),
            self.limiter.change(&self.network, Counter::lower),
        );
    }

    /// Wrong: it stays counted.
    pub fn failed(self) {}
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.limiter.leave(&self.account);
        self.limiter.leave(&self.network);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_are_free_then_the_wait_doubles_to_an_hour() {
        assert_eq!(wait(9), None);
        assert_eq!(wait(10), Some(Duration::from_secs(30)));
        assert_eq!(wait(11), Some(Duration::from_mins(1)));
        assert_eq!(wait(17), Some(Duration::from_hours(1)));
        assert_eq!(wait(1000), Some(Duration::from_hours(1)));
    }

    #[test]
    fn a_network_waits_until_the_window_moves() {
        let start = Timestamp::from_millis(0);
        let mut counter = Counter::new("network:192.0.2.1", start);
        for _ in 0..NETWORK_FREE {
            counter.raise_network(0, start).expect("free");
        }
        let Err(Limited::Wait(left)) = counter.raise_network(0, start + Duration::from_mins(1)) else {
            panic!("not limited")
        };
        assert_eq!(left, Duration::from_mins(9));
        counter.raise_network(0, start + Duration::from_mins(10)).expect("the window has moved");
    }

    #[test]
    fn attempts_that_are_still_being_judged_are_busy_not_blocked() {
        let now = Timestamp::from_millis(0);
        let mut counter = Counter::new("password:ada", now);
        for _ in 0..FREE {
            counter.raise_account(0, now).expect("free");
        }
        assert!(matches!(counter.raise_account(FREE, now), Err(Limited::Busy)));
        assert!(matches!(counter.raise_account(0, now), Err(Limited::Wait(_))));
    }
}
