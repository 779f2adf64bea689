//! Rules for a change of the address by the user: requested, confirmed at the new address, cancelled from the old one.
//!
//! ```text
//!   request ─▶ pending ──link at the new address──▶ address, verified; the old one can be restored for seven days
//!                 └─▶ dropped with the sessions                └──link at the old address──▶ restored, password must change
//! ```
//!
//! Until the link is used the old address stays valid. A pending address is no key and no tag: it can be the address of another user.

use super::{
    Email, EndReason, Status, User,
    pending_email::{EmailChangeRefused, PendingEmail, PreviousEmail},
};
use crate::clock::Timestamp;

/// Changes that can be cancelled at the same time. A further change is refused: otherwise an attacker with a session could push the owner's
/// address out of the list with changes of the address.
const CANCELLABLE_MAX: usize = 5;
/// Field whose source is a provider.
const EMAIL: &str = "email";

impl User {
    /// Keeps an address until it is confirmed. It replaces an earlier one.
    ///
    /// # Errors
    /// [`EmailChangeRefused`].
    pub fn request_email(&mut self, email: Email, now: Timestamp) -> Result<(), EmailChangeRefused> {
        if self.has_verified_email(&email) {
            return Err(EmailChangeRefused::Unchanged);
        }
        self.previous_emails.retain(|previous| previous.is_cancellable(now));
        if self.previous_emails.len() >= CANCELLABLE_MAX {
            return Err(EmailChangeRefused::TooMany);
        }
        self.pending_email = Some(PendingEmail { email, requested_at: now });
        Ok(())
    }

    /// Makes the pending address the verified address; returns `false` if there is none or it waited too long. The sessions stay: the change
    /// needed a recent authentication, and the owner of the old address can cancel it.
    /// Codes by mail end with the old address.
    pub fn confirm_pending_email(&mut self, now: Timestamp) -> bool {
        self.change_address(|user| user.replace_by_pending_email(now))
    }

    fn replace_by_pending_email(&mut self, now: Timestamp) -> bool {
        let Some(pending) = self.pending_email.take_if(|pending| !pending.is_expired(now)) else {
            return false;
        };
        let source = self.field_sources.remove(EMAIL);
        // Nothing proves that the user has an address that is not verified, so it is never restored.
        if let Some(email) = self.email.replace(pending.email).filter(|_| self.email_verified) {
            self.previous_emails.retain(|previous| previous.is_cancellable(now));
            self.previous_emails.push(PreviousEmail {
                email,
                source,
                requested_at: pending.requested_at,
                replaced_at: now,
            });
        }
        self.email_verified = true;
        self.updated_at = now;
        true
    }

    /// Marks the present address as verified: its owner has used a link that was sent to it. From now on it is an address that was verified
    /// here, so no provider replaces it.
    pub fn verify_email(&mut self, now: Timestamp) -> bool {
        if self.email.is_none() || self.email_verified {
            return false;
        }
        self.email_verified = true;
        self.field_sources.remove(EMAIL);
        self.updated_at = now;
        true
    }

    /// Returns the verified address that a change which was requested at this time replaces, or has replaced, as long as the change can be
    /// cancelled.
    #[must_use]
    pub fn email_before_change(&self, requested_at: Timestamp, now: Timestamp) -> Option<&Email> {
        let pending = self.pending_email.as_ref().filter(|pending| pending.requested_at == requested_at);
        if pending.is_some() {
            return self.email.as_ref().filter(|_| self.email_verified);
        }
        let previous = self.previous_emails.iter().find(|previous| previous.requested_at == requested_at);
        previous.filter(|previous| previous.is_cancellable(now)).map(|previous| &previous.email)
    }

    /// Cancels a change of the address that was requested at this time, before or after its confirmation. All sessions end and a new
    /// password is needed: the change may be that of an attacker. Later changes are undone, too. Returns the address that was pending or
    /// was removed, or `None` if there is no such change.
    pub fn cancel_email_change(&mut self, requested_at: Timestamp, now: Timestamp) -> Option<Email> {
        self.email_before_change(requested_at, now)?;
        let is_it = |previous: &PreviousEmail| previous.requested_at == requested_at;
        let removed = match self.previous_emails.iter().position(is_it) {
            Some(at) => {
                let previous = self.previous_emails.drain(at..).next()?;
                self.change_address(|user| user.restore_email(previous))
            }
            None => self.pending_email.take().map(|pending| pending.email),
        };
        self.report_attack(now);
        removed
    }

    fn restore_email(&mut self, previous: PreviousEmail) -> Option<Email> {
        match previous.source {
            Some(source) => drop(self.field_sources.insert(EMAIL.to_owned(), source)),
            None => drop(self.field_sources.remove(EMAIL)),
        }
        self.email_verified = true;
        self.email.replace(previous.email)
    }

    /// Drops a pending address on the request of its user; returns `false` if there is none.
    pub fn drop_pending_email(&mut self) -> bool {
        self.pending_email.take().is_some()
    }

    /// Ends all sessions and requires a new password at the next login with it, because the user reported an action that was not theirs.
    /// A pending address goes with the sessions. No device is known any more, because one of them may be that of the attacker: the next login
    /// from each is notified. A requested deletion is cancelled: the attacker may have requested it.
    ///
    /// An attacker who knows the password must not be the first to replace it, and lock its user out. So it opens nothing any more if the user
    /// can receive a link to set another one.
    pub fn report_attack(&mut self, now: Timestamp) {
        self.cancel_deletion();
        self.set_must_change_password(true);
        if let Some(password) = &mut self.password {
            password.reported = true;
        }
        self.devices.clear();
        self.updated_at = now;
        self.end_sessions(EndReason::Revoked);
    }

    /// Returns whether mail can reach the user: at an address that is verified, of an account that is in use.
    #[must_use]
    pub fn mail_address(&self) -> Option<&Email> {
        self.email.as_ref().filter(|_| self.email_verified && self.status == Status::Active)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::user::{
        Password, UserId,
        pending_email::{CANCELLABLE_FOR, CONFIRMABLE_FOR},
    };

    const NOW: Timestamp = Timestamp::from_millis(60_000);
    const MOMENT: Duration = Duration::from_millis(1);

    fn email(text: &str) -> Email {
        text.parse().expect("an address")
    }

    fn ada() -> User {
        let mut ada = User::new(UserId::new(NOW), NOW);
        ada.email = Some(email("ada@corp.example"));
        ada.email_verified = true;
        ada.password = Some(Password::new(String::new(), NOW));
        ada
    }

    fn change(user: &mut User, text: &str, now: Timestamp) {
        user.request_email(email(text), now).expect("requested");
        assert!(user.confirm_pending_email(now), "{text}");
    }

    #[test]
    fn old_address_stays_until_the_new_one_is_confirmed() {
        let mut ada = ada();
        ada.field_sources.insert(EMAIL.to_owned(), "idp".to_owned());
        ada.request_email(email("new@corp.example"), NOW).expect("requested");
        assert!(ada.has_verified_email(&email("ada@corp.example")));
        assert!(!ada.keys_contain("new@corp.example"), "a pending address is no key");
        assert!(ada.confirm_pending_email(NOW + CONFIRMABLE_FOR - MOMENT));
        assert!(ada.has_verified_email(&email("new@corp.example")));
        assert!(!ada.field_sources.contains_key(EMAIL), "verified here: a provider does not replace it");
        assert_eq!((ada.session_epoch, ada.pending_email.clone()), (0, None));
        assert!(!ada.confirm_pending_email(NOW), "used");
    }

    #[test]
    fn pending_address_expires_and_goes_with_the_sessions() {
        let mut ada = ada();
        ada.request_email(email("new@corp.example"), NOW).expect("requested");
        assert!(!ada.confirm_pending_email(NOW + CONFIRMABLE_FOR));
        ada.end_sessions(EndReason::Revoked);
        assert_eq!(ada.pending_email, None, "an attacker with a session may have requested it");
    }

    #[test]
    fn cancelled_change_restores_the_address_and_ends_the_sessions() {
        let mut ada = ada();
        ada.field_sources.insert(EMAIL.to_owned(), "idp".to_owned());
        change(&mut ada, "b@corp.example", NOW);
        change(&mut ada, "c@corp.example", NOW + MOMENT);
        ada.request_email(email("d@corp.example"), NOW + MOMENT * 3).expect("requested");
        let end = NOW + CANCELLABLE_FOR;
        assert_eq!(ada.clone().cancel_email_change(NOW, end), None, "seven days are over");
        assert_eq!(ada.clone().cancel_email_change(NOW + MOMENT * 2, NOW), None, "no such change");
        assert_eq!(ada.cancel_email_change(NOW, end - MOMENT), Some(email("c@corp.example")));
        assert!(ada.has_verified_email(&email("ada@corp.example")));
        assert_eq!(ada.field_sources.get(EMAIL).map(String::as_str), Some("idp"));
        assert_eq!((ada.session_epoch, ada.pending_email.clone()), (1, None));
        assert!(ada.password.as_ref().is_some_and(|password| password.must_change));
        assert!(ada.previous_emails.is_empty(), "the later changes are undone");
    }

    #[test]
    fn change_is_cancelled_before_its_confirmation() {
        let mut ada = ada();
        ada.request_email(email("new@corp.example"), NOW).expect("requested");
        assert_eq!(ada.cancel_email_change(NOW, NOW), Some(email("new@corp.example")));
        assert!(ada.has_verified_email(&email("ada@corp.example")) && ada.pending_email.is_none());
        assert_eq!(ada.session_epoch, 1);
        assert_eq!(ada.cancel_email_change(NOW, NOW), None);
    }

    // An attacker with a session must not be able to remove the owner's way back.
    #[test]
    fn many_changes_do_not_remove_the_first_address_from_the_list() {
        let mut ada = ada();
        for count in 0..5 {
            change(&mut ada, &format!("attacker{count}@corp.example"), NOW + MOMENT * count);
        }
        let refused = ada.request_email(email("last@corp.example"), NOW);
        assert_eq!(refused, Err(EmailChangeRefused::TooMany));
        assert!(ada.clone().cancel_email_change(NOW, NOW).is_some());
        ada.request_email(email("last@corp.example"), NOW + CANCELLABLE_FOR).expect("one has expired");
    }

    #[test]
    fn only_an_address_that_was_verified_can_be_restored() {
        let mut ada = ada();
        ada.email_verified = false;
        change(&mut ada, "new@corp.example", NOW);
        assert!(ada.previous_emails.is_empty(), "nothing proves that the user has the old address");
        assert_eq!(
            ada.request_email(email("NEW@corp.example"), NOW),
            Err(EmailChangeRefused::Unchanged),
            "another spelling"
        );
    }

    #[test]
    fn verified_address_no_longer_comes_from_a_provider() {
        let mut ada = ada();
        assert!(!ada.verify_email(NOW), "verified before");
        ada.email_verified = false;
        ada.field_sources.insert(EMAIL.to_owned(), "idp".to_owned());
        assert!(ada.verify_email(NOW) && ada.email_verified && ada.field_sources.is_empty());
    }

    impl User {
        fn keys_contain(&self, text: &str) -> bool {
            use crate::store::Document as _;
            self.keys().contains(&format!("email:{text}"))
        }
    }
}
