//! Rules for new passwords (NIST SP 800-63B-4: length and a list of common passwords, no composition rules).
//!
//! Only [`AcceptedPassword::new`] turns a text that a user or an administrator chose into an [`AcceptedPassword`], and only such a
//! password can be given to [`crate::provisioning`].

use secrecy::{ExposeSecret as _, SecretString};

use super::hash::{
    HashError,
    import::{self, Recognised},
};
use crate::user::normalise::nfkc;

/// Shortest password, in characters: the NIST minimum for a password that is used with a second factor.
const MIN_CHARS: usize = 8;
/// Longest password, in bytes. No accepted password is ever truncated.
pub(super) const MAX_BYTES: usize = 4096;
/// Longest piece whose repetition is a simple pattern: `abcabcabc`.
const MAX_REPEATED: usize = 4;
/// Words of most lists of leaked passwords, one per line, in lower case and without digits.
const COMMON_WORDS: &str = include_str!("common_words.txt");
/// Name of this service: NIST requires context-specific words to be refused.
const PRODUCT: &str = "vestibule";
/// Order of the characters in alphabets and on keyboards.
const SEQUENCES: [&str; 7] = [
    "abcdefghijklmnopqrstuvwxyz",
    "012345678901234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
];

/// Why a password is refused. No message contains the password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("a password needs at least {MIN_CHARS} characters")]
    TooShort,
    #[error("a password has at most {MAX_BYTES} bytes")]
    TooLong,
    #[error(
        "the password contains only common words, the user name, the address or a simple pattern, and can be guessed"
    )]
    TooCommon,
    #[error("the text {0}")]
    LooksLikeHash(HashError),
    #[error(
        "the text is a password hash or a marker for \"no password\", not a password; import hashes with `users import`, or add --plain-password if the text itself is the password"
    )]
    ForComparison,
}

impl Refused {
    /// Returns the code for reports.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::TooCommon => "too_common",
            Self::LooksLikeHash(error) => error.code(),
            Self::ForComparison => "made_for_comparison",
        }
    }
}

/// Password that passed the rules.
#[derive(Clone, Debug)]
pub struct AcceptedPassword(SecretString);

impl AcceptedPassword {
    /// Checks a password before it is set. `context` contains the texts that an attacker tries first: user name and address.
    ///
    /// A text that was made for comparison is no password: an attacker with a copy of the old database could sign in with it.
    pub fn new(password: SecretString, context: &[&str]) -> Result<Self, Refused> {
        match import::recognise(password.expose_secret(), None) {
            Ok(Recognised::Text) => Self::stated(password, context),
            Ok(Recognised::Hash(_) | Recognised::NoPassword) => Err(Refused::ForComparison),
            Err(error) => Err(Refused::LooksLikeHash(error)),
        }
    }

    /// Checks a password that its user chose. The text may have any form: no old database contains it.
    pub fn chosen(password: SecretString, context: &[&str]) -> Result<Self, Refused> {
        Self::stated(password, context)
    }

    /// Checks a text of any form that an administrator stated to be the password itself.
    pub fn stated(password: SecretString, context: &[&str]) -> Result<Self, Refused> {
        let text = password.expose_secret();
        if chars(text) < MIN_CHARS {
            Err(Refused::TooShort)
        } else if text.len() > MAX_BYTES {
            Err(Refused::TooLong)
        } else if can_be_guessed(text, context) {
            Err(Refused::TooCommon)
        } else {
            Ok(Self(password))
        }
    }

    /// Wraps a generated password: random bits need no check.
    pub(super) fn generated(password: SecretString) -> Self {
        Self(password)
    }

    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

/// Counts the characters of the form that has fewer: one character can stand for 18 in NFKC, and one in NFKC for several as typed.
fn chars(password: &str) -> usize {
    password.chars().count().min(nfkc(password).chars().count())
}

/// Returns whether a guessing attack finds the password among its first attempts: each word of it is common, part of the context, or a
/// simple pattern. Digits and punctuation around such words add little, because attackers append them, too.
fn can_be_guessed(password: &str, context: &[&str]) -> bool {
    let lower: String = nfkc(password).chars().flat_map(char::to_lowercase).collect();
    let context: Vec<String> = context
        .iter()
        .flat_map(|text| {
            let text = text.to_lowercase();
            // The domain of an address is the same for all users, and is no word of this user.
            let local = text.split_once('@').map_or(text.as_str(), |(local, _)| local).to_owned();
            let words: Vec<String> = words(&local).map(ToOwned::to_owned).collect();
            [local, text].into_iter().chain(words)
        })
        .chain([PRODUCT.to_owned()])
        .collect();
    let is_known = |word: &str| {
        context.iter().any(|known| known == word)
            || COMMON_WORDS.lines().any(|common| common == word)
            || is_sequence(word)
            || is_repetition(word)
    };
    is_known(&lower) || spellings(&lower).iter().any(|text| has_only_known_words(text, is_known))
}

/// Returns the text, and the words that it spells with digits and signs: `p@ssw0rd1` is `password`.
fn spellings(lower: &str) -> [String; 3] {
    let base = lower.trim_end_matches(|c: char| !c.is_alphabetic());
    let replace = |one: char| {
        let letters = base.chars().map(|c| match c {
            '@' | '4' => 'a',
            '0' => 'o',
            '1' | '!' => one,
            '3' => 'e',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        });
        letters.collect()
    };
    [lower.to_owned(), replace('i'), replace('l')]
}

fn has_only_known_words(text: &str, is_known: impl Fn(&str) -> bool) -> bool {
    if words(text).next().is_some() {
        // One or two letters are no word: alone they are random text, beside a known word they add little.
        let mut long = words(text).filter(|word| word.chars().count() > 2).peekable();
        return long.peek().is_some() && long.all(is_known);
    }
    let mut numbers = text.split(|c: char| !c.is_numeric()).filter(|number| !number.is_empty()).peekable();
    numbers.peek().is_some() && numbers.all(is_known)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

fn is_sequence(word: &str) -> bool {
    let reversed: String = word.chars().rev().collect();
    SEQUENCES.iter().any(|sequence| sequence.contains(word) || sequence.contains(&reversed))
}

fn is_repetition(word: &str) -> bool {
    let characters: Vec<char> = word.chars().collect();
    (1..=MAX_REPEATED.min(characters.len() / 2))
        .any(|length| characters.iter().zip(characters.iter().skip(length)).all(|(one, other)| one == other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), Refused> {
        let context = ["ada.lovelace", "countess42@corp.example"];
        AcceptedPassword::new(SecretString::from(password), &context).map(drop)
    }

    #[test]
    fn password_has_8_characters_to_4096_bytes() {
        let long = |length: usize| "correct horse battery staple ".repeat(200)[..length].to_owned();
        for (password, result) in [
            ("hk4-mz7", Err(Refused::TooShort)),
            ("hk4-mz7x", Ok(())),
            ("päßwörtü", Ok(())),
            (&long(4096), Ok(())),
            (&long(4097), Err(Refused::TooLong)),
        ] {
            assert_eq!(check(password), result, "{} bytes", password.len());
        }
    }

    // NIST SP 800-63B-4 §3.1.1.2: compare with common, expected and compromised values.
    #[test]
    fn common_password_is_refused() {
        for password in [
            "password",
            "password123",
            "Password2024!",
            "P@ssw0rd",
            "passw0rd1",
            "pa55word",
            "12345678",
            "1234567890",
            "87654321",
            "qwertyui",
            "Qwerty123456",
            "1qaz2wsx",
            "1q2w3e4r",
            "abcd1234",
            "aaaaaaaa",
            "abababab",
            "20242024",
            "iloveyou",
            "letmein1",
            "trustno1",
            "welcome1",
            "admin123",
            "changeme!",
            "adminadmin",
            "Passwort1",
            "admin-password-1",
            "!!!!!!!!",
            "ｐａｓｓｗｏｒｄ１",
            "test-test-test",
            "--------1",
        ] {
            assert_eq!(check(password), Err(Refused::TooCommon), "{password}");
        }
    }

    // A guessing attack starts with the name of the user and of the service.
    #[test]
    fn password_from_the_context_is_refused() {
        for password in [
            "ada.lovelace",
            "Lovelace1815",
            "ada-lovelace!",
            "countess42",
            "countess2024",
            "vestibule",
            "Vestibule1!",
            "vestibule-admin",
            "countess42@corp.example",
            "Ada.Lovelace@42",
        ] {
            assert_eq!(check(password), Err(Refused::TooCommon), "{password}");
        }
    }

    #[test]
    fn password_with_an_uncommon_word_is_accepted() {
        for password in [
            "correct horse",
            "longenough1",
            "another long password",
            "lovelace analytical engine",
            "19900101",
            "密码密码密码密码很长的密码",
            "hunter2hunter2",
            "x7!kQ2#p",
            "🔑🔒🔓🗝🚪🛡⚙🔧",
        ] {
            assert_eq!(check(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn refusal_contains_no_password() {
        let password = SecretString::from("password123");
        let refused = AcceptedPassword::new(password, &[]).expect_err("common");
        assert!(!refused.to_string().contains("password123"));
    }
}
