//! Creation of a user.

use super::{
    Credentials, DesiredUser, Mode, NewPassword, Provisioning, ProvisioningError, credentials::Changed,
    field_of,
};
use crate::{
    audit::EventKind,
    clock::Timestamp,
    store::StoreError,
    user::{User, UserId},
};

impl Provisioning<'_> {
    /// Creates a user. Without a password the user can sign in only through a provider.
    ///
    /// # Errors
    /// [`ProvisioningError::Taken`] if another user has the user name or the verified address.
    pub async fn create(
        &self,
        desired: &DesiredUser,
        credentials: &Credentials<'_>,
    ) -> Result<User, ProvisioningError> {
        let user = self.new_user(desired, credentials).await?;
        if !self.acts_on_administrators && user.is_administrative() {
            return Err(ProvisioningError::AdministratorsOnly);
        }
        match self.mode {
            Mode::DryRun => {
                self.require_free_keys(&user).await?;
                self.add_to_preview(None, &user);
                Ok(user)
            }
            Mode::Write => self.insert(user).await,
        }
    }

    /// Writes a new user, and its event.
    pub(super) async fn insert(&self, user: User) -> Result<User, ProvisioningError> {
        let inserted = self.users.insert(user.clone()).await.map_err(|error| match error {
            StoreError::Taken { key } => ProvisioningError::Taken(field_of(&user, &key)),
            StoreError::Unavailable(_) | StoreError::Unusable(_) | StoreError::Corrupt { .. } => error.into(),
        });
        let user = inserted?.into_document();
        self.audit.clone().about(user.id).success(EventKind::UserCreated).record().await;
        Ok(user)
    }

    /// Returns a new user that is not stored yet.
    pub(super) async fn new_user(
        &self,
        desired: &DesiredUser,
        credentials: &Credentials<'_>,
    ) -> Result<User, ProvisioningError> {
        credentials.new_user(desired, self.mode, self.clock.now()).await
    }
}

impl Credentials<'_> {
    /// Returns a new user that is not stored yet.
    ///
    /// # Errors
    /// [`ProvisioningError::Hashing`].
    pub async fn new_user(
        &self,
        desired: &DesiredUser,
        mode: Mode,
        now: Timestamp,
    ) -> Result<User, ProvisioningError> {
        let mut user = User::new(desired.transferred.id.unwrap_or_else(|| UserId::new(now)), now);
        user.username.clone_from(&desired.username);
        user.email.clone_from(&desired.email);
        user.email_verified = desired.email_verified.unwrap_or(false);
        user.display_name.clone_from(&desired.display_name);
        user.roles = desired.roles.clone().unwrap_or_default();
        let Changed { password, totp } = self.changed(&user, desired, mode, now).await?;
        user.set_initial_credentials(password, totp.unwrap_or_default());
        if matches!(desired.password, Some(NewPassword::Generated(_))) {
            user.limit_initial_password(now);
        }
        desired.transferred.complete(&mut user, now);
        Ok(user)
    }
}
