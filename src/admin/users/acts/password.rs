//! Creation of users and resets of passwords: an administrator never chooses a password (ASVS 6.4.6). In a service without passwords, the same
//! links lead to the first passkey.

use secrecy::ExposeSecret as _;
use serde::Deserialize;

use super::{ActError, Actor, ShownOnce};
use crate::{
    clock::Timestamp,
    link_token::Purpose,
    login::{passkey::by_link::FACTOR_EXISTS, password::generate},
    mail::{Act, Message, Recipient, SendError},
    provisioning::{Credentials, DesiredUser, NewPassword, ProvisioningError},
    store::Stored,
    user::{Email, EndReason, Status, User, UserId},
};

/// How a new user gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Access {
    /// A link by mail, with which the user chooses a password.
    InviteMail,
    /// The same link, to hand over.
    InviteLink,
    /// A password that must be changed at the first login.
    GeneratedPassword,
    /// No password: through a provider only.
    None,
}

/// How a reset is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ResetBy {
    Mail,
    Link,
    /// The present password is removed, and the user gets no link.
    Remove,
}

/// A user to create.
pub(crate) struct NewUser {
    pub(crate) desired: DesiredUser,
    pub(crate) access: Access,
}

/// A created user, and what is shown once.
pub(crate) struct Created {
    pub(crate) id: UserId,
    pub(crate) invite_url: ShownOnce,
    pub(crate) generated_password: ShownOnce,
}

impl Actor<'_> {
    pub(in crate::admin::users) async fn create(&self, new: NewUser) -> Result<Created, ActError> {
        let NewUser { mut desired, access } = new;
        self.require_possible(access)?;
        if access == Access::InviteMail {
            self.require_mail("access")?;
            if desired.email.is_none() {
                return Err(ActError::Impossible { field: "email", code: "required" });
            }
        }
        let mut generated_password = None;
        if access == Access::GeneratedPassword {
            let password = generate::password();
            let hash = self.app.hasher.hash(password.secret().clone()).await;
            desired.password = Some(NewPassword::Generated(hash.ok_or(ProvisioningError::Hashing)?));
            desired.must_change_password = Some(true);
            generated_password = Some(password.secret().clone());
        }
        let credentials = Credentials { hasher: &self.app.hasher, keys: &self.app.keys };
        let user = self.provisioning().create(&desired, &credentials).await?;
        let invite_url = match access {
            Access::InviteMail => {
                let to = user.email.clone().map(|email| Recipient::at(&user, email));
                let invitation = |link, expires_at| Message::Invitation { link, expires_at };
                self.send_link(&user, to, "access", invitation).await?;
                None
            }
            Access::InviteLink => Some(self.link(&user, "access").await?),
            Access::GeneratedPassword | Access::None => None,
        };
        Ok(Created { id: user.id, invite_url, generated_password })
    }

    /// Starts a reset of the password, or removes it. Returns the link if it is not sent.
    pub(in crate::admin::users) async fn reset_password(
        &self,
        user: &Stored<User>,
        by: ResetBy,
    ) -> Result<ShownOnce, ActError> {
        self.check(user)?;
        match by {
            ResetBy::Remove => {
                let (_, is_changed) = self.provisioning().remove_password(user.id).await?;
                // Without a password no session ends: no event would say why.
                if is_changed {
                    self.end_all(user.id, EndReason::PasswordChanged).await?;
                }
                Ok(None)
            }
            ResetBy::Link => {
                self.require_usable_link(user)?;
                let link = self.link(user, "by").await?;
                self.provisioning().record_password_reset(user.id, "link to hand over").await;
                Ok(Some(link))
            }
            ResetBy::Mail => {
                self.require_mail("by")?;
                self.require_passkey_possible(user, "by")?;
                // Only a verified address: a link to another one would open the account to its reader.
                let to = Recipient::verified(user)
                    .ok_or(ActError::Impossible { field: "by", code: "no_verified_address" })?;
                let reset = |link, expires_at| Message::PasswordReset { link, expires_at };
                self.send_link(user, Some(to), "by", reset).await?;
                self.provisioning().record_password_reset(user.id, "link by mail").await;
                Ok(None)
            }
        }
    }

    /// Refuses an access that the settings do not have.
    fn require_possible(&self, access: Access) -> Result<(), ActError> {
        let config = &self.app.config;
        let code = match access {
            Access::GeneratedPassword if !config.local_passwords => "passwords_disabled",
            Access::InviteMail | Access::InviteLink
                if !config.local_passwords && config.passkey_host().is_none() =>
            {
                "passkeys_disabled"
            }
            Access::GeneratedPassword | Access::InviteMail | Access::InviteLink | Access::None => {
                return Ok(());
            }
        };
        Err(ActError::Impossible { field: "access", code })
    }

    /// Refuses a link that would not work: with passwords for a user whom no login finds, without them for a user who has a second factor.
    fn require_usable_link(&self, user: &User) -> Result<(), ActError> {
        if self.app.config.local_passwords {
            require_login_name(user)
        } else {
            self.require_passkey_possible(user, "by")
        }
    }

    fn require_passkey_possible(&self, user: &User, field: &'static str) -> Result<(), ActError> {
        let config = &self.app.config;
        if config.local_passwords {
            return Ok(());
        }
        if config.passkey_host().is_none() {
            return Err(ActError::Impossible { field, code: "passkeys_disabled" });
        }
        if user.may_add_passkey_by_link() {
            return Ok(());
        }
        Err(ActError::Impossible { field, code: FACTOR_EXISTS })
    }

    fn require_mail(&self, field: &'static str) -> Result<(), ActError> {
        if self.app.mail.is_enabled() {
            Ok(())
        } else {
            Err(ActError::Impossible { field, code: "mail_disabled" })
        }
    }

    async fn link(&self, user: &User, field: &'static str) -> Result<secrecy::SecretString, ActError> {
        let purpose = Purpose::AdministratorReset;
        let link = self.app.link_tokens().issue(&self.app.addresses, user, purpose).await?;
        link.ok_or(ActError::Impossible { field, code: "account_disabled" })
    }

    async fn send_link(
        &self,
        user: &User,
        to: Option<Recipient>,
        field: &'static str,
        message: fn(String, Timestamp) -> Message,
    ) -> Result<(), ActError> {
        let to = to.ok_or(ActError::Impossible { field: "email", code: "required" })?;
        let link = self.link(user, field).await?;
        let now = self.app.clock.now();
        let expires_at = now + Purpose::AdministratorReset.lifetime();
        let message = message(link.expose_secret().to_owned(), expires_at);
        match self.app.mail.send(&to, &Act::of_administrator(now), message).await {
            Ok(()) => Ok(()),
            Err(SendError::Disabled) => Err(ActError::Impossible { field, code: "mail_disabled" }),
            Err(SendError::QueueFull) => Err(ActError::Impossible { field, code: "mail_queue_full" }),
            Err(SendError::Store(error)) => Err(error.into()),
        }
    }
}

/// Refuses a link for a user whom no login with a password finds.
fn require_login_name(user: &User) -> Result<(), ActError> {
    match user.status {
        Status::Active => {}
        Status::Disabled | Status::Quarantined => {
            return Err(ActError::Impossible { field: "by", code: "account_disabled" });
        }
    }
    let has_verified: Option<&Email> = user.email.as_ref().filter(|_| user.email_verified);
    if user.username.is_none() && has_verified.is_none() {
        return Err(ActError::Impossible { field: "by", code: "no_login_name" });
    }
    Ok(())
}
