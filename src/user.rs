//! The user document and its rules: what a person is, by which handles they are found, what may change.
//!
//! Pure: no I/O, no clock look-ups, no randomness. Reading and writing belongs to [`crate::store`], deciding who comes in to
//! [`crate::login`].

mod email;
mod id;
mod name;

use serde::{Deserialize, Serialize};

pub use self::{
    email::{Email, handle as email_handle},
    id::UserId,
    name::{Username, key as name_key},
};
use crate::{
    clock::Timestamp,
    secrets::Sealed,
    session::EndReason,
    store::{Collection, Document, DocumentId},
};

/// Longest display name, in characters.
const DISPLAY_NAME_MAX: usize = 128;
/// What every password hash of today's form begins with.
pub const TODAYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$";
/// What people whose password is kept in an older form are listed by.
pub const OLD_HASH: &str = "oldHash";
/// Longest role name, in characters.
const ROLE_MAX: usize = 64;

/// One person, in the collection `users`. Changed only by [`crate::store::Store::update`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// `UUIDv7`.
    #[serde(rename = "_id")]
    pub id: UserId,
    /// As the administrator wrote it; compared by its key. None for people who only come through a provider.
    pub username: Option<Username>,
    /// Shown; a handle only while `email_verified`.
    pub email: Option<Email>,
    /// Verified *by us*: our own mail, or an administrator's word.
    pub email_verified: bool,
    /// What pages call this person.
    pub display_name: Option<String>,
    /// URL of a picture.
    pub picture: Option<String>,
    /// BCP 47 language tag.
    pub locale: Option<String>,
    /// Names the application gives meaning to; `admin` is ours.
    pub roles: Vec<String>,
    /// Whether this person may come in at all.
    pub status: Status,
    /// None for people without the local door.
    pub password: Option<Password>,
    /// The authenticator app in use.
    pub totp: Option<Totp>,
    /// An authenticator app that is being set up. The active one works until this one is confirmed.
    pub pending_totp: Option<PendingTotp>,
    /// A session carries the value it was opened under and is dead when they differ.
    pub session_epoch: i64,
    /// Why the epoch was raised last: what the sessions of the older epochs are told.
    pub sessions_ended_because: Option<EndReason>,
    /// When the document was made.
    pub created_at: Timestamp,
    /// When an administrator or the person last changed something; a sign-in does not count.
    pub updated_at: Timestamp,
    /// The last completed sign-in.
    pub last_login_at: Option<Timestamp>,
    /// Given by the store.
    #[serde(skip)]
    pub revision: i64,
}

/// Whether a person may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// May sign in.
    Active,
    /// May not; all sessions are dead.
    Disabled,
}

/// A password, as its hash.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Password {
    /// A PHC string, or `$2a$`/`$2b$`/`$2y$` as imported. Anything else never verifies.
    pub hash: String,
    /// When it was set.
    pub changed_at: Timestamp,
    /// Shown by `/api/auth/me`.
    pub must_change: bool,
    /// SHA-256 (hex) of the hash that an administrator brought, kept when a sign-in upgrades it: so that the same file
    /// imported again changes nothing.
    pub imported: Option<String>,
}

/// An authenticator app that counts as second factor (RFC 6238, SHA-1, 30 s, 6 digits).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Totp {
    /// The shared secret.
    pub secret: Sealed,
    /// When the first right code was seen.
    pub confirmed_at: Timestamp,
    /// The newest time step a code was accepted for: none at or before it is accepted again (RFC 6238 §5.2).
    pub last_step: i64,
}

/// An authenticator app that is being set up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingTotp {
    /// The shared secret.
    pub secret: Sealed,
    /// After this it confirms nothing any more.
    pub expires_at: Timestamp,
    /// Hash of the session that began it (hex): no other may confirm it.
    pub begun_by: String,
    /// Wrong codes so far.
    pub tries: u32,
}

impl User {
    /// A person with nothing but an id.
    #[must_use]
    pub fn new(id: UserId, now: Timestamp) -> Self {
        Self {
            id,
            username: None,
            email: None,
            email_verified: false,
            display_name: None,
            picture: None,
            locale: None,
            roles: Vec::new(),
            status: Status::Active,
            password: None,
            totp: None,
            pending_totp: None,
            session_epoch: 0,
            sessions_ended_because: None,
            created_at: now,
            updated_at: now,
            last_login_at: None,
            revision: 0,
        }
    }

    /// Whether a second factor is active.
    #[must_use]
    pub fn mfa_enabled(&self) -> bool {
        self.totp.is_some()
    }

    /// Makes every session that exists dead, with this reason. One atomic write, so that a sign-in which races it cannot survive.
    pub fn end_sessions(&mut self, because: EndReason) {
        self.session_epoch += 1;
        self.sessions_ended_because = Some(because);
    }
}

impl Document for User {
    const COLLECTION: Collection = Collection::Users;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn set_revision(&mut self, revision: i64) {
        self.revision = revision;
    }

    /// Listed while the password is kept in an older form.
    fn tags(&self) -> Vec<String> {
        let old = self.password.as_ref().is_some_and(|password| !password.hash.starts_with(TODAYS_HASH));
        old.then(|| OLD_HASH.to_owned()).into_iter().collect()
    }

    /// The handles: the id (so that the list is never empty), the user name, and the address once it is verified by us.
    fn keys(&self) -> Vec<String> {
        let mut handles = vec![format!("id:{}", self.id)];
        handles.extend(self.username.as_ref().map(Username::handle));
        handles.extend(self.email.as_ref().filter(|_| self.email_verified).map(Email::handle));
        handles
    }
}

/// A display name: trimmed, 1 to 128 characters, no control characters.
///
/// # Errors
/// The published code of what is wrong with it.
pub fn display_name(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        Err("required")
    } else if text.chars().count() > DISPLAY_NAME_MAX {
        Err("too_long")
    } else if text.chars().any(char::is_control) {
        Err("invalid")
    } else {
        Ok(text.to_owned())
    }
}

/// A role name: 1 to 64 of `a-z A-Z 0-9 . _ : -`.
///
/// # Errors
/// The published code of what is wrong with it.
pub fn role(text: &str) -> Result<String, &'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '-');
    if text.is_empty() || text.len() > ROLE_MAX || !text.chars().all(allowed) {
        Err("invalid")
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unverified_address_is_no_handle() {
        let now = Timestamp::from_millis(0);
        let mut ada = User::new(UserId::new(now), now);
        ada.username = Some("Ada".parse().expect("a name"));
        ada.email = Some("ada@corp.example".parse().expect("an address"));
        assert_eq!(ada.keys(), [format!("id:{}", ada.id), "name:ada".to_owned()]);
        ada.email_verified = true;
        assert!(ada.keys().contains(&"email:ada@corp.example".to_owned()));
    }
}
