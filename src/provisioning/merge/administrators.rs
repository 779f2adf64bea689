//! The last administrator cannot be merged away.

use super::{super::administrators::is_administrator, error::MergeError};
use crate::{
    config::ProviderConfig,
    store::{Page, Store, StoreError, Stored},
    user::User,
};

/// Users per read of the store.
const PAGE: usize = 500;

/// Requires an active user with the role `admin` after the merge. Returns the user that is the reason, if it is another one than INTO: the
/// caller writes it in the same step, so that two merges at the same time cannot end the last two administrators.
pub(super) async fn require_another(
    store: &Store,
    providers: &[ProviderConfig],
    from: &User,
    into: &User,
) -> Result<Option<Stored<User>>, MergeError> {
    if !is_administrator(from, providers) || is_administrator(into, providers) {
        return Ok(None);
    }
    another(store, providers, from, into).await?.map(Some).ok_or(MergeError::LastAdministrator)
}

async fn another(
    store: &Store,
    providers: &[ProviderConfig],
    from: &User,
    into: &User,
) -> Result<Option<Stored<User>>, StoreError> {
    let mut after = None;
    loop {
        let page = store.scan::<User>(Page { tag: None, after, newest_first: false, limit: PAGE }).await?;
        let is_another = |user: &Stored<User>| {
            user.id != from.id && user.id != into.id && is_administrator(user, providers)
        };
        if let Some(found) = page.documents.into_iter().find(is_another) {
            return Ok(Some(found));
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(None),
        }
    }
}
