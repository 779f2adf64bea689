//! Change of the profile, the name and the roles of a user by an administrator.

use serde_json::{Map, Value, json};

use super::{Mode, Provisioning, ProvisioningError};
use crate::{
    audit::EventKind,
    store::{Change, Stored},
    user::{Email, User, UserId, Username},
};

/// Fields to change. The outer `None`: unchanged; the inner one: empty.
#[derive(Clone, Debug, Default)]
pub struct UserPatch {
    pub username: Option<Username>,
    pub email: Option<Option<Email>>,
    pub email_verified: Option<bool>,
    pub display_name: Option<Option<String>>,
    pub locale: Option<Option<String>>,
    pub roles: Option<Vec<String>>,
    pub must_change_password: Option<bool>,
}

impl Provisioning<'_> {
    /// Changes the fields that are given and differ. The event has them before and after.
    ///
    /// # Errors
    /// [`ProvisioningError::Taken`] if another user has the name or the verified address, and as for every change.
    pub async fn patch(
        &self,
        user: UserId,
        patch: &UserPatch,
    ) -> Result<(Stored<User>, bool), ProvisioningError> {
        self.edit(user, |user| patch.apply(user)).await
    }

    /// Assigns a role; `false` if the user has it already.
    ///
    /// # Errors
    /// As for every change.
    pub async fn add_role(&self, user: UserId, role: &str) -> Result<bool, ProvisioningError> {
        let add = |user: &mut User| {
            if !user.roles.iter().any(|own| own == role) {
                user.roles.push(role.to_owned());
            }
        };
        Ok(self.edit(user, add).await?.1)
    }

    /// Takes away a role that is assigned here; `false` if the user does not have it.
    ///
    /// # Errors
    /// [`ProvisioningError::LastAdministrator`], and as for every change.
    pub async fn remove_role(&self, user: UserId, role: &str) -> Result<bool, ProvisioningError> {
        Ok(self.edit(user, |user| user.roles.retain(|own| own != role)).await?.1)
    }

    async fn edit(
        &self,
        user: UserId,
        edit: impl Fn(&mut User) + Send + Sync,
    ) -> Result<(Stored<User>, bool), ProvisioningError> {
        let now = self.clock.now();
        let written = self
            .write(user, |user| {
                let before = fields(user);
                edit(user);
                if fields(user) == before {
                    return Ok(Change::Keep(()));
                }
                user.updated_at = now;
                Ok(Change::Write(()))
            })
            .await?;
        if written.is_changed && self.mode == Mode::Write {
            let (before, after) = (fields(&written.before), fields(&written.after));
            let details =
                json!({ "before": differing(&before, &after), "after": differing(&after, &before) });
            let audit = self.audit.clone().about(user);
            audit.success(EventKind::UserUpdated).details(details).record().await;
        }
        Ok((written.after, written.is_changed))
    }
}

impl UserPatch {
    fn apply(&self, user: &mut User) {
        if let Some(username) = &self.username {
            user.username = Some(username.clone());
        }
        match &self.email {
            Some(Some(email)) if user.email.as_ref() != Some(email) => {
                user.set_email_as_administrator(email.clone());
            }
            Some(None) => user.remove_email_as_administrator(),
            Some(Some(_)) | None => {}
        }
        if let Some(verified) = self.email_verified.filter(|verified| *verified != user.email_verified) {
            user.set_email_verified_as_administrator(verified && user.email.is_some());
        }
        if let Some(name) = self.display_name.as_ref().filter(|name| **name != user.display_name) {
            user.display_name.clone_from(name);
            user.field_sources.remove("displayName");
        }
        if let Some(locale) = self.locale.as_ref().filter(|locale| **locale != user.locale) {
            user.locale.clone_from(locale);
            user.field_sources.remove("locale");
        }
        if let Some(roles) = &self.roles {
            user.roles.clone_from(roles);
        }
        if let Some(must_change) = self.must_change_password {
            user.set_must_change_password(must_change);
        }
    }
}

/// Returns the fields that an administrator can change, without secrets.
fn fields(user: &User) -> Map<String, Value> {
    let fields = json!({
        "username": user.username, "email": user.email, "emailVerified": user.email_verified,
        "displayName": user.display_name, "locale": user.locale, "roles": user.roles,
        "mustChangePassword": user.must_change_password(), "fieldSources": user.field_sources,
    });
    match fields {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

fn differing(fields: &Map<String, Value>, other: &Map<String, Value>) -> Map<String, Value> {
    let differing = fields.iter().filter(|(name, value)| other.get(*name) != Some(*value));
    differing.map(|(name, value)| (name.clone(), value.clone())).collect()
}
