//! Authenticated encryption of secrets in stored documents.

use std::fmt;

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{key_ring::Keys, random::random};

const NONCE_BYTES: usize = 12;

/// What is sealed. `vestibule keys rotate` and the check of the key ring at the start handle each of them in a `match`: a new one cannot be
/// forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedField {
    /// The secret of an authenticator app of a user.
    Totp,
    /// The secret of an enrolment in progress. It lasts ten minutes.
    PendingTotp,
    /// An ID token that is kept for the logout at the provider.
    IdTokenHint,
    /// The ID token of a logout that continues at a provider. It lasts a minute.
    LogoutIdToken,
    /// The `state` of a logout at a provider, in its URL. It lasts ten minutes.
    ReturnTo,
    /// The content of a mail in the queue.
    MailContent,
    /// The document of a user that was merged into another one.
    MergedUser,
    /// The state of a ceremony with a passkey, which the client keeps. It lasts five minutes.
    Ceremony,
    /// The number and the text of an SMS in the queue. It lasts ten minutes.
    SmsContent,
}

impl SealedField {
    pub const ALL: [Self; 9] = [
        Self::Totp,
        Self::PendingTotp,
        Self::IdTokenHint,
        Self::LogoutIdToken,
        Self::ReturnTo,
        Self::MailContent,
        Self::MergedUser,
        Self::Ceremony,
        Self::SmsContent,
    ];

    /// Returns the name that a sealed value is bound to. A change makes every stored value unreadable.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::PendingTotp => "pendingTotp",
            Self::IdTokenHint => "idTokenHint",
            Self::LogoutIdToken => "logoutIdToken",
            Self::ReturnTo => "returnTo",
            Self::MailContent => "content",
            Self::MergedUser => "mergedUser",
            Self::Ceremony => "ceremony",
            Self::SmsContent => "smsContent",
        }
    }
}

/// A secret sealed with AES-256-GCM-SIV: `key id.base64(nonce ‖ ciphertext)`. The owner and the field are authenticated, so that
/// a sealed value copied into another document or field does not open there.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Sealed(String);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

impl Sealed {
    /// Returns the id of the key that sealed the value.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.0.split_once('.').map(|(id, _)| id)
    }

    /// Returns the value with characters that a URL may contain as they are.
    #[must_use]
    pub fn to_url_text(&self) -> String {
        let (id, encoded) = self.0.split_once('.').unwrap_or_default();
        format!("{id}.{}", encoded.replace('+', "-").replace('/', "_").trim_end_matches('='))
    }

    /// Reads what [`Self::to_url_text`] wrote. Any other text does not open.
    #[must_use]
    pub fn of_url_text(text: &str) -> Self {
        let (id, encoded) = text.split_once('.').unwrap_or_default();
        let padding = "=".repeat(encoded.len().wrapping_neg() % 4);
        Self(format!("{id}.{}{padding}", encoded.replace('-', "+").replace('_', "/")))
    }
}

/// Why a sealed secret cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("sealed with key `{0}`, which is not in VESTIBULE_SECRET_KEYS; add this key again")]
    UnknownKey(String),
    /// The value was changed, or sealed for another owner or field.
    #[error("the sealed value is damaged or belongs to another document")]
    Damaged,
}

impl Keys {
    /// Seals `plain` with the newest key, for one field of one owner.
    ///
    /// # Panics
    /// Never: AES-GCM-SIV fails only for inputs of 64 GiB.
    #[must_use]
    pub fn seal(&self, owner: &impl fmt::Display, field: SealedField, plain: &[u8]) -> Sealed {
        let (id, key) = self.newest_seal_key();
        let nonce = random::<NONCE_BYTES>();
        let payload = Payload { msg: plain, aad: &associated_data(owner, field) };
        let sealed = Aes256GcmSiv::new(&(*key).into())
            .encrypt(&Nonce::from(nonce), payload)
            .expect("AES-GCM-SIV fails only for inputs of 64 GiB");
        Sealed(format!("{id}.{}", STANDARD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Seals a value with the newest key in place of an older one; returns `None` if that key sealed it.
    ///
    /// # Errors
    /// As for [`Keys::open`].
    pub fn reseal(
        &self,
        owner: &impl fmt::Display,
        field: SealedField,
        sealed: &Sealed,
    ) -> Result<Option<Sealed>, OpenError> {
        let plain = self.open(owner, field, sealed)?;
        let is_newest = sealed.key_id() == Some(self.newest_seal_key().0);
        Ok((!is_newest).then(|| self.seal(owner, field, &plain)))
    }

    /// Opens a value that [`Keys::seal`] made for the same owner and field.
    ///
    /// # Errors
    /// [`OpenError`] if the key was removed from the ring, or the value was moved or changed.
    pub fn open(
        &self,
        owner: &impl fmt::Display,
        field: SealedField,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (id, encoded) = sealed.0.split_once('.').ok_or(OpenError::Damaged)?;
        let key = self.seal_key(id).ok_or_else(|| OpenError::UnknownKey(id.to_owned()))?;
        let bytes = STANDARD.decode(encoded).map_err(|_| OpenError::Damaged)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError::Damaged)?;
        let payload = Payload { msg: ciphertext, aad: &associated_data(owner, field) };
        Aes256GcmSiv::new(&(*key).into())
            .decrypt(&Nonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| OpenError::Damaged)
    }
}

fn associated_data(owner: &impl fmt::Display, field: SealedField) -> Vec<u8> {
    format!("{owner}\0{}", field.as_str()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{super::new_key, *};

    #[test]
    fn sealed_secret_opens_only_for_its_owner_and_field() {
        let keys = Keys::parse(&new_key()).expect("a key");
        let sealed = keys.seal(&"ada", SealedField::Totp, b"secret");
        assert_eq!(&**keys.open(&"ada", SealedField::Totp, &sealed).expect("opens"), b"secret");
        assert!(matches!(keys.open(&"linus", SealedField::Totp, &sealed), Err(OpenError::Damaged)));
        assert!(matches!(keys.open(&"ada", SealedField::PendingTotp, &sealed), Err(OpenError::Damaged)));
    }

    #[test]
    fn sealed_secret_is_written_into_a_url_and_back() {
        let keys = Keys::parse(&new_key()).expect("a key");
        for length in 0..20 {
            let sealed = keys.seal(&"ada", SealedField::ReturnTo, &vec![0xff; length]);
            let text = sealed.to_url_text();
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)), "{text}");
            assert_eq!(Sealed::of_url_text(&text), sealed);
        }
        for text in ["", ".", "x", "a.b", "a.====", "é.é"] {
            assert!(keys.open(&"ada", SealedField::ReturnTo, &Sealed::of_url_text(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn older_keys_of_the_ring_open_their_secrets() {
        let (old, new) = (new_key(), new_key());
        let sealed = Keys::parse(&old).expect("a key").seal(&"ada", SealedField::Totp, b"secret");
        let rotated = Keys::parse(&format!("{},{}", *new, *old)).expect("two keys");
        assert!(rotated.open(&"ada", SealedField::Totp, &sealed).is_ok());
        assert!(matches!(
            Keys::parse(&new).expect("a key").open(&"ada", SealedField::Totp, &sealed),
            Err(OpenError::UnknownKey(_))
        ));
    }
}
