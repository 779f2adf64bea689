//! Audit events that clients can cause, counted in this process.
//!
//! The counts protect the store and decide about no request: an event over its budget is only logged. So they need no write of their own.

use std::{collections::HashMap, sync::Mutex, sync::PoisonError};

use crate::clock::Timestamp;

/// Events about no known user that are stored in one minute, of each group.
const IN_TOTAL_FREE: u32 = 600;
const IN_TOTAL_SECONDS: i64 = 60;
/// Events about one user that are stored in ten minutes, of each group. A user causes a few; a script with a session causes thousands.
const OF_USER_FREE: u32 = 200;
const OF_USER_SECONDS: i64 = 600;

/// Events that share a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventGroup {
    /// Logins, logouts and re-authentications.
    Authentication,
    /// Refused requests. They have a budget of their own: a page that sends wrong requests must not hide the logins of its user.
    Access,
}

impl EventGroup {
    pub(super) const fn network_kind(self) -> &'static str {
        match self {
            Self::Authentication => "anomaly",
            Self::Access => "access",
        }
    }
}

/// The events of the current minute in total, and those of the current ten minutes of each user.
#[derive(Default)]
pub(super) struct EventBudgets(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    in_total: Window<EventGroup>,
    of_users: Window<(EventGroup, String)>,
}

impl EventBudgets {
    /// Counts an event about `user`, or about no known user, and returns whether it may be stored.
    pub(super) fn allows(&self, group: EventGroup, user: Option<String>, now: Timestamp) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match user {
            None => counts.in_total.count(group, now.as_secs().div_euclid(IN_TOTAL_SECONDS)) <= IN_TOTAL_FREE,
            Some(user) => {
                let window = now.as_secs().div_euclid(OF_USER_SECONDS);
                counts.of_users.count((group, user), window) <= OF_USER_FREE
            }
        }
    }
}

/// Counts of one span of time. The next span begins without counts, so that the memory stays bounded by the users of one span.
struct Window<K> {
    number: i64,
    counts: HashMap<K, u32>,
}

impl<K> Default for Window<K> {
    fn default() -> Self {
        Self { number: 0, counts: HashMap::new() }
    }
}

impl<K: Eq + std::hash::Hash> Window<K> {
    fn count(&mut self, key: K, number: i64) -> u32 {
        if self.number != number {
            *self = Self { number, counts: HashMap::new() };
        }
        let count = self.counts.entry(key).or_default();
        *count = count.saturating_add(1);
        *count
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn budgets_of_users_groups_and_the_total_are_separate() {
        let budgets = EventBudgets::default();
        let start = Timestamp::from_millis(0);
        let stored = |group, user: Option<&str>, now| {
            (0..1000).filter(|_| budgets.allows(group, user.map(str::to_owned), now)).count()
        };
        for group in [EventGroup::Authentication, EventGroup::Access] {
            assert_eq!(stored(group, Some("ada"), start), 200);
            assert_eq!(stored(group, Some("linus"), start), 200);
            assert_eq!(stored(group, None, start), 600);
        }
        let minute = start + Duration::from_mins(1);
        assert_eq!(stored(EventGroup::Access, None, minute), 600);
        assert_eq!(stored(EventGroup::Access, Some("ada"), minute), 0);
        assert_eq!(stored(EventGroup::Access, Some("ada"), start + Duration::from_mins(10)), 200);
    }
}
