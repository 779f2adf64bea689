//! The user document and its rules: what a person is, by which handles they are found, what may change.
//!
//! Pure: no I/O, no clock look-ups, no randomness. Reading and writing belongs to [`crate::store`], deciding who comes in to
//! [`crate::login`].

mod email;
mod end_reason;
mod id;
mod identity;
mod name;
pub mod roles;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::{
    email::{Email, handle as email_handle},
    end_reason::EndReason,
    id::UserId,
    identity::{Identity, IdentityKey, Tombstone},
    name::{Username, key as name_key},
};
use crate::{
    clock::Timestamp,
    secrets::Sealed,
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
    /// Who this person is at providers.
    #[serde(default)]
    pub identities: Vec<Identity>,
    /// Identities that were unlinked on purpose.
    #[serde(default)]
    pub tombstones: Vec<Tombstone>,
    /// Who made the document.
    #[serde(default)]
    pub created_by: Creator,
    /// Which provider a profile field came from; absent: it is ours.
    #[serde(default)]
    pub origins: BTreeMap<String, String>,
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
    /// Was made with somebody else's address, which its owner reclaimed: without power, kept for review.
    Quarantined,
}

/// Who made a person's document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Creator {
    /// An administrator: the address is at least an administrator's word.
    #[default]
    Administrator,
    /// The first sign-in through a provider.
    Provider,
    /// The person: nobody has vouched for anything.
    Person,
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
            identities: Vec::new(),
            tombstones: Vec::new(),
            created_by: Creator::Administrator,
            origins: BTreeMap::new(),
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

    /// Whether the person has this role, wherever it comes from.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles
            .iter()
            .chain(self.identities.iter().flat_map(|identity| &identity.roles))
            .any(|given| given == role)
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

    /// The handles: the id (so that the list is never empty), the user name, and the address once it is verified by us.
    fn keys(&self) -> Vec<String> {
        let mut handles = vec![format!("id:{}", self.id)];
        handles.extend(self.username.as_ref().map(Username::handle));
        handles.extend(self.email.as_ref().filter(|_| self.email_verified).map(Email::handle));
        handles.extend(self.identities.iter().map(|identity| identity.key.handle()));
        handles
    }

    /// Listed by the address that is shown, verified or not, and by who brought it; by the identities that were unlinked; and while
    /// the password is kept in an older form.
    fn tags(&self) -> Vec<String> {
        let address = |email: &Email| match (self.status, self.created_by) {
            (Status::Quarantined, _) => None,
            // What a provider says is not an administrator's word: else anybody with an account could keep others out of theirs by
            // claiming their address at a provider that checks nothing.
            (_, Creator::Administrator) if self.origins.contains_key("email") => None,
            (_, Creator::Administrator) => Some(email.tag()),
            (_, Creator::Provider | Creator::Person) => Some(email.self_made_tag()),
        };
        let mut tags: Vec<String> = self.email.iter().filter_map(address).collect();
        tags.extend(self.tombstones.iter().map(|tombstone| tombstone.key.unlinked_tag()));
        let old = self.password.as_ref().is_some_and(|password| !password.hash.starts_with(TODAYS_HASH));
        tags.extend(old.then(|| OLD_HASH.to_owned()));
        tags
    }
}

/// A display name: trimmed, 1 to 128 characters, no control characters and none that are not seen or turn the text around, so that
/// nobody is shown as somebody else.
///
/// # Errors
/// The published code of what is wrong with it.
pub fn display_name(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        Err("required")
    } else if text.chars().count() > DISPLAY_NAME_MAX {
        Err("too_long")
    } else if text.chars().any(|c| c.is_control() || is_unseen(c)) {
        Err("invalid")
    } else {
        Ok(text.to_owned())
    }
}

/// Format characters of Unicode: zero-width ones, and those that set the direction. The joiners that scripts need are no harm inside.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
    ) || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A language tag (BCP 47) as far as its shape goes: parts of letters and digits, joined by `-`, or `_` as some providers write it.
///
/// # Errors
/// The published code of what is wrong with it.
pub fn locale(text: &str) -> Result<String, &'static str> {
    let tag = text.trim().replace('_', "-");
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let language = tag.split('-').next().unwrap_or_default();
    let good = tag.len() <= 35
        && (2..=8).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && tag.split('-').all(part);
    if good { Ok(tag) } else { Err("invalid") }
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
    fn a_name_that_is_not_seen_as_it_is_written_is_none() {
        for name in
            ["Ada", "Ada Lovelace", "Zoë", "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}"]
        {
            assert!(display_name(name).is_ok(), "{name:?}");
        }
        for name in ["", " ", "\u{200b}", "Ada\u{202e}eca", "Ada\u{2066}", "A\u{feff}da", "A\nda"] {
            assert!(display_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_locale_is_a_language_tag() {
        for (text, tag) in
            [("en", "en"), ("de-CH", "de-CH"), ("en_US", "en-US"), ("zh-Hant-TW", "zh-Hant-TW")]
        {
            assert_eq!(locale(text).as_deref(), Ok(tag));
        }
        for text in ["", "e", "english language", "en--US", "../..", "7", "<b>"] {
            assert!(locale(text).is_err(), "{text}");
        }
    }

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
