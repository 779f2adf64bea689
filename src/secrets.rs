//! Keys, randomness and hashes: what seals a secret at rest, what signs a CSRF token, where random bytes come from.
//!
//! One key ring (`VESTIBULE_SECRET_KEYS`, newest first) feeds everything: each use gets its own sub-key by HKDF-SHA-256, the
//! newest seals and signs, every one opens and verifies, so that keys rotate without losing anybody.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use crate::user::UserId;

/// Length of a key, in bytes.
const KEY: usize = 32;
/// Length of an AES-GCM-SIV nonce, in bytes.
const NONCE: usize = 12;
/// 32 random bytes have about 30 different ones; fewer than this and somebody typed, repeated or counted them.
const DIFFERENT_BYTES: usize = 16;

/// A secret sealed with AES-256-GCM-SIV: `key id.base64(nonce ‖ ciphertext)`. Bound to its person and field, so that a sealed
/// value copied into another document does not open there.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Sealed(String);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// Why a sealed secret does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// None of the keys we have has this id.
    #[error("sealed with key `{0}`, which is not in VESTIBULE_SECRET_KEYS")]
    UnknownKey(String),
    /// Not ours, not for this person and field, or changed.
    #[error("the sealed value is damaged or belongs to somebody else")]
    Damaged,
}

/// The key ring, newest first. Does not print.
#[derive(Clone)]
pub struct Keys(Vec<Key>);

#[derive(Clone)]
struct Key {
    id: String,
    seal: Zeroizing<[u8; KEY]>,
    /// Keyed once, because every request verifies a token.
    csrf: Hmac<Sha256>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.id)).finish()
    }
}

impl Keys {
    /// Reads `id:base64,id:base64`, newest first.
    ///
    /// # Errors
    /// A sentence for the operator: what is wrong and how to get a good key.
    pub fn parse(text: &str) -> Result<Self, String> {
        const HOW: &str = "make one with `vestibule keys new`";
        let mut keys: Vec<Key> = Vec::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (id, encoded) = entry.split_once(':').ok_or(format!("a key is `id:base64`; {HOW}"))?;
            let id_ok = (1..=16).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !id_ok {
                return Err("a key's id is 1 to 16 of a-z, 0-9 and -".to_owned());
            }
            let mut bytes =
                STANDARD.decode(encoded.trim()).map_err(|_| format!("key `{id}` is not base64; {HOW}"))?;
            let secret = <[u8; KEY]>::try_from(bytes.as_slice());
            bytes.zeroize();
            let secret =
                Zeroizing::new(secret.map_err(|_| format!("key `{id}` is not 32 bytes long; {HOW}"))?);
            if !looks_random(&secret) {
                return Err(format!(
                    "key `{id}` is a sample or was typed by hand, so others can guess it; {HOW}"
                ));
            }
            let key = Key {
                id: id.to_owned(),
                seal: derive(&secret, b"seal"),
                csrf: hmac(&derive(&secret, b"csrf")),
            };
            if keys.iter().any(|other| other.id == key.id || other.seal == key.seal) {
                return Err(format!("key `{id}` is there twice: every id and every key is used once"));
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(format!("there is no key in it; {HOW}")) } else { Ok(Self(keys)) }
    }

    /// The keys kept beside an embedded database; made on first use. Service and command line may start together: the file
    /// appears whole or not at all, and whoever comes second reads the first one's. Beside a database that is there already none
    /// is made: what was sealed with the lost ones would never open again, and nobody would know why.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn load_or_create(path: &Path, database: &Path) -> Result<Self, String> {
        let failed = |error: &io::Error| format!("{}: {error}", path.display());
        // The database first: whoever makes one has made the keys before.
        if database.exists() && !path.exists() {
            return Err(format!(
                "{} is missing, but its database is there: put the file back, or set VESTIBULE_SECRET_KEYS to the keys it held \
                 (authenticator apps set up with lost keys must be set up again)",
                path.display()
            ));
        }
        if let Err(error) = create_once(path)
            && error.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(failed(&error));
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(|error| failed(&error))?);
        Self::parse(text.trim()).map_err(|mistake| format!("{}: {mistake}", path.display()))
    }

    /// Seals `plain` for one field of one person.
    ///
    /// # Panics
    /// Never: AES-GCM-SIV fails only for inputs of 64 GiB.
    #[must_use]
    pub fn seal(&self, user: UserId, field: &str, plain: &[u8]) -> Sealed {
        let key = &self.0[0];
        let nonce = random::<NONCE>();
        let payload = Payload { msg: plain, aad: &associated(user, field) };
        let sealed = Aes256GcmSiv::new(&(*key.seal).into())
            .encrypt(&Nonce::from(nonce), payload)
            .expect("AES-GCM-SIV fails only for inputs of 64 GiB");
        Sealed(format!("{}.{}", key.id, STANDARD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Opens what [`Keys::seal`] made for the same person and field.
    ///
    /// # Errors
    /// [`OpenError`]: the operator lost a key, or somebody moved or changed the value.
    pub fn open(&self, user: UserId, field: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (id, encoded) = sealed.0.split_once('.').ok_or(OpenError::Damaged)?;
        let key =
            self.0.iter().find(|key| key.id == id).ok_or_else(|| OpenError::UnknownKey(id.to_owned()))?;
        let bytes = STANDARD.decode(encoded).map_err(|_| OpenError::Damaged)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE>().ok_or(OpenError::Damaged)?;
        let payload = Payload { msg: ciphertext, aad: &associated(user, field) };
        Aes256GcmSiv::new(&(*key.seal).into())
            .decrypt(&Nonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| OpenError::Damaged)
    }

    /// HMAC-SHA-256 of a CSRF token's parts under the newest key.
    #[must_use]
    pub fn sign_csrf(&self, parts: &[&[u8]]) -> [u8; 32] {
        over(&self.0[0].csrf, parts).finalize().into_bytes().into()
    }

    /// Whether any of our keys made this tag; compared in constant time.
    #[must_use]
    pub fn verify_csrf(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.0.iter().any(|key| over(&key.csrf, parts).verify_slice(tag).is_ok())
    }
}

/// One new `id:base64` entry for `VESTIBULE_SECRET_KEYS`; the id is random, so that no rotation uses one twice.
#[must_use]
pub fn new_key() -> Zeroizing<String> {
    let secret = Zeroizing::new(random::<KEY>());
    let id = data_encoding::BASE32_NOPAD.encode(&random::<5>()).to_lowercase();
    Zeroizing::new(format!("{id}:{}", STANDARD.encode(*secret)))
}

/// Random bytes from the operating system.
///
/// # Panics
/// When the operating system has none: nothing that follows would be safe.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that asks the system for randomness")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("without random bytes from the system nothing is safe");
    bytes
}

/// SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn hmac(key: &[u8; KEY]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn over(key: &Hmac<Sha256>, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = key.clone();
    for part in parts {
        mac.update(part);
    }
    mac
}

fn derive(secret: &[u8; KEY], purpose: &[u8]) -> Zeroizing<[u8; KEY]> {
    let mut key = Zeroizing::new([0; KEY]);
    Hkdf::<Sha256>::new(Some(b"vestibule"), secret)
        .expand(purpose, &mut *key)
        .expect("32 bytes are fewer than HKDF can give");
    key
}

fn associated(user: UserId, field: &str) -> Vec<u8> {
    format!("{user}\0{field}").into_bytes()
}

fn looks_random(secret: &[u8; KEY]) -> bool {
    let mut sorted = *secret;
    sorted.sort_unstable();
    let different = sorted.windows(2).filter(|pair| pair[0] != pair[1]).count() + 1;
    let counted = secret.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == 1);
    different >= DIFFERENT_BYTES
        && !counted
        && !secret.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ')
}

fn create_once(path: &Path) -> io::Result<()> {
    if fs::exists(path)? {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = path.with_extension(format!("keys-{}", data_encoding::HEXLOWER.encode(&random::<8>())));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written = file
        .write_all(new_key().as_bytes())
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    fn id() -> UserId {
        UserId::new(Timestamp::from_millis(0))
    }

    #[test]
    fn a_sealed_secret_opens_only_for_its_person_and_field() {
        let keys = Keys::parse(&new_key()).expect("a key");
        let (ada, linus) = (id(), id());
        let sealed = keys.seal(ada, "totp", b"secret");
        assert_eq!(&**keys.open(ada, "totp", &sealed).expect("opens"), b"secret");
        assert!(matches!(keys.open(linus, "totp", &sealed), Err(OpenError::Damaged)));
        assert!(matches!(keys.open(ada, "pendingTotp", &sealed), Err(OpenError::Damaged)));
    }

    #[test]
    fn old_keys_still_open() {
        let (old, new) = (new_key(), new_key());
        let ada = id();
        let sealed = Keys::parse(&old).expect("a key").seal(ada, "totp", b"secret");
        let rotated = Keys::parse(&format!("{},{}", *new, *old)).expect("two keys");
        assert!(rotated.open(ada, "totp", &sealed).is_ok());
        assert!(matches!(
            Keys::parse(&new).expect("a key").open(ada, "totp", &sealed),
            Err(OpenError::UnknownKey(_))
        ));
    }

    #[test]
    fn short_repeated_and_sample_keys_are_refused() {
        let encode = |bytes: &[u8]| STANDARD.encode(bytes);
        let good = new_key();
        for (text, why) in [
            (format!("a:{}", encode(&[7; 32])), "sample"),
            (format!("a:{}", encode(&(0..32).collect::<Vec<u8>>())), "sample"),
            (format!("a:{}", encode(b"supersecretkeysupersecretkey0123")), "sample"),
            (format!("a:{}", encode(&[1; 16])), "not 32 bytes"),
            ("a:???".to_owned(), "not base64"),
            ("supersecret".to_owned(), "id:base64"),
            (format!("A B:{}", encode(&[7; 32])), "id is 1 to 16"),
            (format!("{},{}", *good, *good), "twice"),
            (String::new(), "no key"),
        ] {
            let mistake = Keys::parse(&text).expect_err(&text);
            assert!(mistake.contains(why), "{text}: {mistake}");
        }
    }

    #[test]
    fn keys_do_not_print() {
        let key = new_key();
        let printed = format!("{:?}", Keys::parse(&key).expect("a key"));
        assert!(!printed.contains(key.split_once(':').expect("an entry").1));
    }
}
