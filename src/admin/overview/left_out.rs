//! What the figures leave out. The kinds are published.

use std::fmt;

use serde::Serialize;

use crate::clock::Timestamp;

/// Something that the figures leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[schemars(rename = "OverviewLeftOut")]
pub enum LeftOut {
    /// Users before the newest ones.
    Users { counted: u64 },
    /// Records of sessions after the first ones.
    Sessions { read: usize },
    /// Counters of failed guesses after the first ones.
    Counters { read: usize },
    /// Logins before this time.
    Logins { since: Timestamp },
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Users { counted } => write!(f, "only the newest {counted} users were counted"),
            Self::Sessions { read } => write!(f, "only {read} session records were read"),
            Self::Counters { read } => write!(f, "only {read} counters of failures were read"),
            Self::Logins { since } => write!(f, "only logins since {since} were counted"),
        }
    }
}
