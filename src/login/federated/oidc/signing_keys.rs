//! Key pairs for unit tests, generated at first use: the repository contains no private key.

use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
        EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
        RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
        RsaSignatureEncoding,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A key pair with its algorithms.
pub(super) enum Pair {
    Rsa(KeyPair),
    Elliptic(EcdsaKeyPair, &'static str, &'static str),
    Ed25519(Ed25519KeyPair),
}

pub(super) static RSA: LazyLock<Pair> = LazyLock::new(|| rsa(KeySize::Rsa2048));
pub(super) static P256: LazyLock<Pair> = LazyLock::new(p256);
pub(super) static P384: LazyLock<Pair> =
    LazyLock::new(|| elliptic(&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384", "ES384"));
pub(super) static P521: LazyLock<Pair> =
    LazyLock::new(|| elliptic(&ECDSA_P521_SHA512_FIXED_SIGNING, "P-521", "ES512"));
pub(super) static ED25519: LazyLock<Pair> =
    LazyLock::new(|| Pair::Ed25519(Ed25519KeyPair::generate().expect("a key")));

pub(super) fn rsa(size: KeySize) -> Pair {
    Pair::Rsa(KeyPair::generate(size).expect("a key"))
}

pub(super) fn p256() -> Pair {
    elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256", "ES256")
}

fn elliptic(signing: &'static EcdsaSigningAlgorithm, curve: &'static str, algorithm: &'static str) -> Pair {
    Pair::Elliptic(EcdsaKeyPair::generate(signing).expect("a key"), curve, algorithm)
}

pub(super) fn encode(bytes: &[u8]) -> Value {
    json!(URL_SAFE_NO_PAD.encode(bytes))
}

impl Pair {
    /// Returns modulus and exponent, the coordinates, or the key.
    pub(super) fn public(&self) -> Vec<Vec<u8>> {
        match self {
            // RSAPublicKey in DER: a sequence of the modulus (after 4 + 4 bytes of headers and a zero) and 65537.
            Self::Rsa(pair) => {
                let modulus = &pair.public_key().as_ref()[9..9 + pair.public_modulus_len()];
                vec![modulus.to_vec(), vec![1, 0, 1]]
            }
            Self::Elliptic(pair, ..) => {
                let point = &pair.public_key().as_ref()[1..];
                point.chunks(point.len() / 2).map(<[u8]>::to_vec).collect()
            }
            Self::Ed25519(pair) => vec![pair.public_key().as_ref().to_vec()],
        }
    }

    /// Returns the public key with the required members only.
    pub(super) fn jwk(&self) -> Value {
        let public = self.public();
        match self {
            Self::Rsa(_) => json!({ "kty": "RSA", "n": encode(&public[0]), "e": encode(&public[1]) }),
            Self::Elliptic(_, curve, _) => {
                json!({ "kty": "EC", "crv": curve, "x": encode(&public[0]), "y": encode(&public[1]) })
            }
            Self::Ed25519(_) => json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(&public[0]) }),
        }
    }

    pub(super) fn algorithms(&self) -> &'static [&'static str] {
        match self {
            Self::Rsa(_) => &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
            Self::Elliptic(_, _, "ES256") => &["ES256"],
            Self::Elliptic(_, _, "ES384") => &["ES384"],
            Self::Elliptic(..) => &["ES512"],
            Self::Ed25519(_) => &["EdDSA", "Ed25519"],
        }
    }

    pub(super) fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let encoding: &'static RsaSignatureEncoding = match algorithm {
                    "RS384" => &RSA_PKCS1_SHA384,
                    "RS512" => &RSA_PKCS1_SHA512,
                    "PS256" => &RSA_PSS_SHA256,
                    "PS384" => &RSA_PSS_SHA384,
                    "PS512" => &RSA_PSS_SHA512,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message, &mut signature).expect("a signature");
                signature
            }
            Self::Elliptic(pair, ..) => pair.sign(&random, message).expect("a signature").as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// Returns a token with this header and payload.
    pub(super) fn token(&self, header: &Value, payload: &[u8]) -> String {
        let algorithm = header["alg"].as_str().unwrap_or_default();
        let encode = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
        let message = format!("{}.{}", encode(header.to_string().as_bytes()), encode(payload));
        let signature = self.sign(algorithm, message.as_bytes());
        format!("{message}.{}", encode(&signature))
    }
}
