//! What an import carries over from another system beside the fields that an administrator sets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Field;
use crate::{
    clock::Timestamp,
    login::second_factor::totp,
    secrets::Keys,
    user::{
        Creator, DEFAULT_APP_NAME, DEFAULT_PASSKEY_NAME, FactorId, Identity, IdentityKey, MessageCodes,
        Passkey, RecoveryCodes, Status, Totp, UnlinkedIdentity, User, UserId, Username,
    },
};

/// Fields of another system, or of an export of this one. The times, the origin and the records of unlinked identities are set only for
/// a new user: an existing user has them already.
#[derive(Clone, Default)]
pub struct Transferred {
    pub id: Option<UserId>,
    pub status: Option<Status>,
    pub locale: Option<String>,
    pub picture: Option<String>,
    /// Identities to link. No identity is unlinked.
    pub identities: Vec<TransferredIdentity>,
    /// Whether an identity is linked that the user has unlinked.
    pub may_relink: bool,
    /// All authenticator apps. `None`: not given.
    pub totp: Option<Vec<TransferredApp>>,
    /// All passkeys. `None`: not given.
    pub passkeys: Option<Vec<TransferredPasskey>>,
    /// Where the user gets codes by mail or SMS. `None`: not given.
    pub message_codes: Option<MessageCodes>,
    /// Set only for a user without recovery codes: a code that was used must not become valid again.
    pub recovery_codes: Option<RecoveryCodes>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub last_login_at: Option<Timestamp>,
    pub deletion_at: Option<Timestamp>,
    pub unlinked_identities: Vec<UnlinkedIdentity>,
    pub origin: Option<Origin>,
    pub password_info: Option<PasswordInfo>,
    /// Set only for a new user: an existing user has the ids of its own merges.
    pub former_ids: Vec<UserId>,
}

/// Identity at a provider, as an import names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransferredIdentity {
    pub issuer: String,
    pub subject: String,
    /// Name of the provider in the settings. `None`: the provider with this issuer.
    #[serde(default)]
    pub provider: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub roles: Vec<String>,
    #[serde(default)]
    pub linked_at: Option<Timestamp>,
    #[serde(default)]
    pub last_login_at: Option<Timestamp>,
}

/// Authenticator app of another system.
#[derive(Clone)]
pub struct TransferredApp {
    pub secret: Zeroizing<Vec<u8>>,
    pub id: Option<FactorId>,
    pub name: Option<String>,
    pub confirmed_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    /// The newest time step of an accepted code: an older code stays used.
    pub last_step: i64,
}

/// Passkey of another system with the same RP id, or of an export of this one.
#[derive(Clone)]
pub struct TransferredPasskey {
    pub id: Option<FactorId>,
    pub name: Option<String>,
    pub created_at: Option<Timestamp>,
    pub credential_id: String,
    pub public_key: String,
    pub counter: u32,
    pub transports: Vec<String>,
    pub user_verified: bool,
    pub discoverable: Option<bool>,
    pub backup_eligible: bool,
    pub backed_up: bool,
    pub aaguid: Option<String>,
    pub last_used_at: Option<Timestamp>,
}

/// Who created an account, and the providers that its profile fields come from. Both decide whether an identity is linked by its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    #[serde(default)]
    pub created_by: Creator,
    #[serde(default)]
    pub field_sources: BTreeMap<String, String>,
}

/// What is known of a password beside its hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordInfo {
    #[serde(default)]
    pub changed_at: Option<Timestamp>,
    /// When a generated password stops working that the user has not changed.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Whether the user reported an attack while the password was set.
    #[serde(default)]
    pub reported: bool,
    /// Whether it was set with a link: see [`crate::user::Password::set_by_link`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub set_by_link: bool,
}

impl TransferredIdentity {
    #[must_use]
    pub fn key(&self) -> IdentityKey {
        IdentityKey { issuer: self.issuer.clone(), subject: self.subject.clone() }
    }

    fn identity(&self, now: Timestamp) -> Identity {
        Identity {
            key: self.key(),
            provider: self.provider.clone().unwrap_or_default(),
            email: self.email.clone(),
            roles: self.roles.clone(),
            linked_at: self.linked_at.unwrap_or(now),
            last_login_at: self.last_login_at,
        }
    }
}

impl TransferredApp {
    pub(super) fn seal(&self, user: UserId, keys: &Keys, now: Timestamp) -> Totp {
        let secret = keys.seal(&user, totp::ACTIVE, &self.secret);
        let new = Totp::unused(secret, self.confirmed_at.unwrap_or(now));
        Totp {
            id: self.id.unwrap_or(new.id),
            name: self.name.clone().unwrap_or_else(|| DEFAULT_APP_NAME.to_owned()),
            last_used_at: self.last_used_at,
            last_step: self.last_step,
            ..new
        }
    }
}

impl TransferredPasskey {
    /// Returns the passkey. `present` is the same one of the user, whose counter does not go back. Attack: with the older counter of a file, the
    /// copy of an authenticator would be accepted again (W3C Web Authentication §6.1.1).
    #[must_use]
    pub fn passkey(&self, present: Option<&Passkey>, now: Timestamp) -> Passkey {
        let Self {
            id,
            name,
            created_at,
            credential_id,
            public_key,
            counter,
            transports,
            user_verified,
            discoverable,
            backup_eligible,
            backed_up,
            aaguid,
            last_used_at,
        } = self.clone();
        let created_at = created_at.unwrap_or(now);
        Passkey {
            id: id.unwrap_or_else(|| FactorId::new(created_at)),
            name: name.unwrap_or_else(|| DEFAULT_PASSKEY_NAME.to_owned()),
            credential_id,
            public_key,
            counter: present.map_or(counter, |present| present.counter.max(counter)),
            transports,
            user_verified,
            discoverable,
            backup_eligible,
            backed_up,
            aaguid,
            created_at,
            last_used_at: present.and_then(|present| present.last_used_at).max(last_used_at),
        }
    }

    /// Returns whether the user can sign in with this passkey alone.
    #[must_use]
    pub fn signs_in_alone(&self) -> bool {
        self.passkey(None, Timestamp::from_millis(0)).signs_in_alone()
    }
}

impl Transferred {
    /// Returns the unique keys of the passkeys.
    pub fn passkey_handles(&self) -> impl Iterator<Item = String> {
        self.passkeys.iter().flatten().map(|passkey| Passkey::handle_of(&passkey.credential_id))
    }

    /// Returns whether linking an identity of this list would undo a decision of the user.
    #[must_use]
    pub fn unlinked_of(&self, user: &User) -> Option<&TransferredIdentity> {
        let is_unlinked = |identity: &&TransferredIdentity| {
            user.unlinked_identities.iter().any(|unlinked| unlinked.key == identity.key())
        };
        self.identities.iter().filter(|_| !self.may_relink).find(is_unlinked)
    }

    /// Completes a new user whose credentials are set.
    pub(super) fn complete(&self, user: &mut User, now: Timestamp) {
        user.locale.clone_from(&self.locale);
        user.picture.clone_from(&self.picture);
        user.unlinked_identities.clone_from(&self.unlinked_identities);
        user.former_ids.clone_from(&self.former_ids);
        for identity in &self.identities {
            user.link_identity(identity.identity(now), now);
        }
        if let Some(origin) = &self.origin {
            user.created_by = origin.created_by;
            user.field_sources.clone_from(&origin.field_sources);
        }
        if let (Some(info), Some(password)) = (self.password_info, user.password.as_mut()) {
            password.changed_at = info.changed_at.unwrap_or(password.changed_at);
            password.reported = info.reported;
            password.set_by_link = info.set_by_link;
            user.initial_password_expires_at = info.expires_at;
        }
        user.passkeys = self.passkeys.iter().flatten().map(|passkey| passkey.passkey(None, now)).collect();
        user.message_codes = self.message_codes.clone().unwrap_or_default();
        if user.has_second_factor() {
            user.recovery_codes.clone_from(&self.recovery_codes);
        }
        user.status = self.status.unwrap_or(user.status);
        user.deletion_at = self.deletion_at.filter(|_| user.status == Status::Active);
        user.created_at = self.created_at.unwrap_or(now);
        user.last_login_at = self.last_login_at;
        user.updated_at = self.updated_at.unwrap_or(now);
    }

    /// Applies what differs to an existing user; returns these fields.
    pub(super) fn apply(&self, user: &mut User, username: Option<&Username>, now: Timestamp) -> Vec<Field> {
        let mut fields = Vec::new();
        // The same name in another spelling stays as it is.
        if let Some(name) =
            username.filter(|name| user.username.as_ref().is_none_or(|own| own.key() != name.key()))
        {
            user.username = Some(name.clone());
            fields.push(Field::Username);
        }
        if self.status.is_some_and(|status| user.set_status(status, now)) {
            fields.push(Field::Status);
        }
        if let Some(locale) = self.locale.as_ref().filter(|locale| user.locale.as_ref() != Some(*locale)) {
            user.set_locale_as_user(Some(locale.clone()));
            fields.push(Field::Locale);
        }
        if let Some(picture) = self.picture.as_ref().filter(|url| user.picture.as_ref() != Some(*url)) {
            user.picture = Some(picture.clone());
            user.field_sources.remove("picture");
            fields.push(Field::Picture);
        }
        let mut is_linked = false;
        for identity in &self.identities {
            let is_unlinked = user.unlinked_identities.iter().any(|known| known.key == identity.key());
            // The user decided to unlink it. Only the administrator who says so links it again.
            if self.may_relink || !is_unlinked {
                is_linked |= user.link_identity(identity.identity(now), now);
            }
        }
        if is_linked {
            fields.push(Field::Identities);
        }
        let has_no_codes = user.recovery_codes.is_none() && user.has_second_factor();
        if let Some(codes) = self.recovery_codes.as_ref().filter(|_| has_no_codes) {
            user.recovery_codes = Some(codes.clone());
            fields.push(Field::RecoveryCodes);
        }
        fields
    }

    /// Applies the passkeys and the codes by message to an existing user; returns these fields. `known` are the passkeys before the import. A
    /// list that has no new entry changes nothing: the user may have added or removed others since.
    pub(super) fn apply_factors(&self, user: &mut User, known: &[Passkey], now: Timestamp) -> Vec<Field> {
        let mut fields = Vec::new();
        if let Some(passkeys) = &self.passkeys {
            let present = |new: &TransferredPasskey, all: &[Passkey]| {
                all.iter().find(|own| own.credential_id == new.credential_id).cloned()
            };
            if passkeys.iter().any(|new| present(new, &user.passkeys).is_none()) {
                let passkey = |new: &TransferredPasskey| new.passkey(present(new, known).as_ref(), now);
                user.replace_passkeys(passkeys.iter().map(passkey).collect(), now);
                fields.push(Field::Passkeys);
            }
        }
        if let Some(codes) = self.message_codes.as_ref().filter(|codes| has_other_channel(codes, user)) {
            user.replace_message_codes(codes.clone(), now);
            fields.push(Field::MessageCodes);
        }
        fields
    }
}

/// Returns whether these codes go to a place that the user has not confirmed.
fn has_other_channel(codes: &MessageCodes, user: &User) -> bool {
    let MessageCodes { email, sms } = codes;
    let number = |codes: &MessageCodes| codes.sms.as_ref().map(|sms| sms.number.clone());
    (email.is_some() && user.message_codes.email.is_none())
        || (sms.is_some() && number(codes) != number(&user.message_codes))
}
