//! Rules for setting and revoking the credentials of a user.

use std::time::Duration;

use super::{Email, EndReason, MessageCodes, Password, Totp, UnlinkedIdentity, User, Username};
use crate::clock::Timestamp;

/// How long a generated password works that the user has not changed.
const INITIAL_PASSWORD_TIME: Duration = Duration::from_hours(14 * 24);

impl User {
    /// Sets the password and ends all sessions: an attacker who knew the old password must not keep a session.
    pub fn set_password(&mut self, password: Password) {
        self.initial_password_expires_at = None;
        self.updated_at = password.changed_at;
        self.password = Some(password);
        self.distrust_devices();
        self.end_sessions(EndReason::PasswordChanged);
    }

    /// Removes the password and ends all sessions; returns `false` if there is none.
    pub fn remove_password(&mut self, now: Timestamp) -> bool {
        if self.password.take().is_none() {
            return false;
        }
        self.updated_at = now;
        self.distrust_devices();
        self.end_sessions(EndReason::PasswordChanged);
        true
    }

    /// Sets the credentials of a new user, who has no sessions to end.
    pub fn set_initial_credentials(&mut self, password: Option<Password>, apps: Vec<Totp>) {
        self.password = password;
        self.totp = apps;
    }

    /// Limits the life of a generated password that the user has not changed: the file or the message with it may be read later (ASVS 6.4.1).
    pub fn limit_initial_password(&mut self, now: Timestamp) {
        self.initial_password_expires_at = Some(now + INITIAL_PASSWORD_TIME);
    }

    /// Returns whether the password was generated and not changed in time.
    #[must_use]
    pub fn initial_password_is_expired(&self, now: Timestamp) -> bool {
        self.initial_password_expires_at.is_some_and(|end| now >= end)
    }

    /// Sets whether the user must change the password; returns `false` if nothing changes.
    pub fn set_must_change_password(&mut self, must_change: bool) -> bool {
        let Some(password) = self.password.as_mut().filter(|password| password.must_change != must_change)
        else {
            return false;
        };
        password.must_change = must_change;
        // An administrator who lifts the demand accepts the password.
        password.reported &= must_change;
        true
    }

    /// Returns whether the password must be reset by mail, because the user reported an attack.
    #[must_use]
    pub fn password_was_reported(&self) -> bool {
        self.password.as_ref().is_some_and(|password| password.reported)
    }

    /// Returns the texts from which a password of this user must not be made.
    #[must_use]
    pub fn password_context(&self) -> Vec<&str> {
        let texts = [
            self.username.as_ref().map(Username::as_str),
            self.email.as_ref().map(Email::as_str),
            self.display_name.as_deref(),
        ];
        texts.into_iter().flatten().collect()
    }

    /// Returns whether the password must be changed before it opens a session.
    #[must_use]
    pub fn must_change_password(&self) -> bool {
        self.password.as_ref().is_some_and(|password| password.must_change)
    }

    /// Replaces the hash of the password by a stronger hash of the same password. Sessions stay valid.
    pub fn upgrade_password_hash(&mut self, hash: &str) {
        if let Some(password) = &mut self.password {
            hash.clone_into(&mut password.hash);
        }
    }

    /// Removes every credential, unlinks every identity and ends all sessions. Profile and roles stay.
    ///
    /// It destructures the user without `..`: a new field does not compile until it is listed here, as a credential or as another
    /// field. If a credential survived the quarantine, the attacker who created the account could still use it (account pre-hijacking).
    pub fn revoke_all_credentials(&mut self, now: Timestamp) {
        let Self {
            password,
            totp,
            pending_totp,
            passkeys,
            message_codes,
            recovery_codes,
            identities,
            unlinked_identities,
            pending_email,
            previous_emails,
            initial_password_expires_at,
            updated_at,
            id: _,
            username: _,
            email: _,
            email_verified: _,
            display_name: _,
            picture: _,
            locale: _,
            roles: _,
            status: _,
            created_by: _,
            field_sources: _,
            session_epoch: _,
            sessions_ended_because: _,
            continuing_session: _,
            created_at: _,
            last_login_at: _,
            devices,
            deletion_at: _,
            former_ids: _,
        } = self;
        *password = None;
        totp.clear();
        *pending_totp = None;
        passkeys.clear();
        *message_codes = MessageCodes::default();
        *recovery_codes = None;
        *pending_email = None;
        *initial_password_expires_at = None;
        // Otherwise the owner of a former address could take the account back.
        previous_emails.clear();
        // Trust replaces a second factor, and a known device gives no notice.
        devices.clear();
        let keys = std::mem::take(identities).into_iter().map(|identity| identity.key);
        unlinked_identities.extend(keys.map(|key| UnlinkedIdentity { key, unlinked_at: now }));
        *updated_at = now;
        self.end_sessions(EndReason::Revoked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        secrets::{Keys, Sealed, SealedField, new_key},
        store::Document as _,
        user::{CodeChannel, FactorId, Identity, IdentityKey, Passkey, PendingTotp, RecoveryCodes, UserId},
    };

    const NOW: Timestamp = Timestamp::from_millis(60_000);

    fn password(hash: &str) -> Password {
        Password::new(hash.to_owned(), NOW)
    }

    fn user() -> User {
        let created = Timestamp::from_millis(0);
        User::new(UserId::new(created), created)
    }

    fn sealed() -> Sealed {
        Keys::parse(&new_key()).expect("a key").seal(&"ada", SealedField::Totp, b"secret")
    }

    fn totp() -> Totp {
        Totp::unused(sealed(), NOW)
    }

    fn passkey() -> Passkey {
        Passkey {
            id: FactorId::new(NOW),
            name: "key".to_owned(),
            credential_id: "AQID".to_owned(),
            public_key: String::new(),
            counter: 0,
            transports: Vec::new(),
            user_verified: true,
            discoverable: None,
            backup_eligible: false,
            backed_up: false,
            aaguid: None,
            created_at: NOW,
            last_used_at: None,
        }
    }

    fn pending_totp() -> PendingTotp {
        PendingTotp { name: None, secret: sealed(), expires_at: NOW, begun_by: String::new(), tries: 0 }
    }

    #[test]
    fn new_password_ends_all_sessions() {
        let mut user = user();
        user.set_password(password("$argon2id$"));
        assert_eq!((user.session_epoch, user.sessions_ended_because), (1, Some(EndReason::PasswordChanged)));
        assert_eq!(user.updated_at, NOW);
    }

    #[test]
    fn removed_password_ends_all_sessions() {
        let mut user = user();
        assert!(!user.remove_password(NOW));
        assert_eq!((user.session_epoch, user.updated_at), (0, user.created_at), "nothing to remove");
        user.password = Some(password("$argon2id$"));
        assert!(user.remove_password(NOW) && user.password.is_none());
        assert_eq!((user.session_epoch, user.sessions_ended_because), (1, Some(EndReason::PasswordChanged)));
    }

    #[test]
    fn initial_credentials_and_a_stronger_hash_end_no_session() {
        let mut user = user();
        user.upgrade_password_hash("$argon2id$");
        assert!(user.password.is_none(), "there is no password to upgrade");
        user.set_initial_credentials(Some(password("$2b$")), vec![totp()]);
        user.upgrade_password_hash("$argon2id$");
        assert_eq!(user.totp.len(), 1);
        let password = user.password.as_ref().expect("a password");
        assert_eq!((password.hash.as_str(), password.changed_at), ("$argon2id$", NOW));
        assert_eq!((user.session_epoch, user.updated_at), (0, user.created_at));
    }

    #[test]
    fn must_change_password_changes_only_if_it_differs() {
        assert!(!user().set_must_change_password(true), "no password");
        for (before, after) in [(false, false), (false, true), (true, false), (true, true)] {
            let mut user = user();
            user.password = Some(Password { must_change: before, ..password("$argon2id$") });
            assert_eq!(user.set_must_change_password(after), before != after, "{before} → {after}");
            assert_eq!(user.password.map(|password| password.must_change), Some(after));
        }
    }

    #[test]
    fn revocation_leaves_no_way_to_sign_in() {
        let mut user = user();
        let key = IdentityKey { issuer: "https://idp.example".to_owned(), subject: "1".to_owned() };
        user.roles = vec!["reader".to_owned()];
        user.password = Some(password("$argon2id$"));
        user.totp = vec![totp(), totp()];
        user.pending_totp = Some(pending_totp());
        user.passkeys = vec![passkey()];
        user.message_codes.email = Some(CodeChannel { confirmed_at: NOW, last_used_at: None });
        user.recovery_codes = Some(RecoveryCodes {
            salt: "$argon2id$".to_owned(),
            hashes: vec!["hash".to_owned()],
            created_at: NOW,
            last_used_at: None,
        });
        user.identities.push(Identity {
            key: key.clone(),
            provider: "idp".to_owned(),
            email: None,
            roles: Vec::new(),
            linked_at: NOW,
            last_login_at: None,
        });
        user.revoke_all_credentials(NOW);
        assert!(user.password.is_none() && user.totp.is_empty() && user.pending_totp.is_none());
        assert!(user.recovery_codes.is_none() && user.passkeys.is_empty() && user.message_codes.is_empty());
        assert!(!user.keys().contains(&passkey().handle()), "the key of the passkey is free");
        assert!(user.identities.is_empty() && !user.has_second_factor());
        assert_eq!(user.unlinked_identities.iter().map(|unlinked| &unlinked.key).collect::<Vec<_>>(), [&key]);
        assert_eq!((user.session_epoch, user.sessions_ended_because), (1, Some(EndReason::Revoked)));
        assert_eq!(user.roles, ["reader"], "an administrator reviews the account");
    }
}
