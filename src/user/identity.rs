//! Identities of a user at providers.

use std::fmt;

use serde::{Deserialize, Serialize};

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
