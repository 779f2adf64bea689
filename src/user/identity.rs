//! Identities of a user at providers.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::User;
use crate::clock::Timestamp;

/// Key of an identity: issuer and subject, which a provider never reassigns (OpenID Connect Core §2). An e-mail address is not a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IdentityKey {
    /// Exactly as in `iss`.
    pub issuer: String,
    /// Exactly as in `sub`.
    pub subject: String,
}

impl IdentityKey {
    /// Returns the unique key of a linked identity.
    #[must_use]
    pub fn handle(&self) -> String {
        format!("oidc:{self}")
    }

    /// Returns the tag of users who unlinked this identity.
    #[must_use]
    pub fn unlinked_tag(&self) -> String {
        format!("unlinked:{self}")
    }
}

impl fmt::Display for IdentityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}", self.issuer, self.subject)
    }
}

/// Identity that is linked to a user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    #[serde(flatten)]
    pub key: IdentityKey,
    /// Name of the provider in the settings at the time of linking.
    pub provider: String,
    /// The address in the last claims: an attribute, never a key.
    pub email: Option<String>,
    /// Roles by the provider's role map. Every sign-in through the identity replaces them; roles assigned here are separate.
    pub roles: Vec<String>,
    pub linked_at: Timestamp,
    /// The last sign-in through this identity.
    pub last_login_at: Option<Timestamp>,
}

/// Identity that the user unlinked on purpose. It is never linked again without the user's request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnlinkedIdentity {
    #[serde(flatten)]
    pub key: IdentityKey,
    pub unlinked_at: Timestamp,
}

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
