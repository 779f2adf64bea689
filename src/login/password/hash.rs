//! Password hashes: Argon2id for new ones, and the imported forms that can still be checked.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use crate::secrets;

/// The first parameter set that OWASP recommends for Argon2id: 19 MiB, two passes, one lane; as in [`crate::user::CURRENT_HASH_PREFIX`].
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT: usize = 32;
const SALT: usize = 16;
/// A stored hash with larger parameters is not computed: a manipulated document must not exhaust the memory (denial of service).
const MEMORY_KIB_MAX: u32 = 256 * 1024;
const PASSES_MAX: u32 = 16;
const LANES_MAX: u32 = 16;
/// 2^14 rounds of bcrypt take about a second.
const BCRYPT_COST_MAX: u32 = 14;

/// Result of a password check.
#[derive(Debug, Default)]
pub struct CheckResult {
    pub is_correct: bool,
    /// The same password in the current form, if the stored hash has an older or weaker one.
    pub stronger_hash: Option<String>,
}

/// Returns whether a text is a hash in a form that [`check`] knows.
#[must_use]
pub fn is_known_hash(text: &str) -> bool {
    if text.starts_with("$argon2") { argon2_of(text).is_some() } else { bcrypt_cost(text).is_some() }
}

/// Returns whether a text looks like a hash of any scheme. Such a text is never accepted as a password: an import would otherwise make
/// the hash itself the password.
#[must_use]
pub fn looks_like_hash(text: &str) -> bool {
    let mut parts = text.split('$');
    parts.next() == Some("")
        && parts.next().is_some_and(|scheme| {
            !scheme.is_empty()
                && scheme.len() <= 32
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
        && parts.next().is_some_and(|rest| !rest.is_empty())
}

/// Hashes a password in the current form. The caller keeps the memory between calls: allocating 19 MiB each time takes a third of the
/// time.
pub(super) fn hash(password: &SecretString, memory: &mut Vec<Block>) -> Option<String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT)).ok()?;
    let salt = secrets::random::<SALT>();
    let output = compute(password, &salt, (Algorithm::Argon2id, Version::V0x13, &params), OUTPUT, memory)?;
    let phc = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(Salt::new(&salt).ok()?),
        hash: Some(Output::new(&output).ok()?),
    };
    Some(phc.to_string())
}

/// Checks a password against a stored hash. With `upgrade`, a correct password is hashed again in the current form if the stored hash is
/// older or weaker. A stored text that is not a hash matches no password, and the check takes as long as for a wrong password.
pub(super) fn check(
    stored: &str,
    password: &SecretString,
    upgrade: bool,
    memory: &mut Vec<Block>,
) -> CheckResult {
    let (is_correct, is_current) = if let Some(known) = argon2_of(stored) {
        verify_argon2(&known, password, memory)
    } else if bcrypt_cost(stored).is_some() {
        (bcrypt::verify(password.expose_secret(), stored).unwrap_or(false), false)
    } else {
        hash(password, memory);
        (false, false)
    };
    let stronger_hash = if upgrade && is_correct && !is_current { hash(password, memory) } else { None };
    CheckResult { is_correct, stronger_hash }
}

fn verify_argon2(known: &Known, password: &SecretString, memory: &mut Vec<Block>) -> (bool, bool) {
    let Known { algorithm, version, params, salt, output: expected } = known;
    let output = compute(password, salt, (*algorithm, *version, params), expected.len(), memory);
    let is_correct = output.is_some_and(|output| output.ct_eq(expected.as_bytes()).into());
    let is_current = *algorithm == Algorithm::Argon2id
        && *version == Version::V0x13
        && params.m_cost() >= MEMORY_KIB
        && params.t_cost() >= PASSES
        && expected.len() >= OUTPUT;
    (is_correct, is_current)
}

/// Argon2 hash with accepted parameters.
struct Known {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Salt,
    output: Output,
}

fn argon2_of(stored: &str) -> Option<Known> {
    let phc = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&phc).ok()?;
    let bounded =
        params.m_cost() <= MEMORY_KIB_MAX && params.t_cost() <= PASSES_MAX && params.p_cost() <= LANES_MAX;
    bounded.then_some(Known {
        algorithm: Algorithm::try_from(phc.algorithm.as_str()).ok()?,
        version: phc.version.map_or(Ok(Version::V0x10), Version::try_from).ok()?,
        params,
        salt: phc.salt?,
        output: phc.hash?,
    })
}

fn compute(
    password: &SecretString,
    salt: &[u8],
    (algorithm, version, params): (Algorithm, Version, &Params),
    length: usize,
    memory: &mut Vec<Block>,
) -> Option<Vec<u8>> {
    let params = Params::new(params.m_cost(), params.t_cost(), params.p_cost(), Some(length)).ok()?;
    let blocks = params.block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::default());
    }
    let mut output = vec![0; length];
    Argon2::new(algorithm, version, params)
        .hash_password_into_with_memory(
            password.expose_secret().as_bytes(),
            salt,
            &mut output,
            &mut memory[..blocks],
        )
        .ok()?;
    // A stored hash with larger parameters than ours is rare: its memory is released at once.
    memory.truncate(MEMORY_KIB as usize);
    memory.shrink_to(MEMORY_KIB as usize);
    Some(output)
}

/// Returns the cost of a bcrypt hash with accepted parameters.
fn bcrypt_cost(stored: &str) -> Option<u32> {
    let known = ["$2a$", "$2b$", "$2y$"].iter().any(|scheme| stored.starts_with(scheme));
    let parts = stored.parse::<bcrypt::HashParts>().ok().filter(|_| known)?;
    Some(parts.get_cost()).filter(|cost| (4..=BCRYPT_COST_MAX).contains(cost))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[test]
    fn password_matches_only_its_own_hash() {
        let mut memory = Vec::new();
        let stored = hash(&secret("correct horse"), &mut memory).expect("hashed");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let result = check(&stored, &secret("correct horse"), true, &mut memory);
        assert!(result.is_correct && result.stronger_hash.is_none());
        assert!(!check(&stored, &secret("correct hors"), true, &mut memory).is_correct);
    }

    #[test]
    fn long_password_is_not_truncated() {
        let mut memory = Vec::new();
        let long = "x".repeat(1000);
        let stored = hash(&secret(&long), &mut memory).expect("hashed");
        assert!(check(&stored, &secret(&long), true, &mut memory).is_correct);
        assert!(!check(&stored, &secret(&long[..999]), true, &mut memory).is_correct);
    }

    #[test]
    fn imported_bcrypt_hash_is_upgraded_to_argon2id() {
        let mut memory = Vec::new();
        let hash = bcrypt::hash("password123", 4).expect("hashed");
        for scheme in ["$2a$", "$2b$", "$2y$"] {
            let stored = hash.replacen("$2b$", scheme, 1);
            assert!(is_known_hash(&stored));
            let result = check(&stored, &secret("password123"), true, &mut memory);
            assert!(result.is_correct, "{scheme}");
            assert!(result.stronger_hash.expect("upgraded").starts_with("$argon2id$"));
            assert!(!check(&stored, &secret("password124"), true, &mut memory).is_correct);
        }
    }

    #[test]
    fn weaker_argon2_hash_is_upgraded() {
        let mut memory = Vec::new();
        let stored = "$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A";
        let result = check(stored, &secret("password"), true, &mut memory);
        assert!(!result.is_correct || result.stronger_hash.is_some());
    }

    #[test]
    fn text_that_is_not_a_hash_matches_no_password() {
        let mut memory = Vec::new();
        for stored in [
            "PLAINTEXT123",
            "",
            "$2b$",
            "$argon2id$",
            "$unknown$abc",
            "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$aaaa",
        ] {
            assert!(!is_known_hash(stored), "{stored}");
            assert!(!check(stored, &secret(stored), true, &mut memory).is_correct, "{stored}");
        }
    }

    #[test]
    fn hash_of_an_unknown_scheme_is_not_accepted_as_a_password() {
        assert!(looks_like_hash("$scrypt$ln=16$abc"));
        assert!(looks_like_hash("$6$salt$hash"));
        assert!(!looks_like_hash("pa$$word"));
        assert!(!looks_like_hash("$ecret"));
    }
}
