//! Hashes of a set of random codes under one salt: recovery codes.
//!
//! A code has 70 bits. NIST SP 800-63B-4 §3.1.2.2 requires a password hash for look-up secrets below 112 bits. With one salt for the set,
//! an attempt costs one hash, not one for each code. Salts protect equal or guessable passwords; random codes are neither.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use subtle::ConstantTimeEq as _;

use super::{scheme::argon2::Argon2, workspace::Workspace};

/// Hashes codes under a new salt. Returns the part of the PHC string that all hashes share, and the hashes.
pub(in crate::login::password) fn hash_all(
    codes: &[String],
    workspace: &mut Workspace,
) -> Option<(String, Vec<String>)> {
    let first = Argon2::of(codes.first()?, workspace)?;
    let (salt, _) = first.rsplit_once('$')?;
    let argon2 = Argon2::parse(&first).ok()?;
    let hashes =
        codes.iter().map(|code| argon2.output_of(code, workspace).map(|hash| STANDARD_NO_PAD.encode(hash)));
    Some((salt.to_owned(), hashes.collect::<Option<_>>()?))
}

/// Returns the hash of this code if it is one of the set. It computes one hash, and compares it with all.
pub(in crate::login::password) fn find(
    salt: &str,
    hashes: &[String],
    code: &str,
    workspace: &mut Workspace,
) -> Option<String> {
    // The parameters come from the database: `parse` refuses those that would take too much time or memory.
    let argon2 = Argon2::parse(&format!("{salt}${}", hashes.first()?)).ok()?;
    let computed = STANDARD_NO_PAD.encode(argon2.output_of(code, workspace)?);
    let mut found = None;
    for hash in hashes {
        if bool::from(hash.as_bytes().ct_eq(computed.as_bytes())) {
            found = Some(hash.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_a_set_is_found_and_no_other() {
        let mut workspace = Workspace::default();
        let codes: Vec<String> = ["one", "two", "three"].map(str::to_owned).to_vec();
        let (salt, hashes) = hash_all(&codes, &mut workspace).expect("hashes");
        assert!(salt.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{salt}");
        for (code, hash) in codes.iter().zip(&hashes) {
            assert_eq!(find(&salt, &hashes, code, &mut workspace).as_ref(), Some(hash));
        }
        assert_eq!(find(&salt, &hashes, "four", &mut workspace), None);
        assert_eq!(find(&salt, &hashes[1..], "one", &mut workspace), None, "a used code");
        assert_eq!(find(&salt, &[], "one", &mut workspace), None);
    }

    #[test]
    fn sets_have_salts_of_their_own() {
        let mut workspace = Workspace::default();
        let set = |workspace: &mut _| hash_all(&["one".to_owned()], workspace).expect("a hash");
        let (one, two) = (set(&mut workspace), set(&mut workspace));
        assert_ne!(one.0, two.0);
        assert_ne!(one.1, two.1);
    }

    // A changed document must not stop the hashing threads.
    #[test]
    fn expensive_parameters_of_a_document_are_refused() {
        let mut workspace = Workspace::default();
        let (salt, hashes) = hash_all(&["one".to_owned()], &mut workspace).expect("a hash");
        for parameters in ["m=4194304,t=2,p=1", "m=19456,t=100000,p=1"] {
            let salt = salt.replace("m=19456,t=2,p=1", parameters);
            assert_eq!(find(&salt, &hashes, "one", &mut workspace), None, "{parameters}");
        }
    }
}
