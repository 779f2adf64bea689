//! A finding of a summary. The codes are published.

use serde::{Serialize, Serializer};

use crate::schema::text_schema;

/// Something that an administrator should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SummaryFinding")]
pub struct Finding {
    pub code: FindingKind,
    pub text: String,
    /// The next command.
    pub next: String,
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
