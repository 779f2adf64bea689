use proptest::prelude::*;
use secrecy::SecretString;

use super::{super::FirebaseProject, *};
use crate::login::password::{generate, policy::AcceptedPassword};

const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.";
const MD5: &str = "5f4dcc3b5aa765d61d8327deb882cf99";
const SHA1: &str = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8";
const SHA256: &str = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";

fn code(text: &str) -> Option<&'static str> {
    recognise(text, None).err().map(|error| error.code())
}

#[test]
fn hash_of_a_scheme_that_cannot_be_checked_is_refused() {
    let upper = SHA256.to_uppercase();
    let base64 = |length: usize| {
        data_encoding::BASE64
            .encode(&data_encoding::HEXLOWER.decode(SHA256.repeat(2).as_bytes()).expect("hex")[..length])
    };
    let bare = |length: usize| base64(length).trim_end_matches('=').to_owned();
    let pairs: Vec<&str> = (0..MD5.len()).step_by(2).map(|at| &MD5[at..at + 2]).collect();
    for text in [
        // crypt(3) and what uses its form.
        "$1$abcdefgh$G//4keteveJp0qb8z2DxG/".to_owned(),
        "$5$rounds=5000$toolongsaltstrin$Un/5jzAHMgOGZ5.mWJpuVolil07guHPvOW8mGsh".to_owned(),
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJuesI68OTLiBFdcbYEdFCoEOfaS35inz1".to_owned(),
        "$6$salt$hash".to_owned(),
        "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7".to_owned(),
        "$7$C6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D".to_owned(),
        "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0".to_owned(),
        "$H$9V1cX/WqUhsSWM0ipyB7HwFQqTQKxP1".to_owned(),
        "$S$DCq0kBNQLWyRPRbOIZBnBqnHf8ZHzvyFQIZZWjFaFbV5vHw.aNLr".to_owned(),
        "U$S$DCq0kBNQLWyRPRbOIZBnBqnHf8ZHzvyFQIZZWjFaFbV5vHw.aNLr".to_owned(),
        "$apr1$71850310$gh9m4xcAn3MGxogwX/ztb.".to_owned(),
        "$wp$2y$10$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.".to_owned(),
        "$md5,rounds=904$iPPKEBnEkp3JV8uX$0L6m7rOFTVFn.SGqo2M9W1".to_owned(),
        "$scrypt$ln=16$abc".to_owned(),
        "$2b$10$short".to_owned(),
        BCRYPT.replacen("$2b$", "$2x$", 1),
        BCRYPT.replacen("$2b$", "$2$", 1),
        format!("{BCRYPT}x"),
        "_J9..CCCCXBrJUJV154M".to_owned(),
        // LDAP, Dovecot, Spring.
        "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=".to_owned(),
        "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=".to_owned(),
        "{MD5}X03MO1qnZdYdgyfeuILPmQ==".to_owned(),
        "{SMD5}xxc7AoGIhPMsO1pIbp8SiA==".to_owned(),
        "{ssha512}short".to_owned(),
        "{CRYPT}ab01FAX.bQRSU".to_owned(),
        "{CRYPT}$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO".to_owned(),
        "{SHA512-CRYPT}$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO".to_owned(),
        "{PBKDF2}1$abc".to_owned(),
        format!("{{pbkdf2}}{SHA256}{MD5}"),
        "{scrypt}$e0801$c2FsdHNhbHRzYWx0c2FsdA==$c2FsdHNhbHRzYWx0c2FsdA==".to_owned(),
        "{noop}secret-word".to_owned(),
        "{x-nthash}short".to_owned(),
        // Django, werkzeug, others with a named scheme.
        format!("sha1$abc123${SHA1}"),
        format!("md5$salt${MD5}"),
        format!("sha1$${SHA1}"),
        "crypt$$ab01FAX.bQRSU".to_owned(),
        format!("sha256$salt${SHA256}"),
        format!("pbkdf2:sha256$salt${SHA256}"),
        format!("pbkdf2:sha3_256:1000$salt${SHA256}"),
        format!("pbkdf2:sha256:many$salt${SHA256}"),
        "pbkdf2_sha256$600000$abcdefghijkl$short".to_owned(),
        "pbkdf2_sha256$abcdefghijkl".to_owned(),
        format!("pbkdf2_sha224$1000$salt${}", base64(28)),
        "scrypt:32768:8:1$salt".to_owned(),
        "scrypt:32767:8:1$salt$00112233445566778899aabbccddeeff".to_owned(),
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=".to_owned(),
        "sha1:64000:18:B6oWbvtHvu8qCgoE75wxmvpidRnGzGFt:R1gkPOuVjqIoTulWP1TABS0H".to_owned(),
        "SHA256:abcdef".to_owned(),
        "keycloak:pbkdf2-sha256:27500:c2FsdA==".to_owned(),
        "firebase:c2FsdA==:aGFzaA==".to_owned(),
        "custom$salt$9f86d081884c7d659a2f".to_owned(),
        "10000.iA6FVoYbPVZA0B8spu1tCg==.vNM1yfUokKIH5wiZQnD2JDT2/Y+tB2TtgOSdubS6wds=".to_owned(),
        // Digests alone, with a salt, and as programs print them.
        MD5.to_owned(),
        SHA1.to_owned(),
        SHA256.to_owned(),
        upper.clone(),
        format!("{SHA256}{SHA256}"),
        format!("*{}", SHA1.to_uppercase()),
        format!("md5{MD5}"),
        format!("0x{SHA1}"),
        format!("\\x{SHA1}"),
        format!("{MD5}:a1b2c3"),
        format!("a1b2c3:{MD5}"),
        format!("S:{upper};T:{upper}"),
        format!("grub.pbkdf2.sha512.10000.{upper}.{upper}"),
        pairs.join("-"),
        pairs.join(":").to_uppercase(),
        "606717496665bcba".to_owned(),
        base64(16),
        base64(20),
        base64(32),
        base64(48),
        base64(64),
        bare(16),
        bare(20),
        bare(32),
        bare(64),
        data_encoding::BASE64URL_NOPAD.encode(data_encoding::HEXLOWER.decode(SHA256.as_bytes()).expect("hex").as_slice()),
        format!("YWJj:{}", base64(32)),
        data_encoding::BASE64.encode(b"{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g="),
        "AQAAAAMAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw".to_owned(),
        // Wrapped by the export.
        format!("  {MD5} "),
        format!("\"{MD5}\""),
        format!("b'{SHA1}'"),
        "\u{ff04}6\u{ff04}salt\u{ff04}hash".to_owned(),
        "{\"hash\":\"x\",\"salt\":\"y\"}".to_owned(),
        "{\"secretData\":\"{}\",\"credentialData\":\"{}\"}".to_owned(),
        "[{\"value\":\"YQ==\"},{}]".to_owned(),
    ] {
        assert_eq!(code(&text), Some("unknown_hash"), "{text}");
        let accepted = AcceptedPassword::new(SecretString::from(text.clone()), &[]);
        assert!(accepted.is_err(), "{text}");
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
            "is a hash of scrypt with memory (MiB) 4096; the largest accepted value is 256",
        ),
        (
            format!("$scrypt$ln=63,r=8,p=1$c2FsdA${b64}"),
            "is a hash of scrypt with log2(N) 63; the largest accepted value is 30",
        ),
        (
            format!("$scrypt$ln=14,r=8,p=1000000$c2FsdA${b64}"),
            "is a hash of scrypt with N × r × p 131072000000; the largest accepted value is 2097152",
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
        assert_eq!(recognise(text, None).expect_err(text).to_string(), expected);
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
        assert!(AcceptedPassword::new(SecretString::from(text), &[]).is_err(), "{text:?}");
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
        let accepted = AcceptedPassword::new(SecretString::from(text.clone()), &[]);
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
    fn hash_in_any_wrapping_is_recognised(before in "[ \t\u{feff}]{0,3}", after in "[ \r\n\t]{0,3}") {
        let recognised = recognise(&format!("{before}{BCRYPT}{after}"), None);
        prop_assert!(matches!(recognised, Ok(Recognised::Hash(_))));
    }
}
