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

mod account;
mod counter;
mod guess;
mod networks;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use self::{
    counter::Counter,
    networks::{NETWORK_FREE, NetworkCounter},
};
pub use self::{
    counter::{Counted, Limited},
    guess::{Failures, Guess, Lock},
    networks::Networks,
};
use crate::{
    clock::{Clock, Timestamp},
    store::{DocumentId, Store, StoreError},
};

/// Starts of an enrolment by one user within the window without a wait. Each one writes the user and an audit event.
const ENROLMENT_FREE: u32 = 20;
/// Requests to a provider that one network may have in progress in this process. It bounds the burst before the first of them fails. It is
/// larger than the number of users of one company who sign in at the same time at a slow provider.
const EXCHANGES_IN_PROGRESS: u32 = 300;
/// Kind of the counters of invalid logout tokens.
const LOGOUT_TOKENS: &str = "logoutToken";
/// Audit events about no known user that are stored in one minute, by this process.
const UNKNOWN_EVENTS_FREE: u32 = 600;

pub struct Limiter {
    store: Store,
    clock: Clock,
    /// Attempts in progress in this process, by counter id.
    in_progress: Mutex<HashMap<String, u32>>,
    /// The current minute, and its audit events about no known user.
    unknown_events: Mutex<(i64, u32)>,
}

/// A counted attempt in progress. If it is dropped without a result (the client disconnected), it stays counted.
pub struct Attempt<'a> {
    limiter: &'a Limiter,
    guess: Guess,
    account: String,
    networks: Vec<String>,
    /// The wait that starts if this attempt fails.
    next: Option<Lock>,
}

impl Limiter {
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, in_progress: Mutex::default(), unknown_events: Mutex::default() }
    }

    /// Counts a guess at `account` from these networks, before the check. `account` is a user id, or the key of an unknown name.
    ///
    /// # Errors
    /// [`Limited`]: the caller must not check the credentials.
    pub async fn attempt(
        &self,
        guess: Guess,
        account: &str,
        networks: &Networks,
    ) -> Result<Attempt<'_>, Limited> {
        let account = guess.counter(account);
        let account_others = self.begin(&account);
        let mut attempt = Attempt { limiter: self, guess, account, networks: Vec::new(), next: None };
        // Raises the networks first: a network over its limit must not create counters for any account.
        for counter in networks.counters("network") {
            let others = self.begin(&counter.id);
            let raised = self.raise_network(&counter, others).await;
            attempt.networks.push(counter.id);
            if let Err(limited) = raised {
                attempt.lower_networks(attempt.networks.len() - 1).await;
                return Err(limited);
            }
        }
        let raised = self.raise(&attempt.account, |counter, now| {
            counter.raise_account(account_others, now).map(|()| counter.wait_in_effect(now))
        });
        match raised.await {
            Ok(wait) => {
                attempt.next = wait.map(|(failures, until)| Lock { guess: attempt.guess, failures, until });
                Ok(attempt)
            }
            Err(limited) => {
                attempt.lower_networks(attempt.networks.len()).await;
                Err(limited)
            }
        }
    }

    /// Counts a request from these networks that guesses no credentials but is refused, such as a callback.
    ///
    /// # Errors
    /// [`Limited`] after 100 of them in ten minutes.
    pub async fn count_anomaly(&self, networks: &Networks) -> Result<(), Limited> {
        self.raise_networks("anomaly", networks).await
    }

    /// Counts an audit event about no known user, and returns whether it may be stored. Clients of many networks must not be able to fill
    /// the store together. The count is of this process: it protects the store and decides about no login.
    #[must_use]
    pub fn allows_unknown_event(&self) -> bool {
        let minute = self.clock.now().as_secs().div_euclid(60);
        let mut counted = self.unknown_events.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.0 != minute {
            *counted = (minute, 0);
        }
        counted.1 = counted.1.saturating_add(1);
        counted.1 <= UNKNOWN_EVENTS_FREE
    }

    /// Counts the start of an enrolment by `user`.
    ///
    /// # Errors
    /// [`Limited`] after 20 of them in ten minutes.
    pub async fn count_enrolment(&self, user: &str) -> Result<(), Limited> {
        let id = format!("enrolment:{user}");
        self.raise(&id, |counter, now| counter.raise_window(ENROLMENT_FREE, 0, now)).await
    }

    /// Counts an invalid logout token from these networks.
    ///
    /// # Errors
    /// [`Limited`] after 100 of them in ten minutes.
    pub async fn count_invalid_logout_token(&self, networks: &Networks) -> Result<(), Limited> {
        self.raise_networks(LOGOUT_TOKENS, networks).await
    }

    /// Checks the limit of [`Self::count_invalid_logout_token`] without counting.
    ///
    /// # Errors
    /// [`Limited`]: a logout token from these networks must cause no request.
    pub async fn check_logout_tokens(&self, networks: &Networks) -> Result<(), Limited> {
        self.check_networks(&networks.counters(LOGOUT_TOKENS)).await
    }

    /// Allows a request with the secrets of this service to another server, which an unauthenticated client in these networks causes. A
    /// failed one counts, also if the client does not wait for the answer.
    ///
    /// # Errors
    /// [`Limited`] after 100 failures in ten minutes: the caller must not send the request.
    pub async fn begin_exchange(&self, networks: &Networks) -> Result<Exchange<'_>, Limited> {
        let counters = networks.counters("exchange");
        let mut exchange = Exchange { limiter: self, counters, counts: false };
        let is_full = |counter: &NetworkCounter| {
            self.begin(&counter.id) >= EXCHANGES_IN_PROGRESS * (counter.free / NETWORK_FREE)
        };
        // Every counter is registered, because the exchange ends every one.
        if exchange.counters.iter().map(is_full).fold(false, |any, full| any | full) {
            return Err(Limited::Busy);
        }
        self.check_networks(&exchange.counters).await?;
        exchange.counts = true;
        Ok(exchange)
    }

    async fn check_networks(&self, counters: &[NetworkCounter]) -> Result<(), Limited> {
        for NetworkCounter { id, free } in counters {
            let counter = self.store.get_expendable::<Counter>(&DocumentId::Text(id.clone())).await?;
            // On a copy: nothing is written.
            counter
                .map_or(Ok(()), |stored| stored.into_document().raise_window(*free, 0, self.clock.now()))?;
        }
        Ok(())
    }

    async fn raise_networks(&self, kind: &str, networks: &Networks) -> Result<(), Limited> {
        for counter in networks.counters(kind) {
            self.raise_network(&counter, 0).await?;
        }
        Ok(())
    }

    async fn raise_network(&self, counter: &NetworkCounter, others: u32) -> Result<(), Limited> {
        let NetworkCounter { id, free } = counter;
        self.raise(id, |counter, now| counter.raise_window(*free, others, now)).await
    }

    async fn raise<R: Send>(
        &self,
        id: &str,
        raise: impl Fn(&mut Counter, Timestamp) -> Result<R, Limited> + Send + Sync,
    ) -> Result<R, Limited> {
        let now = self.clock.now();
        self.store
            .upsert(&DocumentId::Text(id.to_owned()), |counter: Option<Counter>| {
                let mut counter = counter.unwrap_or_else(|| Counter::new(id, now));
                raise(&mut counter, now).map(|result| (Some(counter), result))
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
            self.lower_networks(self.networks.len()),
        );
    }

    /// Removes the attempt from both counters: no credentials were checked, for example because the store failed.
    pub async fn cancelled(self) {
        tokio::join!(
            self.limiter.change(&self.account, Counter::lower),
            self.lower_networks(self.networks.len()),
        );
    }

    /// Lowers the counters of the first `count` networks.
    async fn lower_networks(&self, count: usize) {
        for id in &self.networks[..count] {
            self.limiter.change(id, Counter::lower).await;
        }
    }

    /// Keeps the attempt counted. Returns the wait that it starts, if it starts one.
    pub fn failed(mut self) -> Option<Lock> {
        self.next.take()
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.limiter.finish(&self.account);
        self.networks.iter().for_each(|id| self.limiter.finish(id));
    }
}

/// A request in progress that [`Limiter::begin_exchange`] has allowed.
pub struct Exchange<'a> {
    limiter: &'a Limiter,
    counters: Vec<NetworkCounter>,
    counts: bool,
}

impl Exchange<'_> {
    /// Ends the request, and counts it if it failed.
    pub async fn settle<T: Send, E: Send>(mut self, result: Result<T, E>) -> Result<T, E> {
        self.counts = false;
        if result.is_err() {
            count_failure(&self.limiter.store, &self.counters, self.limiter.clock.now()).await;
        }
        result
    }
}

impl Drop for Exchange<'_> {
    fn drop(&mut self) {
        self.counters.iter().for_each(|counter| self.limiter.finish(&counter.id));
        // The client has closed its connection. It must not avoid the count this way: the request may have been sent.
        if std::mem::take(&mut self.counts) {
            let (store, now) = (self.limiter.store.clone(), self.limiter.clock.now());
            let counters = std::mem::take(&mut self.counters);
            tokio::spawn(async move { count_failure(&store, &counters, now).await });
        }
    }
}

/// Counts a failure of each network. At the limit a counter stays as it is.
async fn count_failure(store: &Store, counters: &[NetworkCounter], now: Timestamp) {
    for NetworkCounter { id, free } in counters {
        let counted = store
            .upsert(&DocumentId::Text(id.clone()), |counter: Option<Counter>| {
                let mut counter = counter.unwrap_or_else(|| Counter::new(id, now));
                counter.raise_window(*free, 0, now).map(|()| (Some(counter), ()))
            })
            .await;
        if let Err(Limited::Store(error)) = counted {
            tracing::warn!(%error, "could not count a failed request");
        }
    }
}
