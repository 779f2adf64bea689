use std::sync::LazyLock;

use proptest::prelude::*;
use secrecy::SecretString;

use super::{super::FirebaseProject, *};
use crate::{
    config::{Config, Environment},
    login::password::{
        generate,
        policy::{AcceptedPassword, PasswordPolicy},
    },
};

/// The rules where a second factor is required.
static POLICY: LazyLock<PasswordPolicy> = LazyLock::new(|| {
    let (config, _) = Config::read(&Environment::of([("VESTIBULE_MFA", "required")])).expect("settings");
    PasswordPolicy::of(&config)
});

const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.";
const REFUSED: &str = include_str!("../../../../../tests/fixtures/refused-password-hashes.txt");
const MD5: &str = "5f4dcc3b5aa765d61d8327deb882cf99";

fn code(text: &str) -> Option<&'static str> {
    recognise(text, None).err().map(|error| error.code())
}

#[test]
fn hash_of_a_scheme_that_cannot_be_checked_is_refused() {
    let texts: Vec<&str> = REFUSED.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(texts.len() > 90, "{}", texts.len());
    for text in texts {
        assert_eq!(code(text), Some("unknown_hash"), "{text}");
        assert!(AcceptedPassword::new(&POLICY, SecretString::from(text), &[]).is_err(), "{text}");
    }
}

#[test]
fn hash_above_a_cost_limit_is_refused_by_name_with_the_limit() {
    let b64 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (text, expected) in [
        (
            BCRYPT.replacen("$04$", "$15$", 1),
            "is a hash of bcrypt with cost 15; the largest accepted value is 14",
        ),
        (
            format!("pbkdf2_sha256$4000000000$salt${b64}="),
            "is a hash of PBKDF2 with iterations 4000000000; the largest accepted value is 3000000",
        ),
        (
            format!("$pbkdf2-sha256$i=9000000000000,l=32$c2FsdA${b64}"),
            "is a hash of PBKDF2 with iterations 9000000000000; the largest accepted value is 3000000",
        ),
        (
            format!("$scrypt$ln=22,r=8,p=1$c2FsdA${b64}"),
            "is a hash of scrypt with N × r × p 33554432; the largest accepted value is 1048576",
        ),
        (
            format!("$scrypt$ln=63,r=8,p=1$c2FsdA${b64}"),
            "is a hash of scrypt with log2(N) 63; the largest accepted value is 30",
        ),
        (
            format!("$scrypt$ln=14,r=8,p=1000000$c2FsdA${b64}"),
            "is a hash of scrypt with N × r × p 131072000000; the largest accepted value is 1048576",
        ),
        (
            format!("$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ${b64}"),
            "is a hash of Argon2 with memory (KiB) 4194304; the largest accepted value is 262144",
        ),
        (
            format!("$argon2id$v=19$m=262144,t=4000,p=1$c29tZXNhbHQ${b64}"),
            "is a hash of Argon2 with memory × passes (MiB) 1024000; the largest accepted value is 1024",
        ),
    ] {
        let error = recognise(&text, None).expect_err(&text);
        assert_eq!((error.code(), error.to_string().as_str()), ("hash_too_costly", expected), "{text}");
    }
    assert!(FirebaseProject::new("AAAAAAAAAAAAAAAAAAAAAA==", "Bw==", 8, 30).is_err(), "8 GiB");
}

#[test]
fn message_names_the_scheme_and_contains_no_part_of_a_possible_password() {
    for (text, expected) in [
        (
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4t",
            "looks like a hash of the scheme $6$, which cannot be checked here",
        ),
        (
            "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
            "looks like a hash of the scheme {SSHA}, which cannot be checked here",
        ),
        (
            "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99",
            "looks like a hash of the scheme md5, which cannot be checked here",
        ),
        (MD5, "looks like a digest of 32 hexadecimal digits, which cannot be checked here"),
        ("$ecret$word", "looks like a hash of a scheme between two `$`, which cannot be checked here"),
        ("{inner}circle", "looks like a hash of a scheme in braces, which cannot be checked here"),
    ] {
        let message = recognise(text, None).expect_err(text).to_string();
        let next = "; if it is the password itself, add --plain-passwords (users add: --plain-password)";
        assert_eq!(message, format!("{expected}{next}"));
    }
}

#[test]
fn marker_for_no_usable_password_is_no_password() {
    let django = format!("!{}", "aB3dEfGhIj".repeat(4));
    for text in [
        "",
        " ",
        "!",
        "!!",
        "*",
        "x",
        "X",
        "NP",
        "*NP*",
        "*LK*",
        "NULL",
        "null",
        "None",
        "\\N",
        "{NONE}",
        "NaN",
        "*0",
        "undefined",
        "''",
        "!$6$saltstring$svn8UoSVapNtMuq1ukKS4t",
        "!!$1$abcdefgh$G//4keteveJp0qb8z2DxG/",
        "*LK*$5$salt$hash",
        "*LOCKED*$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.",
        "*$6$salt$hash",
        "!$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.",
        django.as_str(),
    ] {
        assert_eq!(recognise(text, None), Ok(Recognised::NoPassword), "{text:?}");
        assert!(AcceptedPassword::new(&POLICY, SecretString::from(text), &[]).is_err(), "{text:?}");
    }
}

#[test]
fn ordinary_password_is_a_text() {
    for text in [
        "correct horse battery",
        "correct-horse-battery-staple",
        "CorrectHorseBatteryStaple",
        "CorrectHorseBattery123",
        "pa$$word-long",
        "$ecret-word",
        "c0st:100$each",
        "Tr0ub4dor&3",
        "!Important!2024",
        "*Stars*and*Stripes*",
        "name:Ada;year:1815",
        "{curly",
        "{}[]()<>",
        "[1, 2, 3",
        "0xdeadbeef",
        "deadbeefcafe",
        "1234567890123456",
        "99 bottles of beer",
        "https://corp.example/a?b=c",
        "me:myself:and:I",
        "550e8400-e29b-41d4-a716-446655440000",
        "G7x!kP2#qLm9$Vt4",
        "hJ3kLm9PqRs2TuVw",
        "CorrectHorse1",
        "Passw0rd12345",
        "correcthorse1",
        "hJ3kLm9PqRs2T",
        "hJ3kLm9PqRs2TuVwXy4z",
        "pässwört-é-12",
        "пароль-который-длинный",
        "パスワードはとても長い",
        "a=b=c=d=e=f=g=h",
        "x'OR'1'='1",
    ] {
        assert_eq!(recognise(text, None), Ok(Recognised::Text), "{text}");
    }
    for _ in 0..200 {
        let password = generate::password();
        let text = secrecy::ExposeSecret::expose_secret(password.secret());
        assert_eq!(
            recognise(text, None),
            Ok(Recognised::Text),
            "a file with generated passwords can be imported: {text}"
        );
    }
}

/// Texts made of the parts of hashes.
fn hash_like() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("$".to_owned()),
        Just(":".to_owned()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("!".to_owned()),
        Just("*".to_owned()),
        Just(",".to_owned()),
        Just("=".to_owned()),
        "2[abxy]|argon2id|pbkdf2(-|_)sha(1|256|512)|scrypt|bcrypt(_sha256)?|v=19|m=[0-9]{1,12},t=[0-9]{1,6},p=[0-9]{1,4}|ln=[0-9]{1,3},r=8,p=1|i=[0-9]{1,20}",
        "[0-9]{1,22}",
        "[a-f0-9]{0,70}",
        "[A-Za-z0-9+/]{0,90}",
        "\\PC{0,4}",
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn text_that_is_recognised_is_never_a_plain_password(text in prop_oneof![hash_like(), any::<String>()]) {
        let recognised = recognise(&text, None);
        let accepted = AcceptedPassword::new(&POLICY, SecretString::from(text.clone()), &[]);
        if recognised != Ok(Recognised::Text) {
            prop_assert!(accepted.is_err(), "{text}");
        }
        if let Ok(Recognised::Hash(hash)) = recognised {
            let stored = hash.to_string();
            prop_assert_eq!(StoredHash::parse(&stored).map(|parsed| parsed.map(|hash| hash.to_string())), Some(Ok(stored)));
        }
        let parsed = StoredHash::parse(&text);
        prop_assert!(!matches!(parsed, Some(Ok(_))) || !matches!(recognise(&text, None), Ok(Recognised::Text)));
    }

    #[test]
    fn hash_in_any_wrapping_is_recognised(before in "[ \t'\"\u{feff}]{0,3}", after in "[ \r\n\t'\",;]{0,3}") {
        let recognised = recognise(&format!("{before}{BCRYPT}{after}"), None);
        prop_assert!(matches!(recognised, Ok(Recognised::Hash(_))));
    }
}
