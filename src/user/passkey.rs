//! A passkey of a user: a credential of W3C Web Authentication Level 3, as a second factor or as the whole login.

use serde::{Deserialize, Serialize};

use super::FactorId;
use crate::clock::Timestamp;

/// Most passkeys of one user: a request for a second factor names all of them.
pub const PASSKEYS_MAX: usize = 20;

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ExportedPasskey")]
pub struct Passkey {
    pub id: FactorId,
    /// The name that the user chose, or a default one.
    pub name: String,
    /// Credential id, base64url without padding. No two users have the same one.
    pub credential_id: String,
    /// Public key in the form of COSE (RFC 9052 §7): CBOR, base64url without padding.
    pub public_key: String,
    /// Signature counter of the newest accepted assertion; 0 for authenticators that do not count.
    pub counter: u32,
    /// How the browser can reach the authenticator, for example `internal` or `usb`. In the order of the browser.
    #[serde(default)]
    pub transports: Vec<String>,
    /// The authenticator verified the user (PIN, fingerprint, face) at the registration. Only such a passkey is a login on its own. Also `false`
    /// after the user reported an attack, see [`super::User::restrict_passkeys`].
    pub user_verified: bool,
    /// Whether the authenticator can find it without its id (`credProps.rk`). `None`: the browser did not say.
    #[serde(default)]
    pub discoverable: Option<bool>,
    /// The authenticator may copy it to other devices (flag BE).
    pub backup_eligible: bool,
    /// It is copied at present (flag BS).
    pub backed_up: bool,
    /// Model of the authenticator, as it names itself. `None`: it does not say (all zeros).
    #[serde(default)]
    pub aaguid: Option<String>,
    pub created_at: Timestamp,
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
}

impl Passkey {
    /// Returns the key by which the user is found. It is unique: a credential that belongs to one user cannot be registered for another one
    /// (W3C Web Authentication §7.1, step 26).
    #[must_use]
    pub fn handle(&self) -> String {
        Self::handle_of(&self.credential_id)
    }

    /// Returns the key of a credential id.
    #[must_use]
    pub fn handle_of(credential_id: &str) -> String {
        format!("passkey:{credential_id}")
    }

    /// Returns whether the user can sign in with this passkey alone.
    #[must_use]
    pub fn signs_in_alone(&self) -> bool {
        self.user_verified && self.discoverable != Some(false)
    }
}
