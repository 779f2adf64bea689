//! The waits of accounts, for administrators.

use std::collections::HashMap;

use super::{
    Limiter,
    counter::Counter,
    guess::{Failures, Guess, KINDS, Lock, is_of_device, longest},
};
use crate::store::{Condition, Document as _, DocumentId, Order, Page, Selection, StoreError};

/// Counters per read of the store.
const PAGE: usize = 500;

impl Limiter {
    /// Returns the waits of an account that last, the longest of each kind, the longest first. `keys` are all texts under which guesses at
    /// it are counted.
    pub async fn locks(&self, keys: &[String]) -> Result<Vec<Lock>, StoreError> {
        let mut locks = Vec::new();
        for (guess, id) in counters(keys) {
            if let Some(counter) = self.store.get_expendable::<Counter>(&id).await? {
                locks.extend(self.lock(guess, &counter));
            }
        }
        Ok(longest(locks))
    }

    /// Returns the waits of several accounts as [`Self::locks`] does, with a few reads for all of them.
    pub async fn locks_of(&self, accounts: &[Vec<String>]) -> Result<Vec<Vec<Lock>>, StoreError> {
        let mut ids: Vec<_> = accounts.iter().flat_map(|keys| counters(keys)).map(|(_, id)| id).collect();
        ids.sort_by_cached_key(ToString::to_string);
        ids.dedup();
        let mut found = HashMap::new();
        for ids in ids.chunks(PAGE) {
            let condition = Condition::Id(ids.to_vec());
            let selection = Selection { condition, order: Order::default(), after: None, limit: PAGE };
            let counters = self.store.select::<Counter>(&selection).await?.documents;
            found.extend(counters.into_iter().map(|counter| (counter.id(), counter)));
        }
        let locks = |keys: &Vec<String>| {
            let counters = counters(keys).into_iter();
            let locks = counters.filter_map(|(guess, id)| self.lock(guess, found.get(&id)?));
            longest(locks.collect())
        };
        Ok(accounts.iter().map(locks).collect())
    }

    /// Returns all waits that last, by the text under which they are counted. Of several waits of one text, it returns the longest.
    pub async fn all_locks(&self) -> Result<HashMap<String, Lock>, StoreError> {
        self.locks_up_to(usize::MAX).await.map(|(locks, _)| locks)
    }

    /// Returns the waits that last, as [`Self::all_locks`] does, of the first `max` counters, and whether these were all counters.
    pub async fn locks_up_to(&self, max: usize) -> Result<(HashMap<String, Lock>, bool), StoreError> {
        let (mut locks, mut after, mut read) = (HashMap::<String, Lock>::new(), None, 0);
        loop {
            let page = Page { tag: None, after, newest_first: false, limit: PAGE.min(max - read) };
            let page = self.store.scan::<Counter>(page).await?;
            for counter in &page.documents {
                let Some((kind, key)) = counter.key().split_once(':') else { continue };
                let guess = KINDS.into_iter().find(|(_, known)| *known == kind).map(|(guess, _)| guess);
                if let Some(lock) = guess.and_then(|guess| self.lock(guess, counter)) {
                    let known = locks.entry(key.to_owned()).or_insert(lock);
                    *known = if lock.until > known.until { lock } else { *known };
                }
            }
            read = max.min(read + PAGE);
            match page.next {
                Some(_) if read >= max => return Ok((locks, false)),
                Some(last) => after = Some(last),
                None => return Ok((locks, true)),
            }
            // A page of the embedded store is read without a wait. Other requests must have a turn.
            tokio::task::yield_now().await;
        }
    }

    /// Deletes the failures of an account and of its names, and with them the waits. Returns what it deleted, the most of each kind. The
    /// failures of networks stay.
    pub async fn unlock(&self, keys: &[String]) -> Result<Vec<Failures>, StoreError> {
        self.delete_failures(keys, |_| true).await
    }

    /// Deletes the failures that a reset of the password by mail proves wrong: guesses at the password, and requests for mails.
    ///
    /// The failures with codes and recovery codes stay. Otherwise an attacker with access to the mailbox could reset the password after every
    /// ten guesses at a code, and guess the second factor without a limit.
    pub async fn password_was_reset(&self, keys: &[String]) -> Result<(), StoreError> {
        let is_proven_wrong = |guess| match guess {
            Guess::Password | Guess::Reset => true,
            Guess::Code | Guess::MessageCode | Guess::RecoveryCode | Guess::Link | Guess::Passkey => false,
        };
        self.delete_failures(keys, is_proven_wrong).await.map(drop)
    }

    async fn delete_failures(
        &self,
        keys: &[String],
        selected: impl Fn(Guess) -> bool,
    ) -> Result<Vec<Failures>, StoreError> {
        let now = self.clock.now();
        let mut lifted: Vec<Failures> = Vec::new();
        for (guess, id) in counters(keys).into_iter().filter(|(guess, _)| selected(*guess)) {
            let Some(counter) = self.store.take::<Counter>(&id).await? else { continue };
            let until = counter.wait_in_effect(now).map(|(_, until)| until);
            let count = counter.failures();
            let of_device = is_of_device(counter.key());
            // A guess is counted for the account and for the typed name.
            let is_same = |known: &&mut Failures| known.guess == guess && known.of_device == of_device;
            match lifted.iter_mut().find(is_same) {
                Some(known) => (known.count, known.until) = (known.count.max(count), known.until.max(until)),
                None => lifted.extend((count > 0).then_some(Failures { guess, count, until, of_device })),
            }
        }
        Ok(lifted)
    }

    fn lock(&self, guess: Guess, counter: &Counter) -> Option<Lock> {
        let (failures, until) = counter.wait_in_effect(self.clock.now())?;
        Some(Lock { guess, failures, until, of_device: is_of_device(counter.key()) })
    }
}

fn counters(keys: &[String]) -> Vec<(Guess, DocumentId)> {
    let of_key = |key: &String| KINDS.map(|(guess, kind)| (guess, DocumentId::Text(format!("{kind}:{key}"))));
    keys.iter().flat_map(of_key).collect()
}
