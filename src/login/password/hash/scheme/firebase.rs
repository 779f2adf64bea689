//! Firebase Authentication: scrypt derives an AES key, and the hash is the signer key of the project, encrypted with it.
//!
//! The counter mode of AES adds a key stream to the signer key. The import removes the signer key and stores the key stream alone: the
//! secret of the Firebase project is not needed for a login and not kept.

use std::fmt;

use aws_lc_rs::{
    cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey},
    iv::FixedLength,
};
use subtle::ConstantTimeEq as _;

use super::{require_lengths, scrypt::Cost};
use crate::login::password::hash::{
    refusal::HashError,
    text::{Phc, decode, encode},
};

const SCHEME: &str = "Firebase scrypt";
const KEY: usize = 32;

/// Password hash parameters of a Firebase project.
#[derive(Clone)]
pub struct Project {
    signer_key: Vec<u8>,
    salt_separator: Vec<u8>,
    cost: Cost,
}

impl Project {
    /// Reads the parameters as the Firebase console shows them: signer key and salt separator in base64.
    ///
    /// # Errors
    /// The name and the rule of the parameter that is not accepted.
    pub fn new(
        signer_key: &str,
        salt_separator: &str,
        rounds: u64,
        memory_cost: u64,
    ) -> Result<Self, String> {
        let key = decode(signer_key.trim()).filter(|key| (16..=128).contains(&key.len()));
        let signer_key = key.ok_or("the signer key is not base64 of 16 to 128 bytes")?;
        let separator = decode(salt_separator.trim()).filter(|text| text.len() <= 64);
        let salt_separator = separator.ok_or("the salt separator is not base64 of at most 64 bytes")?;
        let cost = Cost::new(memory_cost, rounds, 1).map_err(|error| format!("the parameter set {error}"))?;
        Ok(Self { signer_key, salt_separator, cost })
    }

    /// Builds the hash of a user of this project.
    pub(in crate::login::password::hash) fn hash(
        &self,
        salt: &[u8],
        hash: &[u8],
    ) -> Result<Firebase, HashError> {
        if hash.len() != self.signer_key.len() {
            return Err(malformed("its length is not that of the signer key"));
        }
        let key_stream = hash.iter().zip(&self.signer_key).map(|(byte, key)| byte ^ key).collect();
        Firebase::new(self.cost, [salt, &self.salt_separator].concat(), key_stream)
    }
}

/// Firebase hash with accepted parameters, without the signer key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::login::password::hash) struct Firebase {
    cost: Cost,
    /// Salt of the user and separator of the project.
    salt: Vec<u8>,
    key_stream: Vec<u8>,
}

impl Firebase {
    fn new(cost: Cost, salt: Vec<u8>, key_stream: Vec<u8>) -> Result<Self, HashError> {
        require_lengths(SCHEME, &salt, &key_stream)?;
        Ok(Self { cost, salt, key_stream })
    }

    /// Parses our own form `$firebase-scrypt$ln=…,r=…,p=1$salt$keystream`.
    pub(in crate::login::password::hash) fn parse(text: &str) -> Result<Self, HashError> {
        let phc = Phc::parse(text).ok_or_else(|| malformed("its parts are not complete"))?;
        let (Some(log_n), Some(r), Some(p)) = (phc.number("ln"), phc.number("r"), phc.number("p")) else {
            return Err(malformed("one of the parameters ln, r and p is missing"));
        };
        let (Some(salt), Some(key_stream)) = (decode(phc.salt), decode(phc.output)) else {
            return Err(malformed("salt or output is not base64"));
        };
        Self::new(Cost::new(log_n, r, p)?, salt, key_stream)
    }

    pub(in crate::login::password::hash) fn verify(&self, password: &str) -> bool {
        let mut derived = [0; 2 * KEY];
        let is_computed = self.cost.compute(password, &self.salt, &mut derived);
        let key_stream = key_stream(&derived[..KEY], self.key_stream.len());
        is_computed && key_stream.is_some_and(|computed| computed.ct_eq(&self.key_stream).into())
    }
}

impl fmt::Display for Firebase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "$firebase-scrypt${}${}${}", self.cost, encode(&self.salt), encode(&self.key_stream))
    }
}

/// Returns the key stream of AES-256 in counter mode with the initial counter zero, as Firebase uses it.
fn key_stream(key: &[u8], length: usize) -> Option<Vec<u8>> {
    let key = EncryptingKey::ctr(UnboundCipherKey::new(&AES_256, key).ok()?).ok()?;
    let mut stream = vec![0; length];
    // The counter is always zero: each password and salt has a key of its own, and nothing secret is encrypted here.
    key.less_safe_encrypt(&mut stream, EncryptionContext::Iv128(FixedLength::from([0; 16]))).ok()?;
    Some(stream)
}

pub(in crate::login::password::hash) fn malformed(reason: &'static str) -> HashError {
    HashError::Malformed { scheme: SCHEME, reason }
}
