//! Creation of many users at once: one look-up, one transaction and one write of the head of the audit chain for all of them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use futures_util::{StreamExt as _, stream};

use super::{Credentials, DesiredUser, Mode, Provisioning, ProvisioningError, field_of};
use crate::{
    audit::{EventKind, record_with},
    clock::Timestamp,
    store::{Document, Page, StoreError},
    user::{User, UserId},
};

/// Users of the store, by their unique keys.
#[derive(Default)]
pub struct Matches {
    users: Vec<User>,
    by_key: HashMap<String, usize>,
    looked_up: LookedUp,
    /// Whether a user was found that cannot be read.
    pub has_unreadable: bool,
}

/// The keys that were looked up.
enum LookedUp {
    Keys(HashSet<String>),
    /// The store had no user.
    All,
}

impl Default for LookedUp {
    fn default() -> Self {
        Self::Keys(HashSet::new())
    }
}

impl LookedUp {
    fn has(&self, key: &str) -> bool {
        match self {
            Self::Keys(keys) => keys.contains(key),
            Self::All => true,
        }
    }
}

impl Matches {
    /// Returns the result of a look-up in a store without users. Users that other processes create since are found when they prevent a
    /// creation.
    #[must_use]
    pub fn of_empty_store() -> Self {
        Self { looked_up: LookedUp::All, ..Self::default() }
    }

    /// Returns the user of a row: by user name, else by id, else by identity.
    #[must_use]
    pub fn of(&self, desired: &DesiredUser) -> Option<&User> {
        // The keys are not computed for nothing: a first import finds no user.
        if self.users.is_empty() {
            return None;
        }
        desired.handles().iter().find_map(|key| self.with_key(key))
    }

    /// Returns the user with this unique key.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Option<&User> {
        self.by_key.get(key).and_then(|at| self.users.get(*at))
    }
}

impl Provisioning<'_> {
    /// Finds the user of a row.
    ///
    /// # Errors
    /// The store failed. A user that cannot be read is left out: the creation is refused then.
    pub async fn find(&self, desired: &DesiredUser) -> Result<Matches, ProvisioningError> {
        self.with_keys(desired.handles()).await
    }

    /// Finds with one look-up the users of many rows, and the users who have a key that new users of these rows would have.
    ///
    /// # Errors
    /// As for [`Self::find`].
    pub async fn find_all<'d>(
        &self,
        desired: impl IntoIterator<Item = &'d DesiredUser>,
    ) -> Result<Matches, ProvisioningError> {
        self.with_keys(desired.into_iter().flat_map(DesiredUser::unique_keys).collect()).await
    }

    /// Returns whether the store has a user.
    ///
    /// # Errors
    /// The store failed.
    pub async fn has_users(&self) -> Result<bool, ProvisioningError> {
        // A page from the start would also look for ids of another type, in the whole table.
        let start = UserId::at(Timestamp::epoch(), [0; 10]).document_id();
        let page = Page { after: Some(start), limit: 1, ..Page::default() };
        Ok(!self.users.scan(page).await?.is_empty())
    }

    async fn with_keys(&self, keys: Vec<String>) -> Result<Matches, ProvisioningError> {
        if keys.is_empty() {
            return Ok(Matches::default());
        }
        let found = self.users.find_all(&keys).await?;
        let has_unreadable = !found.unreadable.is_empty();
        let mut matches = Matches {
            looked_up: LookedUp::Keys(keys.into_iter().collect()),
            has_unreadable,
            ..Matches::default()
        };
        for user in found.documents {
            let at = matches.users.len();
            matches.by_key.extend(user.keys().into_iter().map(|key| (key, at)));
            matches.users.push(user.into_document());
        }
        Ok(matches)
    }

    /// Prepares new users, `parallel` at the same time: passwords take most of the time.
    ///
    /// # Errors
    /// The hashing threads failed.
    pub async fn new_users<'d>(
        &self,
        desired: impl IntoIterator<Item = &'d DesiredUser>,
        credentials: &Credentials<'_>,
        parallel: usize,
    ) -> Result<Vec<User>, ProvisioningError> {
        let prepared: Vec<_> = stream::iter(desired)
            .map(|desired| self.new_user(desired, credentials))
            .buffered(parallel)
            .collect()
            .await;
        prepared.into_iter().collect()
    }

    /// Creates new users, each with its audit event, and returns the result of each. One that is refused does not affect the others. `found` is
    /// the result of [`Self::find_all`] for their rows.
    ///
    /// # Errors
    /// The store failed. Each user is complete or absent then.
    pub async fn create_all(
        &self,
        users: Vec<User>,
        found: &Matches,
    ) -> Result<Vec<Result<User, ProvisioningError>>, ProvisioningError> {
        // The key of a random id is not looked up. The store decides about it, as about every other key.
        let keys_of = |user: &User| {
            let own_id = user.id.handle();
            user.keys().into_iter().filter(|key| *key != own_id || found.looked_up.has(key)).collect()
        };
        let keys: Vec<Vec<String>> = match found.looked_up {
            LookedUp::Keys(_) => users.iter().map(keys_of).collect(),
            LookedUp::All => users.iter().map(|_| Vec::new()).collect(),
        };
        // Usually none.
        let others = keys.iter().flatten().filter(|key| !found.looked_up.has(key));
        let others = self.with_keys(others.cloned().collect()).await?;
        let is_taken = |key: &&String| found.with_key(key).or_else(|| others.with_key(key)).is_some();
        let refused: Vec<_> = users
            .iter()
            .zip(&keys)
            .map(|(user, keys)| keys.iter().find(is_taken).map(|key| field_of(user, key)))
            .collect();
        let free = users.into_iter().zip(&refused).filter(|(_, refused)| refused.is_none());
        let free = Arc::new(free.map(|(user, _)| user).collect::<Vec<_>>());
        let is_written = self.mode == Mode::Write && self.is_written_together(&free).await?;
        // The transaction has ended, so nothing else has them.
        let mut free = Arc::unwrap_or_clone(free).into_iter();
        let checked = refused.into_iter().filter_map(|refused| match refused {
            Some(field) => Some(Err(ProvisioningError::Taken(field))),
            None => free.next().map(Ok),
        });
        let checked: Vec<_> = checked.collect();
        match found.looked_up {
            LookedUp::Keys(_) | LookedUp::All if is_written => Ok(checked),
            // Another process has created one of the users. A look-up says which one, and the others are still written together.
            LookedUp::All if self.mode == Mode::Write => {
                let users: Vec<User> = checked.into_iter().flatten().collect();
                let found = self.with_keys(users.iter().flat_map(User::keys).collect()).await?;
                Box::pin(self.create_all(users, &found)).await
            }
            LookedUp::Keys(_) | LookedUp::All => self.create_each(checked).await,
        }
    }

    /// Writes all users in one transaction. Returns `false` if one of them was refused, or the store has no transactions: then nothing was
    /// written.
    async fn is_written_together(&self, users: &Arc<Vec<User>>) -> Result<bool, ProvisioningError> {
        if !self.users.has_transactions().await? {
            return Ok(false);
        }
        let created = |user: &User| self.audit.clone().about(user.id).success(EventKind::UserCreated);
        let entries = users.iter().map(created).collect();
        match record_with(self.audit.chain(), users.clone(), entries).await {
            Ok(()) => Ok(true),
            // Another process has created one of the users since the look-up.
            Err(StoreError::Taken { .. }) => Ok(false),
            Err(error) => Err(ProvisioningError::Store(error)),
        }
    }

    async fn create_each(
        &self,
        checked: Vec<Result<User, ProvisioningError>>,
    ) -> Result<Vec<Result<User, ProvisioningError>>, ProvisioningError> {
        let mut results = Vec::with_capacity(checked.len());
        for checked in checked {
            results.push(match checked {
                Ok(user) if self.mode == Mode::Write => match self.insert(user).await {
                    Err(ProvisioningError::Store(
                        error @ (StoreError::Unavailable(_) | StoreError::Unusable(_)),
                    )) => return Err(ProvisioningError::Store(error)),
                    result => result,
                },
                Ok(user) => {
                    self.add_to_preview(None, &user);
                    Ok(user)
                }
                Err(error) => Err(error),
            });
        }
        Ok(results)
    }
}
