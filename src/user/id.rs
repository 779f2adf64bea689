//! Ids of users.

use crate::{
    clock::Timestamp,
    store::{Id, id_type},
};

id_type! {
    UserId
}

impl UserId {
    /// Returns the id of a user who was created at this time, with these bytes instead of random ones.
    #[must_use]
    pub fn at(created: Timestamp, bytes: [u8; 10]) -> Self {
        Self(Id::at(created, bytes))
    }

    /// Returns the user handle for authenticators (W3C Web Authentication §5.4.3).
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        *self.0.as_bytes()
    }

    /// Reads a user handle.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Id::from_bytes(bytes.try_into().ok()?)))
    }

    /// Returns the unique key of this id.
    #[must_use]
    pub fn handle(self) -> String {
        format!("id:{self}")
    }
}
