//! The clock, and the timestamp type of all stored and published times.
//!
//! Time is an argument: only this module reads the system clock (clippy forbids it elsewhere), so that tests can move time.

use std::{
    fmt,
    ops::{Add, Sub},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::OffsetDateTime;

/// Milliseconds since the Unix epoch, UTC. In JSON `2026-11-22T10:00:00.000Z`, in BSON a native date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Returns the Unix epoch.
    #[must_use]
    pub fn epoch() -> Self {
        Self::from_millis(0)
    }

    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns whole seconds since the Unix epoch, negative before it.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Returns the time from `earlier` to this timestamp, or zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    /// Formats as RFC 3339 in UTC with three fractional digits. Every response contains several, so this avoids the general
    /// formatter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(date) = OffsetDateTime::from_unix_timestamp(self.as_secs()) else {
            return f.write_str("out of range");
        };
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let mut put = |at: usize, digits: usize, mut number: u32| {
            for place in (at..at + digits).rev() {
                text[place] = b'0' + u8::try_from(number % 10).unwrap_or(0);
                number /= 10;
            }
        };
        put(0, 4, u32::try_from(date.year()).unwrap_or(0));
        put(5, 2, u8::from(date.month()).into());
        put(8, 2, date.day().into());
        put(11, 2, date.hour().into());
        put(14, 2, date.minute().into());
        put(17, 2, date.second().into());
        put(20, 3, u32::try_from(self.0.rem_euclid(1000)).unwrap_or(0));
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            bson::DateTime::from_millis(self.0).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(TimestampVisitor)
        } else {
            bson::DateTime::deserialize(deserializer).map(|date| Self(date.timestamp_millis()))
        }
    }
}

/// Reads RFC 3339 text, or a BSON date. Serde buffers tagged enums and flattened fields and then reports every format as human
/// readable: a BSON date arrives here as a map.
struct TimestampVisitor;

impl<'de> de::Visitor<'de> for TimestampVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 time")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
        let date = OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339)
            .map_err(de::Error::custom)?;
        let millis = date.unix_timestamp_nanos().div_euclid(1_000_000);
        i64::try_from(millis).map(Timestamp).map_err(de::Error::custom)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Timestamp, A::Error> {
        let date = bson::DateTime::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(Timestamp(date.timestamp_millis()))
    }
}

/// The system clock, or a clock that tests move.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// Creates a clock that stays at `start` until [`Clock::advance`] moves it. Clones share their time.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.0))))
    }

    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => {
                let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
            }
            Source::Manual(millis) => Timestamp(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward. Has no effect on the system clock.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(millis) = &self.0 {
            millis.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamp_is_written_in_utc_with_milliseconds() {
        let text = serde_json::to_string(&Timestamp::from_millis(1_795_341_600_000)).expect("json");
        assert_eq!(text, "\"2026-11-22T10:00:00.000Z\"");
        let read: Timestamp = serde_json::from_str(&text).expect("json");
        assert_eq!(read.as_millis(), 1_795_341_600_000);
        assert_eq!(Timestamp::from_millis(-1).to_string(), "1969-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::from_millis(1_709_210_096_007).to_string(), "2024-02-29T12:34:56.007Z");
    }

    #[test]
    fn timestamp_is_a_native_date_in_bson() {
        #[derive(Serialize, Deserialize)]
        struct Holder {
            at: Timestamp,
        }
        let bytes = bson::serialize_to_vec(&Holder { at: Timestamp::from_millis(42) }).expect("bson");
        let document: bson::Document = bson::deserialize_from_slice(&bytes).expect("bson");
        assert_eq!(document.get_datetime("at").expect("a date").timestamp_millis(), 42);
        let back: Holder = bson::deserialize_from_slice(&bytes).expect("bson");
        assert_eq!(back.at.as_millis(), 42);
    }

    #[test]
    fn native_date_is_read_in_tagged_enums_and_flattened_fields() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "state")]
        enum Status {
            Open { since: Timestamp },
        }
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Order {
            #[serde(flatten)]
            status: Status,
        }
        let order = Order { status: Status::Open { since: Timestamp::from_millis(42) } };
        let bytes = bson::serialize_to_vec(&order).expect("bson");
        let document: bson::Document = bson::deserialize_from_slice(&bytes).expect("bson");
        assert!(document.get_datetime("since").is_ok());
        assert_eq!(bson::deserialize_from_slice::<Order>(&bytes).expect("bson"), order);
        let json = serde_json::to_string(&order).expect("json");
        assert_eq!(serde_json::from_str::<Order>(&json).expect("json"), order);
    }
}
