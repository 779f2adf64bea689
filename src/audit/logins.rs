//! Logins by day and by method, counted from the audit events. The work is bounded by a number of events and by a time.

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use super::{
    event::{Event, EventKind, Outcome},
    query::Query,
};
use crate::{
    clock::Timestamp,
    store::{Store, StoreError},
};

/// Events that are read, the newest first.
const EVENTS_MAX: u64 = 100_000;
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
    fn add(&mut self, event: &Event) {
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

/// Counts the logins since a time.
///
/// # Errors
/// The store failed.
pub async fn count_logins(store: &Store, since: Timestamp) -> Result<LoginFigures, StoreError> {
    count_up_to(store, since, EVENTS_MAX).await
}

async fn count_up_to(store: &Store, since: Timestamp, max: u64) -> Result<LoginFigures, StoreError> {
    let until = Instant::now() + TIME_MAX;
    let (mut figures, mut read) = (LoginFigures::default(), 0);
    let query = Query { since: Some(since), ..Query::default() };
    let stopped_at = query
        .newest_first(store, |event| {
            if read >= max || Instant::now() >= until {
                return ControlFlow::Break(event.at);
            }
            read += 1;
            figures.add(&event);
            ControlFlow::Continue(())
        })
        .await?;
    figures.counted_since = stopped_at;
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, outcome: Outcome, day: i64) -> Event {
        let at = Timestamp::from_millis(day * 86_400_000);
        let mut event = Event::new(kind, at);
        event.outcome = outcome;
        event
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
