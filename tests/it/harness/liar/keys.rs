//! Keys of the lying provider: made at first use, so that no private key lies in the repository.

use std::sync::LazyLock;

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// What the provider signs with.
pub(crate) static FIRST: LazyLock<Key> = LazyLock::new(|| Key::new("first"));
/// What it signs with after a rotation.
pub(crate) static SECOND: LazyLock<Key> = LazyLock::new(|| Key::new("second"));
/// What it never publishes: an attacker's.
pub(crate) static ROGUE: LazyLock<Key> = LazyLock::new(|| Key::new("rogue"));

/// An RSA key with a name.
pub(crate) struct Key {
    pub(crate) kid: &'static str,
    pair: KeyPair,
}

impl Key {
    fn new(kid: &'static str) -> Self {
        Self { kid, pair: KeyPair::generate(KeySize::Rsa2048).expect("a key") }
    }

    /// RS256.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .expect("a signature");
        signature
    }

    /// As a JWKS shows it.
    pub(crate) fn jwk(&self) -> Value {
        // RSAPublicKey of 2048 bits, in DER: a sequence of the modulus (after 4 + 4 bytes of headers and a zero) and 65537.
        let der = self.pair.public_key().as_ref();
        let modulus = &der[9..9 + 256];
        json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": URL_SAFE_NO_PAD.encode(modulus),
            "e": "AQAB",
        })
    }

    /// As everybody can have it in a file: what a verifier that mixes up algorithms takes for a shared secret.
    pub(crate) fn public_pem(&self) -> String {
        let der: PublicKeyX509Der<'_> = self.pair.public_key().as_der().expect("a public key");
        let text = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).map(|line| str::from_utf8(line).expect("ASCII")).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }
}
