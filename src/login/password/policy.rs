//! What a new password must be (NIST SP 800-63B-4: length, no composition rules).

/// Shortest password, in characters: what NIST allows beside a second factor.
const LEAST: usize = 8;
/// Longest password, in bytes; nothing shorter is ever truncated.
const MOST: usize = 4096;

/// Judges a password that is about to be set.
///
/// # Errors
/// The published code of what is wrong with it.
pub fn judge(password: &str) -> Result<(), &'static str> {
    if password.chars().count() < LEAST {
        Err("too_short")
    } else if password.len() > MOST {
        Err("too_long")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_and_nothing_else() {
        assert_eq!(judge("1234567"), Err("too_short"));
        assert_eq!(judge("pässwört"), Ok(()));
        assert_eq!(judge(&"a".repeat(1000)), Ok(()));
        assert_eq!(judge(&"a".repeat(4097)), Err("too_long"));
    }
}
