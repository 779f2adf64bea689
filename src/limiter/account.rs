//! The waits of accounts, for administrators.

use std::collections::HashMap;

use super::{
    Limiter,
    counter::Counter,
    guess::{Failures, Guess, Lock},
};
use crate::store::{DocumentId, Page, StoreError};

/// Counters per read of the store.
const PAGE: usize = 500;

impl Limiter {
    /// Returns the waits of an account that last, the longest first. `keys` are all texts under which guesses at it are counted.
    pub async fn locks(&self, keys: &[String]) -> Result<Vec<Lock>, StoreError> {
        let mut locks = Vec::new();
        for (guess, id) in counters(keys) {
            if let Some(counter) = self.store.get_expendable::<Counter>(&id).await? {
                locks.extend(self.lock(guess, &counter));
            }
        }
        locks.sort_by_key(|lock: &Lock| std::cmp::Reverse(lock.until));
        Ok(locks)
    }

    /// Returns all waits that last, by the text under which they are counted. Of several waits of one text, it returns the longest.
    pub async fn all_locks(&self) -> Result<HashMap<String, Lock>, StoreError> {
        let (mut locks, mut after) = (HashMap::<String, Lock>::new(), None);
        loop {
            let page = Page { tag: None, after, newest_first: false, limit: PAGE };
            let page = self.store.scan::<Counter>(page).await?;
            for counter in &page.documents {
                let account = Guess::ALL.into_iter().find_map(|guess| {
                    let key = counter.key().strip_prefix(guess.as_str())?.strip_prefix(':')?;
                    Some((key, self.lock(guess, counter)?))
                });
                if let Some((key, lock)) = account {
                    let known = locks.entry(key.to_owned()).or_insert(lock);
                    *known = if lock.until > known.until { lock } else { *known };
                }
            }
            match page.next {
                Some(last) => after = Some(last),
                None => return Ok(locks),
            }
        }
    }

    /// Deletes the failures of an account, and with them its waits. Returns what it deleted. The failures of networks stay.
    pub async fn unlock(&self, keys: &[String]) -> Result<Vec<Failures>, StoreError> {
        let now = self.clock.now();
        let mut lifted = Vec::new();
        for (guess, id) in counters(keys) {
            let Some(counter) = self.store.take::<Counter>(&id).await? else { continue };
            let until = counter.wait_in_effect(now).map(|(_, until)| until);
            let failures = Failures { guess, count: counter.failures(), until };
            lifted.extend((failures.count > 0).then_some(failures));
        }
        Ok(lifted)
    }

    fn lock(&self, guess: Guess, counter: &Counter) -> Option<Lock> {
        let (failures, until) = counter.wait_in_effect(self.clock.now())?;
        Some(Lock { guess, failures, until })
    }
}

fn counters(keys: &[String]) -> impl Iterator<Item = (Guess, DocumentId)> {
    let of_key = |key: &String| Guess::ALL.map(|guess| (guess, DocumentId::Text(guess.counter(key))));
    keys.iter().flat_map(of_key).collect::<Vec<_>>().into_iter()
}
