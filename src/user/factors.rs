//! Second factors of a user, and the rules for their changes.

use std::cmp::Reverse;

use super::{
    CodeChannel, DEFAULT_APP_NAME, EndReason, FactorId, MessageCodes, Passkey, PhoneChannel, RecoveryCodes,
    Totp, User,
};
use crate::{clock::Timestamp, config::MessageChannel};

/// Most authenticator apps of one user. Each one makes a guessed code more likely to be correct.
pub const APPS_MAX: usize = 10;
/// Name of a passkey without a name of its own.
pub const DEFAULT_PASSKEY_NAME: &str = "Passkey";

/// Kind of second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// A passkey or a security key.
    Passkey,
    /// An authenticator app.
    Totp,
    /// A code by SMS.
    SmsCode,
    /// A code by mail.
    EmailCode,
    /// A recovery code: in place of a factor that was lost.
    RecoveryCode,
}

impl Factor {
    /// Returns the channel of a code by message.
    #[must_use]
    pub const fn channel(self) -> Option<MessageChannel> {
        match self {
            Self::EmailCode => Some(MessageChannel::Email),
            Self::SmsCode => Some(MessageChannel::Sms),
            Self::Passkey | Self::Totp | Self::RecoveryCode => None,
        }
    }

    /// Returns the factor of a channel.
    #[must_use]
    pub const fn of_channel(channel: MessageChannel) -> Self {
        match channel {
            MessageChannel::Email => Self::EmailCode,
            MessageChannel::Sms => Self::SmsCode,
        }
    }

    /// Returns the factor that an authentication method (`amr`) of an audit event proves. `mfa` is one of a provider.
    #[must_use]
    pub fn of_amr(method: &str) -> Option<Self> {
        match method {
            "hwk" | "swk" => Some(Self::Passkey),
            "otp" => Some(Self::Totp),
            "sms" => Some(Self::SmsCode),
            "email" => Some(Self::EmailCode),
            "recovery" => Some(Self::RecoveryCode),
            _ => None,
        }
    }

    /// Returns the published name, as in `methods` of the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::Totp => "totp",
            Self::SmsCode => "smsCode",
            Self::EmailCode => "emailCode",
            Self::RecoveryCode => "recoveryCode",
        }
    }
}

/// A factor that the user removed, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemovedFactor {
    App { name: String },
    Passkey { name: String },
}

impl User {
    /// Returns the active second factors, the last used one first. An enrolment that is not confirmed is not one. Recovery codes stand in
    /// for another factor and are no factor without one. A code by mail is none beside a password that was set with a link of a mail: one factor
    /// never counts twice.
    #[must_use]
    pub fn factors(&self) -> Vec<Factor> {
        if !self.has_second_factor() {
            return Vec::new();
        }
        let MessageCodes { email, sms } = &self.message_codes;
        let used = |times: &mut dyn Iterator<Item = Option<Timestamp>>| times.max();
        let email = email.as_ref().filter(|_| !self.password_was_set_by_link());
        let codes = self.recovery_codes.as_ref().filter(|codes| !codes.hashes.is_empty());
        let mut factors = [
            (Factor::Passkey, used(&mut self.passkeys.iter().map(|passkey| passkey.last_used_at))),
            (Factor::Totp, used(&mut self.totp.iter().map(|totp| totp.last_used_at))),
            (Factor::SmsCode, sms.as_ref().map(|sms| sms.last_used_at)),
            (Factor::EmailCode, email.map(|email| email.last_used_at)),
            (Factor::RecoveryCode, codes.map(|codes| codes.last_used_at)),
        ]
        .into_iter()
        .filter_map(|(factor, last_used)| Some((factor, last_used?)))
        .collect::<Vec<_>>();
        factors.sort_by_key(|(_, last_used)| Reverse(*last_used));
        factors.into_iter().map(|(factor, _)| factor).collect()
    }

    /// Returns whether a sign-in needs a second factor (`mfaEnabled` in the API).
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        self.has_strong_factor() || !self.message_codes.is_empty()
    }

    /// Returns whether the user has a factor that is more than a code by message.
    #[must_use]
    pub fn has_strong_factor(&self) -> bool {
        !self.totp.is_empty() || !self.passkeys.is_empty()
    }

    /// Returns whether a link of an administrator may register a passkey. Attack: a client that reads the mail of the user avoids the factors that
    /// protect the account, or keeps a passkey beside that of the user.
    #[must_use]
    pub fn may_add_passkey_by_link(&self) -> bool {
        !self.has_second_factor()
    }

    /// Returns whether only codes by message protect the account of an administrator. Attack: an attacker who obtains the phone number or the
    /// mailbox would become an administrator (NIST SP 800-63B-4 §3.1.3.3 restricts such codes).
    #[must_use]
    pub fn lacks_strong_factor(&self) -> bool {
        !self.message_codes.is_empty() && !self.has_strong_factor() && self.is_administrative()
    }

    /// Returns the number of unused recovery codes.
    #[must_use]
    pub fn recovery_codes_left(&self) -> usize {
        self.recovery_codes.as_ref().map_or(0, |codes| codes.hashes.len())
    }

    /// Returns the default name of the next app, which no app of the user has.
    #[must_use]
    pub fn next_app_name(&self) -> String {
        free_name(DEFAULT_APP_NAME, |name| self.totp.iter().any(|totp| totp.name == name))
    }

    /// Returns the default name of the next passkey, which no passkey of the user has.
    #[must_use]
    pub fn next_passkey_name(&self, model: Option<&str>) -> String {
        let base = model.unwrap_or(DEFAULT_PASSKEY_NAME);
        free_name(base, |name| self.passkeys.iter().any(|passkey| passkey.name == name))
    }

    /// Adds an authenticator app and ends all sessions: a session without the new factor must not continue. The enrolment in progress is
    /// dropped.
    pub fn add_totp(&mut self, totp: Totp, now: Timestamp) {
        self.totp.push(totp);
        self.pending_totp = None;
        self.factors_changed(now);
    }

    /// Adds a passkey and ends all sessions, like [`User::add_totp`].
    pub fn add_passkey(&mut self, passkey: Passkey, now: Timestamp) {
        self.passkeys.push(passkey);
        self.factors_changed(now);
    }

    /// Makes all passkeys second factors only. To sign in with one alone again, the user removes it and registers it again.
    pub fn restrict_passkeys(&mut self) {
        self.passkeys.iter_mut().for_each(|passkey| passkey.user_verified = false);
    }

    /// Sets up codes by mail and ends all sessions, like [`User::add_totp`].
    pub fn add_email_codes(&mut self, channel: CodeChannel, now: Timestamp) {
        self.message_codes.email = Some(channel);
        // A user without another factor may set up any factor after a login with the password alone. From now on, a reset by mail counts again.
        self.confirm_password_set_by_link();
        self.factors_changed(now);
    }

    /// Sets up codes by SMS, or replaces the number, and ends all sessions, like [`User::add_totp`].
    pub fn add_phone(&mut self, phone: PhoneChannel, now: Timestamp) {
        self.message_codes.sms = Some(phone);
        self.factors_changed(now);
    }

    /// Sets these authenticator apps as the only second factors and ends all sessions. An administrator does this after an attack, too: no
    /// app, passkey, phone number or recovery code of the attacker may stay.
    pub fn replace_second_factors(&mut self, apps: Vec<Totp>, now: Timestamp) {
        self.take_second_factors();
        self.totp = apps;
        self.factors_changed(now);
    }

    /// Sets these passkeys in place of the present ones and ends all sessions. An administrator does this.
    pub fn replace_passkeys(&mut self, passkeys: Vec<Passkey>, now: Timestamp) {
        self.passkeys = passkeys;
        self.factors_changed(now);
    }

    /// Sets where the user gets codes by message, in place of the present channels, and ends all sessions. An administrator does this.
    pub fn replace_message_codes(&mut self, codes: MessageCodes, now: Timestamp) {
        self.message_codes = codes;
        self.factors_changed(now);
    }

    /// Removes all second factors, also an enrolment in progress, and ends all sessions; returns `false` if there is none. No secret takes
    /// their place: the next login enrols if the policy demands a factor.
    pub fn remove_second_factors(&mut self, now: Timestamp) -> bool {
        let had_any = self.take_second_factors();
        if had_any {
            self.factors_changed(now);
        }
        had_any
    }

    /// Removes everything that is or becomes a second factor; returns whether there was anything.
    fn take_second_factors(&mut self) -> bool {
        let had_factor = self.has_second_factor();
        let (pending, codes) = (self.pending_totp.take(), self.recovery_codes.take());
        self.totp.clear();
        self.passkeys.clear();
        self.message_codes = MessageCodes::default();
        had_factor || pending.is_some() || codes.is_some()
    }

    /// Removes an authenticator app or a passkey and ends all sessions; returns it, or `None` if there is no such factor. The recovery codes go
    /// with the last factor: one that is enrolled later must not be avoidable with codes from before.
    pub fn remove_factor(&mut self, id: FactorId, now: Timestamp) -> Option<RemovedFactor> {
        let app = self.totp.extract_if(.., |totp| totp.id == id).next();
        let removed = if let Some(app) = app {
            RemovedFactor::App { name: app.name }
        } else {
            let passkey = self.passkeys.extract_if(.., |passkey| passkey.id == id).next()?;
            RemovedFactor::Passkey { name: passkey.name }
        };
        self.factor_was_removed(now);
        Some(removed)
    }

    /// Removes a channel of codes and ends all sessions; returns `false` if it is not set up. For other kinds of factor it does nothing.
    pub fn remove_message_codes(&mut self, factor: Factor, now: Timestamp) -> bool {
        let had_any = match factor {
            Factor::EmailCode => self.message_codes.email.take().is_some(),
            Factor::SmsCode => self.message_codes.sms.take().is_some(),
            Factor::Passkey | Factor::Totp | Factor::RecoveryCode => false,
        };
        if had_any {
            self.factor_was_removed(now);
        }
        had_any
    }

    fn factor_was_removed(&mut self, now: Timestamp) {
        if !self.has_second_factor() {
            self.recovery_codes = None;
        }
        self.factors_changed(now);
    }

    /// Returns the name of an authenticator app or a passkey.
    #[must_use]
    pub fn factor_name(&self, id: FactorId) -> Option<&str> {
        let apps = self.totp.iter().map(|totp| (totp.id, &totp.name));
        let passkeys = self.passkeys.iter().map(|passkey| (passkey.id, &passkey.name));
        apps.chain(passkeys).find(|(own, _)| *own == id).map(|(_, name)| name.as_str())
    }

    /// Renames an authenticator app or a passkey; returns `false` if there is no such factor.
    pub fn rename_factor(&mut self, id: FactorId, name: &str, now: Timestamp) -> bool {
        let apps = self.totp.iter_mut().map(|totp| (totp.id, &mut totp.name));
        let passkeys = self.passkeys.iter_mut().map(|passkey| (passkey.id, &mut passkey.name));
        let Some((_, own)) = apps.chain(passkeys).find(|(own, _)| *own == id) else { return false };
        name.clone_into(own);
        self.updated_at = now;
        true
    }

    /// Uses up a time step of an app; returns `false` if this step or a later one was used before (RFC 6238 §5.2).
    pub fn use_totp_step(&mut self, id: FactorId, step: i64, now: Timestamp) -> bool {
        let app = self.totp.iter_mut().find(|totp| totp.id == id && step > totp.last_step);
        let Some(totp) = app else { return false };
        totp.last_step = step;
        totp.last_used_at = Some(now);
        true
    }

    /// Sets the recovery codes; the codes from before are invalid.
    pub fn set_recovery_codes(&mut self, codes: RecoveryCodes) {
        self.updated_at = codes.created_at;
        self.recovery_codes = Some(codes);
    }

    fn factors_changed(&mut self, now: Timestamp) {
        self.updated_at = now;
        self.distrust_devices();
        self.end_sessions(EndReason::FactorChanged);
    }
}

/// Returns the name, with a number if it is taken.
fn free_name(base: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2_usize..).map(|number| format!("{base} {number}"));
    let mut names = std::iter::once(base.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
