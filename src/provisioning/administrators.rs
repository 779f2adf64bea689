//! The protection of the last administrator, also against requests at the same time.
//!
//! ```text
//!   reserve (user, revision) ─▶ count the administrators without reserved users ─▶ write of exactly this revision ─▶ release
//! ```
//!
//! Two administrators can disable each other at the same time, on two replicas. A count before the write is not enough: both would count the
//! other one. So each act first writes into one document which user it removes. Of two acts, the later one sees the earlier one there, or
//! reads the user that it has written.
//!
//! An act that crashed leaves its entry. After a minute, the next act raises the revision of that user and removes the entry. If the first
//! act was only slow, its write then has the wrong revision and fails. So no decision depends on the time.

use std::{collections::HashSet, time::Duration};

use serde::{Deserialize, Serialize};

use super::error::ProvisioningError;
use crate::{
    cache::DocumentCache,
    clock::Timestamp,
    config::ProviderConfig,
    store::{Change, Collection, Condition, Document, DocumentId, Order, Selection, Store, StoreError},
    user::{
        Status, User, UserId,
        roles::{ADMIN, roles_of},
    },
};

/// The one document of the collection.
const ID: &str = "inProgress";
/// The age at which an entry may be removed.
const ABANDONED: Duration = Duration::from_mins(1);
/// Users per read.
const PAGE: usize = 100;

/// The administrators of a store: users who can act with the role `admin`, assigned here or by a provider of the settings.
pub struct Administrators<'a> {
    store: &'a Store,
    users: &'a DocumentCache<User>,
    providers: &'a [ProviderConfig],
}

/// The users whom acts in progress remove from the administrators.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AdministratorChanges {
    #[serde(rename = "_id")]
    id: String,
    reserved: Vec<Reservation>,
}

/// An act that removes this revision of an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reservation {
    user: UserId,
    revision: i64,
    at: Timestamp,
}

impl Document for AdministratorChanges {
    const COLLECTION: Collection = Collection::AdministratorChanges;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.id.clone())
    }
}

impl Reservation {
    pub(super) fn revision(&self) -> i64 {
        self.revision
    }
}

/// Returns whether a user counts: active, with the role, and without a deletion that is due.
pub(super) fn is_administrator(user: &User, providers: &[ProviderConfig]) -> bool {
    user.status == Status::Active
        && user.deletion_at.is_none()
        && roles_of(user, providers).iter().any(|role| role == ADMIN)
}

impl<'a> Administrators<'a> {
    #[must_use]
    pub fn new(store: &'a Store, users: &'a DocumentCache<User>, providers: &'a [ProviderConfig]) -> Self {
        Self { store, users, providers }
    }

    /// Returns whether a user counts.
    pub(super) fn includes(&self, user: &User) -> bool {
        is_administrator(user, self.providers)
    }

    /// Reserves the removal of an administrator.
    ///
    /// # Errors
    /// [`ProvisioningError::LastAdministrator`] if no other one would be left.
    pub(super) async fn reserve(
        &self,
        user: UserId,
        revision: i64,
        now: Timestamp,
    ) -> Result<Reservation, ProvisioningError> {
        let abandoned = self.fence_abandoned(now).await?;
        let own = Reservation { user, revision, at: now };
        let reserved = self
            .change(|reserved| {
                reserved.retain(|other| !abandoned.contains(other));
                reserved.push(own.clone());
            })
            .await?;
        let excluded = reserved.iter().map(|reservation| reservation.user).collect();
        match self.others_exist(&excluded).await {
            Ok(true) => Ok(own),
            Ok(false) => {
                self.release(&own).await?;
                Err(ProvisioningError::LastAdministrator)
            }
            Err(error) => {
                self.release(&own).await?;
                Err(error.into())
            }
        }
    }

    pub(super) async fn release(&self, reservation: &Reservation) -> Result<(), StoreError> {
        self.change(|reserved| reserved.retain(|other| other != reservation)).await.map(drop)
    }

    /// Makes the writes of abandoned acts impossible; returns their entries.
    async fn fence_abandoned(&self, now: Timestamp) -> Result<Vec<Reservation>, StoreError> {
        let found =
            self.store.get_expendable::<AdministratorChanges>(&DocumentId::Text(ID.to_owned())).await?;
        let mut reserved = found.map(|found| found.document.reserved).unwrap_or_default();
        reserved.retain(|reservation| reservation.at + ABANDONED <= now);
        for reservation in &reserved {
            let is_same = |revision| revision == reservation.revision;
            self.users
                .update_stored::<_, StoreError>(&reservation.user.document_id(), |user| {
                    Ok(if is_same(user.revision) { Change::Write(()) } else { Change::Keep(()) })
                })
                .await?;
        }
        Ok(reserved)
    }

    async fn change(
        &self,
        mut change: impl FnMut(&mut Vec<Reservation>) + Send,
    ) -> Result<Vec<Reservation>, StoreError> {
        self.store
            .upsert::<AdministratorChanges, _, StoreError>(&DocumentId::Text(ID.to_owned()), |current| {
                let mut reserved = current.map(|current| current.reserved).unwrap_or_default();
                change(&mut reserved);
                let document = AdministratorChanges { id: ID.to_owned(), reserved: reserved.clone() };
                Ok((Some(document), reserved))
            })
            .await
    }

    async fn others_exist(&self, excluded: &HashSet<UserId>) -> Result<bool, StoreError> {
        let equals = |path, text: &str| Condition::Equals(path, text.to_owned());
        let has_role = vec![equals("roles[]", ADMIN), equals("identities[].roles[]", ADMIN)];
        let condition = Condition::All(vec![equals("status", "active"), Condition::Any(has_role)]);
        let mut selection = Selection { condition, order: Order::default(), after: None, limit: PAGE };
        loop {
            let page = self.store.select::<User>(&selection).await?;
            let mut users = page.documents.iter();
            if users.any(|user| self.includes(user) && !excluded.contains(&user.id)) {
                return Ok(true);
            }
            match page.next {
                Some(next) => selection.after = Some(next),
                None => return Ok(false),
            }
        }
    }
}
