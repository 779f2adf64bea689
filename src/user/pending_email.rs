//! Addresses beside the present one: the one that waits for its confirmation, and those that were replaced.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Email;
use crate::clock::Timestamp;

/// How long a change can be cancelled from the old address.
pub const CANCELLABLE_FOR: Duration = Duration::from_hours(7 * 24);
/// How long an address waits for its confirmation.
pub const CONFIRMABLE_FOR: Duration = Duration::from_hours(24);

/// Address that the user requested. The present address stays until this one is confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingEmail {
    pub email: Email,
    pub requested_at: Timestamp,
}

/// Verified address that the user replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviousEmail {
    pub email: Email,
    /// The provider that the address came from.
    pub source: Option<String>,
    /// When the change was requested that replaced it: the link that cancels the change names this time.
    pub requested_at: Timestamp,
    pub replaced_at: Timestamp,
}

impl PendingEmail {
    /// Returns whether it is too late to confirm the address.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.requested_at + CONFIRMABLE_FOR
    }
}

impl PreviousEmail {
    /// Returns whether the change can still be cancelled.
    #[must_use]
    pub fn is_cancellable(&self, now: Timestamp) -> bool {
        now < self.replaced_at + CANCELLABLE_FOR
    }
}

/// Why a change of the address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailChangeRefused {
    #[error("the address is the verified address of the user")]
    Unchanged,
    #[error("the address was changed too often within seven days")]
    TooMany,
}
