//! The authenticator app of a user.

use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, secrets::Sealed};

/// An active authenticator app (RFC 6238, SHA-1, 30 s, 6 digits).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totp {
    pub secret: Sealed,
    /// When the first correct code was entered.
    pub confirmed_at: Timestamp,
    /// The newest time step of an accepted code. Codes of this step and of earlier ones are rejected (replay, RFC 6238 §5.2).
    pub last_step: i64,
}

/// An authenticator app whose enrolment is not confirmed yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingTotp {
    pub secret: Sealed,
    pub expires_at: Timestamp,
    /// Hash (hex) of the session that started the enrolment. Only that session can confirm it.
    pub begun_by: String,
    /// Wrong codes so far.
    pub tries: u32,
}
