//! One key of a provider's key set (RFC 7517 §4, RFC 7518 §6), and the signature algorithms.
//!
//! Key sets are read as other libraries write them: with padding, the standard base64 alphabet, leading zeros, or coordinates without
//! them. What the specification forbids to use is not used: keys for encryption, symmetric keys, keys of a wrong size.

use aws_lc_rs::signature::{
    self, EcdsaVerificationAlgorithm, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use base64::{
    Engine as _, alphabet,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};

use super::json::JsonObject;

/// Asymmetric signature algorithms. Without `none` and HS256, a token cannot be unsigned, and a public key cannot be used as an HMAC secret
/// (algorithm confusion, RFC 8725 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    /// Ed25519 (RFC 8037, and RFC 9864 under its own name).
    EdDsa,
}

/// Accepted of every provider. The others only if its metadata announces them.
const ALWAYS_ACCEPTED: [Algorithm; 4] =
    [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa];

/// Digest of an algorithm; `at_hash` uses the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Digest {
    Sha256,
    Sha384,
    Sha512,
}

/// Names of the algorithms (RFC 7518 §3.1).
const NAMES: [(&str, Algorithm); 11] = [
    ("RS256", Algorithm::Rs256),
    ("RS384", Algorithm::Rs384),
    ("RS512", Algorithm::Rs512),
    ("PS256", Algorithm::Ps256),
    ("PS384", Algorithm::Ps384),
    ("PS512", Algorithm::Ps512),
    ("ES256", Algorithm::Es256),
    ("ES384", Algorithm::Es384),
    ("ES512", Algorithm::Es512),
    ("EdDSA", Algorithm::EdDsa),
    ("Ed25519", Algorithm::EdDsa),
];

impl Algorithm {
    /// Parses a name. Names are case-sensitive.
    pub(super) fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, algorithm)| *algorithm)
    }

    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(_, algorithm)| *algorithm == self).map_or("unknown", |(name, _)| name)
    }

    pub(super) fn is_accepted(self, announced: &[Self]) -> bool {
        ALWAYS_ACCEPTED.contains(&self) || announced.contains(&self)
    }

    pub(super) fn digest(self) -> Digest {
        match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => Digest::Sha256,
            Self::Rs384 | Self::Ps384 | Self::Es384 => Digest::Sha384,
            Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa => Digest::Sha512,
        }
    }

    fn rsa(self) -> Option<&'static RsaParameters> {
        match self {
            Self::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
            Self::Rs512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
            Self::Ps256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
            Self::Ps384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
            Self::Ps512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
            Self::Es256 | Self::Es384 | Self::Es512 | Self::EdDsa => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "P-256" => Some(Self::P256),
            "P-384" => Some(Self::P384),
            "P-521" => Some(Self::P521),
            _ => None,
        }
    }

    /// Length of a coordinate, in bytes (RFC 7518 §6.2.1.2).
    fn coordinate_len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Each curve has one algorithm (RFC 7518 §3.4).
    fn algorithm(self) -> (Algorithm, &'static EcdsaVerificationAlgorithm) {
        match self {
            Self::P256 => (Algorithm::Es256, &signature::ECDSA_P256_SHA256_FIXED),
            Self::P384 => (Algorithm::Es384, &signature::ECDSA_P384_SHA384_FIXED),
            Self::P521 => (Algorithm::Es512, &signature::ECDSA_P521_SHA512_FIXED),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    /// Modulus and exponent, without leading zeros.
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// Uncompressed point (SEC 1 §2.3.3), checked to be on the curve.
    Elliptic(Curve, Vec<u8>),
    Ed25519(Vec<u8>),
}

/// A public key that may verify signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VerificationKey {
    pub(super) kid: Option<String>,
    /// The only algorithm of the key, if it names one.
    algorithm: Option<Algorithm>,
    material: Material,
}

/// Reason why a key is not used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It is for something else: encryption, or an algorithm that this client does not know.
    ForSomethingElse(&'static str),
    /// It violates RFC 7517 or RFC 7518.
    Malformed(String),
    /// The key set contains the private key, so that every reader of the key set can sign tokens. The public key, if it can be read.
    Private(Option<Box<VerificationKey>>),
}

const USED_MEMBERS: [&str; 9] = ["kty", "use", "key_ops", "alg", "n", "e", "crv", "x", "y"];
/// Members of private and symmetric keys (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Smallest modulus, in bits (RFC 7518 §3.3).
const MODULUS_MIN: usize = 2048;
/// Largest modulus, in bits. A verification with it takes 0.4 ms, and the number of keys that one token can try is limited.
const MODULUS_MAX: usize = 8192;
/// Largest public exponent, in bytes: the time of a verification grows with it. Exponents in use are 3 and 65537.
const EXPONENT_MAX: usize = 4;

impl VerificationKey {
    /// Reads a key.
    pub(super) fn read(jwk: &JsonObject) -> Result<Self, Unusable> {
        let members = &jwk.members;
        // An unreadable `use` must not count as an absent one. Members that are not used may have any content.
        if let Some(defects) = jwk.defects_of(&USED_MEMBERS) {
            return Err(Unusable::Malformed(defects));
        }
        check_use(members)?;
        let algorithm = match present(members, "alg") {
            None => None,
            Some(Value::String(name)) => Some(
                Algorithm::parse(name)
                    .ok_or(Unusable::ForSomethingElse("alg is not a signature algorithm that is accepted"))?,
            ),
            Some(_) => return Err(Unusable::Malformed("alg is not text".to_owned())),
        };
        let key = Material::read(members).map(|material| Self { kid: kid(members), algorithm, material });
        if PRIVATE_MEMBERS.iter().any(|name| present(members, name).is_some()) {
            return Err(match present(members, "kty") {
                Some(kty) if kty == "oct" => Unusable::ForSomethingElse("a symmetric key"),
                _ => Unusable::Private(key.ok().map(Box::new)),
            });
        }
        key
    }

    /// Returns whether both are the same public key, whatever their names.
    pub(super) fn has_same_material(&self, other: &Self) -> bool {
        self.material == other.material
    }

    /// Returns whether the key may verify signatures of this algorithm, by its type and by its `alg`.
    pub(super) fn fits(&self, algorithm: Algorithm) -> bool {
        let by_type = match &self.material {
            Material::Rsa { .. } => algorithm.rsa().is_some(),
            Material::Elliptic(curve, _) => curve.algorithm().0 == algorithm,
            Material::Ed25519(_) => algorithm == Algorithm::EdDsa,
        };
        by_type && self.algorithm.is_none_or(|own| own == algorithm)
    }

    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        if !self.fits(algorithm) {
            return false;
        }
        match &self.material {
            Material::Rsa { n, e } => algorithm.rsa().is_some_and(|parameters| {
                RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok()
            }),
            Material::Elliptic(curve, point) => {
                UnparsedPublicKey::new(curve.algorithm().1, point).verify(message, signature).is_ok()
            }
            Material::Ed25519(key) => {
                UnparsedPublicKey::new(&signature::ED25519, key).verify(message, signature).is_ok()
            }
        }
    }
}

impl Material {
    fn read(members: &Map<String, Value>) -> Result<Self, Unusable> {
        match present(members, "kty").and_then(Value::as_str) {
            Some("RSA") => Self::rsa(members),
            Some("EC") => Self::elliptic(members),
            Some("OKP") => Self::octet_key_pair(members),
            Some(_) => Err(Unusable::ForSomethingElse("kty is another kind of key")),
            None => Err(Unusable::Malformed("kty is missing".to_owned())),
        }
    }

    fn rsa(members: &Map<String, Value>) -> Result<Self, Unusable> {
        let (n, e) = (without_zeros(&binary(members, "n")?), without_zeros(&binary(members, "e")?));
        let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
        if !(MODULUS_MIN..=MODULUS_MAX).contains(&bits) {
            Err(Unusable::Malformed(format!("n has {bits} bits, not {MODULUS_MIN} to {MODULUS_MAX}")))
        } else if !is_odd(&n) {
            Err(Unusable::Malformed("n is even".to_owned()))
        } else if !is_odd(&e) || e == [1] || e.len() > EXPONENT_MAX {
            // With the exponent 1, every message is its own signature.
            Err(Unusable::Malformed("e is even, 1 or too large".to_owned()))
        } else {
            Ok(Self::Rsa { n, e })
        }
    }

    fn elliptic(members: &Map<String, Value>) -> Result<Self, Unusable> {
        let curve = present(members, "crv").and_then(Value::as_str).and_then(Curve::parse);
        let curve = curve.ok_or(Unusable::ForSomethingElse("crv is a curve that is not accepted"))?;
        let mut point = vec![4];
        for name in ["x", "y"] {
            // §6.2.1.2: the full length. Some libraries drop leading zeros, others add the zero of a signed number.
            let number = without_zeros(&binary(members, name)?);
            let zeros = curve.coordinate_len().checked_sub(number.len());
            let zeros = zeros.ok_or_else(|| Unusable::Malformed(format!("{name} is too long for crv")))?;
            point.extend(std::iter::repeat_n(0, zeros));
            point.extend(number);
        }
        // A point that is not on the curve (invalid curve attack).
        match ParsedPublicKey::new(curve.algorithm().1, &point) {
            Ok(_) => Ok(Self::Elliptic(curve, point)),
            Err(_) => Err(Unusable::Malformed("x and y are no point of crv".to_owned())),
        }
    }

    fn octet_key_pair(members: &Map<String, Value>) -> Result<Self, Unusable> {
        if present(members, "crv").is_none_or(|curve| curve != "Ed25519") {
            return Err(Unusable::ForSomethingElse("crv is a curve that is not accepted"));
        }
        let key = binary(members, "x")?;
        match ParsedPublicKey::new(&signature::ED25519, &key) {
            Ok(_) => Ok(Self::Ed25519(key)),
            Err(_) => Err(Unusable::Malformed("x is no Ed25519 key".to_owned())),
        }
    }
}

/// Checks `use` and `key_ops` (RFC 7517 §4.2, §4.3). If both are present, both must allow it.
fn check_use(members: &Map<String, Value>) -> Result<(), Unusable> {
    match present(members, "use") {
        None => {}
        Some(usage) if usage == "sig" => {}
        Some(_) => return Err(Unusable::ForSomethingElse("use is not sig")),
    }
    match present(members, "key_ops") {
        None => Ok(()),
        Some(Value::Array(operations)) if operations.iter().any(|operation| operation == "verify") => Ok(()),
        Some(Value::Array(_)) => Err(Unusable::ForSomethingElse("key_ops does not contain verify")),
        Some(_) => Err(Unusable::Malformed("key_ops is not a list".to_owned())),
    }
}

/// Returns a member. `null` counts as absent.
fn present<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|value| !value.is_null())
}

/// Returns the `kid` of a key or of a token header. It only selects keys, so an unusual one is no error: a number counts as its text,
/// and an empty text or another type as absent.
pub(super) fn kid(members: &Map<String, Value>) -> Option<String> {
    match members.get("kid")? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Base64url without padding; bits after the last byte are ignored.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Returns a value that RFC 7518 writes as base64url. Padding, line breaks and the standard alphabet are accepted: libraries write them.
fn binary(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, Unusable> {
    let Some(Value::String(text)) = present(members, name) else {
        return Err(Unusable::Malformed(format!("{name} is missing or not text")));
    };
    let text: String = text
        .chars()
        .filter(|c| !c.is_ascii_whitespace())
        .map(|c| match c {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    let decoded = BASE64URL.decode(text.trim_end_matches('='));
    decoded.map_err(|_| Unusable::Malformed(format!("{name} is not base64url")))
}

/// Removes leading zeros, which RFC 7518 §6.3.1.1 forbids and notes that libraries write.
fn without_zeros(number: &[u8]) -> Vec<u8> {
    number.iter().copied().skip_while(|byte| *byte == 0).collect()
}

#[cfg(test)]
mod tests;
