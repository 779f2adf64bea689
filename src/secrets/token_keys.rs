//! Keys that sign identity tokens: Ed25519 (RFC 8037), one for each key of the ring.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::digest::sha256;

/// A key pair. Its id is the thumbprint of the public key (RFC 7638): a verifier that has cached an id never has another key for it.
pub struct TokenKey {
    id: String,
    public: String,
    pair: Ed25519KeyPair,
}

impl TokenKey {
    pub(super) fn from_seed(seed: &[u8; 32]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("every 32 bytes are an Ed25519 seed");
        let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#);
        Self { id: URL_SAFE_NO_PAD.encode(sha256(members.as_bytes())), public, pair }
    }

    /// Returns the key id (`kid`).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the public key in base64url (`x`).
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// Returns the signature in base64url.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.sign(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::from_hex;

    // RFC 8037, appendix A.
    #[test]
    fn key_has_the_public_key_the_thumbprint_and_the_signature_of_the_standard() {
        let seed =
            from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").expect("32 bytes");
        let key = TokenKey::from_seed(&seed);
        assert_eq!(key.public(), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key.id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature =
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        assert_eq!(key.sign(message), signature);
    }
}
