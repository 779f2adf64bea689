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

/// Parses a phone number in the form E.164: `+` and 7 to 15 digits, the first of which is not 0.
///
/// # Errors
/// `invalid`.
pub fn phone_number(text: &str) -> Result<String, &'static str> {
    let digits = text.strip_prefix('+').unwrap_or_default();
    let is_number = (7..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { Ok(text.to_owned()) } else { Err("invalid") }
}

impl PhoneChannel {
    /// Returns the number as it is shown: the last two digits, and a dot for each other one. A screen that others see, or a log, must not
    /// contain it.
    #[must_use]
    pub fn masked(&self) -> String {
        let digits = self.number.strip_prefix('+').unwrap_or(&self.number);
        let hidden = digits.chars().count().saturating_sub(2);
        let shown: String = digits.chars().skip(hidden).collect();
        format!("+{}{shown}", "•".repeat(hidden))
    }
}

impl MessageCodes {
    /// Returns whether no channel is set up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.email.is_none() && self.sms.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_number_has_a_plus_sign_and_7_to_15_digits() {
        for (text, is_valid) in [
            ("+4915112345678", true),
            ("+1234567", true),
            ("+123456789012345", true),
            ("+1234567890123456", false),
            ("+123456", false),
            ("+0234567", false),
            ("4915112345678", false),
            ("+49 151 12345678", false),
            ("+49151١٢٣٤٥", false),
            ("++4915112345", false),
            ("", false),
        ] {
            assert_eq!(phone_number(text).is_ok(), is_valid, "{text}");
        }
    }

    #[test]
    fn masked_number_shows_two_digits() {
        let of = |number: &str| {
            let confirmed_at = Timestamp::from_millis(0);
            PhoneChannel { number: number.to_owned(), confirmed_at, last_used_at: None }.masked()
        };
        assert_eq!(of("+4915112345678"), "+•••••••••••78");
        assert_eq!((of("+1"), of("")), ("+1".to_owned(), "+".to_owned()));
    }
}
