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
//!
//! A provider may take the role from the last administrator: its word about its users is not refused. Then an event reports it, see
//! [`Administrators::is_missing_after`].

mod guard;
mod preview;

use std::{collections::HashSet, time::Duration};

use serde::{Deserialize, Serialize};

pub use self::{
    guard::{Attempt, Guard},
    preview::Preview,
};
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
#[derive(Clone, Copy)]
pub struct Administrators<'a> {
    store: &'a Store,
    users: &'a DocumentCache<User>,
    providers: &'a [ProviderConfig],
}

/// Without this user, no user could administrate the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the user is the last active administrator")]
pub struct LastAdministrator;

/// The users whom acts in progress remove from the administrators.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AdministratorChanges {
    #[serde(rename = "_id")]
    id: String,
    reserved: Vec<Reservation>,
}

/// An act that removes this revision of an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Reservation {
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

impl<'a> Administrators<'a> {
    #[must_use]
    pub fn new(store: &'a Store, users: &'a DocumentCache<User>, providers: &'a [ProviderConfig]) -> Self {
        Self { store, users, providers }
    }

    /// Returns whether a user counts: active, with the role, and without a deletion that is due.
    #[must_use]
    pub fn includes(&self, user: &User) -> bool {
        user.deletion_at.is_none() && self.includes_until_deletion(user)
    }

    /// Returns whether a user counts who may have asked for the deletion of the account.
    #[must_use]
    pub fn includes_until_deletion(&self, user: &User) -> bool {
        user.status == Status::Active && roles_of(user, self.providers).iter().any(|role| role == ADMIN)
    }

    /// Returns whether there is an administrator.
    ///
    /// # Errors
    /// The store failed.
    pub async fn exist(&self) -> Result<bool, StoreError> {
        self.others_exist(&HashSet::new()).await
    }

    /// Returns whether a change that cannot be refused has removed the last administrator. Of two changes at the same time, the later one
    /// sees the earlier one: the users are counted after the write.
    ///
    /// # Errors
    /// The store failed.
    pub async fn is_missing_after(&self, before: &User, after: &User) -> Result<bool, StoreError> {
        Ok(self.includes(before) && !self.includes(after) && !self.exist().await?)
    }

    /// Reserves the removal of an administrator.
    ///
    /// # Errors
    /// [`LastAdministrator`] if no other one would be left.
    async fn reserve<E>(&self, own: &Reservation) -> Result<(), E>
    where
        E: From<StoreError> + From<LastAdministrator>,
    {
        let abandoned = self.fence_abandoned(own.at).await?;
        let reserved = self
            .change(|reserved| {
                reserved.retain(|other| !abandoned.contains(other));
                reserved.push(own.clone());
            })
            .await?;
        let excluded = reserved.iter().map(|reservation| reservation.user).collect();
        let result = self.require_other(&excluded).await;
        if result.is_err() {
            self.release(own).await?;
        }
        result
    }

    async fn require_other<E>(&self, excluded: &HashSet<UserId>) -> Result<(), E>
    where
        E: From<StoreError> + From<LastAdministrator>,
    {
        if self.others_exist(excluded).await? { Ok(()) } else { Err(LastAdministrator.into()) }
    }

    async fn release(&self, reservation: &Reservation) -> Result<(), StoreError> {
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
