//! Codes that are sent to a user by mail or SMS: a fallback second factor, restricted by NIST SP 800-63B-4 §3.1.3.3.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// Where a user gets codes. A channel that is not set up has no entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageCodes {
    /// Codes go to the verified address of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<CodeChannel>,
    /// Codes go to the verified phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<PhoneChannel>,
}

/// A channel that the user has confirmed with a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeChannel {
    pub confirmed_at: Timestamp,
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
}

/// A phone number that the user has confirmed with a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PhoneChannel {
    /// E.164: `+` and up to 15 digits.
    pub number: String,
    pub confirmed_at: Timestamp,
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
}

impl MessageCodes {
    /// Returns whether no channel is set up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.email.is_none() && self.sms.is_none()
    }
}
