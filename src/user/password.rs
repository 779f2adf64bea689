//! The password of a user, as its hash.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// Prefix of every password hash with the default parameters.
pub const CURRENT_HASH_PREFIX: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// The hash of a password.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Password {
    /// As [`crate::login::password::hash::StoredHash`] writes it. Any other text matches no password.
    pub hash: String,
    pub changed_at: Timestamp,
    /// A login with this password must set a new one before its session is signed in.
    pub must_change: bool,
    /// The user reported an attack while this password was set. It opens nothing if the user can set another one by mail: see
    /// [`super::User::report_attack`].
    #[serde(default)]
    pub reported: bool,
    /// It was set with a link, and no factor beside the mailbox was proven with it since: see [`super::User::password_was_set_by_link`]. Links
    /// that an administrator hands over count, too, because they are mostly sent by mail.
    #[serde(default)]
    pub set_by_link: bool,
    /// SHA-256 (hex) of an imported hash. It stays when a sign-in replaces the hash with a stronger one, so that a second import of the
    /// same file changes nothing.
    pub imported: Option<String>,
}

impl Password {
    /// Creates a password that its user has chosen.
    #[must_use]
    pub fn new(hash: String, changed_at: Timestamp) -> Self {
        Self { hash, changed_at, must_change: false, reported: false, set_by_link: false, imported: None }
    }

    /// Returns whether the hash has another form than the one that new passwords get with the default parameters.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        !self.hash.starts_with(CURRENT_HASH_PREFIX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_form_of_a_hash_is_legacy() {
        for (hash, is_legacy) in [
            ("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", false),
            ("$argon2id$v=19$m=4096,t=3,p=1$c2FsdA$aGFzaA", true),
            ("$argon2i$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", true),
            ("$2b$12$abc", true),
            ("", true),
        ] {
            let changed_at = Timestamp::from_millis(0);
            let password = Password::new(hash.to_owned(), changed_at);
            assert_eq!(password.is_legacy(), is_legacy, "{hash}");
        }
    }
}
