//! How a command names a user, and how it finds users.

use clap::Args;

use crate::{
    cli::failure::Failure,
    store::{Page, Store, StoreError, Stored},
    user::{self, User, UserId},
};

/// Users per read of the store.
const PAGE: usize = 500;

#[derive(Args)]
pub(in crate::cli) struct UserRef {
    /// User name, ID or e-mail address.
    name: String,
}

impl UserRef {
    /// Finds the user by user name, verified address or id, and otherwise by an address that is not verified.
    pub(super) async fn find(&self, store: &Store) -> Result<Stored<User>, Failure> {
        let name = &self.name;
        for handle in [format!("name:{}", user::name_key(name)), user::email_handle(name)] {
            if let Some(user) = store.find::<User>(&handle).await? {
                return Ok(user);
            }
        }
        if let Ok(id) = name.parse::<UserId>()
            && let Some(user) = store.get::<User>(&id.document_id()).await?
        {
            return Ok(user);
        }
        let handle = user::email_handle(name);
        let mut found = all_users(store).await?;
        found.retain(|user| user.email.as_ref().is_some_and(|email| email.handle() == handle));
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(Failure::Failed(format!(
                "no user has the name, ID or address `{name}`; `vestibule users list` prints all users"
            ))),
            count => Err(Failure::Failed(format!(
                "{count} users have the address `{name}`; use the user name or the ID"
            ))),
        }
    }
}

/// Reads all users, page by page.
pub(super) async fn all_users(store: &Store) -> Result<Vec<Stored<User>>, StoreError> {
    let mut users: Vec<Stored<User>> = Vec::new();
    loop {
        let after = users.last().map(|user| user.id.document_id());
        let page = store.page::<User>(Page { tag: None, after, newest_first: false, limit: PAGE }).await?;
        let is_last = page.len() < PAGE;
        users.extend(page);
        if is_last {
            return Ok(users);
        }
    }
}

/// Returns the user name, or the id of a user without one.
pub(super) fn label(user: &User) -> String {
    user.username.as_ref().map_or_else(|| user.id.to_string(), ToString::to_string)
}
