//! A guess at a secret, counted before the check.

use super::{
    Limiter, Networks,
    counter::{Counter, Limited, Raised},
    guess::{Guess, LOGIN_NOTICE, Lock, Origin, TYPED, is_of_device},
    sites::MANY,
};
use crate::{
    clock::Timestamp,
    metrics,
    store::{DocumentId, StoreError},
};

/// A counted attempt in progress. If it is dropped without a result (the client disconnected), it stays counted.
pub struct Attempt<'a> {
    limiter: &'a Limiter,
    guess: Guess,
    /// `None` for a guess that names no account.
    account: Option<String>,
    networks: Vec<String>,
    /// The wait that starts if this attempt fails.
    next: Option<Lock>,
    /// The counter of the typed name of a login.
    typed: Option<String>,
    /// Why only the account of a login must wait.
    account_limit: Option<Limited>,
    /// Where the attempt comes from. `None` for a known device.
    site: Option<String>,
    /// The user to report, if this attempt is the first one of a day from many sites and does not succeed.
    attacked: Option<String>,
}

impl Limiter {
    /// Counts a guess at a secret of `account`, a user id, before the check. The guesses of a known device are counted for the device.
    ///
    /// # Errors
    /// [`Limited`]: the caller must not check the secret.
    pub async fn attempt(
        &self,
        guess: Guess,
        account: &str,
        origin: &Origin,
    ) -> Result<Attempt<'_>, Limited> {
        let (account, networks) = match origin {
            Origin::KnownDevice(device) => (device.as_str(), None),
            Origin::Other(networks) => (account, Some(networks)),
        };
        let (mut attempt, others) = self.attempt_from(guess, Some(account), networks).await?;
        let id = guess.counter(account);
        match self.raise_account(&id, others, attempt.site.as_deref(), self.clock.now()).await {
            Ok(raised) => {
                attempt.set_next(raised);
                attempt.attacked = raised.from_many_sites.then(|| account.to_owned());
                Ok(attempt)
            }
            Err(limited) => {
                attempt.lower_networks(attempt.networks.len()).await;
                Err(limited)
            }
        }
    }

    /// Counts a guess at a random token that names no account, before the search: only the networks are counted.
    ///
    /// # Errors
    /// [`Limited`]: the caller must not search for the token.
    pub async fn token_attempt(&self, guess: Guess, networks: &Networks) -> Result<Attempt<'_>, Limited> {
        self.attempt_from(guess, None, Some(networks)).await.map(|(attempt, _)| attempt)
    }

    /// Counts a request that can send a mail, from these networks.
    ///
    /// # Errors
    /// [`Limited`] after 100 of them in ten minutes. It does not depend on the address.
    pub async fn count_mail_request(&self, networks: &Networks) -> Result<(), Limited> {
        self.raise_networks("request", networks).await
    }

    /// Counts a mail to `address`, the text under which guesses at an address are counted, known or not. Requests do not fail, so only
    /// [`Self::unlock`] resets the count.
    ///
    /// # Errors
    /// [`Limited`]: the caller must send no mail, and must answer as for an address that no user has.
    pub async fn count_mail(&self, address: &str) -> Result<(), Limited> {
        self.raise_account(&Guess::Reset.counter(address), 0, None, self.clock.now()).await.map(drop)
    }

    /// Counts a notice about a login of `user` in an unknown device.
    ///
    /// # Errors
    /// [`Limited`]: the caller must send no mail.
    pub async fn count_login_notice(&self, user: &str) -> Result<(), Limited> {
        self.raise_account(&format!("{LOGIN_NOTICE}:{user}"), 0, None, self.clock.now()).await.map(drop)
    }

    /// Counts a guess at a password, before the check. `typed` is the normalised name, known or not; `account` is the user id, or again the
    /// name. An unknown name has an account counter, too, so that the same writes are done for every name.
    ///
    /// A known device has one counter, of the device: its browser knows which names belong to the account.
    ///
    /// # Errors
    /// [`Limited`] if a network, the typed name or the known device must wait. If only the account must wait, see
    /// [`Attempt::account_is_limited`].
    pub async fn login_attempt(
        &self,
        typed: &str,
        account: &str,
        origin: &Origin,
    ) -> Result<Attempt<'_>, Limited> {
        let networks = match origin {
            Origin::KnownDevice(_) => return self.attempt(Guess::Password, account, origin).await,
            Origin::Other(networks) => networks,
        };
        let (mut attempt, account_others) =
            self.attempt_from(Guess::Password, Some(account), Some(networks)).await?;
        // A name that no user has is no account to report.
        let is_user = typed != account;
        let typed = format!("{TYPED}:{typed}");
        let typed_others = self.begin(&typed);
        // Before the first wait: a client that disconnects must not leave the attempt in progress.
        attempt.typed = Some(typed.clone());
        // One time for both: a client that waits as long as its name must wait does not find the account still waiting.
        let now = self.clock.now();
        let raised = self.raise_account(&typed, typed_others, None, now).await;
        if let Err(limited) = raised {
            attempt.lower_networks(attempt.networks.len()).await;
            return Err(limited);
        }
        let id = Guess::Password.counter(account);
        let (raised, limited) = self.raise_or_keep(&id, account_others, attempt.site.as_deref(), now).await?;
        attempt.attacked = (raised.from_many_sites && is_user).then(|| account.to_owned());
        match limited {
            None => attempt.set_next(raised),
            Some(limited) => attempt.account_limit = Some(limited),
        }
        Ok(attempt)
    }

    /// Begins an attempt and raises the counters of the networks. Returns it with the number of other attempts at the account.
    async fn attempt_from(
        &self,
        guess: Guess,
        account: Option<&str>,
        networks: Option<&Networks>,
    ) -> Result<(Attempt<'_>, u32), Limited> {
        let account = account.map(|account| guess.counter(account));
        let account_others = account.as_ref().map_or(0, |account| self.begin(account));
        let mut attempt = Attempt {
            limiter: self,
            guess,
            account,
            networks: Vec::new(),
            next: None,
            typed: None,
            account_limit: None,
            site: networks.map(|networks| networks.site().to_owned()),
            attacked: None,
        };
        // Raises the networks first: a network over its limit must not create counters for any account.
        for counter in networks.map(|networks| networks.counters("network")).unwrap_or_default() {
            let others = self.begin(&counter.id);
            attempt.networks.push(counter.id.clone());
            let raised = self.raise_network(&counter, others).await;
            if let Err(limited) = raised {
                attempt.lower_networks(attempt.networks.len() - 1).await;
                return Err(limited);
            }
        }
        Ok((attempt, account_others))
    }

    /// Raises an account counter, or writes it unchanged if the account must wait. The write of a limited account must take the time of
    /// any other: the response time would reveal the wait (user enumeration by timing).
    async fn raise_or_keep(
        &self,
        id: &str,
        others: u32,
        site: Option<&str>,
        now: Timestamp,
    ) -> Result<(Raised, Option<Limited>), StoreError> {
        self.store
            .upsert(&DocumentId::Text(id.to_owned()), |counter: Option<Counter>| {
                let mut counter = counter.unwrap_or_else(|| Counter::new(id, now));
                let limited = counter.raise_account(others, now).err();
                let raised = counter.seen_from(site, now);
                Ok((Some(counter), (raised, limited)))
            })
            .await
    }

    async fn raise_account(
        &self,
        id: &str,
        others: u32,
        site: Option<&str>,
        now: Timestamp,
    ) -> Result<Raised, Limited> {
        let raise = |counter: &mut Counter, _| {
            counter.raise_account(others, now).map(|()| counter.seen_from(site, now))
        };
        self.raise(id, raise).await
    }
}

impl Attempt<'_> {
    fn set_next(&mut self, raised: Raised) {
        let of_device = self.account.as_deref().is_some_and(is_of_device);
        self.next =
            raised.wait.map(|(failures, until)| Lock { guess: self.guess, failures, until, of_device });
    }

    /// Returns whether the account must wait because of guesses through another of its names. The caller must refuse the login like a
    /// wrong password, and must not check the credentials.
    #[must_use]
    pub fn account_is_limited(&self) -> bool {
        self.account_limit.is_some()
    }

    /// Refuses an attempt at an account that must wait: for a client with a session of the account, to which the names of the account are
    /// no secret.
    ///
    /// # Errors
    /// [`Limited`]: the attempt is not counted.
    pub async fn require_account(mut self) -> Result<Self, Limited> {
        let Some(limited) = self.account_limit.take() else { return Ok(self) };
        tokio::join!(self.change_typed(Counter::lower), self.lower_networks(self.networks.len()));
        Err(limited)
    }

    /// Clears the failures of the account, or of the known device, and of the typed name, and removes this attempt from those of the network.
    pub async fn succeeded(mut self) {
        let was_reported = self.attacked.take().is_some();
        let site = self.site.as_deref();
        tokio::join!(
            self.change_account(|counter| {
                counter.succeeded(site);
                if was_reported {
                    counter.take_back_report();
                }
            }),
            self.change_typed(|counter| counter.succeeded(None)),
            self.lower_networks(self.networks.len()),
        );
    }

    /// Removes the attempt from its counters: no credentials were checked, for example because the store failed.
    pub async fn cancelled(mut self) {
        let was_reported = self.attacked.take().is_some();
        let is_limited = self.account_is_limited();
        if was_reported || !is_limited {
            self.change_account(|counter| {
                if !is_limited {
                    counter.lower();
                }
                if was_reported {
                    counter.take_back_report();
                }
            })
            .await;
        }
        tokio::join!(self.change_typed(Counter::lower), self.lower_networks(self.networks.len()));
    }

    async fn change_account(&self, change: impl Fn(&mut Counter) + Send + Sync) {
        if let Some(account) = &self.account {
            self.limiter.change(account, change).await;
        }
    }

    async fn change_typed(&self, change: impl Fn(&mut Counter) + Send + Sync) {
        if let Some(typed) = &self.typed {
            self.limiter.change(typed, change).await;
        }
    }

    /// Lowers the counters of the first `count` networks.
    async fn lower_networks(&self, count: usize) {
        for id in &self.networks[..count] {
            self.limiter.change(id, Counter::lower).await;
        }
    }

    /// Keeps the attempt counted. Returns the wait that it starts, if it starts one.
    #[expect(clippy::must_use_candidate, reason = "the attempt is counted in any case")]
    pub fn failed(mut self) -> Option<Lock> {
        self.next.take()
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.networks.iter().chain(&self.account).chain(&self.typed).for_each(|id| self.limiter.finish(id));
        // Not in `failed`: the client must not avoid the count by closing its connection during the check.
        if let Some(user) = self.attacked.take() {
            let kind = self.guess.as_str();
            tracing::warn!(user, kind, sites = MANY, "failures at one account from many networks");
            metrics::count_attacked_account(kind);
        }
    }
}
