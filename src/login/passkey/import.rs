//! Checks of the passkeys of an import. An import must not create a passkey that no registration would create.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use webauthn_rs_core::proto::COSEKey;

use super::CREDENTIAL_ID_BYTES_MAX;

/// Longest public key, in bytes: one of RSA with 2,048 bits has 272.
const PUBLIC_KEY_MAX: usize = 1024;
/// Most transports of one passkey, and the longest name of one. Level 3 has seven, and a browser may know others.
const TRANSPORTS_MAX: usize = 16;
const TRANSPORT_MAX: usize = 32;

/// Why a passkey is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyMistake {
    #[error("a credential id is not base64url without padding")]
    CredentialId,
    #[error("a credential id is empty or longer than {CREDENTIAL_ID_BYTES_MAX} bytes")]
    CredentialIdLength,
    #[error("a public key is not base64url without padding")]
    PublicKey,
    /// Attack: a key with the algorithm `none`, or a point that is not on its curve, for which an attacker can make signatures.
    #[error("a public key is not a COSE key of a supported algorithm (ES256, ES384, RS256)")]
    Algorithm,
    #[error("a transport is not 1 to {TRANSPORT_MAX} of a-z 0-9 -, or there are more than {TRANSPORTS_MAX}")]
    Transports,
    #[error("an AAGUID is not a UUID")]
    Aaguid,
    /// The library refuses every assertion of such a passkey.
    #[error("a passkey is backed up and may not be: backedUp needs backupEligible")]
    BackedUp,
}

/// Checks a credential id.
///
/// # Errors
/// [`PasskeyMistake`].
pub fn credential_id(text: &str) -> Result<(), PasskeyMistake> {
    let id = URL_SAFE_NO_PAD.decode(text).map_err(|_| PasskeyMistake::CredentialId)?;
    if (1..=CREDENTIAL_ID_BYTES_MAX).contains(&id.len()) {
        Ok(())
    } else {
        Err(PasskeyMistake::CredentialIdLength)
    }
}

/// Checks a public key: it must be one with which an assertion can be verified.
///
/// # Errors
/// [`PasskeyMistake`].
pub fn public_key(text: &str) -> Result<(), PasskeyMistake> {
    let key = URL_SAFE_NO_PAD.decode(text).map_err(|_| PasskeyMistake::PublicKey)?;
    if key.len() > PUBLIC_KEY_MAX {
        return Err(PasskeyMistake::Algorithm);
    }
    let value: serde_cbor_2::Value = serde_cbor_2::from_slice(&key).map_err(|_| PasskeyMistake::Algorithm)?;
    COSEKey::try_from(&value).map(|_| ()).map_err(|_| PasskeyMistake::Algorithm)
}

/// Checks the names of transports. Unknown ones are kept, as at a registration.
///
/// # Errors
/// [`PasskeyMistake`].
pub fn transports(names: &[String]) -> Result<(), PasskeyMistake> {
    let is_name = |name: &String| {
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        (1..=TRANSPORT_MAX).contains(&name.len()) && name.chars().all(is_letter)
    };
    if names.len() <= TRANSPORTS_MAX && names.iter().all(is_name) {
        Ok(())
    } else {
        Err(PasskeyMistake::Transports)
    }
}

/// Parses the model of an authenticator; all zeros say nothing.
///
/// # Errors
/// [`PasskeyMistake`].
pub fn aaguid(text: &str) -> Result<Option<String>, PasskeyMistake> {
    let aaguid = uuid::Uuid::try_parse(text).map_err(|_| PasskeyMistake::Aaguid)?;
    Ok((!aaguid.is_nil()).then(|| aaguid.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The base point of P-256 as a key of ES256.
    const KEY: &str = "pQECAyYgASFYIGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWIlggT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";

    #[test]
    fn key_must_be_one_that_can_verify_an_assertion() {
        assert_eq!(public_key(KEY), Ok(()));
        let with_algorithm = |algorithm: u8| {
            let mut bytes = URL_SAFE_NO_PAD.decode(KEY).expect("base64url");
            bytes[4] = algorithm;
            URL_SAFE_NO_PAD.encode(bytes)
        };
        let with_more = |more: &[u8]| {
            let key = URL_SAFE_NO_PAD.decode(KEY).expect("base64url");
            URL_SAFE_NO_PAD.encode([key.as_slice(), more].concat())
        };
        let cut = |length: usize| {
            let key = URL_SAFE_NO_PAD.decode(KEY).expect("base64url");
            URL_SAFE_NO_PAD.encode(&key[..key.len() - length])
        };
        let off_curve = "pQECAyYgASFYIGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWIlgg9VG_N2hAtsvOXjFrVzPOKxaeD3xK6-eOm38a_uJC408";
        for (text, expected) in [
            (format!("{KEY}="), PasskeyMistake::PublicKey),
            (KEY.replace('-', "+"), PasskeyMistake::PublicKey),
            (with_algorithm(0), PasskeyMistake::Algorithm),
            // HMAC (5): a shared secret is no key pair.
            (with_algorithm(5), PasskeyMistake::Algorithm),
            (off_curve.to_owned(), PasskeyMistake::Algorithm),
            (with_more(&[0]), PasskeyMistake::Algorithm),
            (cut(3), PasskeyMistake::Algorithm),
            (String::new(), PasskeyMistake::Algorithm),
            (URL_SAFE_NO_PAD.encode([0xa5; 1025]), PasskeyMistake::Algorithm),
        ] {
            assert_eq!(public_key(&text), Err(expected), "{text}");
        }
    }

    #[test]
    fn credential_id_has_1_to_1023_bytes() {
        let of = |length| credential_id(&URL_SAFE_NO_PAD.encode(vec![7; length]));
        assert_eq!((of(1), of(1023)), (Ok(()), Ok(())));
        assert_eq!(of(0), Err(PasskeyMistake::CredentialIdLength));
        assert_eq!(of(1024), Err(PasskeyMistake::CredentialIdLength));
        for text in ["AQ==", "A", "+/8", "a b", "ä"] {
            assert_eq!(credential_id(text), Err(PasskeyMistake::CredentialId), "{text}");
        }
        // Two texts of one credential would be two unique keys.
        assert_eq!(credential_id("AR"), Err(PasskeyMistake::CredentialId));
    }

    #[test]
    fn transports_and_aaguid_are_short_and_plain() {
        let of =
            |names: &[&str]| transports(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["usb", "smart-card", "later-one"]), Ok(()));
        for names in [&[""][..], &["USB"], &["a b"], &["a"; 17], &[&"a".repeat(33)]] {
            assert_eq!(of(names), Err(PasskeyMistake::Transports), "{names:?}");
        }
        let model = "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4";
        assert_eq!(aaguid(&model.to_uppercase()), Ok(Some(model.to_owned())));
        assert_eq!(aaguid("00000000-0000-0000-0000-000000000000"), Ok(None));
        assert_eq!(aaguid("7"), Err(PasskeyMistake::Aaguid));
    }
}
