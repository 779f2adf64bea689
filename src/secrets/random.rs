//! Random bytes.

/// Returns random bytes from the operating system.
///
/// # Panics
/// If the operating system provides no random bytes: every key, id and token would be guessable.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that asks the system for randomness")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system provides random bytes");
    bytes
}
