//! The recovery codes of a user: each signs in once in place of a code of an authenticator app.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// The unused recovery codes, as their hashes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    /// Scheme, parameters and salt of all hashes: a PHC string without a hash. One salt for the set means one hash per attempt. Each code
    /// is random, so that the shared salt helps only an attacker who tries all codes.
    pub salt: String,
    /// One hash per unused code.
    pub hashes: Vec<String>,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

impl RecoveryCodes {
    /// Uses up the code with this hash; returns `false` if no unused code has it.
    pub fn use_up(&mut self, salt: &str, hash: &str, now: Timestamp) -> bool {
        let before = self.hashes.len();
        if self.salt == salt {
            self.hashes.retain(|unused| unused != hash);
        }
        let is_used = self.hashes.len() < before;
        if is_used {
            self.last_used_at = Some(now);
        }
        is_used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Two requests at once: one uses a code of the old set, the other replaces the set.
    #[test]
    fn code_of_a_replaced_set_is_not_used_up() {
        let now = Timestamp::from_millis(0);
        let hashes = vec!["one".to_owned(), "two".to_owned()];
        let mut codes = RecoveryCodes { salt: "new".to_owned(), hashes, created_at: now, last_used_at: None };
        assert!(!codes.use_up("old", "one", now));
        assert_eq!((codes.hashes.len(), codes.last_used_at), (2, None));
        assert!(codes.use_up("new", "one", now) && !codes.use_up("new", "one", now));
        assert_eq!((codes.hashes.as_slice(), codes.last_used_at), (&["two".to_owned()][..], Some(now)));
    }
}
