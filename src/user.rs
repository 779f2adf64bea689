//! The user document and its rules: credentials, factors, identities, roles and the keys by which a user is found.
//!
//! Pure: no I/O, no clock, no randomness. [`crate::store`] reads and writes the document, [`crate::provisioning`] applies the changes of
//! an administrator, [`crate::admission`] decides who signs in.

mod code_channels;
mod counted;
mod credentials;
pub mod deletion;
mod device;
mod email;
mod email_change;
mod end_reason;
mod factors;
mod field_sources;
mod id;
mod identity;
mod invalid;
mod known_devices;
mod linking;
pub mod merge;
mod message_codes;
mod name;
pub mod normalise;
mod passkey;
mod password;
mod pending_email;
mod phone;
mod profile;
mod recovery_codes;
pub mod roles;
mod roles_of;
mod summary;
mod totp;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::{
    counted::CountedUser,
    device::{Device, DeviceId},
    email::{Email, masked_email},
    end_reason::EndReason,
    factors::{APPS_MAX, DEFAULT_PASSKEY_NAME, Factor, RemovedFactor},
    field_sources::{FieldSource, FieldSources},
    id::UserId,
    identity::{Identity, IdentityKey, UnlinkedIdentity},
    invalid::Invalid,
    known_devices::{DEVICES_MAX, Recognition, Sighting},
    message_codes::{CodeChannel, MessageCodes, PhoneChannel},
    name::{TypedName, Username},
    passkey::{PASSKEYS_MAX, Passkey},
    password::{CURRENT_HASH_PREFIX, Password},
    pending_email::{CANCELLABLE_FOR, CONFIRMABLE_FOR, EmailChangeRefused, PendingEmail, PreviousEmail},
    phone::{masked_phone, phone_number},
    profile::{display_name, factor_name, locale, picture_url},
    recovery_codes::RecoveryCodes,
    roles::role,
    summary::AccountSummary,
    totp::{DEFAULT_APP_NAME, FactorId, PendingTotp, Totp},
};
use crate::{
    clock::Timestamp,
    store::{Collection, Document, DocumentId},
};

/// Tag of users whose password hash has another form than the default one.
pub const LEGACY_HASH_TAG: &str = "legacyHash";

/// Tag of users who have asked for a deletion.
pub const DELETION_TAG: &str = "deletion";

/// One user, in the collection `users`. Only [`crate::cache::DocumentCache::update`] changes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    #[serde(rename = "_id")]
    pub id: UserId,
    /// As written by the administrator. `None` for users who sign in only through a provider.
    pub username: Option<Username>,
    /// Identifies the user only while `email_verified`.
    pub email: Option<Email>,
    /// Verified by us, by an administrator, or by a provider that is trusted for the domain.
    pub email_verified: bool,
    /// Requested by the user and not confirmed yet. It identifies no user.
    #[serde(default)]
    pub pending_email: Option<PendingEmail>,
    /// Replaced by the user; each can be restored for seven days. The oldest first.
    #[serde(default)]
    pub previous_emails: Vec<PreviousEmail>,
    pub display_name: Option<String>,
    /// URL of a picture.
    pub picture: Option<String>,
    /// BCP 47 language tag.
    pub locale: Option<String>,
    /// Assigned here; the application gives them their meaning. Roles from providers are in [`Identity::roles`].
    pub roles: Vec<String>,
    pub status: Status,
    /// `None`: the user cannot sign in with a password.
    pub password: Option<Password>,
    /// After this time a generated password that was never changed opens nothing.
    #[serde(default)]
    pub initial_password_expires_at: Option<Timestamp>,
    /// Authenticator apps, in the order of their enrolment.
    #[serde(default, deserialize_with = "totp::stored_apps")]
    pub totp: Vec<Totp>,
    /// An enrolment in progress. The apps stay valid.
    pub pending_totp: Option<PendingTotp>,
    /// Passkeys, in the order of their registration.
    #[serde(default)]
    pub passkeys: Vec<Passkey>,
    /// Codes by mail or SMS.
    #[serde(default, skip_serializing_if = "MessageCodes::is_empty")]
    pub message_codes: MessageCodes,
    /// `None`: never created, or removed with the last second factor.
    #[serde(default)]
    pub recovery_codes: Option<RecoveryCodes>,
    #[serde(default)]
    pub identities: Vec<Identity>,
    /// Identities that were unlinked on purpose.
    #[serde(default)]
    pub unlinked_identities: Vec<UnlinkedIdentity>,
    #[serde(default)]
    pub created_by: Creator,
    /// The provider that a profile field comes from, by field. No entry: the field was set here.
    #[serde(default)]
    pub field_sources: BTreeMap<String, String>,
    /// A session stores the value at its start and is invalid when the values differ.
    pub session_epoch: i64,
    /// Why the epoch was raised last: the reason that sessions of older epochs report.
    pub sessions_ended_because: Option<EndReason>,
    /// Handle of the session that raised the epoch last and that continues under a new id. Its browser sees no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuing_session: Option<String>,
    pub created_at: Timestamp,
    /// The last change by an administrator or the user. A sign-in is not a change.
    pub updated_at: Timestamp,
    /// The last completed sign-in.
    pub last_login_at: Option<Timestamp>,
    /// The browsers in which the user has signed in.
    #[serde(default)]
    pub devices: Vec<Device>,
    /// The user has asked for the deletion of the account, which happens then.
    #[serde(default)]
    pub deletion_at: Option<Timestamp>,
    /// The ids of users that were merged into this one. Each of them still names it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_ids: Vec<UserId>,
}

/// Whether a user can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "UserStatus")]
pub enum Status {
    Active,
    /// An administrator disabled the account. All sessions have ended.
    Disabled,
    /// The account used the address of another user, who has claimed it. It has no credentials and is kept for review.
    Quarantined,
}

/// Who created an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Creator {
    /// An administrator entered the address.
    #[default]
    Administrator,
    /// The first sign-in through a provider.
    Provider,
    /// The user signed up. Nothing proves the address.
    User,
}

impl User {
    /// Creates an active user without credentials.
    #[must_use]
    pub fn new(id: UserId, now: Timestamp) -> Self {
        Self {
            id,
            username: None,
            email: None,
            email_verified: false,
            pending_email: None,
            previous_emails: Vec::new(),
            display_name: None,
            picture: None,
            locale: None,
            roles: Vec::new(),
            status: Status::Active,
            password: None,
            initial_password_expires_at: None,
            totp: Vec::new(),
            pending_totp: None,
            passkeys: Vec::new(),
            message_codes: MessageCodes::default(),
            recovery_codes: None,
            identities: Vec::new(),
            unlinked_identities: Vec::new(),
            created_by: Creator::Administrator,
            field_sources: BTreeMap::new(),
            session_epoch: 0,
            sessions_ended_because: None,
            continuing_session: None,
            created_at: now,
            updated_at: now,
            last_login_at: None,
            devices: Vec::new(),
            deletion_at: None,
            former_ids: Vec::new(),
        }
    }

    /// Returns whether the user has this role, assigned here or by an identity.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles
            .iter()
            .chain(self.identities.iter().flat_map(|identity| &identity.roles))
            .any(|given| given == role)
    }

    /// Returns whether the user has a role of the administration, in full or in part, assigned here or by an identity.
    #[must_use]
    pub fn is_administrative(&self) -> bool {
        let of_identities = self.identities.iter().flat_map(|identity| &identity.roles);
        self.roles.iter().chain(of_identities).any(|role| roles::is_administrative(role))
    }

    /// Returns `local` for a user with a password, otherwise the provider that was linked first (`authProvider` in the API).
    #[must_use]
    pub fn auth_provider(&self) -> &str {
        let first = self.identities.first().filter(|_| self.password.is_none());
        first.map_or("local", |identity| &identity.provider)
    }

    /// Returns whether this address is the user's and verified here.
    #[must_use]
    pub fn has_verified_email(&self, email: &Email) -> bool {
        self.email_verified && self.email.as_ref().is_some_and(|own| own.key() == email.key())
    }

    /// Sets the status; returns `false` if the user already has it. A user who is disabled or quarantined loses all sessions for good:
    /// they stay ended after the account is enabled again. A deletion that the user has asked for is cancelled, so that an administrator can
    /// examine the account.
    pub fn set_status(&mut self, status: Status, now: Timestamp) -> bool {
        if self.status == status {
            return false;
        }
        self.status = status;
        self.updated_at = now;
        match status {
            Status::Active => {}
            Status::Disabled | Status::Quarantined => {
                self.deletion_at = None;
                self.end_sessions(EndReason::UserDisabled);
            }
        }
        true
    }

    /// Ends all sessions with this reason. It is part of the same write as its cause, so that a login that races the write does not
    /// survive it. A pending address goes with them: an attacker with one of the sessions may have requested it.
    pub fn end_sessions(&mut self, because: EndReason) {
        self.pending_email = None;
        self.session_epoch += 1;
        self.sessions_ended_because = Some(because);
        self.continuing_session = None;
    }

    /// Records that the session with this handle ended the others, and continues under a new id. It is part of the same write. It opens
    /// nothing: until its replacement is written, the session has ended like the others.
    pub fn continue_in(&mut self, session: &str) {
        self.continuing_session = Some(session.to_owned());
    }
}

impl Document for User {
    const COLLECTION: Collection = Collection::Users;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }

    /// Returns the keys by which the user is found: id (so that the list is never empty), former ids, user name, verified address, identities
    /// and passkeys. A user name in the form of an address or an id takes that key, too. So no text finds two users, and the unique index of
    /// the store makes that true for concurrent writes.
    fn keys(&self) -> Vec<String> {
        let mut handles = vec![self.id.handle()];
        handles.extend(self.former_ids.iter().copied().map(UserId::handle));
        handles.extend(self.username.iter().flat_map(Username::handles));
        let email = self.email.as_ref().filter(|_| self.email_verified).map(Email::handle);
        handles.extend(email.filter(|handle| !handles.contains(handle)));
        handles.extend(self.identities.iter().map(|identity| identity.key.handle()));
        handles.extend(self.passkeys.iter().map(Passkey::handle));
        handles
    }

    /// Returns the tags: the address (verified or not) by its origin, the unlinked identities, [`LEGACY_HASH_TAG`] and
    /// [`DELETION_TAG`].
    fn tags(&self) -> Vec<String> {
        let address = |email: &Email| match (self.status, self.created_by) {
            (Status::Quarantined, Creator::Administrator | Creator::Provider | Creator::User) => None,
            // An address from a provider was not entered by an administrator. Otherwise a user could block the account of another user
            // by claiming the address at a provider that verifies nothing.
            (Status::Active | Status::Disabled, Creator::Administrator)
                if self.field_sources.contains_key("email") =>
            {
                None
            }
            (Status::Active | Status::Disabled, Creator::Administrator) => Some(email.admin_created_tag()),
            (Status::Active | Status::Disabled, Creator::Provider | Creator::User) => {
                Some(email.self_registered_tag())
            }
        };
        let mut tags: Vec<String> = self.email.iter().filter_map(address).collect();
        tags.extend(self.unlinked_identities.iter().map(|unlinked| unlinked.key.unlinked_tag()));
        let is_legacy = self.password.as_ref().is_some_and(Password::is_legacy);
        tags.extend(is_legacy.then(|| LEGACY_HASH_TAG.to_owned()));
        tags.extend(self.deletion_at.map(|_| DELETION_TAG.to_owned()));
        tags
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(60_000);

    fn ada() -> User {
        let created = Timestamp::from_millis(0);
        let mut ada = User::new(UserId::new(created), created);
        ada.username = Some("Ada".parse().expect("a name"));
        ada.email = Some("ada@corp.example".parse().expect("an address"));
        ada
    }

    #[test]
    fn unverified_address_is_not_a_key() {
        let mut ada = ada();
        assert_eq!(ada.keys(), [format!("id:{}", ada.id), "name:ada".to_owned()]);
        ada.email_verified = true;
        assert!(ada.keys().contains(&"email:ada@corp.example".to_owned()));
    }

    #[test]
    fn user_name_that_is_an_address_is_a_key_of_the_address() {
        let mut ada = ada();
        ada.username = Some("Ada@Corp.Example".parse().expect("a name"));
        let keys = ada.keys();
        assert_eq!(keys[1..], ["name:ada@corp.example", "email:ada@corp.example"]);
        ada.email_verified = true;
        assert_eq!(ada.keys(), keys, "each key once");
    }

    #[test]
    fn address_is_tagged_by_its_origin() {
        let address = "ada@corp.example";
        let by_admin = format!("adminCreated:{address}");
        let by_user = format!("selfRegistered:{address}");
        for (status, created_by, from_provider, expected) in [
            (Status::Active, Creator::Administrator, false, Some(&by_admin)),
            (Status::Disabled, Creator::Administrator, false, Some(&by_admin)),
            (Status::Active, Creator::Administrator, true, None),
            (Status::Active, Creator::Provider, true, Some(&by_user)),
            (Status::Active, Creator::User, false, Some(&by_user)),
            (Status::Quarantined, Creator::Administrator, false, None),
            (Status::Quarantined, Creator::User, false, None),
        ] {
            let mut ada = ada();
            (ada.status, ada.created_by) = (status, created_by);
            if from_provider {
                ada.field_sources.insert("email".to_owned(), "idp".to_owned());
            }
            assert_eq!(ada.tags().first(), expected, "{status:?} {created_by:?} {from_provider}");
        }
    }

    #[test]
    fn status_that_forbids_sign_in_ends_all_sessions() {
        for (from, to, epoch) in [
            (Status::Active, Status::Disabled, 1),
            (Status::Active, Status::Quarantined, 1),
            (Status::Disabled, Status::Quarantined, 1),
            (Status::Disabled, Status::Active, 0),
        ] {
            let mut ada = ada();
            ada.status = from;
            assert!(ada.set_status(to, NOW));
            assert_eq!(
                (ada.status, ada.session_epoch, ada.updated_at),
                (to, epoch, NOW),
                "{from:?} → {to:?}"
            );
            let reason = (epoch > 0).then_some(EndReason::UserDisabled);
            assert_eq!(ada.sessions_ended_because, reason, "{from:?} → {to:?}");
        }
    }

    #[test]
    fn same_status_changes_nothing() {
        for status in [Status::Active, Status::Disabled, Status::Quarantined] {
            let mut ada = ada();
            ada.status = status;
            assert!(!ada.set_status(status, NOW));
            assert_eq!((ada.session_epoch, ada.updated_at), (0, ada.created_at), "{status:?}");
        }
    }
}
