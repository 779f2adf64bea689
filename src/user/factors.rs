//! Second factors of a user, and the rules for their changes.

use super::{DEFAULT_APP_NAME, EndReason, FactorId, RecoveryCodes, Totp, User};
use crate::clock::Timestamp;

/// Most authenticator apps of one user. Each one makes a guessed code more likely to be correct.
pub const APPS_MAX: usize = 10;

/// Kind of second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// An authenticator app.
    Totp,
    /// A recovery code: in place of an app that was lost.
    RecoveryCode,
}

impl Factor {
    /// Returns the published name, as in `methods` of the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::RecoveryCode => "recoveryCode",
        }
    }
}

impl User {
    /// Returns the active second factors, the last used one first. An enrolment that is not confirmed is not one. Recovery codes stand in
    /// for an app and are no factor without one.
    #[must_use]
    pub fn factors(&self) -> Vec<Factor> {
        if self.totp.is_empty() {
            return Vec::new();
        }
        let Some(codes) = self.recovery_codes.as_ref().filter(|codes| !codes.hashes.is_empty()) else {
            return vec![Factor::Totp];
        };
        if codes.last_used_at > self.totp.iter().filter_map(|totp| totp.last_used_at).max() {
            vec![Factor::RecoveryCode, Factor::Totp]
        } else {
            vec![Factor::Totp, Factor::RecoveryCode]
        }
    }

    /// Returns whether a sign-in needs a second factor (`mfaEnabled` in the API).
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        !self.totp.is_empty()
    }

    /// Returns the number of unused recovery codes.
    #[must_use]
    pub fn recovery_codes_left(&self) -> usize {
        self.recovery_codes.as_ref().map_or(0, |codes| codes.hashes.len())
    }

    /// Returns the default name of the next app, which no app of the user has.
    #[must_use]
    pub fn next_app_name(&self) -> String {
        let is_free = |name: &String| self.totp.iter().all(|totp| totp.name != *name);
        let numbered = (2_usize..).map(|number| format!("{DEFAULT_APP_NAME} {number}"));
        let mut names = std::iter::once(DEFAULT_APP_NAME.to_owned()).chain(numbered);
        names.find(is_free).unwrap_or_default()
    }

    /// Adds an authenticator app and ends all sessions: a session without the new factor must not continue. The enrolment in progress is
    /// dropped.
    pub fn add_totp(&mut self, totp: Totp, now: Timestamp) {
        self.totp.push(totp);
        self.pending_totp = None;
        self.factors_changed(now);
    }

    /// Sets these authenticator apps as the only second factors and ends all sessions. An administrator does this after an attack, too: no
    /// app and no recovery code of the attacker may stay.
    pub fn replace_second_factors(&mut self, apps: Vec<Totp>, now: Timestamp) {
        self.totp = apps;
        self.pending_totp = None;
        self.recovery_codes = None;
        self.factors_changed(now);
    }

    /// Removes all second factors, also an enrolment in progress, and ends all sessions; returns `false` if there is none. No secret takes
    /// their place: the next login enrols if the policy demands a factor.
    pub fn remove_second_factors(&mut self, now: Timestamp) -> bool {
        let active = std::mem::take(&mut self.totp);
        let (pending, codes) = (self.pending_totp.take(), self.recovery_codes.take());
        if active.is_empty() && pending.is_none() && codes.is_none() {
            return false;
        }
        self.factors_changed(now);
        true
    }

    /// Removes an authenticator app and ends all sessions; returns `false` if there is no such app. The recovery codes go with the last
    /// one: a factor that is enrolled later must not be avoidable with codes from before.
    pub fn remove_totp(&mut self, id: FactorId, now: Timestamp) -> bool {
        let before = self.totp.len();
        self.totp.retain(|totp| totp.id != id);
        if self.totp.len() == before {
            return false;
        }
        if self.totp.is_empty() {
            self.recovery_codes = None;
        }
        self.factors_changed(now);
        true
    }

    /// Renames an authenticator app; returns `false` if there is no such app.
    pub fn rename_totp(&mut self, id: FactorId, name: &str, now: Timestamp) -> bool {
        let Some(totp) = self.totp.iter_mut().find(|totp| totp.id == id) else { return false };
        name.clone_into(&mut totp.name);
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

#[cfg(test)]
mod tests;
