//! Acts on the access of a user: reset of credentials, end of sessions, end of waits.
//!
//! Every act that removes a credential raises the session epoch in the same write. A session, a pending login or an enrolment that races it
//! checks the epoch in its own write and is refused.

use super::{Mode, Provisioning, ProvisioningError};
use crate::{
    audit::EventKind,
    limiter::{Failures, Limiter},
    login::{federated::account_linking::decision_trace::changes, password::account_keys},
    store::{Change, Stored},
    user::{EndReason, IdentityKey, User, UserId},
};

/// Which sessions end when identities are unlinked: an attacker who controls one must not keep a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedSessions {
    /// Those that were opened through them. The caller ends them: their records name the identity, and the user does not.
    OfIdentities,
    /// All sessions, in the same write: after a crash, no session of an unlinked identity is left.
    All,
}

impl Provisioning<'_> {
    /// Ends all sessions of a user, also those that are opened at the same time.
    ///
    /// # Errors
    /// [`ProvisioningError::NotFound`], or the store failed.
    pub async fn end_sessions(&self, user: UserId) -> Result<User, ProvisioningError> {
        let end = |user: &mut User| {
            user.end_sessions(EndReason::Revoked);
            true
        };
        Ok(self.change(user, EventKind::SessionsEnded, end).await?.0)
    }

    /// Removes all passkeys and second factors of a user and ends the sessions; returns the user, and `false` if there was no factor.
    ///
    /// # Errors
    /// [`ProvisioningError::NotFound`], or the store failed.
    pub async fn reset_second_factors(&self, user: UserId) -> Result<(User, bool), ProvisioningError> {
        let now = self.clock.now();
        self.change(user, EventKind::SecondFactorReset, |user| user.remove_second_factors(now)).await
    }

    /// Removes the password of a user and ends the sessions; returns the user, and `false` if there was no password.
    ///
    /// # Errors
    /// [`ProvisioningError::NotFound`], or the store failed.
    pub async fn remove_password(&self, user: UserId) -> Result<(User, bool), ProvisioningError> {
        let now = self.clock.now();
        self.change(user, EventKind::PasswordReset, |user| user.remove_password(now)).await
    }

    /// Unlinks identities in one write, so that a later login with them does not open the account. Returns the user before and after.
    ///
    /// # Errors
    /// [`ProvisioningError::UnknownIdentity`] if the user has none of them, or as for every change.
    pub async fn unlink_identities(
        &self,
        user: UserId,
        keys: &[IdentityKey],
        end: EndedSessions,
    ) -> Result<(User, Stored<User>), ProvisioningError> {
        let now = self.clock.now();
        let written = self
            .write(user, |user| {
                let unlinked = keys.iter().filter(|key| user.unlink_identity(key, now)).count();
                if unlinked == 0 {
                    return Err(ProvisioningError::UnknownIdentity);
                }
                match end {
                    EndedSessions::OfIdentities => {}
                    EndedSessions::All => user.end_sessions(EndReason::Revoked),
                }
                Ok(Change::Write(()))
            })
            .await?;
        if self.mode == Mode::Write {
            let changes = changes(&written.before, &written.after);
            let audit = self.audit.clone().about(user);
            audit.clone().success(EventKind::IdentityUnlinked).details(changes).record().await;
            match end {
                EndedSessions::OfIdentities => {}
                EndedSessions::All => drop(audit.success(EventKind::SessionsEnded).record().await),
            }
        }
        Ok((written.before, written.after))
    }

    /// Records that one session of a user was ended.
    pub async fn record_ended_session(&self, user: UserId) {
        let details = serde_json::json!({ "sessions": 1 });
        self.audit.clone().about(user).success(EventKind::SessionsEnded).details(details).record().await;
    }

    /// Records that a reset of the password was started. Nothing of the user changes before the user has chosen a new password.
    pub async fn record_password_reset(&self, user: UserId, way: &str) {
        if self.mode == Mode::Write {
            self.audit.clone().about(user).success(EventKind::PasswordReset).details(way).record().await;
        }
    }

    /// Lifts the waits of a user and forgets the failures that caused them; returns what it lifted.
    ///
    /// # Errors
    /// The store failed.
    pub async fn unlock(&self, user: &User, limiter: &Limiter) -> Result<Vec<Failures>, ProvisioningError> {
        if self.mode == Mode::DryRun {
            return Ok(Vec::new());
        }
        let lifted = limiter.unlock(&account_keys(user)).await?;
        if !lifted.is_empty() {
            let texts = lifted.iter().map(|failures| {
                let wait = failures.until.map(|until| format!(", wait until {until}")).unwrap_or_default();
                format!("{} failures with a {}{wait}", failures.count, failures.guess.as_str())
            });
            let details = texts.collect::<Vec<_>>().join("; ");
            let audit = self.audit.clone().about(user.id);
            audit.success(EventKind::UserUnlocked).details(details).record().await;
        }
        Ok(lifted)
    }
}
