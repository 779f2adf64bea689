//! The event stream of doctor: five events, each as it is sent. A proxy with a buffer delivers all of them at the end.

use std::time::Duration;

/// Number of events.
pub(super) const EVENTS: u32 = 5;
/// Time between two events.
pub(super) const INTERVAL: Duration = Duration::from_millis(150);

/// Returns whether events arrived together. `between` is the time from the first to the last one.
pub(super) fn is_buffered(between: Duration) -> bool {
    between < INTERVAL * (EVENTS - 1) / 2
}
