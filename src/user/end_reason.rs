//! Why a session ended, in the words of the API.

use serde::{Deserialize, Serialize};

/// Reason for the end of a session; part of the API (`reason` of a `session_ended` problem).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The user logged out.
    SignedOut,
    /// The idle deadline passed.
    Idle,
    /// The absolute deadline passed.
    MaxAge,
    /// Ended by an administrator, by another session of the user, or after too many wrong codes.
    Revoked,
    PasswordChanged,
    /// A passkey or a second factor was added, replaced or removed.
    FactorChanged,
    UserDisabled,
    /// The identity provider ended it (back-channel logout).
    ProviderLogout,
}

impl EndReason {
    /// All reasons.
    pub const ALL: [Self; 8] = [
        Self::SignedOut,
        Self::Idle,
        Self::MaxAge,
        Self::Revoked,
        Self::PasswordChanged,
        Self::FactorChanged,
        Self::UserDisabled,
        Self::ProviderLogout,
    ];

    /// Returns the published name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Idle => "idle",
            Self::MaxAge => "max_age",
            Self::Revoked => "revoked",
            Self::PasswordChanged => "password_changed",
            Self::FactorChanged => "factor_changed",
            Self::UserDisabled => "user_disabled",
            Self::ProviderLogout => "provider_logout",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list that the Angular library also compares with its own.
    const FIXTURE: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/end-reasons.json"));

    #[test]
    fn fixture_lists_every_reason_under_its_published_name() {
        let names: Vec<String> = serde_json::from_str(FIXTURE).expect("the fixture is JSON");
        assert_eq!(names, EndReason::ALL.map(EndReason::as_str));
        let parsed: Vec<EndReason> =
            serde_json::from_str(FIXTURE).expect("stored and published names are equal");
        assert_eq!(parsed, EndReason::ALL);
    }
}
