//! The write that every act on a user goes through: what the actor may do, the revision, the rule, the last administrator, the event.

use super::{Mode, Provisioning, ProvisioningError, field_of};
use crate::{
    administrators::{Attempt, Guard},
    audit::EventKind,
    store::{Change, StoreError, Stored},
    user::{User, UserId},
};

/// A user before and after a change.
pub(super) struct Written {
    pub(super) before: User,
    pub(super) after: Stored<User>,
    pub(super) is_changed: bool,
}

/// Why an attempt wrote nothing.
enum WriteError {
    Refused(ProvisioningError),
    Store(StoreError),
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ProvisioningError> for Attempt<WriteError> {
    fn from(error: ProvisioningError) -> Self {
        Self::Failed(WriteError::Refused(error))
    }
}

impl Provisioning<'_> {
    /// Applies a rule of `user` in one compare-and-set, and records the event if the rule changed the user.
    pub(super) async fn change(
        &self,
        user: UserId,
        kind: EventKind,
        mut rule: impl FnMut(&mut User) -> bool + Send,
    ) -> Result<(User, bool), ProvisioningError> {
        let written = self
            .write(user, |user| Ok(if rule(user) { Change::Write(()) } else { Change::Keep(()) }))
            .await?;
        if written.is_changed && self.mode == Mode::Write {
            self.audit.clone().about(user).success(kind).record().await;
        }
        Ok((written.after.document, written.is_changed))
    }

    /// Applies a rule in one compare-and-set.
    pub(super) async fn write(
        &self,
        user: UserId,
        mut rule: impl FnMut(&mut User) -> Result<Change<()>, ProvisioningError> + Send,
    ) -> Result<Written, ProvisioningError> {
        let mut guard = Guard::of(self.administrators).previewing(self.preview());
        loop {
            let result = self.attempt(user, &guard, &mut rule).await;
            if let Some(written) = guard.settle(result, self.clock.now()).await? {
                if written.is_changed && self.mode == Mode::DryRun {
                    self.require_free_keys(&written.after).await?;
                    self.add_to_preview(Some(&written.before), &written.after);
                }
                return Ok(written);
            }
        }
    }

    async fn attempt(
        &self,
        user: UserId,
        guard: &Guard<'_>,
        rule: &mut (impl FnMut(&mut User) -> Result<Change<()>, ProvisioningError> + Send),
    ) -> Result<Written, Attempt<ProvisioningError>> {
        let (mode, mut tried) = (self.mode, None);
        let written = self
            .users
            .update_stored::<_, Attempt<WriteError>>(&user.document_id(), |stored| {
                let before = stored.clone();
                self.check_before(&before, stored.revision)?;
                let change = rule(&mut stored.document)?;
                if let Change::Keep(()) = change {
                    return Ok(Change::Keep((before.document, false)));
                }
                self.check_after(&before, stored)?;
                guard.permit(&before, &[stored])?;
                tried = Some(stored.document.clone());
                Ok(match mode {
                    Mode::Write => Change::Write((before.document, true)),
                    Mode::DryRun => Change::Keep((before.document, true)),
                })
            })
            .await;
        match (written, tried) {
            (Ok(Some((after, (before, is_changed)))), _) => Ok(Written { before, after, is_changed }),
            (Ok(None), _) => Err(Attempt::Failed(ProvisioningError::NotFound)),
            (Err(Attempt::NotReserved(user, revision)), _) => Err(Attempt::NotReserved(user, revision)),
            (Err(Attempt::Failed(WriteError::Refused(error))), _) => Err(Attempt::Failed(error)),
            (Err(Attempt::Failed(WriteError::Store(StoreError::Taken { key }))), Some(tried)) => {
                Err(Attempt::Failed(ProvisioningError::Taken(field_of(&tried, &key))))
            }
            (Err(Attempt::Failed(WriteError::Store(error))), _) => {
                Err(Attempt::Failed(ProvisioningError::Store(error)))
            }
        }
    }

    /// Checks what must hold of the stored user. It is part of the compare-and-set: a user who becomes an administrator at the same time is
    /// protected, too.
    fn check_before(&self, user: &User, revision: i64) -> Result<(), ProvisioningError> {
        self.require_authority(user)?;
        if self.revision.is_some_and(|expected| expected != revision) {
            return Err(ProvisioningError::Stale);
        }
        Ok(())
    }

    fn check_after(&self, before: &User, after: &User) -> Result<(), ProvisioningError> {
        // Only the roles that are assigned here can change: those of identities change with a login.
        if before.roles == after.roles { Ok(()) } else { self.require_authority(after) }
    }

    /// Refuses an act on an administrator by an actor without that permission.
    ///
    /// # Errors
    /// [`ProvisioningError::AdministratorsOnly`].
    pub fn require_authority(&self, user: &User) -> Result<(), ProvisioningError> {
        if self.acts_on_administrators || !user.is_administrative() {
            Ok(())
        } else {
            Err(ProvisioningError::AdministratorsOnly)
        }
    }
}
