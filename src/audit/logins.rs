//! Logins by day and by method, counted from the audit events. The work is bounded by a number of events and by a time.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde::Deserialize;

use super::event::{EventKind, Outcome};
use crate::{
    clock::Timestamp,
    store::{Collection, Page, Readable, Store, StoreError},
};

/// Events per read of the store.
const PAGE: usize = 500;

const TIME_MAX: Duration = Duration::from_secs(4);

/// Successes and failures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Results {
    pub success: u64,
    pub failure: u64,
}

impl Results {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Success => self.success += 1,
            Outcome::Failure => self.failure += 1,
        }
    }
}

/// The part of an audit event that is counted.
#[derive(Deserialize)]
struct CountedEvent {
    at: Timestamp,
    #[serde(rename = "type")]
    kind: EventKind,
    outcome: Outcome,
}

impl Readable for CountedEvent {
    const SOURCE: Collection = Collection::Events;
    const FIELDS: Option<&'static [&'static str]> = Some(&["at", "type", "outcome"]);
}

/// Logins since a time.
#[derive(Clone, Debug, Default)]
pub struct LoginFigures {
    /// Logins with a password, with a passkey or through a provider, by day in UTC (`2026-11-22`). A second factor is no login of its own.
    pub by_day: BTreeMap<String, Results>,
    /// By `password`, `passkey`, `federated` and `secondFactor`.
    pub by_method: BTreeMap<&'static str, Results>,
    /// The time since which all events were read, if a limit stopped the count.
    pub counted_since: Option<Timestamp>,
}

impl LoginFigures {
    fn add(&mut self, event: &CountedEvent) {
        let Some(method) = event.kind.login_method() else { return };
        self.by_method.entry(method).or_default().add(event.outcome);
        if event.kind != EventKind::SecondFactor {
            self.by_day.entry(day_of(event.at)).or_default().add(event.outcome);
        }
    }
}

/// Returns the day of a time in UTC, as in a timestamp.
#[must_use]
pub fn day_of(at: Timestamp) -> String {
    let text = at.to_string();
    text.get(..10).unwrap_or(&text).to_owned()
}

/// Counts the logins since a time, in the newest `max` events.
///
/// # Errors
/// The store failed.
pub async fn count_logins(store: &Store, since: Timestamp, max: u64) -> Result<LoginFigures, StoreError> {
    let until = Instant::now() + TIME_MAX;
    let (mut figures, mut read, mut after) = (LoginFigures::default(), 0, None);
    loop {
        let page = Page { tag: None, after, newest_first: true, limit: PAGE };
        let page = store.scan::<CountedEvent>(page).await?;
        for event in &page.documents {
            if event.at < since {
                return Ok(figures);
            }
            if read >= max || Instant::now() >= until {
                figures.counted_since = Some(event.at);
                return Ok(figures);
            }
            read += 1;
            figures.add(event);
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(figures),
        }
        // A page of the embedded store is read without a wait. Other requests must have a turn.
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, outcome: Outcome, day: i64) -> CountedEvent {
        CountedEvent { at: Timestamp::from_millis(day * 86_400_000), kind, outcome }
    }

    #[test]
    fn second_factor_is_a_method_and_no_login_of_its_own() {
        let mut figures = LoginFigures::default();
        for (kind, outcome, day) in [
            (EventKind::PasswordSignIn, Outcome::Success, 0),
            (EventKind::SecondFactor, Outcome::Success, 0),
            (EventKind::PasswordSignIn, Outcome::Failure, 0),
            (EventKind::FederatedSignIn, Outcome::Success, 1),
            (EventKind::PasskeySignIn, Outcome::Success, 1),
            (EventKind::SignOut, Outcome::Success, 1),
        ] {
            figures.add(&event(kind, outcome, day));
        }
        let of = |success, failure| Results { success, failure };
        let days = [("1970-01-01".to_owned(), of(1, 1)), ("1970-01-02".to_owned(), of(2, 0))];
        assert_eq!(figures.by_day, BTreeMap::from(days));
        let methods = [
            ("federated", of(1, 0)),
            ("passkey", of(1, 0)),
            ("password", of(1, 1)),
            ("secondFactor", of(1, 0)),
        ];
        assert_eq!(figures.by_method, BTreeMap::from(methods));
    }
}
