//! PBKDF2 with HMAC (RFC 8018).

use std::{fmt, num::NonZero};

use aws_lc_rs::pbkdf2::{self, Algorithm};
use subtle::ConstantTimeEq as _;

use super::require_lengths;
use crate::login::password::hash::{
    refusal::{HashError, require_at_most},
    text::{Phc, decode, encode, number},
};

const SCHEME: &str = "PBKDF2";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::login::password::hash) enum Digest {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// Parses the names that frameworks use: `sha256`, `SHA-256`, `sha2-256`, `PBKDF2WithHmacSHA256`.
    pub(in crate::login::password::hash) fn parse(name: &str) -> Option<Self> {
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        let name = ["pbkdf2", "with", "hmac"]
            .into_iter()
            .fold(name.as_str(), |name, prefix| name.strip_prefix(prefix).unwrap_or(name));
        match name {
            // Keycloak, passlib and PKCS #5 name HMAC-SHA-1 by nothing.
            "" | "sha1" | "sha" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            "sha384" => Some(Self::Sha384),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// Returns the largest number of iterations × blocks of output: it takes about a second.
    fn iterations_max(self) -> u64 {
        match self {
            Self::Sha1 | Self::Sha256 => 3_000_000,
            Self::Sha384 | Self::Sha512 => 1_500_000,
        }
    }

    fn algorithm(self) -> (Algorithm, usize) {
        match self {
            Self::Sha1 => (pbkdf2::PBKDF2_HMAC_SHA1, 20),
            Self::Sha256 => (pbkdf2::PBKDF2_HMAC_SHA256, 32),
            Self::Sha384 => (pbkdf2::PBKDF2_HMAC_SHA384, 48),
            Self::Sha512 => (pbkdf2::PBKDF2_HMAC_SHA512, 64),
        }
    }
}

/// PBKDF2 hash with accepted parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::login::password::hash) struct Pbkdf2 {
    digest: Digest,
    iterations: NonZero<u32>,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Pbkdf2 {
    pub(in crate::login::password::hash) fn new(
        digest: Digest,
        iterations: u64,
        salt: Vec<u8>,
        output: Vec<u8>,
    ) -> Result<Self, HashError> {
        require_lengths(SCHEME, &salt, &output)?;
        let blocks = output.len().div_ceil(digest.algorithm().1) as u64;
        require_at_most(digest.iterations_max() / blocks, iterations, SCHEME, "iterations")?;
        let iterations = u32::try_from(iterations).ok().and_then(NonZero::new);
        let iterations = iterations.ok_or_else(|| malformed("the number of iterations is missing"))?;
        Ok(Self { digest, iterations, salt, output })
    }

    /// Parses `$pbkdf2-sha256$i=…,l=…$salt$output`, and with the bare number of iterations as passlib writes it.
    pub(in crate::login::password::hash) fn parse(text: &str) -> Result<Self, HashError> {
        let phc = Phc::parse(text).ok_or_else(|| malformed("its parts are not complete"))?;
        let digest = Digest::parse(phc.id).ok_or_else(unknown_digest)?;
        let iterations = phc.number("i").or_else(|| number(phc.params()));
        let iterations = iterations.ok_or_else(|| malformed("the number of iterations is missing"))?;
        let (Some(salt), Some(output)) = (decode(phc.salt), decode(phc.output)) else {
            return Err(malformed("salt or output is not base64"));
        };
        if phc.param("l").is_some_and(|length| number(length) != Some(output.len() as u64)) {
            return Err(malformed("the length of the output is not the given one"));
        }
        Self::new(digest, iterations, salt, output)
    }

    pub(in crate::login::password::hash) fn verify(&self, password: &str) -> bool {
        let mut output = vec![0; self.output.len()];
        let (algorithm, _) = self.digest.algorithm();
        pbkdf2::derive(algorithm, self.iterations, &self.salt, password.as_bytes(), &mut output);
        output.ct_eq(&self.output).into()
    }
}

impl fmt::Display for Pbkdf2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { digest, iterations, salt, output } = self;
        let (name, length) = (digest.name(), output.len());
        write!(f, "$pbkdf2-{name}$i={iterations},l={length}${}${}", encode(salt), encode(output))
    }
}

pub(in crate::login::password::hash) fn malformed(reason: &'static str) -> HashError {
    HashError::Malformed { scheme: SCHEME, reason }
}

pub(in crate::login::password::hash) fn unknown_digest() -> HashError {
    malformed("its digest is none of SHA-1, SHA-256, SHA-384 and SHA-512")
}
