//! Rules for the channels by which a user gets codes.

use super::{AccountSummary, Email, Factor, MessageCodes, User};
use crate::{clock::Timestamp, config::MessageChannel};

impl User {
    /// Returns the second factors that the user can prove while the settings offer these channels, the last used one first. It is empty
    /// for a user whose only factor is a channel that is not offered any more: such a user is still asked for a factor.
    #[must_use]
    pub fn offered_factors(&self, channels: &[MessageChannel]) -> Vec<Factor> {
        AccountSummary::of(self).offered(channels).factors
    }

    /// Returns whether the user has a factor, and can prove none while the settings offer these channels.
    #[must_use]
    pub fn lacks_offered_factor(&self, channels: &[MessageChannel]) -> bool {
        self.has_second_factor() && self.offered_factors(channels).is_empty()
    }

    /// Returns whether the password was set with a link. A reader of the mailbox could have done that, so a code by mail would be the same
    /// factor a second time.
    #[must_use]
    pub fn password_was_set_by_link(&self) -> bool {
        self.password.as_ref().is_some_and(|password| password.set_by_link)
    }

    /// Records that a login with the password was completed with a factor that is not the mailbox. The password counts from then on.
    pub fn confirm_password_set_by_link(&mut self) {
        if let Some(password) = &mut self.password {
            password.set_by_link = false;
        }
    }

    /// Returns where codes of a channel go. `None`: it is not set up.
    #[must_use]
    pub fn code_recipient(&self, channel: MessageChannel) -> Option<String> {
        match channel {
            MessageChannel::Email => {
                self.message_codes.email.as_ref()?;
                self.verified_email_key()
            }
            MessageChannel::Sms => self.message_codes.sms.as_ref().map(|sms| sms.number.clone()),
        }
    }

    /// Records that a code of this channel was accepted.
    pub fn use_message_codes(&mut self, channel: MessageChannel, now: Timestamp) {
        let MessageCodes { email, sms } = &mut self.message_codes;
        let used = match channel {
            MessageChannel::Email => email.as_mut().map(|email| &mut email.last_used_at),
            MessageChannel::Sms => sms.as_mut().map(|sms| &mut sms.last_used_at),
        };
        if let Some(last_used_at) = used {
            *last_used_at = Some(now);
        }
    }

    /// Returns the key of the verified address.
    #[must_use]
    pub fn verified_email_key(&self) -> Option<String> {
        self.email.as_ref().filter(|_| self.email_verified).map(Email::key)
    }

    /// Changes the address. Codes by mail go with the verified address that they were set up for: its owner has confirmed it as a second
    /// factor, and the owner of another mailbox has not. Attack: a provider, an administrator or a stolen session that changes the address
    /// would get the codes.
    pub fn change_address<R>(&mut self, change: impl FnOnce(&mut Self) -> R) -> R {
        let before = self.verified_email_key();
        let result = change(self);
        if self.verified_email_key() != before && self.message_codes.email.take().is_some() {
            // Recovery codes go with the last factor.
            if !self.has_second_factor() {
                self.recovery_codes = None;
            }
            self.distrust_devices();
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::MessageChannel::{Email, Sms},
        user::{CodeChannel, Creator, Password, PhoneChannel, RecoveryCodes, UserId},
    };

    const NOW: Timestamp = Timestamp::from_millis(60_000);

    fn ada() -> User {
        let mut ada = User::new(UserId::new(NOW), NOW);
        ada.email = Some("ada@corp.example".parse().expect("an address"));
        ada.email_verified = true;
        ada.password = Some(Password::new(String::new(), NOW));
        ada.add_email_codes(CodeChannel { confirmed_at: NOW, last_used_at: None }, NOW);
        ada.set_recovery_codes(RecoveryCodes {
            salt: String::new(),
            hashes: vec!["hash".to_owned()],
            created_at: NOW,
            last_used_at: None,
        });
        ada
    }

    fn with_phone(mut user: User) -> User {
        let phone =
            PhoneChannel { number: "+4915112345612".to_owned(), confirmed_at: NOW, last_used_at: None };
        user.add_phone(phone, NOW);
        user
    }

    type Change<'a> = &'a dyn Fn(&mut User);

    #[test]
    fn every_change_of_the_verified_address_removes_codes_by_mail() {
        let new = || "new@corp.example".parse::<crate::user::Email>().expect("an address");
        let confirm = |user: &mut User| {
            user.request_email(new(), NOW).expect("requested");
            assert!(user.confirm_pending_email(NOW));
        };
        let changes: [(&str, Change<'_>); 4] = [
            ("by an administrator", &|user| user.set_email_as_administrator(new())),
            ("removed", &User::remove_email_as_administrator),
            ("not verified", &|user| user.set_email_verified_as_administrator(false)),
            ("by the user", &confirm),
        ];
        for (what, change) in changes {
            let mut alone = ada();
            change(&mut alone);
            assert!(!alone.has_second_factor() && alone.recovery_codes.is_none(), "{what}");
            let mut both = with_phone(ada());
            change(&mut both);
            assert_eq!(both.factors(), [Factor::SmsCode, Factor::RecoveryCode], "{what}: the phone stays");
        }
        let mut cancelled = ada();
        confirm(&mut cancelled);
        cancelled.add_email_codes(CodeChannel { confirmed_at: NOW, last_used_at: None }, NOW);
        assert!(cancelled.cancel_email_change(NOW, NOW).is_some());
        assert!(!cancelled.has_second_factor(), "the codes of the attacker go");
    }

    #[test]
    fn other_changes_keep_codes_by_mail() {
        let mut ada = ada();
        ada.set_email_as_administrator("ADA@corp.example".parse().expect("an address"));
        ada.request_email("new@corp.example".parse().expect("an address"), NOW).expect("requested");
        assert!(ada.drop_pending_email());
        ada.set_display_name_as_administrator("Ada".to_owned());
        assert!(ada.message_codes.email.is_some());
        assert_eq!(ada.created_by, Creator::Administrator);
    }

    // Otherwise the mailbox alone would be both factors: a reset by mail, and a code by mail.
    #[test]
    fn code_by_mail_is_no_factor_beside_a_password_that_was_set_with_a_link() {
        let mut ada = with_phone(ada());
        ada.password.as_mut().expect("a password").set_by_link = true;
        assert_eq!(ada.factors(), [Factor::SmsCode, Factor::RecoveryCode]);
        assert!(ada.has_second_factor());
        ada.confirm_password_set_by_link();
        assert_eq!(ada.factors(), [Factor::SmsCode, Factor::EmailCode, Factor::RecoveryCode]);
    }

    #[test]
    fn channel_that_is_not_offered_is_no_way_to_prove_a_factor_and_no_way_around_one() {
        let mut ada = ada();
        assert_eq!(ada.offered_factors(&[Email, Sms]), [Factor::EmailCode, Factor::RecoveryCode]);
        assert_eq!(ada.offered_factors(&[Sms]), [Factor::RecoveryCode]);
        assert!(!ada.lacks_offered_factor(&[]));
        ada.recovery_codes = None;
        assert!(ada.lacks_offered_factor(&[]) && ada.has_second_factor());
        assert!(!ada.lacks_offered_factor(&[Email]));
    }

    #[test]
    fn used_channel_comes_first() {
        let mut ada = with_phone(ada());
        ada.use_message_codes(Email, NOW);
        assert_eq!(ada.factors()[0], Factor::EmailCode);
        assert_eq!(ada.code_recipient(Sms).as_deref(), Some("+4915112345612"));
        assert_eq!(ada.code_recipient(Email).as_deref(), Some("ada@corp.example"));
    }
}
