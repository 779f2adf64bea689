//! When a delivery is tried again. Pure.

use std::time::Duration;

use crate::clock::Timestamp;

/// Time before the second attempt; it doubles up to [`RETRY_MAX`].
const RETRY: Duration = Duration::from_secs(5);
const RETRY_MAX: Duration = Duration::from_hours(6);
/// After this time in the queue a delivery has failed.
pub(super) const LIFETIME: Duration = Duration::from_hours(72);
/// The longest wait that a receiver can ask for.
pub(super) const RETRY_AFTER_MAX: Duration = Duration::from_hours(1);
/// Pause of a webhook after a failure; it doubles up to [`PAUSE_MAX`] with each failure in a row.
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_mins(1);

/// Returns the time of the next attempt, or `None` if there is none. `spread` is a random number: without it, the messages that failed in one
/// outage would all come back at one moment.
pub(super) fn next_attempt(
    queued_at: Timestamp,
    attempts: u32,
    retry_after: Option<Duration>,
    spread: u8,
    now: Timestamp,
) -> Option<Timestamp> {
    let doublings = attempts.saturating_sub(1).min(20);
    let delay = (RETRY * 2_u32.pow(doublings)).min(RETRY_MAX);
    // Between 80% and 120%.
    let delay = delay * (80 + u32::from(spread) * 40 / 255) / 100;
    let due_at = now + delay.max(retry_after.unwrap_or_default());
    (due_at <= queued_at + LIFETIME).then_some(due_at)
}

/// When a webhook is used again after failures. A receiver that is down gets one request a minute, not one for each message.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pause {
    until: Option<Timestamp>,
    failures: u32,
}

impl Pause {
    pub(super) fn is_over(self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until <= now)
    }

    pub(super) fn begin(&mut self, retry_after: Option<Duration>, now: Timestamp) {
        let pause = (PAUSE * 2_u32.pow(self.failures.min(10))).min(PAUSE_MAX);
        self.until = Some(now + pause.max(retry_after.unwrap_or_default()));
        self.failures = self.failures.saturating_add(1);
    }

    pub(super) fn end(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(0);

    /// Returns the seconds after which a delivery is tried.
    fn attempts(spread: u8) -> Vec<u64> {
        let (mut at, mut tried) = (START, vec![]);
        loop {
            tried.push(at.since(START).as_secs());
            match next_attempt(START, u32::try_from(tried.len()).expect("few"), None, spread, at) {
                Some(next) => at = next,
                None => return tried,
            }
        }
    }

    #[test]
    fn attempts_last_three_days_with_growing_delay() {
        for (spread, first) in [(0, 4), (255, 6)] {
            let seconds = attempts(spread);
            assert_eq!(seconds[..4], [0, first, 3 * first, 7 * first], "{spread}");
            let last = seconds.last().expect("an attempt") / 3600;
            assert!((60..=72).contains(&last) && seconds.len() < 40, "{seconds:?}");
        }
    }

    #[test]
    fn receiver_can_ask_for_more_time() {
        let hour = Some(Duration::from_hours(1));
        assert_eq!(next_attempt(START, 1, hour, 0, START), Some(START + Duration::from_hours(1)));
        let late = START + LIFETIME - Duration::from_mins(30);
        assert_eq!(next_attempt(START, 1, hour, 0, late), None);
    }

    #[test]
    fn pause_grows_to_a_minute_and_ends_with_a_success() {
        let mut pause = Pause::default();
        assert!(pause.is_over(START));
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            pause.begin(None, START);
            assert!(!pause.is_over(START + Duration::from_millis(seconds * 1000 - 1)), "{seconds}");
            assert!(pause.is_over(START + Duration::from_secs(seconds)), "{seconds}");
        }
        pause.end();
        assert!(pause.is_over(START));
    }
}
