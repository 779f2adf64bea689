//! A user whom a provider has created again with another subject: the new identity takes the place of the old one.

use super::{Field, Mode, Provisioning, ProvisioningError};
use crate::{
    audit::EventKind,
    clock::Timestamp,
    config::ProviderConfig,
    store::{Change, Stored},
    user::{EndReason, Identity, IdentityKey, User, UserId},
};

/// The identity that replaces the one at its provider.
#[derive(Clone, Copy)]
pub struct Relink<'a> {
    pub user: UserId,
    pub provider: &'a ProviderConfig,
    pub subject: &'a str,
}

/// Why an identity was not replaced.
#[derive(Debug, thiserror::Error)]
pub enum RelinkError {
    #[error("the user has no identity at this provider; the user links one on the account page")]
    NoIdentity,
    #[error("the user has several identities at this provider; unlink the old ones first")]
    SeveralIdentities,
    #[error("the user has this identity already")]
    Unchanged,
    #[error("a subject has 1 to 255 characters and no control characters")]
    InvalidSubject,
    #[error("the identity belongs to another user ({0}); merge the users, or unlink it there first")]
    InUse(UserId),
    /// As for every change of a user.
    #[error(transparent)]
    Provisioning(#[from] ProvisioningError),
}

/// A user after its identity was replaced.
#[derive(Debug)]
pub struct Relinked {
    pub user: Stored<User>,
    pub old: IdentityKey,
    pub new: IdentityKey,
}

impl Provisioning<'_> {
    /// Replaces the identity of a user at a provider, and ends the sessions. The old identity is recorded as unlinked: it never signs in as
    /// this user again. Its roles end with it; the next sign-in brings those of the new one. In a dry run, only reports what it would change.
    ///
    /// # Errors
    /// [`RelinkError`]: nothing was changed.
    pub async fn relink(&self, relink: Relink<'_>) -> Result<Relinked, RelinkError> {
        let now = self.clock.now();
        let Relink { user, provider, subject } = relink;
        // OpenID Connect Core §2: at most 255 ASCII characters.
        let is_valid = (1..=255).contains(&subject.len()) && !subject.chars().any(char::is_control);
        if !is_valid {
            return Err(RelinkError::InvalidSubject);
        }
        let mut replaced = None;
        let written = self
            .write(user, |user| {
                let result = replace(user, provider, subject, now);
                let is_changed = result.is_ok();
                replaced = Some(result);
                Ok(if is_changed { Change::Write(()) } else { Change::Keep(()) })
            })
            .await;
        if let (Some(Ok((_, new))), Err(ProvisioningError::Taken(Field::Subject))) = (&replaced, &written)
            && let Some(other) = self.find_other(user, new).await?
        {
            return Err(RelinkError::InUse(other));
        }
        let user = written?.after;
        let (old, new) = replaced.ok_or(ProvisioningError::NotFound)??;
        if self.mode() == Mode::Write {
            let details = serde_json::json!({ "provider": provider.name, "old": old, "new": new });
            let audit = self.audit.clone().about(user.id);
            audit.success(EventKind::IdentityRelinked).details(details).record().await;
        }
        Ok(Relinked { user, old, new })
    }

    /// Returns another user who has this identity.
    async fn find_other(&self, user: UserId, key: &IdentityKey) -> Result<Option<UserId>, ProvisioningError> {
        let found = self.users.find(&key.handle()).await?;
        Ok(found.map(|found| found.id).filter(|found| *found != user))
    }
}

/// Replaces the identity; returns the old one and the new one.
fn replace(
    user: &mut User,
    provider: &ProviderConfig,
    subject: &str,
    now: Timestamp,
) -> Result<(IdentityKey, IdentityKey), RelinkError> {
    let old = old_identity(user, provider)?.key.clone();
    let new = IdentityKey { issuer: old.issuer.clone(), subject: subject.to_owned() };
    if old == new {
        return Err(RelinkError::Unchanged);
    }
    let identity = Identity {
        key: new.clone(),
        provider: provider.name.clone(),
        // The next sign-in brings both.
        email: None,
        roles: Vec::new(),
        linked_at: now,
        last_login_at: None,
    };
    user.unlink_identity(&old, now);
    user.link_identity(identity, now);
    user.end_sessions(EndReason::Revoked);
    Ok((old, new))
}

fn old_identity<'a>(user: &'a User, provider: &ProviderConfig) -> Result<&'a Identity, RelinkError> {
    let mut at_provider =
        user.identities.iter().filter(|identity| provider.issuer.accepts(&identity.key.issuer));
    match (at_provider.next(), at_provider.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(RelinkError::SeveralIdentities),
        (None, _) => Err(RelinkError::NoIdentity),
    }
}
