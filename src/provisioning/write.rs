//! The write that every act on a user goes through: what the actor may do, the revision, the rule, the last administrator, the event.

use super::{Mode, Provisioning, ProvisioningError, administrators::Reservation, field_of};
use crate::{
    audit::EventKind,
    store::{Change, StoreError, Stored},
    user::{User, UserId},
};

/// Attempts to remove an administrator while others change the user.
const ATTEMPTS: usize = 10;

/// A user before and after a change.
pub(super) struct Written {
    pub(super) before: User,
    pub(super) after: Stored<User>,
    pub(super) is_changed: bool,
}

/// Why an attempt wrote nothing.
enum Attempt {
    /// The change removes an administrator, and this revision is not reserved.
    NotReserved(i64),
    Refused(ProvisioningError),
    Store(StoreError),
}

impl From<StoreError> for Attempt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
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
        let mut reservation: Option<Reservation> = None;
        for _ in 0..ATTEMPTS {
            let reserved = reservation.as_ref().map(Reservation::revision);
            let result = self.attempt(user, reserved, &mut rule).await;
            if let (Some(administrators), Some(reservation)) = (&self.administrators, reservation.take()) {
                // The act is done or refused already. An entry that stays is removed by a later act.
                if let Err(error) = administrators.release(&reservation).await {
                    tracing::warn!(%error, user = %user, "could not release the change of an administrator");
                }
            }
            match result {
                Ok(written) => return Ok(written),
                Err(Attempt::Refused(error)) => return Err(error),
                Err(Attempt::Store(error)) => return Err(ProvisioningError::Store(error)),
                Err(Attempt::NotReserved(revision)) => {
                    let Some(administrators) = &self.administrators else { break };
                    reservation = Some(administrators.reserve(user, revision, self.clock.now()).await?);
                }
            }
        }
        Err(StoreError::Unavailable("too many requests change this user".to_owned()).into())
    }

    async fn attempt(
        &self,
        user: UserId,
        reserved: Option<i64>,
        rule: &mut (impl FnMut(&mut User) -> Result<Change<()>, ProvisioningError> + Send),
    ) -> Result<Written, Attempt> {
        let (mode, mut tried) = (self.mode, None);
        let written = self
            .users
            .update_stored::<_, Attempt>(&user.document_id(), |stored| {
                let before = stored.document.clone();
                self.check_before(&before, stored.revision).map_err(Attempt::Refused)?;
                let change = rule(&mut stored.document).map_err(Attempt::Refused)?;
                if let Change::Keep(()) = change {
                    return Ok(Change::Keep((before, false)));
                }
                self.check_after(&before, stored).map_err(Attempt::Refused)?;
                let removes_one = |administrators: &super::Administrators<'_>| {
                    administrators.includes(&before) && !administrators.includes(stored)
                };
                if self.administrators.as_ref().is_some_and(removes_one) && reserved != Some(stored.revision)
                {
                    return Err(Attempt::NotReserved(stored.revision));
                }
                tried = Some(stored.document.clone());
                Ok(match mode {
                    Mode::Write => Change::Write((before, true)),
                    Mode::DryRun => Change::Keep((before, true)),
                })
            })
            .await;
        match (written, tried) {
            (Ok(Some((after, (before, is_changed)))), _) => Ok(Written { before, after, is_changed }),
            (Ok(None), _) => Err(Attempt::Refused(ProvisioningError::NotFound)),
            (Err(Attempt::Store(StoreError::Taken { key })), Some(tried)) => {
                Err(Attempt::Refused(ProvisioningError::Taken(field_of(&tried, &key))))
            }
            (Err(error), _) => Err(error),
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
