//! What the acts of one dry run would have done to the administrators.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Administrators, LastAdministrator};
use crate::{
    store::StoreError,
    user::{User, UserId},
};

/// The administrators that the acts of a dry run would have added and removed so far. Each act finds what it would find after the others.
#[derive(Debug, Default)]
pub struct Preview(Mutex<Changes>);

#[derive(Debug, Default)]
struct Changes {
    added: HashSet<UserId>,
    removed: HashSet<UserId>,
}

impl Preview {
    /// Adds an act that would have written this user. `before` is `None` for a new user.
    pub fn add(&self, administrators: &Administrators<'_>, before: Option<&User>, after: &User) {
        let was_included = before.is_some_and(|user| administrators.includes(user));
        let mut changes = self.lock();
        match (was_included, administrators.includes(after)) {
            (false, true) => drop(changes.added.insert(after.id)),
            (true, false) => drop(changes.removed.insert(after.id)),
            (false, false) | (true, true) => {}
        }
    }

    /// Checks that an administrator would be left without this user.
    pub(super) async fn require_other<E>(
        &self,
        administrators: &Administrators<'_>,
        user: UserId,
    ) -> Result<(), E>
    where
        E: From<StoreError> + From<LastAdministrator>,
    {
        let (has_added, mut excluded) = {
            let changes = self.lock();
            (changes.added.iter().any(|added| *added != user), changes.removed.clone())
        };
        excluded.insert(user);
        if has_added { Ok(()) } else { administrators.require_other(&excluded).await }
    }

    fn lock(&self) -> MutexGuard<'_, Changes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
