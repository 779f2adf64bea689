//! Acts of an administrator on a user.
//!
//! ```text
//!   routes ─▶ Actor (permission, reason, revision) ─▶ provisioning ─▶ sessions that end, mails ─▶ view
//! ```

mod body;
mod password;
pub(crate) mod routes;

use std::slice;

use secrecy::SecretString;

use crate::{
    account::identities::public_id,
    app::App,
    audit::StatedReason,
    limiter::Limiter,
    login::password::account_keys,
    mail::Notice,
    notices,
    provisioning::{EndedSessions, Mode, Provisioning, ProvisioningError, UserPatch, delete_records},
    session,
    store::{StoreError, Stored},
    user::{EndReason, Status, User, UserId},
    web::client::Client,
};

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ActError {
    #[error("an administrator cannot disable or delete the own account")]
    OwnAccount,
    #[error("the user has no such session")]
    UnknownSession,
    /// A member of the body does not fit the user or the settings.
    #[error("{field}: {code}")]
    Impossible { field: &'static str, code: &'static str },
    #[error(transparent)]
    Provisioning(#[from] ProvisioningError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An administrator whose permission was checked, and what the request says of its act.
pub(crate) struct Actor<'a> {
    app: &'a App,
    client: &'a Client,
    id: UserId,
    /// Whether the actor has every permission.
    pub(crate) is_full: bool,
    reason: StatedReason,
    /// The revision of the user that the actor has read.
    pub(crate) revision: Option<i64>,
}

impl Actor<'_> {
    fn provisioning(&self) -> Provisioning<'_> {
        self.provisioning_in(Mode::Write)
    }

    /// Returns the operations with what the actor may do.
    pub(crate) fn provisioning_in(&self, mode: Mode) -> Provisioning<'_> {
        let audit = self.app.audit(self.client).by_user(self.id).stating(self.reason.clone());
        let users = &self.app.users;
        let all = Provisioning::new(users, &self.app.clock, audit, mode)
            .at_revision(self.revision)
            .protecting(self.app.administrators());
        if self.is_full { all } else { all.without_administrators() }
    }

    /// Refuses what would lock out the administrator who does it, by mistake or by a forged request.
    fn require_other(&self, user: UserId) -> Result<(), ActError> {
        if user == self.id { Err(ActError::OwnAccount) } else { Ok(()) }
    }

    /// Checks what provisioning checks in a write, for an act that does not write the user.
    fn check(&self, user: &Stored<User>) -> Result<(), ActError> {
        self.provisioning().require_authority(user)?;
        if self.revision.is_some_and(|expected| expected != user.revision) {
            return Err(ProvisioningError::Stale.into());
        }
        Ok(())
    }

    pub(super) async fn set_status(&self, user: UserId, status: Status) -> Result<(), ActError> {
        if status != Status::Active {
            self.require_other(user)?;
        }
        self.provisioning().set_status(user, status).await?;
        if status != Status::Active {
            self.end_all(user, EndReason::UserDisabled).await?;
        }
        Ok(())
    }

    pub(super) async fn unlock(&self, user: &Stored<User>) -> Result<(), ActError> {
        self.check(user)?;
        self.provisioning().unlock(user, &self.app.limiter).await?;
        Ok(())
    }

    pub(super) async fn reset_second_factors(&self, user: UserId) -> Result<(), ActError> {
        let (user, is_changed) = self.provisioning().reset_second_factors(user).await?;
        if is_changed {
            self.end_all(user.id, EndReason::Revoked).await?;
            notices::send_of_administrator(self.app, &user, Notice::SecondFactorReset).await;
        }
        Ok(())
    }

    pub(super) async fn end_sessions(&self, user: UserId) -> Result<(), ActError> {
        self.provisioning().end_sessions(user).await?;
        self.end_all(user, EndReason::Revoked).await
    }

    pub(super) async fn patch(&self, user: UserId, patch: &UserPatch) -> Result<(), ActError> {
        self.provisioning().patch(user, patch).await?;
        Ok(())
    }

    pub(super) async fn delete(&self, user: UserId) -> Result<(), ActError> {
        self.require_other(user)?;
        let provisioning = self.provisioning();
        let user = provisioning.begin_deletion(user).await?;
        self.end_all(user.id, EndReason::UserDisabled).await?;
        session::delete_all(self.app, user.id).await?;
        let limiter: &Limiter = &self.app.limiter;
        delete_records(&self.app.store, &self.app.clock, limiter, &user).await?;
        provisioning.finish_deletion(&user).await?;
        Ok(())
    }

    /// Unlinks an identity, and ends the sessions that were opened through it: an attacker who controls the identity must not keep one.
    pub(super) async fn unlink(&self, user: &User, identity: &str) -> Result<(), ActError> {
        let linked = user.identities.iter().map(|identity| &identity.key);
        // The store may have failed after an earlier unlinking: a repeated request ends the rest of the sessions.
        let unlinked = user.unlinked_identities.iter().map(|unlinked| &unlinked.key);
        let key = linked.chain(unlinked).find(|key| public_id(key) == identity);
        let key = key.cloned().ok_or(ProvisioningError::UnknownIdentity)?;
        let (keys, end) = (slice::from_ref(&key), EndedSessions::OfIdentities);
        let unlinked = match self.provisioning().unlink_identities(user.id, keys, end).await {
            Ok((before, _)) => before.identities.into_iter().find(|identity| identity.key == key),
            Err(ProvisioningError::UnknownIdentity) => None,
            Err(error) => return Err(error.into()),
        };
        let is_of_user = |session: &session::Session| session.user_id == user.id;
        let tag = session::tag_of_identity(&key);
        session::end_all(self.app, &tag, EndReason::Revoked, is_of_user).await?;
        if let Some(identity) = unlinked {
            let provider = self.app.providers.label(&identity.provider).to_owned();
            notices::send_of_administrator(self.app, user, Notice::IdentityUnlinked { provider }).await;
        }
        Ok(())
    }

    /// Ends one session of a user.
    pub(super) async fn end_session(&self, user: &Stored<User>, handle: &str) -> Result<usize, ActError> {
        self.check(user)?;
        let ended = session::end_by_handle(self.app, user.id, handle, EndReason::Revoked).await?;
        ended.ok_or(ActError::UnknownSession)?;
        self.provisioning().record_ended_session(user.id).await;
        Ok(1)
    }

    /// Marks the sessions of a user as ended. The state of the user has already made them invalid; the mark informs their browsers at once.
    async fn end_all(&self, user: UserId, because: EndReason) -> Result<(), ActError> {
        session::end_all(self.app, &session::tag_of_user(user), because, |_| true).await?;
        Ok(())
    }
}

/// Returns the texts under which the waits of a user are counted.
pub(super) async fn locks(app: &App, user: &User) -> Result<Vec<crate::limiter::Lock>, StoreError> {
    app.limiter.locks(&account_keys(user)).await
}

/// A text that is shown once.
pub(super) type ShownOnce = Option<SecretString>;
