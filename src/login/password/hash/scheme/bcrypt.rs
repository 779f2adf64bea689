//! bcrypt, also of a digest of the password (Django, passlib).

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::login::password::hash::{
    refusal::{HashError, require_at_most},
    text::{Phc, number},
};

const SCHEME: &str = "bcrypt";
const COST_MIN: u64 = 4;
/// 2^14 rounds take about a second.
const COST_MAX: u64 = 14;
const VARIANTS: [&str; 3] = ["2a", "2b", "2y"];
const SALT: usize = 22;
const ALPHABET: &str = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const OUTPUT: usize = 31;

/// What bcrypt was applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::login::password::hash) enum Input {
    Password,
    /// Django `bcrypt_sha256`: SHA-256 of the password, hexadecimal.
    Sha256Hex,
    /// passlib `bcrypt_sha256`, version 1: SHA-256 of the password, base64.
    Sha256Base64,
    /// passlib `bcrypt_sha256`, version 2: HMAC-SHA-256 of the password with the salt text as key, base64.
    HmacSha256Base64,
}

/// bcrypt hash with accepted cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::login::password::hash) struct Bcrypt {
    input: Input,
    /// `$2b$12$` and the salt and output in the alphabet of bcrypt.
    hash: String,
}

impl Bcrypt {
    /// Parses `$2b$12$…`; `input` is what the framework hashed.
    pub(in crate::login::password::hash) fn parse(text: &str, input: Input) -> Result<Self, HashError> {
        let malformed = |reason| Err(HashError::Malformed { scheme: SCHEME, reason });
        let parts: Vec<&str> = text.split('$').collect();
        let ["", variant, cost, rest] = parts[..] else { return malformed("it has not the form $2b$12$…") };
        if variant == "2x" {
            return malformed("`$2x$` marks hashes of a faulty implementation");
        }
        if !VARIANTS.contains(&variant) {
            return malformed("it starts with none of $2a$, $2b$ and $2y$");
        }
        if rest.len() != SALT + OUTPUT || !rest.bytes().all(is_in_alphabet) {
            return malformed("salt and output are not 53 characters of its alphabet");
        }
        let cost = number(cost).filter(|_| cost.len() == 2).unwrap_or_default();
        if cost < COST_MIN {
            return malformed("its cost is not a number from 04");
        }
        require_at_most(COST_MAX, cost, SCHEME, "cost")?;
        let (salt, output) = rest.split_at(SALT);
        Ok(Self {
            input,
            hash: format!(
                "${variant}${cost:02}${}{}",
                without_unused_bits(salt, 4),
                without_unused_bits(output, 2)
            ),
        })
    }

    /// Parses `$bcrypt-sha256$2b,12$salt$output` and `$bcrypt-sha256$v=2,t=2b,r=12$salt$output` of passlib, and our form of Django's.
    pub(in crate::login::password::hash) fn parse_prehashed(text: &str) -> Result<Self, HashError> {
        let malformed =
            HashError::Malformed { scheme: "bcrypt-sha256", reason: "its parts are not complete" };
        let phc = Phc::parse(text).ok_or_else(|| malformed.clone())?;
        let (input, variant, cost) = match (phc.id, phc.param("v"), phc.param("t"), phc.param("r")) {
            ("django-bcrypt-sha256", None, Some(variant), Some(cost)) => (Input::Sha256Hex, variant, cost),
            ("bcrypt-sha256", Some("2"), Some(variant), Some(cost)) => {
                (Input::HmacSha256Base64, variant, cost)
            }
            ("bcrypt-sha256", None, None, None) => {
                let (variant, cost) = phc.params().split_once(',').ok_or(malformed)?;
                (Input::Sha256Base64, variant, cost)
            }
            _ => return Err(malformed),
        };
        Self::parse(&format!("${variant}${cost:0>2}${}{}", phc.salt, phc.output), input)
    }

    pub(in crate::login::password::hash) fn verify(&self, password: &str) -> bool {
        let input = match self.input {
            Input::Password => password.to_owned(),
            Input::Sha256Hex => data_encoding::HEXLOWER.encode(&Sha256::digest(password)),
            Input::Sha256Base64 => data_encoding::BASE64.encode(&Sha256::digest(password)),
            Input::HmacSha256Base64 => {
                let (_, salt, _) = self.parts();
                let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(salt.as_bytes()) else { return false };
                mac.update(password.as_bytes());
                data_encoding::BASE64.encode(&mac.finalize().into_bytes())
            }
        };
        ::bcrypt::verify(input, &self.hash).unwrap_or(false)
    }

    /// Returns variant and cost (`2b$12`), salt and output.
    fn parts(&self) -> (&str, &str, &str) {
        let (head, output) = self.hash.split_at(self.hash.len() - OUTPUT);
        let (head, salt) = head.split_at(head.len() - SALT);
        (head.trim_matches('$'), salt, output)
    }
}

impl fmt::Display for Bcrypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, salt, output) = self.parts();
        let (variant, cost) = head.split_once('$').unwrap_or_default();
        let cost = cost.trim_start_matches('0');
        match self.input {
            Input::Password => f.write_str(&self.hash),
            Input::Sha256Hex => write!(f, "$django-bcrypt-sha256$t={variant},r={cost}${salt}${output}"),
            Input::Sha256Base64 => write!(f, "$bcrypt-sha256${variant},{cost}${salt}${output}"),
            Input::HmacSha256Base64 => write!(f, "$bcrypt-sha256$v=2,t={variant},r={cost}${salt}${output}"),
        }
    }
}

fn is_in_alphabet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/')
}

/// Clears the bits of the last character that belong to no byte. Some programs set them and ignore them at a check; the library refuses such
/// a hash, and its user could never sign in.
fn without_unused_bits(text: &str, count: u32) -> String {
    let (start, last) = text.split_at(text.len() - 1);
    let value = ALPHABET.find(last).unwrap_or_default() >> count << count;
    format!("{start}{}", &ALPHABET[value..=value])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_that_belong_to_no_byte_are_ignored() {
        let hash = ::bcrypt::hash_with_salt("a phrase", 4, [7; 16]).expect("a hash").to_string();
        let (salt, output) = hash[7..].split_at(SALT);
        let with_bits = |text: &str, bits: usize| {
            let (start, last) = text.split_at(text.len() - 1);
            let value = ALPHABET.find(last).expect("a character of the alphabet") | bits;
            format!("{start}{}", &ALPHABET[value..=value])
        };
        let odd = format!("{}{}{}", &hash[..7], with_bits(salt, 15), with_bits(output, 3));
        assert_ne!(odd, hash);
        assert!(Bcrypt::parse(&odd, Input::Password).expect("a hash").verify("a phrase"));
        assert!(!Bcrypt::parse(&odd, Input::Password).expect("a hash").verify("another"));
    }
}
