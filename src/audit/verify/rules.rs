//! What the check needs beside the store.

use std::time::Duration;

use crate::{audit::chain::link::Previous, clock::Timestamp, secrets::Keys};

/// How much the clock of the database server, which removes expired documents, may be ahead of ours.
const CLOCK_SKEW: Duration = Duration::from_mins(10);

/// Keys, time and retention of a check.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    pub keys: &'a Keys,
    pub now: Timestamp,
    pub retention: Duration,
}

impl Rules<'_> {
    /// Returns whether the retention may have removed an event, and every event before it.
    pub(super) fn is_expired(&self, event: &Previous) -> bool {
        self.is_past(event.kept_until) || self.is_past(event.at + self.retention)
    }

    /// Returns whether the database may have removed a document that it keeps until this time.
    pub(super) fn is_past(&self, until: Timestamp) -> bool {
        until <= self.now + CLOCK_SKEW
    }
}
