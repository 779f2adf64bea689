//! The clock, and the timestamp type of all stored and published times.
//!
//! Time is an argument: only this module reads the system clock (clippy forbids it elsewhere), so that tests can move time.

use std::{
    fmt,
    ops::{Add, Sub},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::OffsetDateTime;

use crate::schema::text_schema;

/// Milliseconds since the Unix epoch, UTC. In JSON `2026-11-22T10:00:00.000Z`, in BSON a native date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

text_schema!(Timestamp, { "format": "date-time" });

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

    /// Reads the time of an HTTP header (RFC 9110 §5.6.7). `None` for the two obsolete forms.
    #[must_use]
    pub fn from_http(text: &str) -> Option<Self> {
        let date = OffsetDateTime::parse(text, &time::format_description::well_known::Rfc2822).ok()?;
        i64::try_from(date.unix_timestamp_nanos() / 1_000_000).ok().map(Self)
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
///
/// [`Clock::now`] never goes back: otherwise a session that expired would be valid again after the system clock is set back. Clones share
/// the newest time.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    newest: Arc<Mutex<Newest>>,
}

#[derive(Clone, Debug)]
enum Source {
    /// With the start of the monotonic clock.
    System(Instant),
    Manual(Arc<Manual>),
}

/// Milliseconds of a clock that tests move.
#[derive(Debug)]
struct Manual {
    wall: AtomicI64,
    monotonic: AtomicI64,
}

/// The newest time that was seen, and what it was on the monotonic clock.
#[derive(Clone, Copy, Debug)]
struct Newest {
    time: Timestamp,
    monotonic: Duration,
    /// When the system clock began to be more than [`JUMP`] ahead.
    jumped_at: Option<Duration>,
    /// Whether a stored time was included.
    is_loaded: bool,
}

/// How far the system clock may go ahead of the monotonic clock without confirmation.
const JUMP: Duration = Duration::from_hours(24);
/// How long a larger jump must last until it is not taken for a mistake.
const CONFIRMATION: Duration = Duration::from_hours(1);

impl Newest {
    /// Returns the time that must have been reached by now.
    fn at(&self, monotonic: Duration) -> Timestamp {
        self.time + monotonic.saturating_sub(self.monotonic)
    }

    /// Includes a time of the system clock, and returns the time to use. A jump of more than a day is followed, because a machine may have
    /// been paused for so long, but remembered only when it lasts. A clock that is wrong for a minute has no effect afterwards.
    fn include(&mut self, wall: Timestamp, monotonic: Duration) -> Timestamp {
        let reached = self.at(monotonic);
        if wall <= reached {
            self.jumped_at = None;
            return reached;
        }
        if wall.since(reached) > JUMP {
            let jumped_at = *self.jumped_at.get_or_insert(monotonic);
            if monotonic.saturating_sub(jumped_at) < CONFIRMATION {
                return wall;
            }
        }
        (self.time, self.monotonic, self.jumped_at) = (wall, monotonic, None);
        wall
    }
}

impl Source {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    fn system_time(&self) -> Timestamp {
        match self {
            Self::System(_) => {
                let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Manual(manual) => Timestamp(manual.wall.load(Ordering::SeqCst)),
        }
    }

    fn monotonic(&self) -> Duration {
        match self {
            Self::System(started) => started.elapsed(),
            Self::Manual(manual) => {
                Duration::from_millis(u64::try_from(manual.monotonic.load(Ordering::SeqCst)).unwrap_or(0))
            }
        }
    }
}

impl Clock {
    #[must_use]
    pub fn system() -> Self {
        Self::of(Source::System(Instant::now()))
    }

    /// Creates a clock that stays at `start` until [`Clock::advance`] moves it. Clones share their time.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        let manual = Manual { wall: AtomicI64::new(start.0), monotonic: AtomicI64::new(0) };
        Self::of(Source::Manual(Arc::new(manual)))
    }

    fn of(source: Source) -> Self {
        let (time, monotonic) = (source.system_time(), source.monotonic());
        let newest = Newest { time, monotonic, jumped_at: None, is_loaded: false };
        Self { source, newest: Arc::new(Mutex::new(newest)) }
    }

    /// Returns the time by which deadlines are evaluated. It never goes back, also not after a restart, see
    /// [`crate::store::Store::synchronize`].
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let (wall, monotonic) = (self.system_time(), self.source.monotonic());
        self.newest().include(wall, monotonic)
    }

    /// Returns the time of the system clock, for what other machines compute from their clocks: one-time codes, tokens, log entries.
    #[must_use]
    pub fn system_time(&self) -> Timestamp {
        self.source.system_time()
    }

    /// Returns the newest time that is certain: without a jump of more than a day that may be a mistake.
    #[must_use]
    pub fn confirmed(&self) -> Timestamp {
        let (wall, monotonic) = (self.system_time(), self.source.monotonic());
        let mut newest = self.newest();
        newest.include(wall, monotonic);
        newest.at(monotonic)
    }

    /// Returns the time up to which documents may be deleted. A clock that is wrong by more than a day must not delete anything: neither a
    /// jump that may be a mistake counts, nor a newest time that the system clock does not confirm any more.
    #[must_use]
    pub fn certain(&self) -> Timestamp {
        self.confirmed().min(self.system_time())
    }

    /// Includes the newest time that any process stored, and the present time of the database server, if it has a clock. Without stored
    /// time the system clock counts.
    pub fn observe(&self, stored: Option<Timestamp>, server: Option<Timestamp>) {
        let Some(stored) = stored else { return };
        let (wall, monotonic) = (self.system_time(), self.source.monotonic());
        let mut newest = self.newest();
        let is_confirmed =
            server.is_some_and(|server| wall.since(server) <= JUMP) || wall.since(stored) <= JUMP;
        // The first stored time shows how long the service was off, or how far its clock is wrong.
        let is_wrong = !is_confirmed && !newest.is_loaded;
        newest.is_loaded = true;
        if stored >= newest.at(monotonic) || is_wrong {
            (newest.time, newest.monotonic) = (stored, monotonic);
        }
        newest.include(wall, monotonic);
    }

    fn newest(&self) -> MutexGuard<'_, Newest> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves a manual clock forward. Has no effect on the system clock.
    pub fn advance(&self, by: Duration) {
        self.step(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
        if let Source::Manual(manual) = &self.source {
            manual.monotonic.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// Sets a manual clock, as an administrator or a time server sets the system clock: the monotonic clock stays.
    pub fn step(&self, millis: i64) {
        if let Source::Manual(manual) = &self.source {
            manual.wall.fetch_add(millis, Ordering::SeqCst);
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

    const DAY: i64 = 86_400_000;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn clock_that_is_set_back_continues_with_the_newest_time() {
        let clock = Clock::manual(at(0));
        clock.step(3_600_000);
        assert_eq!(clock.now(), at(3_600_000));
        clock.step(-3_600_000);
        assert_eq!((clock.now(), clock.system_time()), (at(3_600_000), at(0)));
        clock.advance(Duration::from_secs(5));
        assert_eq!((clock.now(), clock.system_time()), (at(3_605_000), at(5_000)));
        // A clone, for example in another task, has seen the same.
        assert_eq!(clock.clone().now(), at(3_605_000));
        clock.step(4_000_000);
        assert_eq!(clock.now(), at(4_005_000));
    }

    #[test]
    fn jump_of_more_than_a_day_is_followed_and_not_remembered() {
        let clock = Clock::manual(at(0));
        clock.step(500 * DAY);
        assert_eq!((clock.now(), clock.confirmed()), (at(500 * DAY), at(0)));
        clock.advance(Duration::from_mins(1));
        assert_eq!((clock.now(), clock.confirmed()), (at(500 * DAY + 60_000), at(60_000)));
        clock.step(-500 * DAY);
        assert_eq!((clock.now(), clock.confirmed()), (at(60_000), at(60_000)));
        // The time of a second jump is not added to the first.
        clock.step(500 * DAY);
        let _ = clock.now();
        clock.advance(Duration::from_mins(59));
        assert_eq!(clock.confirmed(), at(60 * 60_000));
        clock.advance(Duration::from_mins(1));
        assert_eq!(clock.confirmed(), at(500 * DAY + 61 * 60_000));
    }

    #[test]
    fn stored_time_counts_after_a_restart() {
        for (stored, server, now, confirmed) in [
            (None, None, 0, 0),
            (Some(-5_000), None, 0, 0),
            (Some(5_000), None, 5_000, 5_000),
            (Some(500 * DAY), None, 500 * DAY, 500 * DAY),
            // The service was off for two days, or its clock is wrong: only the clock of the server knows.
            (Some(-2 * DAY), None, 0, -2 * DAY),
            (Some(-2 * DAY), Some(-2 * DAY), 0, -2 * DAY),
            (Some(-2 * DAY), Some(1_000), 0, 0),
        ] {
            let clock = Clock::manual(at(0));
            clock.observe(stored.map(at), server.map(at));
            assert_eq!((clock.now(), clock.confirmed()), (at(now), at(confirmed)), "{stored:?} {server:?}");
        }
    }
}
