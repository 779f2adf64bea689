//! User names: the text that is shown and the key that is compared.

use std::{fmt, str::FromStr};

use caseless::Caseless;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_security::{GeneralSecurityProfile, MixedScript};

/// Longest user name, in characters of its key.
const MAX: usize = 64;

/// User name: kept as written, compared by its key.
///
/// The key is NFKC and case folded, so that `Alice`, `ALICE` and full-width `Ａlice` are the same user. Names that mix scripts (Cyrillic
/// `а` in a Latin name) or contain invisible characters are rejected, because they look like the name of another user (UTS 39 §5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Username(String);

impl Username {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form that is equal for all spellings of the name.
    #[must_use]
    pub fn key(&self) -> String {
        key(&self.0)
    }

    /// Returns the unique key of this name.
    #[must_use]
    pub fn handle(&self) -> String {
        format!("name:{}", self.key())
    }
}

/// Returns the key of a name that a client sent, valid or not: trimmed, NFKC, case folded. Guesses are counted by it, so that another
/// spelling does not get a limit of its own.
#[must_use]
pub fn key(text: &str) -> String {
    text.trim().nfkc().default_case_fold().nfkc().collect()
}

impl FromStr for Username {
    type Err = &'static str;

    /// Parses a name. The error is the published code of the problem.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let key = key(text);
        let allowed = |c: char| {
            let letter = c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
            matches!(c, '.' | '_' | '-' | '+' | '@' | '\'') || (letter && c.identifier_allowed())
        };
        if key.is_empty() {
            Err("required")
        } else if key.chars().count() > MAX {
            Err("too_long")
        } else if !key.chars().all(allowed) {
            Err("invalid")
        } else if !key.as_str().is_single_script() {
            Err("mixed_scripts")
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        for spelling in ["alice", "Alice", "ALICE", " alice ", "Ａlice"] {
            assert_eq!(spelling.parse::<Username>().expect(spelling).key(), "alice");
        }
        assert_eq!("Straße".parse::<Username>().expect("a name").key(), "strasse");
    }

    #[test]
    fn names_that_look_like_another_name_are_rejected() {
        assert_eq!("аlice".parse::<Username>(), Err("mixed_scripts"), "Cyrillic а");
        assert_eq!("al\u{200b}ice".parse::<Username>(), Err("invalid"), "zero width space");
        assert_eq!("al\u{202e}ice".parse::<Username>(), Err("invalid"), "right-to-left override");
        for invisible in ["ad\u{34f}a", "ada\u{fe0f}", "ada\u{20dd}", "al ice"] {
            assert_eq!(invisible.parse::<Username>(), Err("invalid"), "{invisible:?}");
        }
        assert_eq!(" ".parse::<Username>(), Err("required"));
        assert_eq!("a".repeat(65).parse::<Username>(), Err("too_long"));
    }

    #[test]
    fn names_in_any_single_script_are_accepted() {
        for name in ["алиса", "李小龍", "O'Brien", "zoë", "ada.lovelace", "محمد", "ada@corp.example"]
        {
            assert!(name.parse::<Username>().is_ok(), "{name}");
        }
    }
}
