//! The reason that an administrator gives for an act.

use std::str::FromStr;

/// Longest reason, in characters.
const MAX: usize = 500;

/// The reason of an act, as an administrator wrote it: 1 to 500 characters without control characters, so that it cannot imitate another
/// line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedReason(String);

/// Why a text is no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReason {
    #[error("the reason is missing")]
    Missing,
    #[error("the reason is longer than 500 characters")]
    TooLong,
    #[error("the reason contains a control character")]
    ControlCharacter,
}

impl InvalidReason {
    /// Returns the published code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooLong => "too_long",
            Self::ControlCharacter => "control_character",
        }
    }
}

impl StatedReason {
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

impl FromStr for StatedReason {
    type Err = InvalidReason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            Err(InvalidReason::Missing)
        } else if text.chars().count() > MAX {
            Err(InvalidReason::TooLong)
        } else if text.chars().any(char::is_control) {
            Err(InvalidReason::ControlCharacter)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_is_a_short_line() {
        for (text, expected) in [
            ("lost phone, ticket 17", Ok("lost phone, ticket 17")),
            (" lost phone ", Ok("lost phone")),
            ("", Err(InvalidReason::Missing)),
            (" \t ", Err(InvalidReason::Missing)),
            ("a\nb", Err(InvalidReason::ControlCharacter)),
            ("a\u{1b}[2J", Err(InvalidReason::ControlCharacter)),
        ] {
            let parsed = text.parse::<StatedReason>().map(StatedReason::into_text);
            assert_eq!(parsed, expected.map(str::to_owned), "{text:?}");
        }
        assert!("ä".repeat(500).parse::<StatedReason>().is_ok());
        assert_eq!("ä".repeat(501).parse::<StatedReason>(), Err(InvalidReason::TooLong));
    }
}
