//! What a token is for: its lifetime, its page, and the state of the user that it is bound to.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    secrets::{hex, random},
    user::{CANCELLABLE_FOR, CONFIRMABLE_FOR, Email, Status, User, UserId},
};

/// Long enough to find the mail, short enough that a mailbox which is open later contains no usable link.
const RESET_TIME: Duration = Duration::from_mins(30);
/// An administrator hands the link over.
const HANDED_OVER_TIME: Duration = Duration::from_hours(24);
/// How long a user can report an action that was not theirs.
const NOT_ME_TIME: Duration = Duration::from_hours(7 * 24);

/// What a token is for. A token of one purpose is invalid for every other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Purpose {
    /// Set a new password; requested with the address alone.
    ResetPassword,
    /// Set a new or a first password, or register the first passkey in a service without passwords; an administrator made the link.
    AdministratorReset,
    /// Confirm the pending address.
    ConfirmEmail,
    /// Verify the present address.
    VerifyEmail,
    /// Cancel the change of the address that was requested at this time, before or after its confirmation.
    #[serde(rename_all = "camelCase")]
    CancelEmail { requested_at: Timestamp },
    /// Report that an action was not the user's.
    NotMe,
}

impl Purpose {
    /// Returns whether the token comes from an administrator. Only such a link leads to a passkey: one that is sent on request would make a
    /// mailbox a way into the account.
    #[must_use]
    pub fn is_of_administrator(self) -> bool {
        self == Self::AdministratorReset
    }

    /// Returns whether the token sets a password.
    #[must_use]
    pub fn is_reset(self) -> bool {
        matches!(self, Self::ResetPassword | Self::AdministratorReset)
    }

    /// Returns whether the token proves that its holder reads the mail of an address.
    #[must_use]
    pub fn is_confirmation(self) -> bool {
        matches!(self, Self::ConfirmEmail | Self::VerifyEmail)
    }

    /// Returns whether the token undoes a change of the address.
    #[must_use]
    pub fn is_cancellation(self) -> bool {
        matches!(self, Self::CancelEmail { .. })
    }

    /// Returns whether the token reports an action that was not the user's.
    #[must_use]
    pub fn is_report(self) -> bool {
        self == Self::NotMe
    }

    /// Returns how long the token is valid.
    #[must_use]
    pub fn lifetime(self) -> Duration {
        match self {
            Self::ResetPassword => RESET_TIME,
            Self::AdministratorReset => HANDED_OVER_TIME,
            Self::ConfirmEmail | Self::VerifyEmail => CONFIRMABLE_FOR,
            // The state of the user has the exact deadline.
            Self::CancelEmail { .. } => CONFIRMABLE_FOR + CANCELLABLE_FOR,
            Self::NotMe => NOT_ME_TIME,
        }
    }

    /// Returns the page of the portal that the link opens.
    pub(super) fn page(self) -> &'static str {
        match self {
            Self::ResetPassword | Self::AdministratorReset => "/reset-password",
            Self::ConfirmEmail | Self::VerifyEmail => "/confirm-email",
            Self::CancelEmail { .. } => "/cancel-email",
            Self::NotMe => "/not-me",
        }
    }

    /// Returns the id of the document. Each notice and each cancellation has a token of its own; of another purpose a user has one token.
    pub(super) fn document_id(self, user: UserId) -> String {
        match self {
            Self::ResetPassword => format!("resetPassword:{user}"),
            Self::AdministratorReset => format!("administratorReset:{user}"),
            Self::ConfirmEmail => format!("confirmEmail:{user}"),
            Self::VerifyEmail => format!("verifyEmail:{user}"),
            Self::CancelEmail { requested_at } => format!("cancelEmail:{user}:{}", requested_at.as_millis()),
            Self::NotMe => format!("notMe:{user}:{}", hex(&random::<8>())),
        }
    }

    /// Returns the state of the user that a token is bound to, or `None` if the user can have no token of this purpose.
    pub(super) fn state_of(self, user: &User, now: Timestamp) -> Option<String> {
        if user.status != Status::Active {
            return None;
        }
        let email = user.email.as_ref().map(Email::key);
        let password = user.password.as_ref().map(|password| password.changed_at);
        match self {
            // Only a user who has a password can reset it: a mailbox must not become a way into an account that signs in elsewhere.
            Self::ResetPassword => {
                Some(format!("{}\0{}", password?.as_millis(), email.filter(|_| user.email_verified)?))
            }
            Self::AdministratorReset => {
                let changed_at = password.map_or(-1, Timestamp::as_millis);
                Some(format!("{changed_at}\0{}", email.unwrap_or_default()))
            }
            Self::ConfirmEmail => {
                let pending = user.pending_email.as_ref()?;
                Some(format!("{}\0{}", pending.requested_at.as_millis(), pending.email.key()))
            }
            Self::VerifyEmail => email.filter(|_| !user.email_verified),
            Self::CancelEmail { requested_at } => user.email_before_change(requested_at, now).map(Email::key),
            Self::NotMe => Some(String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::Password;

    const NOW: Timestamp = Timestamp::from_millis(60_000);
    const ALL: [Purpose; 6] = [
        Purpose::ResetPassword,
        Purpose::AdministratorReset,
        Purpose::ConfirmEmail,
        Purpose::VerifyEmail,
        Purpose::CancelEmail { requested_at: NOW },
        Purpose::NotMe,
    ];

    fn ada() -> User {
        let mut ada = User::new(UserId::new(NOW), NOW);
        ada.email = Some("ada@corp.example".parse().expect("an address"));
        ada.email_verified = true;
        ada.password = Some(Password::new(String::new(), NOW));
        ada
    }

    fn allowed(user: &User) -> Vec<Purpose> {
        ALL.into_iter().filter(|purpose| purpose.state_of(user, NOW).is_some()).collect()
    }

    #[test]
    fn state_of_the_user_allows_only_some_links() {
        use Purpose::{AdministratorReset, CancelEmail, ConfirmEmail, NotMe, ResetPassword, VerifyEmail};
        assert_eq!(allowed(&ada()), [ResetPassword, AdministratorReset, NotMe]);
        let unverified = User { email_verified: false, ..ada() };
        assert_eq!(allowed(&unverified), [AdministratorReset, VerifyEmail, NotMe]);
        let federated_only = User { password: None, ..ada() };
        assert_eq!(allowed(&federated_only), [AdministratorReset, NotMe]);
        let mut changing = ada();
        changing.request_email("new@corp.example".parse().expect("an address"), NOW).expect("requested");
        let cancel = CancelEmail { requested_at: NOW };
        assert_eq!(allowed(&changing), [ResetPassword, AdministratorReset, ConfirmEmail, cancel, NotMe]);
        assert!(changing.confirm_pending_email(NOW));
        assert_eq!(allowed(&changing), [ResetPassword, AdministratorReset, cancel, NotMe]);
        for status in [Status::Disabled, Status::Quarantined] {
            assert_eq!(allowed(&User { status, ..ada() }), [], "{status:?}");
        }
    }

    #[test]
    fn changed_password_or_address_changes_the_state_of_a_reset() {
        let state = |user: &User| {
            (Purpose::ResetPassword.state_of(user, NOW), Purpose::AdministratorReset.state_of(user, NOW))
        };
        let before = state(&ada());
        let mut same = ada();
        same.upgrade_password_hash("$argon2id$");
        same.set_must_change_password(true);
        assert_eq!(state(&same), before, "the password is the same");
        let mut changed = ada();
        changed.password.as_mut().expect("a password").changed_at = NOW + Duration::from_millis(1);
        let moved = User { email: Some("b@corp.example".parse().expect("an address")), ..ada() };
        for (user, what) in [(changed, "password"), (moved, "address")] {
            assert!(state(&user).0 != before.0 && state(&user).1 != before.1, "{what}");
        }
    }
}
