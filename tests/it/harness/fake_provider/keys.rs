//! Keys of the fake provider, generated at first use: the repository contains no private key.

use std::sync::LazyLock;

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
        RSA_PKCS1_SHA256,
    },
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

/// Signing key.
pub(crate) static FIRST: LazyLock<Key> = LazyLock::new(|| Key::new("first"));
/// Signing key after a rotation.
pub(crate) static SECOND: LazyLock<Key> = LazyLock::new(|| Key::new("second"));
/// Signing key after a rotation that kept the `kid`.
pub(crate) static FIRST_REPLACED: LazyLock<Key> = LazyLock::new(|| Key::new("first"));
/// Key of an attacker, never published.
pub(crate) static ROGUE: LazyLock<Key> = LazyLock::new(|| Key::new("rogue"));

/// Key for ES256.
pub(crate) static ELLIPTIC: LazyLock<Key> = LazyLock::new(|| Key {
    kid: "elliptic",
    pair: Pair::Elliptic(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"), "ES256"),
});

/// Key for ES384.
pub(crate) static ELLIPTIC_384: LazyLock<Key> = LazyLock::new(|| Key {
    kid: "elliptic-384",
    pair: Pair::Elliptic(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).expect("a key"), "ES384"),
});

/// Signing key with its `kid`.
pub(crate) struct Key {
    pub(crate) kid: &'static str,
    pair: Pair,
}

enum Pair {
    Rsa(KeyPair),
    Elliptic(EcdsaKeyPair, &'static str),
}

impl Key {
    fn new(kid: &'static str) -> Self {
        Self { kid, pair: Pair::Rsa(KeyPair::generate(KeySize::Rsa2048).expect("a key")) }
    }

    pub(crate) fn alg(&self) -> &'static str {
        match self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::Elliptic(_, algorithm) => algorithm,
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("a signature");
                signature
            }
            Pair::Elliptic(pair, _) => pair.sign(&random, message).expect("a signature").as_ref().to_vec(),
        }
    }

    /// Returns the public key as JWK.
    pub(crate) fn jwk(&self) -> Value {
        let mut jwk = match &self.pair {
            // RSAPublicKey of 2048 bits, in DER: a sequence of the modulus (after 4 + 4 bytes of headers and a zero) and 65537.
            Pair::Rsa(pair) => {
                let modulus = &pair.public_key().as_ref()[9..9 + 256];
                json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB" })
            }
            // SEC 1 §2.3.3, not compressed: a four, x, y.
            Pair::Elliptic(pair, algorithm) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
                let curve = if *algorithm == "ES256" { "P-256" } else { "P-384" };
                json!({ "kty": "EC", "crv": curve, "x": x, "y": y })
            }
        };
        for (name, value) in [("use", "sig"), ("alg", self.alg()), ("kid", self.kid)] {
            jwk[name] = json!(value);
        }
        jwk
    }

    /// Returns the public key as PEM: the shared secret in an algorithm confusion attack.
    pub(crate) fn public_pem(&self) -> String {
        let Pair::Rsa(pair) = &self.pair else { panic!("not an RSA key") };
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("a public key");
        let text = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).map(|line| str::from_utf8(line).expect("ASCII")).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }
}
