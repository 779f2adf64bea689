//! Throttling of guesses: counters in the store, shared by all replicas.
//!
//! ```text
//!   attempt ─▶ raise account and network counters ─▶ check credentials ─▶ failed     (the attempt stays counted)
//!      │                                                              ├──▶ succeeded  (clears the account, lowers the network)
//!      └─▶ Limited: wait, or busy                                     └──▶ cancelled  (lowers both)
//! ```
//!
//! The counters are raised before the check, so that parallel guesses cannot pass the limit together. An account is counted by
//! user id, or by normalised name if no such user exists: another spelling does not get a limit of its own. Only wrong
//! credentials lead to a long wait. Attempts of this process that are still in progress make others wait a second (busy).

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

/// Consecutive failures of one account without a wait. NIST SP 800-63B-4 allows at most 100.
const ACCOUNT_FREE: u32 = 10;
/// The wait after these failures. It doubles with each further failure.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait. An attacker who keeps guessing can lock a user out, so every wait must end by itself.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// Failures of one client network within the window without a wait.
const NETWORK_FREE: u32 = 100;
const WINDOW_MINUTES: i64 = 10;
/// Starts of an enrolment by one user within the window without a wait. Each one writes the user and an audit event.
const ENROLMENT_FREE: u32 = 20;
/// Requests to a provider that one network may have in progress in this process. It bounds the burst before the first of them fails. It is
/// larger than the number of users of one company who sign in at the same time at a slow provider.
const EXCHANGES_IN_PROGRESS: u32 = 300;

/// The kind of credential that is guessed. Each kind has account counters of its own.
#[derive(Clone, Copy, Debug)]
pub enum Guess {
    Password,
    /// A code of an authenticator app.
    Code,
}

/// Why an attempt is rejected before the check.
#[derive(Debug, thiserror::Error)]
pub enum Limited {
    #[error("too many attempts: wait {0:?}")]
    Wait(Duration),
    /// So many attempts are in progress that one more could pass the limit.
    #[error("busy")]
    Busy,
    /// The store failed. The attempt is rejected: a failing store must not lift the limit.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub struct Limiter {
    store: Store,
    clock: Clock,
    /// Attempts in progress in this process, by counter id.
    in_progress: Mutex<HashMap<String, u32>>,
}

/// A counted attempt in progress. If it is dropped without a result (the client disconnected), it stays counted.
pub struct Attempt<'a> {
    limiter: &'a Limiter,
    account: String,
    network: String,
}

/// The failures of one account or one network.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counter {
    #[serde(rename = "_id")]
    id: String,
    /// Of an account: one entry with the failures in a row. Of a network: one entry for each minute.
    failures: Vec<Failures>,
    expires_at: Timestamp,
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

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

impl Counter {
    fn new(id: &str, now: Timestamp) -> Self {
        Self { id: id.to_owned(), failures: Vec::new(), expires_at: now }
    }

    fn count(&self) -> u32 {
        self.failures.iter().map(|failures| failures.count).sum()
    }

    /// Counts one more failure in a row, and its time.
    fn raise_account(&mut self, in_progress: u32, now: Timestamp) -> Result<(), Limited> {
        let (count, last) = self.failures.first().map_or((0, now), |failures| (failures.count, failures.at));
        if let Some(left) =
            wait_after(count).map(|wait| (last + wait).since(now)).filter(|left| !left.is_zero())
        {
            return Err(if count.saturating_sub(in_progress) < ACCOUNT_FREE {
                Limited::Busy
            } else {
                Limited::Wait(left)
            });
        }
        self.failures = vec![Failures { at: now, count: count + 1 }];
        self.expires_at = now + LONGEST_WAIT * 24;
        Ok(())
    }

    /// Counts one more failure in this minute, and drops entries older than the window.
    fn raise_network(&mut self, in_progress: u32, now: Timestamp) -> Result<(), Limited> {
        self.raise_window(NETWORK_FREE, in_progress, now)
    }

    /// Counts one more event in this minute, of which `free` are allowed within the window.
    fn raise_window(&mut self, free: u32, in_progress: u32, now: Timestamp) -> Result<(), Limited> {
        let minute = |at: Timestamp| at.as_secs().div_euclid(60);
        self.failures.retain(|failures| minute(failures.at) > minute(now) - WINDOW_MINUTES);
        let count = self.count();
        if count >= free {
            let oldest = self.failures.first().map_or(now, |failures| failures.at);
            let window_moves_at = Timestamp::from_millis((minute(oldest) + WINDOW_MINUTES) * 60_000);
            return Err(if count - in_progress.min(count) < free {
                Limited::Busy
            } else {
                Limited::Wait(window_moves_at.since(now))
            });
        }
        match self.failures.last_mut().filter(|failures| minute(failures.at) == minute(now)) {
            Some(failures) => failures.count += 1,
            None => self.failures.push(Failures { at: now, count: 1 }),
        }
        self.expires_at = now + Duration::from_mins(WINDOW_MINUTES.unsigned_abs());
        Ok(())
    }

    fn lower(&mut self) {
        if let Some(failures) = self.failures.last_mut() {
            failures.count = failures.count.saturating_sub(1);
        }
    }
}

/// Returns the wait after the last of `count` failures in a row.
fn wait_after(count: u32) -> Option<Duration> {
    let doublings = count.checked_sub(ACCOUNT_FREE)?;
    Some(FIRST_WAIT.saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX)).min(LONGEST_WAIT))
}

impl Limiter {
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, in_progress: Mutex::default() }
    }

    /// Counts a guess at `account` from `network`, before the check. `account` is a user id, or the key of an unknown name.
    ///
    /// # Errors
    /// [`Limited`]: the caller must not check the credentials.
    pub async fn attempt(&self, guess: Guess, account: &str, network: &str) -> Result<Attempt<'_>, Limited> {
        let kind = match guess {
            Guess::Password => "password",
            Guess::Code => "code",
        };
        let (account, network) = (format!("{kind}:{account}"), format!("network:{network}"));
        let (account_others, network_others) = (self.begin(&account), self.begin(&network));
        let attempt = Attempt { limiter: self, account, network };
        // Raises the network first: a network over its limit must not create counters for any account.
        self.raise(&attempt.network, |counter, now| counter.raise_network(network_others, now)).await?;
        match self.raise(&attempt.account, |counter, now| counter.raise_account(account_others, now)).await {
            Ok(()) => Ok(attempt),
            Err(limited) => {
                self.change(&attempt.network, Counter::lower).await;
                Err(limited)
            }
        }
    }

    /// Counts a request from `network` that guesses no credentials but is refused, such as a callback.
    ///
    /// # Errors
    /// [`Limited`] after 100 of them in ten minutes.
    pub async fn count_anomaly(&self, network: &str) -> Result<(), Limited> {
        self.raise(&format!("anomaly:{network}"), |counter, now| counter.raise_network(0, now)).await
    }

    /// Counts the start of an enrolment by `user`.
    ///
    /// # Errors
    /// [`Limited`] after 20 of them in ten minutes.
    pub async fn count_enrolment(&self, user: &str) -> Result<(), Limited> {
        let id = format!("enrolment:{user}");
        self.raise(&id, |counter, now| counter.raise_window(ENROLMENT_FREE, 0, now)).await
    }

    /// Counts an invalid logout token from `network`.
    ///
    /// # Errors
    /// [`Limited`] after 100 of them in ten minutes.
    pub async fn count_invalid_logout_token(&self, network: &str) -> Result<(), Limited> {
        self.raise(&logout_tokens_of(network), |counter, now| counter.raise_network(0, now)).await
    }

    /// Checks the limit of [`Self::count_invalid_logout_token`] without counting.
    ///
    /// # Errors
    /// [`Limited`]: a logout token from `network` must cause no request.
    pub async fn check_logout_tokens(&self, network: &str) -> Result<(), Limited> {
        self.check_network(&logout_tokens_of(network)).await
    }

    /// Allows a request with the secrets of this service to another server, which an unauthenticated client in `network` causes. A failed
    /// one counts, also if the client does not wait for the answer.
    ///
    /// # Errors
    /// [`Limited`] after 100 failures in ten minutes: the caller must not send the request.
    pub async fn begin_exchange(&self, network: &str) -> Result<Exchange<'_>, Limited> {
        let id = format!("exchange:{network}");
        let others = self.begin(&id);
        let mut exchange = Exchange { limiter: self, id, counts: false };
        if others >= EXCHANGES_IN_PROGRESS {
            return Err(Limited::Busy);
        }
        self.check_network(&exchange.id).await?;
        exchange.counts = true;
        Ok(exchange)
    }

    async fn check_network(&self, id: &str) -> Result<(), Limited> {
        let counter = self.store.get::<Counter>(&DocumentId::Text(id.to_owned())).await?;
        // On a copy: nothing is written.
        counter.map_or(Ok(()), |stored| stored.into_document().raise_network(0, self.clock.now()))
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

    /// Lowers or clears a counter. If the store fails, the counter stays too high until it expires.
    async fn change(&self, id: &str, change: impl Fn(&mut Counter) + Send + Sync) {
        let changed = self
            .store
            .update::<Counter, (), StoreError>(&DocumentId::Text(id.to_owned()), |counter| {
                change(counter);
                Ok(crate::store::Change::Write(()))
            })
            .await;
        if let Err(error) = changed {
            tracing::warn!(%error, "could not lower throttle counter");
        }
    }

    /// Registers an attempt in progress and returns how many others there are.
    fn begin(&self, id: &str) -> u32 {
        let mut in_progress = self.in_progress.lock().unwrap_or_else(PoisonError::into_inner);
        let count = in_progress.entry(id.to_owned()).or_default();
        *count += 1;
        *count - 1
    }

    fn finish(&self, id: &str) {
        let mut in_progress = self.in_progress.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = in_progress.get_mut(id) {
            *count -= 1;
            if *count == 0 {
                in_progress.remove(id);
            }
        }
    }
}

impl Attempt<'_> {
    /// Clears the failures of the account and removes this attempt from those of the network.
    pub async fn succeeded(self) {
        tokio::join!(
            self.limiter.change(&self.account, |counter| counter.failures.clear()),
            self.limiter.change(&self.network, Counter::lower),
        );
    }

    /// Removes the attempt from both counters: no credentials were checked, for example because the store failed.
    pub async fn cancelled(self) {
        tokio::join!(
            self.limiter.change(&self.account, Counter::lower),
            self.limiter.change(&self.network, Counter::lower),
        );
    }

    /// Keeps the attempt counted.
    pub fn failed(self) {}
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.limiter.finish(&self.account);
        self.limiter.finish(&self.network);
    }
}

/// A request in progress that [`Limiter::begin_exchange`] has allowed.
pub struct Exchange<'a> {
    limiter: &'a Limiter,
    id: String,
    counts: bool,
}

impl Exchange<'_> {
    /// Ends the request, and counts it if it failed.
    pub async fn settle<T: Send, E: Send>(mut self, result: Result<T, E>) -> Result<T, E> {
        self.counts = false;
        if result.is_err() {
            count_failure(&self.limiter.store, &self.id, self.limiter.clock.now()).await;
        }
        result
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        self.limiter.finish(&self.id);
        // The client has closed its connection. It must not avoid the count this way: the request may have been sent.
        if std::mem::take(&mut self.counts) {
            let (store, id, now) =
                (self.limiter.store.clone(), std::mem::take(&mut self.id), self.limiter.clock.now());
            tokio::spawn(async move { count_failure(&store, &id, now).await });
        }
    }
}

/// Counts a failure of a network. At the limit the counter stays as it is.
async fn count_failure(store: &Store, id: &str, now: Timestamp) {
    let counted = store
        .upsert(&DocumentId::Text(id.to_owned()), |counter: Option<Counter>| {
            let mut counter = counter.unwrap_or_else(|| Counter::new(id, now));
            counter.raise_network(0, now).map(|()| (Some(counter), ()))
        })
        .await;
    if let Err(Limited::Store(error)) = counted {
        tracing::warn!(%error, "could not count a failed request");
    }
}

fn logout_tokens_of(network: &str) -> String {
    format!("logoutToken:{network}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_starts_after_ten_failures_and_doubles_up_to_an_hour() {
        assert_eq!(wait_after(9), None);
        assert_eq!(wait_after(10), Some(Duration::from_secs(30)));
        assert_eq!(wait_after(11), Some(Duration::from_mins(1)));
        assert_eq!(wait_after(17), Some(Duration::from_hours(1)));
        assert_eq!(wait_after(1000), Some(Duration::from_hours(1)));
    }

    #[test]
    fn network_waits_until_the_window_moves() {
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
    fn attempts_in_progress_cause_busy_instead_of_a_wait() {
        let now = Timestamp::from_millis(0);
        let mut counter = Counter::new("password:ada", now);
        for _ in 0..ACCOUNT_FREE {
            counter.raise_account(0, now).expect("free");
        }
        assert!(matches!(counter.raise_account(ACCOUNT_FREE, now), Err(Limited::Busy)));
        assert!(matches!(counter.raise_account(0, now), Err(Limited::Wait(_))));
    }
}
