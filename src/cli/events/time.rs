//! Times on the command line.

use std::{str::FromStr, time::Duration};

use crate::clock::Timestamp;

/// A time, or a duration before now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    Ago(Duration),
    At(Timestamp),
}

impl Moment {
    pub(super) fn at(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(duration) => now - duration,
            Self::At(at) => at,
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let of_json = |text: String| serde_json::from_value::<Timestamp>(text.into()).ok();
        let at = of_json(text.to_owned()).or_else(|| of_json(format!("{text}T00:00:00Z")));
        at.map(Self::At).or_else(|| duration(text).map(Self::Ago)).ok_or_else(|| {
            "write 30s, 10m, 12h or 7d, or a time such as 2026-11-22T10:00:00Z or 2026-11-22".to_owned()
        })
    }
}

fn duration(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let number = text.strip_suffix(unit)?;
    // `parse` also accepts a sign.
    let number: u64 = number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok())??;
    number.checked_mul(seconds).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_durations_before_now_are_read() {
        let now = Timestamp::from_millis(1_795_341_600_000);
        for (text, expected) in [
            ("30s", "2026-11-22T09:59:30.000Z"),
            ("2d", "2026-11-20T10:00:00.000Z"),
            ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.000Z"),
            ("2026-11-22T12:00:00+02:00", "2026-11-22T10:00:00.000Z"),
            ("2026-11-22", "2026-11-22T00:00:00.000Z"),
        ] {
            let moment: Moment = text.parse().expect(text);
            assert_eq!(moment.at(now).to_string(), expected, "{text}");
        }
        for text in ["", "1", "h", "+1h", "-1h", "1.5h", "yesterday", "2026-02-30", "99999999999999999999d"] {
            assert!(text.parse::<Moment>().expect_err(text).contains("30s"), "{text}");
        }
    }
}
