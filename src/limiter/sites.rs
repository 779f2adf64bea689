//! The sites from which one account is guessed: an attacker who has many addresses stays below the limit of each network.
//!
//! The sites are part of the counter of the account. So all replicas see the same ones, and each attempt writes once, as before. The list has
//! at most [`MANY`] sites.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// Sites of failures within a day that are an attack. A user who travels has fewer: a success removes the site that it came from.
pub const MANY: usize = 6;
/// Longer than the waits of an account: they slow guesses down to one an hour.
const WINDOW: Duration = Duration::from_hours(24);

/// The sites of the failures of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sites {
    seen: Vec<Seen>,
    /// When failures from many sites were reported.
    reported_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    site: String,
    /// The newest attempt.
    at: Timestamp,
}

impl Sites {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds the site of an attempt. Returns whether the attempt must be reported: it is the first one from many sites within a day. The
    /// caller stores the result with a compare-and-set, so one attempt of all replicas gets `true`.
    pub(super) fn add(&mut self, site: &str, now: Timestamp) -> bool {
        let is_recent = |at: Timestamp| now < at + WINDOW;
        self.seen.retain(|seen| is_recent(seen.at));
        if let Some(seen) = self.seen.iter_mut().find(|seen| seen.site == site) {
            seen.at = now;
        } else if self.seen.len() < MANY {
            self.seen.push(Seen { site: site.to_owned(), at: now });
        }
        if self.seen.len() < MANY || self.reported_at.is_some_and(is_recent) {
            return false;
        }
        self.reported_at = Some(now);
        true
    }

    /// Removes the site of a success. The other sites stay: a login of the owner must not hide the attack.
    pub(super) fn remove(&mut self, site: &str) {
        self.seen.retain(|seen| seen.site != site);
    }

    /// Takes back a report, because the attempt did not fail: the next one is reported instead.
    pub(super) fn take_back_report(&mut self) {
        self.reported_at = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: u64) -> Timestamp {
        Timestamp::from_millis(0) + Duration::from_mins(minutes)
    }

    fn added(sites: &mut Sites, numbers: impl IntoIterator<Item = u64>, minutes: u64) -> usize {
        numbers.into_iter().filter(|number| sites.add(&format!("192.0.{number}.0/24"), at(minutes))).count()
    }

    #[test]
    fn sixth_site_within_a_day_is_reported_once() {
        let mut sites = Sites::default();
        assert_eq!(added(&mut sites, 0..5, 0), 0);
        assert_eq!(added(&mut sites, 0..5, 60), 0, "the same sites again");
        assert_eq!(added(&mut sites, [5], 60), 1);
        assert_eq!(added(&mut sites, 0..500, 60), 0);
        assert_eq!(sites.seen.len(), MANY, "the list does not grow");
        assert_eq!(added(&mut sites, 0..500, 60 * 24 + 59), 0, "the attack lasts");
        assert_eq!(added(&mut sites, 0..500, 60 * 25), 1, "once a day");
    }

    #[test]
    fn sites_of_different_days_are_not_added_up() {
        let mut sites = Sites::default();
        for number in 0..20 {
            assert_eq!(added(&mut sites, [number], number * 5 * 60), 0, "{number}");
        }
    }

    // The owner signs in between the guesses.
    #[test]
    fn success_removes_its_own_site_only() {
        let mut sites = Sites::default();
        assert_eq!(added(&mut sites, 0..5, 0), 0);
        for _ in 0..10 {
            assert!(sites.add("198.51.100.0/24", at(1)));
            sites.remove("198.51.100.0/24");
            sites.take_back_report();
        }
        assert_eq!(added(&mut sites, [5], 2), 1, "the next failure is reported");
    }
}
