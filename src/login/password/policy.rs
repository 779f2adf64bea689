//! Rules for new passwords (NIST SP 800-63B-4: length, no composition rules).

/// Shortest password, in characters: the NIST minimum for a password that is used with a second factor.
const MIN_CHARS: usize = 8;
/// Longest password, in bytes. No accepted password is ever truncated.
pub(super) const MAX_BYTES: usize = 4096;

/// Checks a password before it is set.
pub fn check(password: &str) -> Result<(), &'static str> {
    if password.chars().count() < MIN_CHARS {
        Err("too_short")
    } else if password.len() > MAX_BYTES {
        Err("too_long")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_length_counts() {
        for (password, result) in [
            ("1234567", Err("too_short")),
            ("12345678", Ok(())),
            ("pässwört", Ok(())),
            (&"a".repeat(4096), Ok(())),
            (&"a".repeat(4097), Err("too_long")),
        ] {
            assert_eq!(check(password), result, "{} bytes", password.len());
        }
    }
}
