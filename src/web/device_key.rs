//! The random id of one browser in the device cookie.
//!
//! One cookie per browser, for all its users. It proves no identity and opens nothing: with it, a browser that signed in to an account
//! before is recognised by that account ([`crate::user::Device`]). It is signed, so that a client cannot invent ids and cause reads of the
//! store, and a value of another form is ignored.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::secrets::{self, Keys};

const ID_BYTES: usize = 16;
const TAG_BYTES: usize = 32;
/// Length of the cookie value, in characters of base64url.
const VALUE_LENGTH: usize = (ID_BYTES + TAG_BYTES) / 3 * 4;

/// The id of a browser: 128 random bits. It is never stored and never logged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DeviceKey([u8; ID_BYTES]);

impl DeviceKey {
    #[must_use]
    pub fn random() -> Self {
        Self(secrets::random())
    }

    /// Parses a cookie value. Returns `None` if no key of the ring has signed it.
    #[must_use]
    pub fn from_cookie(value: &str, keys: &Keys) -> Option<Self> {
        // Before the value is decoded: a long one must cost nothing.
        if value.len() != VALUE_LENGTH {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
        let (id, tag) = bytes.split_first_chunk::<ID_BYTES>()?;
        keys.verify_device(id, tag).then_some(Self(*id))
    }

    /// Returns the cookie value, signed with the newest key.
    #[must_use]
    pub fn cookie_value(&self, keys: &Keys) -> String {
        URL_SAFE_NO_PAD.encode([&self.0[..], &keys.sign_device(&self.0)].concat())
    }

    /// Returns the SHA-256 of the id in hex. A leaked database contains no cookie.
    #[must_use]
    pub fn hash(&self) -> String {
        secrets::sha256_hex(&self.0)
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::new_key;

    fn ring(keys: &[&str]) -> Keys {
        Keys::parse(&keys.join(",")).expect("keys")
    }

    // Otherwise a client could invent ids, and each would cause a search.
    #[test]
    fn only_a_signed_id_is_accepted() {
        let keys = ring(&[&new_key()]);
        let key = DeviceKey::random();
        let value = key.cookie_value(&keys);
        assert_eq!(value.len(), VALUE_LENGTH);
        assert_eq!(DeviceKey::from_cookie(&value, &keys), Some(key));
        let other = DeviceKey::random().cookie_value(&keys);
        let forged = [
            String::new(),
            "x".repeat(VALUE_LENGTH),
            "A".repeat(100_000),
            format!("{value}A"),
            value[1..].to_owned(),
            // The id of one cookie with the tag of another.
            format!("{}{}", &value[..20], &other[20..]),
            key.cookie_value(&ring(&[&new_key()])),
        ];
        for value in forged {
            assert_eq!(DeviceKey::from_cookie(&value, &keys), None, "{}", value.len());
        }
    }

    #[test]
    fn rotated_key_keeps_device_cookies_valid_while_it_is_in_the_ring() {
        let (old, new) = (new_key(), new_key());
        let key = DeviceKey::random();
        let value = key.cookie_value(&ring(&[&old]));
        let rotated = ring(&[&new, &old]);
        assert_eq!(DeviceKey::from_cookie(&value, &rotated), Some(key));
        // The login signs it with the newest key.
        assert_eq!(DeviceKey::from_cookie(&key.cookie_value(&rotated), &ring(&[&new])), Some(key));
        assert_eq!(DeviceKey::from_cookie(&value, &ring(&[&new])), None);
    }

    #[test]
    fn debug_output_contains_no_id() {
        assert_eq!(format!("{:?}", DeviceKey::random()), "DeviceKey(…)");
    }
}
