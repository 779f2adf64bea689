//! Rules for new passwords (NIST SP 800-63B-4: length and lists of known passwords, no composition rules).
//!
//! Only [`AcceptedPassword`] turns a text that a user or an administrator chose into a password that can be set: [`crate::provisioning`] and
//! [`super::change`] take no other. Existing passwords stay valid, whatever the rules are.

mod common;
mod words;

use secrecy::{ExposeSecret as _, SecretString};

use self::words::{Guessable, guessable};
use super::hash::{
    HashError,
    import::{self, Recognised},
};
use crate::{
    config::{Config, PasswordList},
    user::normalise::nfkc,
};

/// Longest password, in bytes. No accepted password is ever truncated.
pub(super) const MAX_BYTES: usize = 4096;
/// Name of this service: NIST requires context-specific words to be refused.
const PRODUCT: &str = "vestibule";

/// Why a password is refused. No message contains the password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("a password needs at least {0} characters; choose several words")]
    TooShort(usize),
    #[error("a password has at most {MAX_BYTES} bytes; choose a shorter one")]
    TooLong,
    #[error(
        "the password is on every attacker's list, or has only common words and simple patterns; choose several words that do not belong together"
    )]
    Common,
    #[error(
        "the password has little more than the name, the address or the name of this service; choose several words that an attacker does not know"
    )]
    ContainsContext,
    #[error("the password was published in a data breach; choose another one")]
    Breached,
    #[error("the list of VESTIBULE_PASSWORD_LIST cannot be read: {0}; no password is accepted without it")]
    NotChecked(String),
    #[error("the text {0}")]
    LooksLikeHash(HashError),
    #[error(
        "the text is a password hash or a marker for \"no password\", not a password; import hashes with `users import`, or add --plain-password if the text itself is the password"
    )]
    ForComparison,
}

impl Refused {
    /// Returns the published code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooShort(_) => "too_short",
            Self::TooLong => "too_long",
            Self::Common => "common",
            Self::ContainsContext => "contains_context",
            Self::Breached => "breached",
            Self::NotChecked(_) => "not_checked",
            Self::LooksLikeHash(error) => error.code(),
            Self::ForComparison => "made_for_comparison",
        }
    }
}

/// The rules of this installation.
#[derive(Clone, Debug)]
pub struct PasswordPolicy {
    min_chars: usize,
    /// Names of the service.
    service: Vec<String>,
    /// The operator's own list.
    list: Option<PasswordList>,
}

impl PasswordPolicy {
    /// Returns the rules for these settings.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let names = [Some(PRODUCT), Some(config.public_url.host.as_str()), config.brand.name.as_deref()];
        Self {
            min_chars: config.passwords.min_chars,
            service: names.into_iter().flatten().map(ToOwned::to_owned).collect(),
            list: config.passwords.list.clone(),
        }
    }

    /// Checks a password. `context` contains the texts of the user that an attacker tries first.
    pub fn check(&self, password: &str, context: &[&str]) -> Result<(), Refused> {
        // First: the other rules take longer for a longer text (denial of service).
        if password.len() > MAX_BYTES {
            return Err(Refused::TooLong);
        }
        let normal = nfkc(password);
        if chars(password, &normal) < self.min_chars {
            return Err(Refused::TooShort(self.min_chars));
        }
        let lower = normal.to_lowercase();
        let context: Vec<&str> =
            context.iter().copied().chain(self.service.iter().map(String::as_str)).collect();
        match guessable(&lower, &context) {
            Some(Guessable::Common) => return Err(Refused::Common),
            Some(Guessable::Context) => return Err(Refused::ContainsContext),
            None => {}
        }
        let Some(list) = &self.list else { return Ok(()) };
        // Lists have leaked passwords as their users typed them.
        for spelling in [&normal, &lower, password] {
            if list.contains(spelling).map_err(|error| Refused::NotChecked(error.to_string()))? {
                return Err(Refused::Breached);
            }
        }
        Ok(())
    }
}

/// Password that passed the rules.
#[derive(Clone, Debug)]
pub struct AcceptedPassword(SecretString);

impl AcceptedPassword {
    /// Checks a password that an administrator sets. `context` contains the texts that an attacker tries first: user name and address.
    ///
    /// A text that was made for comparison is no password: an attacker with a copy of the old database could sign in with it.
    pub fn new(policy: &PasswordPolicy, password: SecretString, context: &[&str]) -> Result<Self, Refused> {
        match import::recognise(password.expose_secret(), None) {
            Ok(Recognised::Text) => Self::stated(policy, password, context),
            Ok(Recognised::Hash(_) | Recognised::NoPassword) => Err(Refused::ForComparison),
            Err(error) => Err(Refused::LooksLikeHash(error)),
        }
    }

    /// Checks a text of any form that an administrator stated to be the password itself, or that its user chose.
    pub fn stated(
        policy: &PasswordPolicy,
        password: SecretString,
        context: &[&str],
    ) -> Result<Self, Refused> {
        policy.check(password.expose_secret(), context)?;
        Ok(Self(password))
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
fn chars(password: &str, normal: &str) -> usize {
    password.chars().count().min(normal.chars().count())
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::LazyLock};

    use proptest::{prelude::*, sample::select};

    use super::*;
    use crate::config::Environment;

    const LISTED: [&str; 6] =
        ["thunderbird", "q1w2e3r4t5y6u7i8", "qwertyuiop", "password1234", "liverpool123", "footballfootball"];

    /// Spells a text in another case, and some of its letters in full width.
    fn respelled(text: &str, choices: &[(bool, bool)]) -> String {
        let choices = choices.iter().cycle();
        text.chars()
            .zip(choices)
            .map(|(letter, (upper, wide))| {
                let letter = if *upper { letter.to_ascii_uppercase() } else { letter };
                let full_width =
                    char::from_u32(u32::from(letter) + 0xfee0).filter(|_| *wide && letter.is_ascii_graphic());
                full_width.unwrap_or(letter)
            })
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        // An attacker tries every spelling of a common password.
        #[test]
        fn no_spelling_of_a_listed_password_is_accepted(
            listed in select(&LISTED[..]),
            choices in prop::collection::vec(any::<(bool, bool)>(), 1..20),
        ) {
            let spelled = respelled(listed, &choices);
            prop_assert_eq!(policy(&[]).check(&spelled, &[]), Err(Refused::Common), "{}", spelled);
        }

        // One code point counts as one character, in every script.
        #[test]
        fn length_counts_code_points_of_the_normal_form(text in "\\PC{1,30}") {
            let length = chars(&text, &nfkc(&text));
            prop_assert!(length <= text.chars().count() && length <= nfkc(&text).chars().count());
            let is_too_short = policy(&[]).check(&text, &[]) == Err(Refused::TooShort(8));
            prop_assert_eq!(is_too_short, length < 8, "{} characters", length);
        }
    }

    #[test]
    fn password_of_the_list_of_the_operator_is_refused_in_each_spelling() {
        let folder = tempfile::tempdir().expect("a folder");
        let plain = folder.path().join("plain.txt");
        fs::write(&plain, "seventeen blue kettles\n").expect("written");
        let policy = policy(&[("VESTIBULE_PASSWORD_LIST", plain.to_str().expect("UTF-8"))]);
        for spelling in ["seventeen blue kettles", "Seventeen Blue Kettles", "\u{ff53}eventeen blue kettles"]
        {
            assert_eq!(policy.check(spelling, &[]), Err(Refused::Breached), "{spelling}");
        }
        assert_eq!(policy.check("eighteen blue kettles", &[]), Ok(()));
        // A hash says nothing about the other spellings of its password: "seventeen blue kettles" in lower case.
        let hashes = folder.path().join("hashes.txt");
        fs::write(&hashes, "C51EA5DE89F9852501F28B9866255588106FAEAE:3\n").expect("written");
        let policy = self::policy(&[("VESTIBULE_PASSWORD_LIST", hashes.to_str().expect("UTF-8"))]);
        for spelling in ["seventeen blue kettles", "Seventeen Blue Kettles", "\u{ff53}eventeen blue kettles"]
        {
            assert_eq!(policy.check(spelling, &[]), Err(Refused::Breached), "{spelling}");
        }
        assert_eq!(policy.check("eighteen blue kettles", &[]), Ok(()));
    }

    /// The rules where a second factor is required.
    fn policy(settings: &[(&str, &str)]) -> PasswordPolicy {
        let settings = [("VESTIBULE_MFA", "required")].into_iter().chain(settings.iter().copied());
        let (config, _) = Config::read(&Environment::of(settings)).expect("settings");
        PasswordPolicy::of(&config)
    }

    fn check(password: &str) -> Result<(), Refused> {
        static POLICY: LazyLock<PasswordPolicy> =
            LazyLock::new(|| policy(&[("VESTIBULE_BRAND_NAME", "Kettle Works")]));
        let context = ["ada.lovelace", "countess42@corp.example", "Ada L. King"];
        AcceptedPassword::new(&POLICY, SecretString::from(password), &context).map(drop)
    }

    #[test]
    fn password_has_8_characters_to_4096_bytes() {
        let long = |length: usize| "correct horse battery staple ".repeat(200)[..length].to_owned();
        for (password, result) in [
            ("hk4-mz7", Err(Refused::TooShort(8))),
            ("hk4-mz7x", Ok(())),
            ("päßwörtü", Ok(())),
            (&long(256), Ok(())),
            (&long(4096), Ok(())),
            (&long(4097), Err(Refused::TooLong)),
        ] {
            assert_eq!(check(password), result, "{} bytes", password.len());
        }
    }

    // NIST SP 800-63B-4 §3.1.1.2: 15 characters where the password can be the only factor.
    #[test]
    fn shortest_password_depends_on_the_second_factor_and_the_setting() {
        let cases = [
            ("optional", "", Some(15)),
            ("required", "", Some(8)),
            ("optional", "20", Some(20)),
            ("required", "12", Some(12)),
            ("optional", "14", None),
            ("required", "7", None),
        ];
        for (mfa, setting, least) in cases {
            let settings = [("VESTIBULE_MFA", mfa), ("VESTIBULE_PASSWORD_MIN_LENGTH", setting)];
            let config = Config::read(&Environment::of(settings));
            let Some(least) = least else {
                let mistakes = config.map(|_| ()).expect_err("a mistake");
                assert!(mistakes[0].to_string().contains("VESTIBULE_PASSWORD_MIN_LENGTH"), "{mistakes:?}");
                continue;
            };
            let (config, _) = config.expect("settings");
            assert_eq!(config.passwords.min_chars, least);
            let policy = PasswordPolicy::of(&config);
            let random = "kz4!fq9-wv2#tx7+mb5%";
            assert_eq!(policy.check(&random[..least], &[]), Ok(()));
            assert_eq!(policy.check(&random[..least - 1], &[]), Err(Refused::TooShort(least)));
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
            assert_eq!(check(password), Err(Refused::Common), "{password}");
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
            "corp.example.2024",
            "Kettle-Works-2024!",
            "localhost localhost",
            "King-Lovelace-Ada",
        ] {
            assert_eq!(check(password), Err(Refused::ContainsContext), "{password}");
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
        let refused = AcceptedPassword::new(&policy(&[]), password, &[]).expect_err("common");
        assert!(!refused.to_string().contains("password123"));
    }
}
