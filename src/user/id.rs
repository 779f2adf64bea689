//! Ids of users.

use crate::store::id_type;

id_type! {
    UserId
}

impl UserId {
    /// Returns the unique key of this id.
    #[must_use]
    pub fn handle(self) -> String {
        format!("id:{self}")
    }
}
