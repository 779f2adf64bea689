//! Finds the user that a typed text names. Login and commands use it, so that a text names the same user everywhere.

use crate::{
    store::{Store, StoreError, Stored},
    user::{TypedName, User},
};

/// Finds a user by user name or verified address.
///
/// A text finds at most one user: a user name that is an address takes the handle of the address. If an earlier version stored two users
/// for one text, the user name wins. Only an administrator sets it. A provider can verify an address, and must not lock out the user who
/// signs in with that name.
pub async fn find_user(store: &Store, typed: &TypedName) -> Result<Option<Stored<User>>, StoreError> {
    // At the same time: the time of a refusal must not reveal which of the two exists (user enumeration).
    let (by_name, by_email) =
        tokio::try_join!(find(store, typed.name_handle()), find(store, typed.email_handle()))?;
    Ok(by_name.or(by_email))
}

async fn find(store: &Store, handle: Option<String>) -> Result<Option<Stored<User>>, StoreError> {
    match handle {
        Some(handle) => store.find(&handle).await,
        None => Ok(None),
    }
}
