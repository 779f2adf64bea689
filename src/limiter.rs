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
//!
//! A login has one more counter, of the typed name. It alone decides whether the client must wait. If the account did, guesses at a
//! name would show in the responses for an address, and reveal that both are one account (user enumeration). A login at an account that
//! must wait is refused like a wrong password.
//!
//! # One policy
//!
//! Passwords, codes, recovery codes, tokens of mails and pending links are counted the same way; a re-authentication counts for the kind of
//! secret that it checks. Each kind of an account has one counter for all clients together, and one for each known device of the user
//! ([`Origin`]). So an attacker who fails on purpose makes other attackers wait, and never the owner in a browser that has signed in before.
//! A stolen device cookie gives the allowance of that one device.
//!
//! | counter | free | then | from | after that |
//! |---|---|---|---|---|
//! | account, typed name | 10 | 30 s, doubled up to 1 h | 60 failures | one attempt a day |
//! | known device at its account | 10 | 30 s, doubled up to 1 h | 20 failures | one attempt a day |
//! | mails to an address, those that a known device requests | 3 | 1 h | 20 mails | one mail a day |
//! | notices of logins in unknown devices | 10 | 30 s, doubled up to 1 h | | |
//! | messages of a user, and to a recipient | 5 in 10 minutes, 20 a day | until the window moves | | |
//! | network | 100 in 10 minutes | until the window moves | | |
//!
//! A success resets the counter that it used, and no other one: otherwise each login of the owner would give an attacker new free guesses.
//!
//! The counter of an account also has the sites of its failures. Failures from many sites are counted for the operator, see `limiter/sites.rs`.

mod account;
mod attempt;
mod counter;
mod event_budget;
mod guess;
mod messages;
mod networks;
mod sites;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

pub(crate) use self::counter::Counter;
pub use self::{
    attempt::Attempt,
    counter::{Counted, Limited},
    event_budget::EventGroup,
    guess::{Failures, Guess, Lock, Origin, device_account, longest, user_of_device},
    networks::Networks,
    sites::MANY as MANY_SITES,
};
use self::{
    event_budget::EventBudgets,
    networks::{NETWORK_FREE, NetworkCounter},
};
use crate::{
    clock::{Clock, Timestamp},
    metrics,
    store::{DocumentId, Store, StoreError},
    trace,
};

/// Changes of one kind by one user within the window without a wait. Each one writes the user and an audit event.
const CHANGES_FREE: u32 = 20;
/// Estimates of new passwords for one user within the window without a wait.
const ESTIMATES_FREE: u32 = 300;
/// Requests to a provider that one network may have in progress in this process. It bounds the burst before the first of them fails. It is
/// larger than the number of users of one company who sign in at the same time at a slow provider.
const EXCHANGES_IN_PROGRESS: u32 = 300;
/// Kind of the counters of invalid logout tokens.
const LOGOUT_TOKENS: &str = "logoutToken";

pub struct Limiter {
    store: Store,
    clock: Clock,
    /// Attempts in progress in this process, by counter id.
    in_progress: Mutex<HashMap<String, u32>>,
    events: EventBudgets,
}

impl Limiter {
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, in_progress: Mutex::default(), events: EventBudgets::default() }
    }

    /// Counts an audit event that clients of these networks cause without a guess at credentials, such as a refused callback.
    ///
    /// # Errors
    /// [`Limited`] after 100 of them in ten minutes.
    pub async fn count_event(&self, group: EventGroup, networks: &Networks) -> Result<(), Limited> {
        self.raise_networks(group.network_kind(), networks).await
    }

    /// Counts an audit event about `user`, or about no known user, and returns whether it may be stored: 200 in ten minutes about one
    /// user, 600 in a minute about no known user. Neither a session nor the clients of many networks must be able to fill the store.
    #[must_use]
    pub fn allows_event(&self, group: EventGroup, user: Option<String>) -> bool {
        self.events.allows(group, user, self.clock.now())
    }

    /// Counts the start of an enrolment by `user`.
    ///
    /// # Errors
    /// [`Limited`] after 20 of them in ten minutes.
    pub async fn count_enrolment(&self, user: &str) -> Result<(), Limited> {
        self.raise_changes(&format!("enrolment:{user}")).await
    }

    /// Counts a change of the second factors by `user`: a removal, a new name, new recovery codes.
    ///
    /// # Errors
    /// [`Limited`] after 20 of them in ten minutes.
    pub async fn count_factor_change(&self, user: &str) -> Result<(), Limited> {
        self.raise_changes(&format!("factor:{user}")).await
    }

    /// Counts the removal of a known device by `user`.
    ///
    /// # Errors
    /// [`Limited`] after 20 of them in ten minutes.
    pub async fn count_device_removal(&self, user: &str) -> Result<(), Limited> {
        self.raise_changes(&format!("deviceRemoval:{user}")).await
    }

    /// Counts the removal of an identity by `user`.
    ///
    /// # Errors
    /// [`Limited`] after 20 of them in ten minutes.
    pub async fn count_unlink(&self, user: &str) -> Result<(), Limited> {
        self.raise_changes(&format!("unlink:{user}")).await
    }

    /// Counts a change of the own profile.
    ///
    /// # Errors
    /// [`Limited`] after 20 of them in ten minutes.
    pub async fn count_profile_change(&self, user: &str) -> Result<(), Limited> {
        self.raise_changes(&format!("profile:{user}")).await
    }

    /// Counts a change of the own password.
    ///
    /// # Errors
    /// [`Limited`] after 20 of them in ten minutes.
    pub async fn count_password_change(&self, user: &str) -> Result<(), Limited> {
        self.raise_changes(&format!("passwordChange:{user}")).await
    }

    /// Counts a request to delete the account, or to keep it.
    ///
    /// # Errors
    /// [`Limited`] after 20 of them in ten minutes.
    pub async fn count_deletion_change(&self, user: &str) -> Result<(), Limited> {
        self.raise_changes(&format!("deletion:{user}")).await
    }

    /// Counts an export of the data of a user, which reads all events about the user.
    ///
    /// # Errors
    /// [`Limited`] after 20 of them in ten minutes.
    pub async fn count_export(&self, user: &str) -> Result<(), Limited> {
        self.raise_changes(&format!("export:{user}")).await
    }

    /// Counts a test of a provider by the administrator `user`: each one sends requests to the provider.
    ///
    /// # Errors
    /// [`Limited`] after 20 of them in ten minutes.
    pub async fn count_provider_test(&self, user: &str) -> Result<(), Limited> {
        self.raise_changes(&format!("providerTest:{user}")).await
    }

    /// Counts an estimate of a new password for `user`. The page asks while the user types.
    ///
    /// # Errors
    /// [`Limited`] after 300 of them in ten minutes.
    pub async fn count_strength_estimate(&self, user: &str) -> Result<(), Limited> {
        let id = format!("strength:{user}");
        self.raise(&id, |counter, now| counter.raise_window(ESTIMATES_FREE, 0, now)).await
    }

    async fn raise_changes(&self, id: &str) -> Result<(), Limited> {
        self.raise(id, |counter, now| counter.raise_window(CHANGES_FREE, 0, now)).await
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
            .inspect_err(|limited| match limited {
                Limited::Busy | Limited::Wait(..) => metrics::count_limited(counted_kind(id)),
                Limited::Store(_) => {}
            })
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

/// Returns the kind of a counter for the metrics. The rest of its id is a name or an address, which must not become a label.
fn counted_kind(id: &str) -> &'static str {
    const KINDS: [&str; 17] = [
        "password",
        "code",
        "recoveryCode",
        "messageCode",
        "messageOf",
        "messageTo",
        "smsTotal",
        "reset",
        "link",
        "typed",
        "request",
        "enrolment",
        "unlink",
        "profile",
        "network",
        "anomaly",
        "access",
    ];
    let kind = id.split_once(':').map_or(id, |(kind, _)| kind);
    KINDS.iter().find(|known| **known == kind).copied().unwrap_or("other")
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
            tokio::spawn(trace::inherit(async move { count_failure(&store, &counters, now).await }));
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
