//! A user whom a provider has created again with another subject: the new identity takes the place of the old one.

use super::{Mode, Provisioning};
use crate::{
    audit::EventKind,
    config::ProviderConfig,
    store::{Change, Store, StoreError, Stored},
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
    #[error("the user does not exist")]
    NotFound,
    /// The actor may not act on administrators.
    #[error("only an administrator with the role `admin` may act on administrators")]
    Administrative,
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
    #[error(transparent)]
    Store(#[from] StoreError),
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
    /// this user again. In a dry run, only reports what it would change.
    ///
    /// # Errors
    /// [`RelinkError`]: nothing was changed.
    pub async fn relink(&self, store: &Store, relink: Relink<'_>) -> Result<Relinked, RelinkError> {
        let (now, mode) = (self.clock.now(), self.mode());
        let Relink { user, provider, subject } = relink;
        // OpenID Connect Core §2: at most 255 ASCII characters.
        let is_valid = (1..=255).contains(&subject.len()) && !subject.chars().any(char::is_control);
        if !is_valid {
            return Err(RelinkError::InvalidSubject);
        }
        let mut keys = None;
        let written = self
            .users
            .update::<(), RelinkError>(&user.document_id(), |user| {
                // In the compare-and-set: a user who becomes an administrator at the same time is protected, too. The new subject signs in as
                // the user (takeover of an administrator).
                self.require_authority(user).map_err(|_| RelinkError::Administrative)?;
                let old = old_identity(user, provider)?.clone();
                let new = IdentityKey { issuer: old.key.issuer.clone(), subject: subject.to_owned() };
                if old.key == new {
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
                user.unlink_identity(&old.key, now);
                user.link_identity(identity, now);
                user.end_sessions(EndReason::Revoked);
                keys = Some((old.key, new));
                Ok(match mode {
                    Mode::Write => Change::Write(()),
                    Mode::DryRun => Change::Keep(()),
                })
            })
            .await;
        if let (Some((_, new)), Err(RelinkError::Store(StoreError::Taken { .. })) | Ok(_)) = (&keys, &written)
            && let Some(other) = store.find::<User>(&new.handle()).await?.filter(|other| other.id != user)
        {
            return Err(RelinkError::InUse(other.id));
        }
        let (user, ()) = written?.ok_or(RelinkError::NotFound)?;
        let (old, new) = keys.ok_or(RelinkError::NotFound)?;
        if mode == Mode::Write {
            let details = serde_json::json!({ "provider": provider.name, "old": old, "new": new });
            let audit = self.audit.clone().about(user.id);
            audit.success(EventKind::IdentityRelinked).details(details).record().await;
        }
        Ok(Relinked { user, old, new })
    }
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
