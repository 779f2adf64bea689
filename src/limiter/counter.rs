//! The counter document, and why an attempt is rejected.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{guess::Allowance, sites::Sites};
use crate::{
    clock::Timestamp,
    store::{Collection, Document, DocumentId, StoreError},
};

/// The longest wait before [`Allowance::daily`] failures.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// The wait from then on. It must end by itself: an attacker who keeps guessing can lock out a user who has no known device.
const DAILY_WAIT: Duration = Duration::from_hours(24);
/// How long failures in a row are remembered after the last one. Much longer than the longest wait: an attacker who pauses must not get a
/// new allowance.
const MEMORY: Duration = Duration::from_hours(24 * 30);
const WINDOW_MINUTES: i64 = 10;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A counter that an attempt has raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Account,
    Network,
    /// Of all clients together, or of one recipient, on one day.
    Day,
}

impl Counted {
    /// Returns the rule for the log. The response does not contain it: it would reveal that an account exists.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Account => "the account has too many failures",
            Self::Network => "the network of the client has too many failures",
            Self::Day => "the limit of a day is reached",
        }
    }
}

/// Why an attempt is rejected before the check.
#[derive(Debug, thiserror::Error)]
pub enum Limited {
    #[error("too many attempts: wait {0:?}; {rule}", rule = .1.rule())]
    Wait(Duration, Counted),
    /// So many attempts are in progress that one more could pass the limit.
    #[error("busy")]
    Busy,
    /// The store failed. The attempt is rejected: a failing store must not lift the limit.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The failures of one account or one network.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Counter {
    #[serde(rename = "_id")]
    id: String,
    /// Of an account: one entry with the failures in a row. Of a network: one entry for each minute.
    failures: Vec<Failures>,
    /// Of an account: the sites of the attempts.
    #[serde(default, skip_serializing_if = "Sites::is_empty")]
    sites: Sites,
    expires_at: Timestamp,
}

/// An account counter after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Raised {
    /// Failures in a row, and the end of the wait that lasts.
    pub(super) wait: Option<(u32, Timestamp)>,
    /// The attempt is the first one of a day from many sites.
    pub(super) from_many_sites: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Failures {
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
    pub(super) fn new(id: &str, now: Timestamp) -> Self {
        Self { id: id.to_owned(), failures: Vec::new(), sites: Sites::default(), expires_at: now }
    }

    pub(super) fn key(&self) -> &str {
        &self.id
    }

    fn count(&self) -> u32 {
        self.failures.iter().map(|failures| failures.count).sum()
    }

    /// Counts one more failure in a row, and its time.
    pub(super) fn raise_account(&mut self, in_progress: u32, now: Timestamp) -> Result<(), Limited> {
        let (count, last) = self.failures.first().map_or((0, now), |failures| (failures.count, failures.at));
        let allowance = Allowance::of(&self.id);
        if let Some(left) =
            wait_after(count, allowance).map(|wait| (last + wait).since(now)).filter(|left| !left.is_zero())
        {
            return Err(if count.saturating_sub(in_progress) < allowance.free {
                Limited::Busy
            } else {
                Limited::Wait(left, Counted::Account)
            });
        }
        self.failures = vec![Failures { at: now, count: count + 1 }];
        self.expires_at = now + MEMORY;
        Ok(())
    }

    /// Adds the site of an attempt, and returns what the attempt has changed. The site of a password counts also if the account waits.
    /// A code that is refused with 429, and a password whose name, device or network waits, add no site: the attempt ends before.
    pub(super) fn seen_from(&mut self, site: Option<&str>, now: Timestamp) -> Raised {
        let from_many_sites = site.is_some_and(|site| self.sites.add(site, now));
        Raised { wait: self.wait_in_effect(now), from_many_sites }
    }

    /// Clears the failures in a row, and removes the site of a success.
    pub(super) fn succeeded(&mut self, site: Option<&str>) {
        self.failures.clear();
        if let Some(site) = site {
            self.sites.remove(site);
        }
    }

    /// See [`Sites::take_back_report`].
    pub(super) fn take_back_report(&mut self) {
        self.sites.take_back_report();
    }

    /// Counts one more event in this minute, of which `free` are allowed within the window, and drops entries older than the window.
    pub(super) fn raise_window(
        &mut self,
        free: u32,
        in_progress: u32,
        now: Timestamp,
    ) -> Result<(), Limited> {
        let minute = |at: Timestamp| at.as_secs().div_euclid(60);
        self.failures.retain(|failures| minute(failures.at) > minute(now) - WINDOW_MINUTES);
        let count = self.count();
        if count >= free {
            let oldest = self.failures.first().map_or(now, |failures| failures.at);
            let window_moves_at = Timestamp::from_millis((minute(oldest) + WINDOW_MINUTES) * 60_000);
            return Err(if count - in_progress.min(count) < free {
                Limited::Busy
            } else {
                Limited::Wait(window_moves_at.since(now), Counted::Network)
            });
        }
        match self.failures.last_mut().filter(|failures| minute(failures.at) == minute(now)) {
            Some(failures) => failures.count += 1,
            None => self.failures.push(Failures { at: now, count: 1 }),
        }
        self.expires_at = now + Duration::from_mins(WINDOW_MINUTES.unsigned_abs());
        Ok(())
    }

    /// Counts one more event of this day (UTC), of which `max` are allowed.
    pub(super) fn raise_day(&mut self, max: u32, now: Timestamp) -> Result<(), Limited> {
        let day = |at: Timestamp| at.as_secs().div_euclid(DAY_SECONDS);
        let tomorrow = Timestamp::from_millis((day(now) + 1) * DAY_SECONDS * 1000);
        self.failures.retain(|failures| day(failures.at) == day(now));
        let count = self.count();
        if count >= max {
            return Err(Limited::Wait(tomorrow.since(now), Counted::Day));
        }
        self.failures = vec![Failures { at: now, count: count + 1 }];
        self.expires_at = tomorrow;
        Ok(())
    }

    /// Returns the failures in a row of an account.
    pub(super) fn failures(&self) -> u32 {
        self.count()
    }

    /// Returns the failures in a row of an account and the end of their wait, if it lasts.
    pub(super) fn wait_in_effect(&self, now: Timestamp) -> Option<(u32, Timestamp)> {
        let Failures { at, count } = self.failures.first()?;
        let until = *at + wait_after(*count, Allowance::of(&self.id))?;
        (now < until).then_some((*count, until))
    }

    pub(super) fn lower(&mut self) {
        if let Some(failures) = self.failures.last_mut() {
            failures.count = failures.count.saturating_sub(1);
        }
    }
}

/// Returns the wait after the last of `count` failures in a row.
fn wait_after(count: u32, Allowance { free, first_wait, daily }: Allowance) -> Option<Duration> {
    let doublings = count.checked_sub(free)?;
    if count >= daily {
        return Some(DAILY_WAIT);
    }
    Some(first_wait.saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX)).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limiter::device_account;

    #[test]
    fn wait_starts_after_ten_failures_and_doubles_up_to_an_hour_and_then_a_day() {
        for counter in ["password:0198", "typed:name:ada", "code:0198", "recoveryCode:0198"] {
            let allowance = Allowance::of(counter);
            assert_eq!(wait_after(9, allowance), None);
            assert_eq!(wait_after(10, allowance), Some(Duration::from_secs(30)));
            assert_eq!(wait_after(11, allowance), Some(Duration::from_mins(1)));
            assert_eq!(wait_after(17, allowance), Some(Duration::from_hours(1)));
            assert_eq!(wait_after(59, allowance), Some(Duration::from_hours(1)));
            assert_eq!(wait_after(60, allowance), Some(Duration::from_hours(24)));
            assert_eq!(wait_after(1000, allowance), Some(Duration::from_hours(24)));
        }
    }

    // NIST SP 800-63B-4 §3.2.2: at most 100 consecutive failures. Afterwards, one attempt a day is left.
    #[test]
    fn guesses_without_a_device_and_with_two_stolen_device_cookies_stay_within_one_hundred() {
        let before_daily = |counter: &str| {
            let (mut counter, mut now) =
                (Counter::new(counter, Timestamp::from_millis(0)), Timestamp::from_millis(0));
            loop {
                match counter.raise_account(0, now) {
                    Ok(()) => {}
                    Err(Limited::Wait(left, _)) if left >= DAILY_WAIT => return counter.failures(),
                    Err(Limited::Wait(left, _)) => now = now + left,
                    Err(other) => panic!("{other:?}"),
                }
            }
        };
        let device = format!("password:{}", device_account("0198", "hash"));
        assert_eq!((before_daily("password:0198"), before_daily(&device)), (60, 20));
        assert!(before_daily("password:0198") + 2 * before_daily(&device) <= 100);
        assert_eq!(before_daily("reset:name:ada@corp.example"), 20);
    }

    // Otherwise 60 guesses and a pause of a day would start the next 60.
    #[test]
    fn failures_are_remembered_longer_than_the_longest_wait() {
        let mut counter = Counter::new("password:ada", Timestamp::from_millis(0));
        counter.raise_account(0, Timestamp::from_millis(0)).expect("free");
        assert!(counter.purge_at() > Some(Timestamp::from_millis(0) + DAILY_WAIT * 7));
    }

    #[test]
    fn network_waits_until_the_window_moves() {
        let start = Timestamp::from_millis(0);
        let mut counter = Counter::new("network:192.0.2.1", start);
        for _ in 0..100 {
            counter.raise_window(100, 0, start).expect("free");
        }
        let Err(Limited::Wait(left, Counted::Network)) =
            counter.raise_window(100, 0, start + Duration::from_mins(1))
        else {
            panic!("not limited")
        };
        assert_eq!(left, Duration::from_mins(9));
        counter.raise_window(100, 0, start + Duration::from_mins(10)).expect("the window has moved");
    }

    #[test]
    fn limit_of_a_day_ends_with_the_day() {
        let evening = Timestamp::from_millis(23 * 3_600_000);
        let mut counter = Counter::new("smsDay:all", evening);
        for _ in 0..2 {
            counter.raise_day(2, evening).expect("free");
        }
        let Err(Limited::Wait(left, Counted::Day)) = counter.raise_day(2, evening) else {
            panic!("not limited")
        };
        assert_eq!(left, Duration::from_hours(1));
        assert_eq!(counter.purge_at(), Some(evening + left));
        counter.raise_day(2, evening + left).expect("another day");
    }

    #[test]
    fn attempts_in_progress_cause_busy_instead_of_a_wait() {
        let now = Timestamp::from_millis(0);
        let mut counter = Counter::new("password:ada", now);
        for _ in 0..10 {
            counter.raise_account(0, now).expect("free");
        }
        assert!(matches!(counter.raise_account(10, now), Err(Limited::Busy)));
        assert!(matches!(counter.raise_account(0, now), Err(Limited::Wait(_, Counted::Account))));
    }
}
