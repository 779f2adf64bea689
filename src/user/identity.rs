//! Who somebody is at a provider.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// The key of an identity: the issuer's word for a person, never reassigned (OpenID Connect Core §2). Not an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct IdentityKey {
    /// Exactly as in `iss`.
    pub issuer: String,
    /// Exactly as in `sub`.
    pub subject: String,
}

impl IdentityKey {
    /// The unique handle of an identity that is linked.
    #[must_use]
    pub fn handle(&self) -> String {
        format!("oidc:{self}")
    }

    /// What people who unlinked it are listed by.
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

/// An identity that is linked to a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// Issuer and subject.
    #[serde(flatten)]
    pub key: IdentityKey,
    /// The provider's name in the settings when it was linked.
    pub provider: String,
    /// The address it last showed; an attribute, never a key.
    pub email: Option<String>,
    /// Roles that this identity gives, by the provider's map; replaced at every sign-in, apart from those given here.
    pub roles: Vec<String>,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When somebody last came in through it.
    pub last_login_at: Option<Timestamp>,
}

/// An identity that was unlinked on purpose: never linked again silently.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tombstone {
    /// Issuer and subject.
    #[serde(flatten)]
    pub key: IdentityKey,
    /// When it was unlinked.
    pub unlinked_at: Timestamp,
}
