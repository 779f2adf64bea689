//! The token with which `vestibule doctor` uses the routes of doctor: `nonce ‖ time ‖ HMAC`, valid for a minute. Only the key ring can make
//! one, so the command needs no session. The service proves the keys in its turn, over the same nonce.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    clock::Timestamp,
    secrets::{self, Keys},
};

/// The header with the token.
pub(super) const HEADER: &str = "x-vestibule-doctor";
const NONCE: usize = 16;
const TIME: usize = 8;
/// Long enough for a check, and for clocks that differ.
const LIFETIME: Duration = Duration::from_mins(1);

/// The random part of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nonce([u8; NONCE]);

impl Nonce {
    pub(super) fn random() -> Self {
        Self(secrets::random())
    }

    pub(super) fn text(self) -> String {
        secrets::hex(&self.0)
    }

    /// Returns the token for this nonce.
    pub(super) fn token(self, keys: &Keys, now: Timestamp) -> String {
        let time = now.as_millis().to_be_bytes();
        let tag = keys.sign_doctor(&[b"request", &self.0, &time]);
        URL_SAFE_NO_PAD.encode([self.0.as_slice(), &time, &tag].concat())
    }

    /// Returns the proof of the service that it has the keys.
    pub(super) fn proof(self, keys: &Keys) -> String {
        secrets::hex(&keys.sign_doctor(&[b"response", &self.0]))
    }

    pub(super) fn is_proof(self, keys: &Keys, proof: &str) -> bool {
        secrets::from_hex::<32>(proof).is_some_and(|tag| keys.verify_doctor(&[b"response", &self.0], &tag))
    }
}

/// Returns the nonce of a valid token.
pub(super) fn verify(keys: &Keys, token: &str, now: Timestamp) -> Option<Nonce> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (nonce, rest) = bytes.split_first_chunk::<NONCE>()?;
    let (time, tag) = rest.split_first_chunk::<TIME>()?;
    let made_at = Timestamp::from_millis(i64::from_be_bytes(*time));
    // A token that a proxy or a foreign host has seen is of no use a minute later (replay).
    let is_recent = made_at < now + LIFETIME && now < made_at + LIFETIME;
    (is_recent && keys.verify_doctor(&[b"request", nonce, time], tag)).then_some(Nonce(*nonce))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_valid_for_a_minute_and_for_its_keys() {
        let keys = Keys::parse(&secrets::new_key()).expect("a key");
        let others = Keys::parse(&secrets::new_key()).expect("a key");
        let now = Timestamp::from_millis(2_000_000_000_000);
        let nonce = Nonce::random();
        let token = nonce.token(&keys, now);
        assert_eq!(verify(&keys, &token, now), Some(nonce));
        assert_eq!(verify(&keys, &token, now + Duration::from_secs(59)), Some(nonce));
        assert_eq!(verify(&keys, &token, now - Duration::from_secs(59)), Some(nonce), "a clock is behind");
        for late in [Duration::from_mins(1), Duration::from_hours(1)] {
            assert_eq!(verify(&keys, &token, now + late), None, "{late:?}");
            assert_eq!(verify(&keys, &token, now - late), None, "{late:?}");
        }
        assert_eq!(verify(&others, &token, now), None);
        for broken in ["", "x", &token[1..], &format!("{token}AAAA")] {
            assert_eq!(verify(&keys, broken, now), None, "{broken}");
        }
        assert!(nonce.is_proof(&keys, &nonce.proof(&keys)));
        assert!(!nonce.is_proof(&keys, &nonce.proof(&others)));
        assert!(!Nonce::random().is_proof(&keys, &nonce.proof(&keys)), "of another request");
    }
}
