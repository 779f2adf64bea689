//! The key ring: parsed from a setting, or kept in a file beside an embedded database.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
    sync::Arc,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use super::{digest::hex, random::random, secret_file::read_secret_file, token_keys::TokenKey};

pub(super) const KEY_BYTES: usize = 32;
/// 32 random bytes contain about 30 distinct values. Fewer than this means that the key was typed, repeated or counted.
const MIN_DISTINCT_BYTES: usize = 16;
/// A new key in place of a lost one would leave every stored secret unreadable.
const RESTORE_VALUE: &str = "restore the keys of this database from your backup; only for a new database, create one with \
                             `vestibule keys new`";
const RESTORE_FILE: &str =
    "restore the file from your backup; with other keys, users must enrol their authenticator apps again";

/// The key ring, newest key first. Its `Debug` output shows key ids only.
#[derive(Clone)]
pub struct Keys(Vec<Key>);

#[derive(Clone)]
struct Key {
    id: String,
    seal: Zeroizing<[u8; KEY_BYTES]>,
    /// Initialised once: every request verifies a CSRF token.
    csrf: Hmac<Sha256>,
    device: Hmac<Sha256>,
    fingerprint: Hmac<Sha256>,
    audit: Hmac<Sha256>,
    doctor: Hmac<Sha256>,
    message_code: Hmac<Sha256>,
    token: Arc<TokenKey>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.id)).finish()
    }
}

impl Keys {
    /// Parses `id:base64,id:base64`, newest key first.
    ///
    /// # Errors
    /// The problem and the next step.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).map_err(|problem| format!("{problem}; {RESTORE_VALUE}"))
    }

    fn read(text: &str) -> Result<Self, String> {
        let mut keys: Vec<Key> = Vec::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let key = Key::parse(entry)?;
            if keys.iter().any(|other| other.id == key.id || other.seal == key.seal) {
                return Err(format!("key `{}` is listed twice", key.id));
            }
            keys.push(key);
        }
        if keys.is_empty() { Err("no key is listed".to_owned()) } else { Ok(Self(keys)) }
    }

    /// Reads the key file beside an embedded database, and creates it on first use. If the database exists without its key file,
    /// no new keys are created: secrets sealed with the lost keys would fail to open later, without an obvious cause.
    ///
    /// # Errors
    /// The problem and the next step. Never advises to create new keys: these would leave every stored secret unreadable.
    pub fn load_or_create(path: &Path, database: &Path) -> Result<Self, String> {
        // Checks the database first: a process that creates a database has created its key file before.
        if database.exists() && !path.exists() {
            return Err(format!(
                "the keys file is missing, but its database {} exists; {RESTORE_FILE}",
                database.display()
            ));
        }
        if let Err(error) = create_once(path)
            && error.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(format!(
                "the keys file cannot be created: {error}; check the permissions of its folder"
            ));
        }
        let text = read_secret_file(path)
            .map_err(|problem| format!("the keys file {problem}, or {RESTORE_FILE}"))?;
        Self::read(&text).map_err(|problem| format!("the keys file is damaged: {problem}; {RESTORE_FILE}"))
    }

    /// Computes the HMAC-SHA-256 of a CSRF token's parts under the newest key.
    #[must_use]
    pub fn sign_csrf(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac_over(&self.0[0].csrf, parts).finalize().into_bytes().into()
    }

    /// Checks whether any key of the ring made this tag, in constant time for each key.
    #[must_use]
    pub fn verify_csrf(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.0.iter().any(|key| mac_over(&key.csrf, parts).verify_slice(tag).is_ok())
    }

    /// Computes the HMAC-SHA-256 of a device id under the newest key.
    #[must_use]
    pub fn sign_device(&self, id: &[u8]) -> [u8; 32] {
        mac_over(&self.0[0].device, &[id]).finalize().into_bytes().into()
    }

    /// Checks whether any key of the ring made this tag of a device id, in constant time for each key.
    #[must_use]
    pub fn verify_device(&self, id: &[u8], tag: &[u8]) -> bool {
        self.0.iter().any(|key| mac_over(&key.device, &[id]).verify_slice(tag).is_ok())
    }

    /// Computes the start of an HMAC of a text, in hexadecimal. Equal texts have equal fingerprints, and without the key a guessed text
    /// cannot be compared.
    #[must_use]
    pub fn fingerprint(&self, text: &[u8]) -> String {
        let tag: [u8; 32] = mac_over(&self.0[0].fingerprint, &[text]).finalize().into_bytes().into();
        hex(&tag[..8])
    }

    /// Computes the HMAC-SHA-256 of a message between `vestibule doctor` and the service.
    #[must_use]
    pub fn sign_doctor(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac_over(&self.0[0].doctor, parts).finalize().into_bytes().into()
    }

    /// Checks whether any key of the ring made this tag, in constant time for each key.
    #[must_use]
    pub fn verify_doctor(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.0.iter().any(|key| mac_over(&key.doctor, parts).verify_slice(tag).is_ok())
    }

    /// Computes the HMAC-SHA-256 of a code that was sent to a user. Eight digits can be tried out: without the key, a copy of the store says
    /// nothing about the code.
    #[must_use]
    pub fn sign_message_code(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac_over(&self.0[0].message_code, parts).finalize().into_bytes().into()
    }

    /// Checks whether any key of the ring made this tag, in constant time for each key.
    #[must_use]
    pub fn verify_message_code(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.0.iter().any(|key| mac_over(&key.message_code, parts).verify_slice(tag).is_ok())
    }

    /// Computes the HMAC-SHA-256 of an audit record under the newest key.
    #[must_use]
    pub fn sign_audit(&self, record: &[u8]) -> [u8; 32] {
        mac_over(&self.0[0].audit, &[record]).finalize().into_bytes().into()
    }

    /// Checks, in constant time, whether the key with this id made the tag. `None`: the ring lacks the key.
    #[must_use]
    pub fn verify_audit(&self, key_id: &str, record: &[u8], tag: &[u8]) -> Option<bool> {
        let key = self.0.iter().find(|key| key.id == key_id)?;
        Some(mac_over(&key.audit, &[record]).verify_slice(tag).is_ok())
    }

    /// Returns the id of the key that seals and signs.
    #[must_use]
    pub fn newest_id(&self) -> &str {
        &self.0[0].id
    }

    /// Returns the key that signs identity tokens.
    #[must_use]
    pub fn token_key(&self) -> &TokenKey {
        &self.0[0].token
    }

    /// Returns the keys that have signed identity tokens, the newest first.
    pub fn token_keys(&self) -> impl Iterator<Item = &TokenKey> {
        self.0.iter().map(|key| &*key.token)
    }

    /// Returns the ids of the keys, the newest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|key| key.id.as_str())
    }

    pub(super) fn newest_seal_key(&self) -> (&str, &[u8; KEY_BYTES]) {
        (&self.0[0].id, &self.0[0].seal)
    }

    pub(super) fn seal_key(&self, id: &str) -> Option<&[u8; KEY_BYTES]> {
        self.0.iter().find(|key| key.id == id).map(|key| &*key.seal)
    }
}

impl Key {
    fn parse(entry: &str) -> Result<Self, String> {
        let (id, encoded) = entry.split_once(':').ok_or("a key must have the form `id:base64`")?;
        let id_ok = (1..=16).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !id_ok {
            return Err("a key id must have 1 to 16 characters of a-z, 0-9 and -".to_owned());
        }
        let mut bytes =
            STANDARD.decode(encoded.trim()).map_err(|_| format!("key `{id}` is not valid base64"))?;
        let secret = <[u8; KEY_BYTES]>::try_from(bytes.as_slice());
        bytes.zeroize();
        let secret = Zeroizing::new(secret.map_err(|_| format!("key `{id}` is not 32 bytes long"))?);
        if !looks_random(&secret) {
            return Err(format!("key `{id}` is not random (a sample, or typed by hand) and can be guessed"));
        }
        Ok(Self {
            id: id.to_owned(),
            seal: derive(&secret, b"seal"),
            csrf: hmac(&derive(&secret, b"csrf")),
            device: hmac(&derive(&secret, b"device")),
            fingerprint: hmac(&derive(&secret, b"fingerprint")),
            audit: hmac(&derive(&secret, b"audit")),
            doctor: hmac(&derive(&secret, b"doctor")),
            message_code: hmac(&derive(&secret, b"messageCode")),
            token: Arc::new(TokenKey::from_seed(&derive(&secret, b"token"))),
        })
    }
}

/// Creates one `id:base64` entry for `VESTIBULE_SECRET_KEYS`. The id is random, so that a rotation never reuses one.
#[must_use]
pub fn new_key() -> Zeroizing<String> {
    let secret = Zeroizing::new(random::<KEY_BYTES>());
    let id = data_encoding::BASE32_NOPAD.encode(&random::<5>()).to_lowercase();
    Zeroizing::new(format!("{id}:{}", STANDARD.encode(*secret)))
}

fn hmac(key: &[u8; KEY_BYTES]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn mac_over(key: &Hmac<Sha256>, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = key.clone();
    for part in parts {
        mac.update(part);
    }
    mac
}

fn derive(secret: &[u8; KEY_BYTES], purpose: &[u8]) -> Zeroizing<[u8; KEY_BYTES]> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    Hkdf::<Sha256>::new(Some(b"vestibule"), secret)
        .expand(purpose, &mut *key)
        .expect("HKDF-SHA-256 can derive 32 bytes");
    key
}

fn looks_random(secret: &[u8; KEY_BYTES]) -> bool {
    let mut sorted = *secret;
    sorted.sort_unstable();
    let distinct = sorted.windows(2).filter(|pair| pair[0] != pair[1]).count() + 1;
    let is_counting = secret.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == 1);
    let is_text = secret.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    distinct >= MIN_DISTINCT_BYTES && !is_counting && !is_text
}

/// Creates the key file. The service and the command line may start at the same time: a hard link makes the complete file
/// appear at once, and the slower process reads the file of the faster one.
fn create_once(path: &Path) -> io::Result<()> {
    if fs::exists(path)? {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = path.with_extension(format!("keys-{}", hex(&random::<8>())));
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

    #[test]
    fn short_repeated_and_sample_keys_are_rejected() {
        let encode = |bytes: &[u8]| STANDARD.encode(bytes);
        let good = new_key();
        for (text, why) in [
            (format!("a:{}", encode(&[7; 32])), "not random"),
            (format!("a:{}", encode(&(0..32).collect::<Vec<u8>>())), "not random"),
            (format!("a:{}", encode(b"supersecretkeysupersecretkey0123")), "not random"),
            (format!("a:{}", encode(&[1; 16])), "not 32 bytes"),
            ("a:???".to_owned(), "not valid base64"),
            ("supersecret".to_owned(), "id:base64"),
            (format!("A B:{}", encode(&[7; 32])), "1 to 16 characters"),
            (format!("{},{}", *good, *good), "twice"),
            (String::new(), "no key"),
        ] {
            let mistake = Keys::parse(&text).expect_err(&text);
            assert!(mistake.contains(why) && mistake.contains("vestibule keys new"), "{text}: {mistake}");
        }
    }

    // New keys would make every sealed secret unreadable, and the backup would be forgotten.
    #[test]
    fn damaged_keys_file_is_restored_and_never_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, database) = (folder.path().join("v.db.keys"), folder.path().join("v.db"));
        let key = new_key();
        for damaged in [
            b"".to_vec(),
            b"\n".to_vec(),
            b"nonsense".to_vec(),
            b"a:???".to_vec(),
            key.as_bytes()[..20].to_vec(),
            b"a:\xff".to_vec(),
            key.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            format!("a:{}", STANDARD.encode([7; 32])).into_bytes(),
        ] {
            fs::write(&path, &damaged).expect("written");
            let mistake = Keys::load_or_create(&path, &database).expect_err("damaged");
            assert!(mistake.contains("backup") && !mistake.contains("keys new"), "{mistake}");
            assert_eq!(fs::read(&path).expect("kept"), damaged);
        }
        fs::write(&path, format!("\u{feff}{}\r\n", *key)).expect("written");
        assert!(Keys::load_or_create(&path, &database).is_ok(), "an editor may change the ends of the file");
        fs::remove_file(&path).expect("removed");
        fs::write(&database, "").expect("written");
        let mistake = Keys::load_or_create(&path, &database).expect_err("missing");
        assert!(mistake.contains("backup") && !mistake.contains("keys new"), "{mistake}");
        fs::create_dir(&path).expect("a folder");
        let mistake = Keys::load_or_create(&path, &database).expect_err("a folder");
        assert!(mistake.contains("directory") && mistake.contains("backup"), "{mistake}");
    }

    #[test]
    fn debug_output_contains_no_key() {
        let key = new_key();
        let printed = format!("{:?}", Keys::parse(&key).expect("a key"));
        assert!(!printed.contains(key.split_once(':').expect("an entry").1));
    }
}
