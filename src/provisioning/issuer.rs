//! A provider that has a new issuer, such as an Auth0 tenant with a custom domain or a Keycloak realm on another host: the subjects are the
//! same.
//!
//! Each user is changed in one write. The command can be interrupted and repeated: it finds only users who still have the old issuer.

use std::time::Instant;

use super::{Mode, Provisioning, ProvisioningError};
use crate::{
    audit::EventKind,
    store::{Change, Page, Store, StoreError},
    user::{IdentityKey, User, UserId},
};

/// Users per read of the store.
const PAGE: usize = 500;

/// The old issuer and the new one, exactly as in `iss`.
#[derive(Clone, Copy)]
pub struct IssuerMove<'a> {
    pub old: &'a str,
    pub new: &'a str,
    /// The move stops then. It can be repeated for the rest.
    pub until: Option<Instant>,
}

/// A user whose identity cannot move: another user has the identity at the new issuer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MoveConflict")]
pub struct Conflict {
    pub user: UserId,
    pub subject: String,
    pub other: UserId,
}

/// What a move did, or would do.
#[derive(Debug, Default, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "IssuerMove")]
pub struct Moved {
    /// Users with an identity of the old issuer, linked or unlinked.
    pub users: usize,
    pub moved: usize,
    pub conflicts: Vec<Conflict>,
    /// Whether all users were looked at.
    pub complete: bool,
    /// Users who cannot be read.
    pub unreadable: usize,
}

impl Provisioning<'_> {
    /// Moves the identities of all users to the new issuer. `progress` is called with the number of users that were looked at.
    ///
    /// # Errors
    /// [`ProvisioningError::LastAdministrator`] if the role of the last administrators comes from the old issuer, and no provider of the
    /// settings has the new one: their role would end with the move. Or the store failed. The users before are moved; a repeated move
    /// continues.
    pub async fn move_issuer(
        &self,
        store: &Store,
        order: IssuerMove<'_>,
        mut progress: impl FnMut(usize) + Send,
    ) -> Result<Moved, ProvisioningError> {
        let (mut done, mut after, mut seen) = (Moved::default(), None, 0);
        loop {
            let page =
                store.scan::<User>(Page { tag: None, after, newest_first: false, limit: PAGE }).await?;
            for user in page.documents.iter().filter(|user| user.has_issuer(order.old)) {
                if order.until.is_some_and(|until| Instant::now() >= until) {
                    return Ok(done);
                }
                done.users += 1;
                match self.move_user(store, user, order).await? {
                    Some(conflict) => done.conflicts.push(conflict),
                    None => done.moved += 1,
                }
            }
            seen += page.documents.len() + page.unreadable.len();
            done.unreadable += page.unreadable.len();
            progress(seen);
            match page.next {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        done.complete = true;
        Ok(done)
    }

    /// Moves the identities of one user. Returns the conflict that forbids it: then the user is unchanged.
    async fn move_user(
        &self,
        store: &Store,
        user: &User,
        order: IssuerMove<'_>,
    ) -> Result<Option<Conflict>, ProvisioningError> {
        let IssuerMove { old, new, .. } = order;
        if let Some(conflict) = conflict(store, user, order).await? {
            return Ok(Some(conflict));
        }
        let now = self.clock.now();
        let written = self
            .write(user.id, |user| {
                Ok(if user.move_issuer(old, new, now) { Change::Write(()) } else { Change::Keep(()) })
            })
            .await;
        match written {
            Ok(written) if written.is_changed && self.mode() == Mode::Write => {
                let details = serde_json::json!({ "old": old, "new": new });
                let audit = self.audit.clone().about(user.id);
                audit.success(EventKind::IssuerMoved).details(details).record().await;
                Ok(None)
            }
            // A dry run, the user was deleted, or another process was faster.
            Ok(_) | Err(ProvisioningError::NotFound) => Ok(None),
            // Another user got the identity after the check.
            Err(error @ ProvisioningError::Taken(_)) => {
                conflict(store, user, order).await?.map_or(Err(error), |conflict| Ok(Some(conflict)))
            }
            Err(error) => Err(error),
        }
    }
}

/// Finds another user with one of the identities at the new issuer.
async fn conflict(store: &Store, user: &User, order: IssuerMove<'_>) -> Result<Option<Conflict>, StoreError> {
    for identity in user.identities.iter().filter(|identity| identity.key.issuer == order.old) {
        let subject = identity.key.subject.clone();
        let key = IdentityKey { issuer: order.new.to_owned(), subject: subject.clone() };
        if let Some(other) = owner_of(store, &key).await?.filter(|other| *other != user.id) {
            return Ok(Some(Conflict { user: user.id, subject, other }));
        }
    }
    Ok(None)
}

/// Returns the user who has an identity. One that cannot be read is a conflict like any other: it must not stop the move of all others.
async fn owner_of(store: &Store, key: &IdentityKey) -> Result<Option<UserId>, StoreError> {
    match store.find::<User>(&key.handle()).await {
        Ok(found) => Ok(found.map(|user| user.id)),
        Err(error) => match &error {
            StoreError::Corrupt { id, .. } => id.parse().map(Some).map_err(|_| error),
            StoreError::Taken { .. } | StoreError::Unavailable(_) | StoreError::Unusable(_) => Err(error),
        },
    }
}
