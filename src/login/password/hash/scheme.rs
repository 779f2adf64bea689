//! The hash schemes: parameters within limits, and the computation.

pub(super) mod argon2;
pub(super) mod bcrypt;
pub(super) mod firebase;
pub(super) mod pbkdf2;
pub(super) mod scrypt;

use super::refusal::HashError;

/// Shortest output. A shorter one would match too many passwords.
const OUTPUT_MIN: usize = 16;
const OUTPUT_MAX: usize = 128;
const SALT_MAX: usize = 1024;

fn require_lengths(scheme: &'static str, salt: &[u8], output: &[u8]) -> Result<(), HashError> {
    let malformed = |reason| Err(HashError::Malformed { scheme, reason });
    if salt.is_empty() {
        malformed("the salt is missing")
    } else if salt.len() > SALT_MAX {
        malformed("the salt is longer than 1024 bytes")
    } else if !(OUTPUT_MIN..=OUTPUT_MAX).contains(&output.len()) {
        malformed("its length is not between 16 and 128 bytes")
    } else {
        Ok(())
    }
}
