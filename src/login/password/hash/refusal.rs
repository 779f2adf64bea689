//! Why a hash of another system is refused.

/// Reason of a refusal. Its text never contains the hash itself, only the name of its form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// A hash of a scheme that cannot be checked here.
    #[error(
        "looks like {form}, which cannot be checked here; if it is the password itself, add --plain-passwords (users add: --plain-password)"
    )]
    UnknownScheme { form: String },
    /// A known scheme with content that it does not allow.
    #[error(
        "looks like a hash of {scheme}, but {reason}; if it is the password itself, add --plain-passwords (users add: --plain-password)"
    )]
    Malformed { scheme: &'static str, reason: &'static str },
    /// A hash that would take too much time or memory at each login.
    #[error("is a hash of {scheme} with {parameter} {value}; the largest accepted value is {limit}")]
    TooCostly { scheme: &'static str, parameter: &'static str, value: u64, limit: u64 },
}

impl HashError {
    /// Returns the published code of the mistake.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownScheme { .. } | Self::Malformed { .. } => "unknown_hash",
            Self::TooCostly { .. } => "hash_too_costly",
        }
    }
}

/// Refuses a value above the limit: a crafted hash must not exhaust memory or hashing threads at each login (denial of service).
pub(super) fn require_at_most(
    limit: u64,
    value: u64,
    scheme: &'static str,
    parameter: &'static str,
) -> Result<(), HashError> {
    if value > limit { Err(HashError::TooCostly { scheme, parameter, value, limit }) } else { Ok(()) }
}
