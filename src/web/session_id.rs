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
