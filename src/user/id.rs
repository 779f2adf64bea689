//! Ids of users.

use crate::store::id_type;

id_type! {
    UserId
}
