//! Times in mails: UTC, because the service does not know where a user is.

use crate::clock::Timestamp;

/// Returns a time as `2026-11-26 10:00 UTC`.
pub(super) fn utc(at: Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(date), Some(time)) => format!("{date} {time} UTC"),
        _ => text,
    }
}
