//! Rules for setting and revoking the credentials of a user.

use super::{EndReason, Password, Totp, UnlinkedIdentity, User};
use crate::clock::Timestamp;

impl User {
    /// Sets the password and ends all sessions: an attacker who knew the old password must not keep a session.
    pub fn set_password(&mut self, password: Password) {
        self.updated_at = password.changed_at;
        self.password = Some(password);
        self.end_sessions(EndReason::PasswordChanged);
    }

    /// Sets the active authenticator app and ends all sessions: a session that proved only the old factor must not continue. An enrolment
    /// in progress is dropped.
    pub fn set_totp(&mut self, totp: Totp, now: Timestamp) {
        self.totp = Some(totp);
        self.pending_totp = None;
        self.updated_at = now;
        self.end_sessions(EndReason::FactorChanged);
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
            identities,
            unlinked_identities,
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
            created_at: _,
            last_login_at: _,
        } = self;
        *password = None;
        *totp = None;
        *pending_totp = None;
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
        secrets::{Keys, Sealed, new_key},
        user::{Identity, IdentityKey, PendingTotp, UserId},
    };

    const NOW: Timestamp = Timestamp::from_millis(60_000);

    fn password(hash: &str) -> Password {
        Password { hash: hash.to_owned(), changed_at: NOW, must_change: false, imported: None }
    }

    fn user() -> User {
        let created = Timestamp::from_millis(0);
        User::new(UserId::new(created), created)
    }

    fn sealed() -> Sealed {
        Keys::parse(&new_key()).expect("a key").seal(&"ada", "field", b"secret")
    }

    fn totp() -> Totp {
        Totp { secret: sealed(), confirmed_at: NOW, last_step: 0 }
    }

    fn pending_totp() -> PendingTotp {
        PendingTotp { secret: sealed(), expires_at: NOW, begun_by: String::new(), tries: 0 }
    }

    #[test]
    fn new_password_ends_all_sessions() {
        let mut user = user();
        user.set_password(password("$argon2id$"));
        assert_eq!((user.session_epoch, user.sessions_ended_because), (1, Some(EndReason::PasswordChanged)));
        assert_eq!(user.updated_at, NOW);
    }

    #[test]
    fn new_factor_ends_all_sessions_and_drops_the_pending_enrolment() {
        let mut user = user();
        user.pending_totp = Some(pending_totp());
        user.set_totp(totp(), NOW);
        assert!(user.totp.is_some() && user.pending_totp.is_none());
        assert_eq!((user.session_epoch, user.sessions_ended_because), (1, Some(EndReason::FactorChanged)));
    }

    #[test]
    fn revocation_leaves_no_way_to_sign_in() {
        let mut user = user();
        let key = IdentityKey { issuer: "https://idp.example".to_owned(), subject: "1".to_owned() };
        user.roles = vec!["reader".to_owned()];
        user.password = Some(password("$argon2id$"));
        user.totp = Some(totp());
        user.pending_totp = Some(pending_totp());
        user.identities.push(Identity {
            key: key.clone(),
            provider: "idp".to_owned(),
            email: None,
            roles: Vec::new(),
            linked_at: NOW,
            last_login_at: None,
        });
        user.revoke_all_credentials(NOW);
        assert!(user.password.is_none() && user.totp.is_none() && user.pending_totp.is_none());
        assert!(user.identities.is_empty() && !user.has_second_factor());
        assert_eq!(user.unlinked_identities.iter().map(|unlinked| &unlinked.key).collect::<Vec<_>>(), [&key]);
        assert_eq!((user.session_epoch, user.sessions_ended_because), (1, Some(EndReason::Revoked)));
        assert_eq!(user.roles, ["reader"], "an administrator reviews the account");
    }
}
