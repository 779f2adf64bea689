//! Cryptography: the key ring, secrets sealed at rest, signatures of CSRF tokens, device cookies and tokens, hashes and random bytes.
//!
//! One key ring (`VESTIBULE_SECRET_KEYS`, newest first) serves every use. HKDF-SHA-256 derives one sub-key for each use. The
//! newest key seals and signs, every key opens and verifies: after a rotation, old secrets and tokens stay valid.

mod digest;
mod key_ring;
mod random;
mod seal;
mod sealed_file;
mod secret_file;
mod token_keys;

pub(crate) use self::secret_file::read_secret_file;
pub use self::{
    digest::{from_hex, hex, sha256, sha256_hex},
    key_ring::{Keys, new_key},
    random::random,
    seal::{OpenError, Sealed, SealedField},
    sealed_file::{Recipients, SealingWriter, is_sealed, open_sealed},
    token_keys::TokenKey,
};
