//! Signatures of messages (Standard Webhooks 1.0): HMAC-SHA-256 over `ID.TIMESTAMP.BODY`, in Base64.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The keys of a webhook. It has no `Debug`: a key must not appear in a log.
pub(super) struct Signer(Vec<Hmac<Sha256>>);

impl Signer {
    /// # Errors
    /// A secret is not Base64. The settings have checked it.
    pub(super) fn new(secrets: &[SecretString]) -> Result<Self, String> {
        let key = |secret: &SecretString| {
            let bytes = STANDARD.decode(secret.expose_secret()).map(Zeroizing::new);
            let bytes = bytes.map_err(|_| "the secret of the webhook is not Base64".to_owned())?;
            Hmac::new_from_slice(&bytes).map_err(|error| error.to_string())
        };
        secrets.iter().map(key).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the header `webhook-signature`: one signature for each secret.
    pub(super) fn sign(&self, id: impl fmt::Display, timestamp: i64, body: &[u8]) -> String {
        let signed = format!("{id}.{timestamp}.");
        let signatures = self.0.iter().map(|key| {
            let mac = key.clone().chain_update(&signed).chain_update(body);
            format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
        });
        signatures.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Timestamp, webhook::delivery::DeliveryId};

    // Computed with `openssl dgst -sha256 -mac HMAC`.
    #[test]
    fn each_secret_makes_a_signature() {
        let secrets =
            ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"].map(SecretString::from);
        let id = DeliveryId::lowest_at(Timestamp::from_millis(1_614_265_330_000));
        let signature =
            Signer::new(&secrets).expect("two keys").sign(id, 1_614_265_330, br#"{"test": 2432232314}"#);
        let parts: Vec<&str> = signature.split(' ').collect();
        assert_eq!(parts.len(), 2);
        assert_ne!(parts[0], parts[1]);
        assert_eq!(id.to_string(), "0177d9b6-2950-7000-8000-000000000000");
        assert_eq!(parts[0], "v1,L8GKGzJjTkYyzZZb27T2JUeW5ZgvCmrSF67aImJ7Mes=");
    }
}
