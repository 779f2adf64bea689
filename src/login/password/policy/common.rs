//! The list of common passwords in the binary.
//!
//! `scripts/lib/common-passwords.py` writes it. Each entry is the start of a hash: the list needs 108 KB, has no text that offends
//! a reader of the binary, and refuses one of 50 million passwords that are not in it.

use crate::secrets::sha256;

/// The first bytes of the SHA-256 of each password, sorted.
static ENTRIES: &[u8] = include_bytes!("common_passwords.bin");
const BYTES: usize = 5;

/// Returns whether this is a common password. `lower` is its NFKC form in lower case.
pub(super) fn contains(lower: &str) -> bool {
    let (entries, _) = ENTRIES.as_chunks::<BYTES>();
    sha256(lower.as_bytes()).first_chunk().is_some_and(|wanted| entries.binary_search(wanted).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_has_more_than_twenty_thousand_sorted_entries() {
        let (entries, rest) = ENTRIES.as_chunks::<BYTES>();
        assert!(entries.len() > 20_000 && rest.is_empty(), "{}", entries.len());
        assert!(entries.is_sorted());
    }

    #[test]
    fn list_contains_common_passwords_of_every_source_and_no_others() {
        for common in
            ["password", "qwertyuiop", "1q2w3e4r5t6y", "thunderbird", "q1w2e3r4t5y6u7i8", "sunshine"]
        {
            assert!(contains(common), "{common}");
        }
        for other in ["correct horse battery", "seventeen blue kettles", "Password", ""] {
            assert!(!contains(other), "{other}");
        }
        let random = (0..50_000).filter(|number| contains(&format!("random-{number}-kettle"))).count();
        assert_eq!(random, 0);
    }
}
