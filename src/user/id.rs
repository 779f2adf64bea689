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

    /// Returns the unique key of this id.
    #[must_use]
    pub fn handle(self) -> String {
        format!("id:{self}")
    }
}
