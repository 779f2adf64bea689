//! Rules for linking and unlinking the identities of a user.

use super::{Identity, IdentityKey, UnlinkedIdentity, User};
use crate::clock::Timestamp;

impl User {
    /// Links an identity; returns `false` if it is already linked. Its record as unlinked is removed.
    pub fn link_identity(&mut self, identity: Identity, now: Timestamp) -> bool {
        self.unlinked_identities.retain(|unlinked| unlinked.key != identity.key);
        if self.identities.iter().any(|known| known.key == identity.key) {
            return false;
        }
        self.identities.push(identity);
        self.updated_at = now;
        true
    }

    /// Returns whether an identity of the user, linked or unlinked, has this issuer.
    #[must_use]
    pub fn has_issuer(&self, issuer: &str) -> bool {
        let linked = self.identities.iter().map(|identity| &identity.key);
        linked
            .chain(self.unlinked_identities.iter().map(|unlinked| &unlinked.key))
            .any(|key| key.issuer == issuer)
    }

    /// Moves all identities of an issuer, linked and unlinked, to another one; returns `false` if there is none. One that the user has at both
    /// issuers stays once.
    pub fn move_issuer(&mut self, old: &str, new: &str, now: Timestamp) -> bool {
        if !self.has_issuer(old) {
            return false;
        }
        let moved = |key: &IdentityKey| IdentityKey { issuer: new.to_owned(), subject: key.subject.clone() };
        let known: Vec<IdentityKey> = self.identities.iter().map(|identity| identity.key.clone()).collect();
        self.identities
            .retain(|identity| identity.key.issuer != old || !known.contains(&moved(&identity.key)));
        for identity in &mut self.identities {
            if identity.key.issuer == old {
                identity.key = moved(&identity.key);
            }
        }
        for unlinked in &mut self.unlinked_identities {
            if unlinked.key.issuer == old {
                unlinked.key = moved(&unlinked.key);
            }
        }
        let linked: Vec<&IdentityKey> = self.identities.iter().map(|identity| &identity.key).collect();
        self.unlinked_identities.retain(|unlinked| !linked.contains(&&unlinked.key));
        self.unlinked_identities.dedup_by(|a, b| a.key == b.key);
        self.updated_at = now;
        true
    }

    /// Unlinks an identity and records that; returns `false` if it is not linked.
    pub fn unlink_identity(&mut self, key: &IdentityKey, now: Timestamp) -> bool {
        let Some(at) = self.identities.iter().position(|identity| identity.key == *key) else { return false };
        let Identity { key, .. } = self.identities.remove(at);
        self.unlinked_identities.push(UnlinkedIdentity { key, unlinked_at: now });
        self.updated_at = now;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::UserId;

    const NOW: Timestamp = Timestamp::from_millis(60_000);

    fn identity(subject: &str) -> Identity {
        Identity {
            key: IdentityKey { issuer: "https://idp.example".to_owned(), subject: subject.to_owned() },
            provider: "idp".to_owned(),
            email: None,
            roles: Vec::new(),
            linked_at: NOW,
            last_login_at: None,
        }
    }

    #[test]
    fn unlinked_identity_is_recorded_until_it_is_linked_again() {
        let created = Timestamp::from_millis(0);
        let mut user = User::new(UserId::new(created), created);
        assert!(user.link_identity(identity("1"), NOW));
        assert!(!user.link_identity(identity("1"), NOW), "already linked");
        assert_eq!(user.identities.len(), 1);
        assert!(user.unlink_identity(&identity("1").key, NOW));
        assert!(!user.unlink_identity(&identity("1").key, NOW), "not linked");
        assert_eq!((user.identities.len(), user.unlinked_identities.len()), (0, 1));
        assert!(user.link_identity(identity("1"), NOW));
        assert_eq!((user.identities.len(), user.unlinked_identities.len()), (1, 0));
        assert_eq!(user.updated_at, NOW);
    }
}
