//! A finding of a summary, and what a summary leaves out. The codes are published.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{clock::Timestamp, schema::text_schema, user::UserId};

/// Something that an administrator should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SummaryFinding")]
pub struct Finding {
    pub code: FindingKind,
    /// In English.
    pub text: String,
    /// The values of the text, for a text in another language.
    pub details: Details,
    /// The next command.
    pub next: String,
}

/// The values of a finding. Together with the code, the kind decides about the sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[schemars(rename = "SummaryFindingDetails")]
pub enum Details {
    Count {
        count: u64,
    },
    /// A network that fails at many accounts.
    Network {
        network: String,
        failures: u64,
        /// Accounts and unknown names with a failure.
        accounts: u64,
        signed_in: u64,
    },
    /// Passwords from all networks.
    Passwords {
        wrong: u64,
        correct: u64,
        /// Networks with failures.
        networks: u64,
    },
    Account {
        user_id: UserId,
        failures: u64,
        networks: u64,
    },
    Provider {
        provider: String,
        refused: u64,
        accepted: u64,
        /// The most frequent reason.
        reason: String,
    },
    Administrator {
        user_id: UserId,
        at: Timestamp,
        /// As in the event: the id of a user, or `cli`. `null`: a login through a provider.
        by: Option<String>,
    },
}

/// Something that a summary leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[schemars(rename = "SummaryLeftOut")]
pub enum LeftOut {
    /// Events before the newest ones.
    Events {
        read: u64,
        /// The time of the oldest event that was read. `null`: none was read.
        since: Option<Timestamp>,
    },
    /// New and changed users whose roles were not read.
    Users { checked: u64, of: u64 },
    /// Findings of one kind.
    Findings { code: FindingKind, listed: u64, of: u64 },
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Events { read, since: Some(since) } => {
                write!(f, "only the newest {read} events were read: events since {since}")
            }
            Self::Events { read, since: None } => {
                write!(f, "only the newest {read} events were read: no event")
            }
            Self::Users { checked, of } => {
                write!(f, "only {checked} of {of} new or changed users were checked for the role admin")
            }
            Self::Findings { code, listed, of } => {
                write!(f, "only {listed} of {of} findings {} are listed", code.as_str())
            }
        }
    }
}

/// Kind of a finding, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    EventsAltered,
    UserReports,
    PasswordSpraying,
    AccountFromManyNetworks,
    PasskeysCopied,
    CodesReplayed,
    Administrators,
    RoleChanges,
    ProviderRefusals,
    AccountsLocked,
    RecoveryCodesUsed,
    EventsNotVerified,
}

impl FindingKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EventsAltered => "events_altered",
            Self::UserReports => "user_reports",
            Self::PasswordSpraying => "password_spraying",
            Self::AccountFromManyNetworks => "account_from_many_networks",
            Self::PasskeysCopied => "passkeys_copied",
            Self::CodesReplayed => "codes_replayed",
            Self::Administrators => "administrators",
            Self::RoleChanges => "role_changes",
            Self::ProviderRefusals => "provider_refusals",
            Self::AccountsLocked => "accounts_locked",
            Self::RecoveryCodesUsed => "recovery_codes_used",
            Self::EventsNotVerified => "events_not_verified",
        }
    }
}

text_schema!(FindingKind, {});

impl Serialize for FindingKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
