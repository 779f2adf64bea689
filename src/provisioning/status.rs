//! Disabling and enabling of a user.

use super::{Provisioning, ProvisioningError};
use crate::{
    audit::EventKind,
    user::{Status, UserId},
};

impl Provisioning<'_> {
    /// Sets the status of a user; returns `false` if the user already has it. All sessions of a disabled user end.
    ///
    /// # Errors
    /// [`ProvisioningError::NotFound`], or the store failed.
    pub async fn set_status(&self, user: UserId, status: Status) -> Result<bool, ProvisioningError> {
        let now = self.clock.now();
        let kind = match status {
            Status::Active => EventKind::UserEnabled,
            Status::Disabled | Status::Quarantined => EventKind::UserDisabled,
        };
        let (_, is_changed) = self.change(user, kind, |user| user.set_status(status, now)).await?;
        Ok(is_changed)
    }
}
