//! Disabling and enabling of a user.

use super::{Mode, Provisioning, ProvisioningError};
use crate::{
    audit::EventKind,
    store::Change,
    user::{Status, UserId},
};

impl Provisioning<'_> {
    /// Sets the status of a user; returns `false` if the user already has it. All sessions of a disabled user end.
    ///
    /// # Errors
    /// [`ProvisioningError::NotFound`], or the store failed.
    pub async fn set_status(&self, user: UserId, status: Status) -> Result<bool, ProvisioningError> {
        let now = self.clock.now();
        let mode = self.mode;
        let written = self
            .users
            .update::<bool, ProvisioningError>(&user.document_id(), |user| {
                let is_changed = user.set_status(status, now);
                Ok(match mode {
                    Mode::Write if is_changed => Change::Write(true),
                    Mode::Write | Mode::DryRun => Change::Keep(is_changed),
                })
            })
            .await?;
        let (_, is_changed) = written.ok_or(ProvisioningError::NotFound)?;
        if is_changed && mode == Mode::Write {
            let kind = match status {
                Status::Active => EventKind::UserEnabled,
                Status::Disabled | Status::Quarantined => EventKind::UserDisabled,
            };
            self.audit.clone().about(user).success(kind).record().await;
        }
        Ok(is_changed)
    }
}
