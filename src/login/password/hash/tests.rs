use super::{
    import::{Recognised, recognise},
    *,
};

/// Hashes made by the frameworks themselves; see `scripts/lib/password-hashes.py`.
const VECTORS: &str = include_str!("../../../../tests/fixtures/password-hashes.json");
const SIGNER_KEY: &str =
    "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    made_by: String,
    password: String,
    hash: String,
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(VECTORS).expect("the fixture")
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn project() -> FirebaseProject {
    FirebaseProject::new(SIGNER_KEY, "Bw==", 8, 14).expect("valid parameters")
}

fn stored(text: &str) -> String {
    match recognise(text, Some(&project())) {
        Ok(Recognised::Hash(hash)) => hash.to_string(),
        other => panic!("{text}: {other:?}"),
    }
}

fn is_correct(stored: &str, password: &str) -> bool {
    check(Some(stored), &secret(password), false, &mut Workspace::default()).is_correct
}

#[test]
fn password_matches_only_its_own_hash() {
    let mut workspace = Workspace::default();
    let stored = hash(&secret("correct horse"), &mut workspace).expect("hashed");
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    let result = check(Some(&stored), &secret("correct horse"), true, &mut workspace);
    assert!(result.is_correct && result.stronger_hash.is_none());
    assert!(!check(Some(&stored), &secret("correct hors"), true, &mut workspace).is_correct);
}

#[test]
fn long_password_is_not_truncated() {
    let mut workspace = Workspace::default();
    let long = "x".repeat(1000);
    let stored = hash(&secret(&long), &mut workspace).expect("hashed");
    assert!(is_correct(&stored, &long));
    assert!(!is_correct(&stored, &long[..999]));
}

#[test]
fn hash_of_a_framework_matches_its_password_and_is_upgraded() {
    let mut workspace = Workspace::default();
    let vectors = vectors();
    assert!(vectors.len() > 80, "{}", vectors.len());
    for Vector { made_by, password, hash: text } in vectors {
        let stored = stored(&text);
        let again = StoredHash::parse(&stored).expect("a known scheme").expect("accepted parameters");
        assert_eq!(again.to_string(), stored, "{made_by}: the stored text is stable");
        let result = check(Some(&stored), &secret(&password), true, &mut workspace);
        assert!(result.is_correct, "{made_by}: {text} → {stored}");
        let stronger = result.stronger_hash.expect("upgraded");
        assert!(stronger.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{made_by}");
        for wrong in ["correct horse batterz", &text, &stored] {
            assert!(!is_correct(&stored, wrong), "{made_by}: {wrong} for {stored}");
        }
    }
}

#[test]
fn stored_firebase_hash_does_not_contain_the_signer_key() {
    let vector = vectors().into_iter().find(|vector| vector.made_by == "Firebase").expect("a vector");
    let stored = stored(&vector.hash);
    assert!(!stored.contains(SIGNER_KEY.trim_end_matches('=')), "{stored}");
    let other = FirebaseProject::new(&SIGNER_KEY.replace('j', "k"), "Bw==", 8, 14).expect("valid");
    let Ok(Recognised::Hash(hash)) = recognise(&vector.hash, Some(&other)) else { panic!("a hash") };
    assert!(!is_correct(&hash.to_string(), &vector.password), "the key of another project");
    let error = recognise(&vector.hash, None).expect_err("no parameters").to_string();
    assert!(error.contains("--firebase-signer-key-file"), "{error}");
}

// A disabled account with the correct password must not answer after less work.
#[test]
fn work_of_a_check_without_upgrade_depends_on_the_typed_text_alone() {
    let stored = hash(&secret("p\u{e4}ssw\u{f6}rt"), &mut Workspace::default());
    for (typed, checks) in [("p\u{e4}ssw\u{f6}rt", 2), ("p\u{e4}ssw\u{f6}rd", 2), ("password", 1)] {
        for stored in [stored.as_deref(), None, Some("not a hash")] {
            let result = check(stored, &secret(typed), false, &mut Workspace::default());
            assert_eq!(result.checks, checks, "{typed} for {stored:?}");
        }
    }
}

#[test]
fn weaker_argon2_hash_is_upgraded() {
    let mut workspace = Workspace::default();
    let vectors = vectors().into_iter().filter(|vector| vector.hash.starts_with("$argon2"));
    for Vector { password, hash: text, .. } in vectors {
        assert_eq!(stored(&text), text, "the text of a PHC string is kept");
        assert!(check(Some(&text), &secret(&password), false, &mut workspace).stronger_hash.is_none());
        assert!(check(Some(&text), &secret(&password), true, &mut workspace).stronger_hash.is_some());
    }
}

#[test]
fn text_that_is_not_a_hash_matches_no_password() {
    for stored in [
        "PLAINTEXT123",
        "",
        "$2b$",
        "$argon2id$",
        "$unknown$abc",
        "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$aaaa",
        "$pbkdf2-sha256$i=4000000000,l=32$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=40,r=8,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$2b$31$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.",
        // Not a stored form: only the import reads it.
        "pbkdf2_sha256$1000$abcdefghijkl$VxbUuVDHNAcJZ3+enHS1hY5fXElZG2jJyGnetMmDHEA=",
    ] {
        assert!(!is_correct(stored, stored), "{stored}");
        assert!(!is_correct(stored, "correct horse battery"), "{stored}");
    }
}

// RFC 8265, NIST SP 800-63B-4: one text has several encodings.
#[test]
fn password_matches_in_every_encoding_of_its_text() {
    let mut workspace = Workspace::default();
    let (composed, decomposed) = ("p\u{e4}ssw\u{f6}rt-\u{e9}-12", "pa\u{308}sswo\u{308}rt-e\u{301}-12");
    let wide = "\u{ff50}\u{e4}ssw\u{f6}rt-\u{e9}-12";
    let new = hash(&secret(decomposed), &mut workspace).expect("hashed");
    for typed in [composed, decomposed, wide] {
        let result = check(Some(&new), &secret(typed), true, &mut workspace);
        assert!(
            result.is_correct && result.stronger_hash.is_none(),
            "{typed}: a new hash is of the NFKC form"
        );
    }
    for earlier in [composed, decomposed] {
        let bcrypt = ::bcrypt::hash(earlier, 4).expect("hashed");
        let argon2 = Argon2::of(earlier, &mut workspace).expect("hashed");
        for stored in [bcrypt, argon2] {
            for typed in [composed, decomposed] {
                let result = check(Some(&stored), &secret(typed), true, &mut workspace);
                assert!(result.is_correct, "{typed} for a hash of {earlier}");
                if let Some(stronger) = result.stronger_hash {
                    assert!(Argon2::parse(&stronger).expect("a hash").verify(composed, &mut workspace));
                } else {
                    assert_eq!(earlier, composed, "a hash of a form that is not NFKC is upgraded");
                }
            }
        }
    }
    let stored = ::bcrypt::hash(wide, 4).expect("hashed");
    assert!(is_correct(&stored, wide), "as typed");
    assert!(!is_correct(&stored, "passwort-e-12"), "accents count");
}

/// Returns the processor time of this thread: other load on the machine does not change it.
fn processor_time() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()).expect("a number")
}

// A refusal waits as long as bcrypt with the largest cost and half of it more (user enumeration by timing).
#[test]
fn no_accepted_hash_takes_longer_than_bcrypt_with_the_largest_cost_and_half_of_it_more() {
    let output = "A".repeat(43);
    let time = |stored: &str| {
        assert!(StoredHash::parse(stored).is_some_and(|hash| hash.is_ok()), "{stored}");
        // The lowest of three: the first run allocates memory, and other load empties the processor caches.
        let times = (0..3).map(|_| {
            let started = processor_time();
            assert!(!is_correct(stored, "wrong"), "{stored}");
            processor_time() - started
        });
        times.min().unwrap_or_default()
    };
    let bcrypt = time("$2b$14$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.");
    for slowest in [
        format!("$argon2id$v=19$m=262144,t=4,p=1$c29tZXNhbHQ${output}"),
        "$pbkdf2-sha1$i=3000000,l=20$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        format!("$pbkdf2-sha256$i=3000000,l=32$c2FsdA${output}"),
        format!("$pbkdf2-sha512$i=1500000,l=32$c2FsdA${output}"),
        format!("$scrypt$ln=17,r=8,p=1$c2FsdA${output}"),
        format!("$firebase-scrypt$ln=17,r=8,p=1$c2FsdA${output}"),
    ] {
        // Load of the machine only adds to a time: a hash that is too slow is so in every attempt.
        let is_fast = (0..3).any(|_| time(&slowest) < bcrypt * 3 / 2);
        assert!(is_fast, "{slowest} takes longer; bcrypt takes {bcrypt} ns");
    }
}
