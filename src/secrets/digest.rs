//! SHA-256 and lowercase hex.

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Encodes bytes as lowercase hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Decodes lowercase hex. Returns `None` if the text is not hex or its length does not match.
#[must_use]
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// Hashes bytes and encodes the hash as lowercase hex.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_lowercase_and_decodes_to_the_same_bytes() {
        let hash = sha256(b"");
        let text = sha256_hex(b"");
        assert_eq!(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(from_hex(&text), Some(hash));
        assert_eq!(from_hex::<32>("e3b0"), None);
        assert_eq!(from_hex::<2>("zz00"), None);
    }
}
