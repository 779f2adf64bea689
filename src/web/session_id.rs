//! The random id in the session cookie.

use std::{fmt, str::FromStr};

use tower_sessions_core::session::Id;

use crate::{secrets, store::DocumentId};

/// Session id: 128 random bits, 22 characters of base64url in the cookie. It is never stored and never logged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SessionId {
    id: Id,
    hash: [u8; 32],
}

impl SessionId {
    pub(crate) fn random() -> Self {
        Self::from_id(Id(i128::from_le_bytes(secrets::random())))
    }

    fn from_id(id: Id) -> Self {
        Self { id, hash: secrets::sha256(&id.0.to_le_bytes()) }
    }

    /// Returns the key of the session record: the hash, so that a leaked database opens no session.
    #[must_use]
    pub fn document_id(&self) -> DocumentId {
        DocumentId::Hash(self.hash)
    }

    /// Returns the SHA-256 of the id.
    #[must_use]
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    #[must_use]
    pub fn cookie_value(&self) -> String {
        self.id.to_string()
    }
}

impl FromStr for SessionId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.parse().map(Self::from_id).map_err(|_| ())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    // An id that can be guessed is a session that an attacker can use (ASVS 7.2.3).
    #[test]
    fn ids_have_128_random_bits_and_differ() {
        let ids: BTreeSet<Vec<u8>> = (0..10_000)
            .map(|_| URL_SAFE_NO_PAD.decode(SessionId::random().cookie_value()).expect("base64url"))
            .collect();
        assert!(ids.len() == 10_000 && ids.iter().all(|id| id.len() == 16));
        // Every bit takes both values: none is fixed by a version or a counter.
        let (any, all) = ids.iter().fold((0, u128::MAX), |(any, all), id| {
            let id = u128::from_le_bytes(id.as_slice().try_into().expect("16 bytes"));
            (any | id, all & id)
        });
        assert_eq!((any, all), (u128::MAX, 0));
    }
}
