//! What each language has.

use super::super::message::Template;

/// Texts of one language. A language without one of them does not compile.
pub(super) struct Texts {
    pub(super) language: &'static str,
    pub(super) direction: &'static str,
    pub(super) account: &'static str,
    pub(super) time: &'static str,
    pub(super) network: &'static str,
    pub(super) browser: &'static str,
    pub(super) done_by: &'static str,
    pub(super) administrator: &'static str,
    /// With `{time}`.
    pub(super) link_expires: &'static str,
    pub(super) not_me: &'static str,
    pub(super) not_me_help: &'static str,
    pub(super) not_me_without_link: &'static str,
    pub(super) help: &'static str,
    /// With `{brand}`.
    pub(super) automatic: &'static str,
    pub(super) invitation: Text,
    pub(super) password_reset: Text,
    pub(super) email_confirm: Text,
    pub(super) email_change_notice: Text,
    pub(super) sign_in_ways: Text,
    pub(super) address_taken: Text,
    pub(super) email_change_cancelled: Text,
    pub(super) attack_reported: Text,
    pub(super) unknown_device: Text,
    pub(super) password_changed: Text,
    pub(super) factor_added: Text,
    pub(super) factor_removed: Text,
    pub(super) passkey_added: Text,
    /// Of a new passkey that signs in alone.
    pub(super) passkey_alone: &'static str,
    /// Of a new passkey that does not.
    pub(super) passkey_factor_only: &'static str,
    pub(super) passkey_removed: Text,
    pub(super) second_factor_reset: Text,
    pub(super) recovery_code_used: Text,
    pub(super) recovery_codes_replaced: Text,
    pub(super) message_code: Text,
    pub(super) message_codes_added: Text,
    pub(super) message_codes_removed: Text,
    pub(super) identity_linked: Text,
    pub(super) identity_unlinked: Text,
    pub(super) email_changed: Text,
    pub(super) account_deletion: Text,
    pub(super) test: Text,
    /// Where a text mentions passwords: the one of a service without them.
    pub(super) without_passwords: WithoutPasswords,
}

/// Texts of a service without passwords, in place of those of the same name.
pub(super) struct WithoutPasswords {
    pub(super) not_me_help: &'static str,
    pub(super) not_me_without_link: &'static str,
    pub(super) invitation: Text,
    pub(super) password_reset: Text,
    pub(super) email_change_notice: Text,
    pub(super) email_change_cancelled: Text,
    pub(super) attack_reported: Text,
    pub(super) message_code: Text,
}

/// Text of one template. `{brand}` is the name of the service, `{value}` what the template inserts. A subject contains `{brand}` only: no text
/// of a user is in a header.
pub(super) struct Text {
    pub(super) subject: &'static str,
    pub(super) body: &'static str,
    /// Text of the link; empty without a link.
    pub(super) button: &'static str,
}

impl Texts {
    /// Returns what a link "This was not me" does.
    pub(super) fn not_me_help(&self, passwords: bool) -> &'static str {
        if passwords { self.not_me_help } else { self.without_passwords.not_me_help }
    }

    /// Returns what to do without such a link.
    pub(super) fn not_me_without_link(&self, passwords: bool) -> &'static str {
        if passwords { self.not_me_without_link } else { self.without_passwords.not_me_without_link }
    }

    /// Returns what the user can do with a new passkey.
    pub(super) fn of_passkey(&self, signs_in_alone: bool) -> &'static str {
        if signs_in_alone { self.passkey_alone } else { self.passkey_factor_only }
    }

    /// Returns the text of a template in a service with or without passwords.
    pub(super) fn of(&self, template: Template, passwords: bool) -> &Text {
        match template {
            Template::Invitation if !passwords => &self.without_passwords.invitation,
            Template::PasswordReset if !passwords => &self.without_passwords.password_reset,
            Template::EmailChangeNotice if !passwords => &self.without_passwords.email_change_notice,
            Template::EmailChangeCancelled if !passwords => &self.without_passwords.email_change_cancelled,
            Template::AttackReported if !passwords => &self.without_passwords.attack_reported,
            Template::MessageCode if !passwords => &self.without_passwords.message_code,
            Template::Invitation => &self.invitation,
            Template::PasswordReset => &self.password_reset,
            Template::EmailConfirm => &self.email_confirm,
            Template::EmailChangeNotice => &self.email_change_notice,
            Template::SignInWays => &self.sign_in_ways,
            Template::AddressTaken => &self.address_taken,
            Template::EmailChangeCancelled => &self.email_change_cancelled,
            Template::AttackReported => &self.attack_reported,
            Template::UnknownDevice => &self.unknown_device,
            Template::PasswordChanged => &self.password_changed,
            Template::FactorAdded => &self.factor_added,
            Template::FactorRemoved => &self.factor_removed,
            Template::PasskeyAdded => &self.passkey_added,
            Template::PasskeyRemoved => &self.passkey_removed,
            Template::SecondFactorReset => &self.second_factor_reset,
            Template::RecoveryCodeUsed => &self.recovery_code_used,
            Template::RecoveryCodesReplaced => &self.recovery_codes_replaced,
            Template::MessageCode => &self.message_code,
            Template::MessageCodesAdded => &self.message_codes_added,
            Template::MessageCodesRemoved => &self.message_codes_removed,
            Template::IdentityLinked => &self.identity_linked,
            Template::IdentityUnlinked => &self.identity_unlinked,
            Template::EmailChanged => &self.email_changed,
            Template::AccountDeletion => &self.account_deletion,
            Template::Test => &self.test,
        }
    }
}
