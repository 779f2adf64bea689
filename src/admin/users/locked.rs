//! The users who must wait after failed guesses.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    app::App,
    limiter::user_of_device,
    login::password::account_keys,
    store::{Document, DocumentId, Page, StoreError, Stored},
    user::{Email, User, UserId},
};

/// Waits that are looked up. Guesses at many unknown names must not make the list slow.
const LOCKS_MAX: usize = 1000;
/// Look-ups at once.
const AT_ONCE: usize = 16;
/// Users with one unverified address.
const SAME_ADDRESS: usize = 20;

/// Returns the ids of the users who must wait.
pub(super) async fn ids(app: &App) -> Result<Vec<DocumentId>, StoreError> {
    let mut keys: Vec<String> = app.limiter.all_locks().await?.into_keys().collect();
    keys.sort_unstable();
    keys.truncate(LOCKS_MAX);
    let found = keys.iter().map(|key| users_of(app, key)).collect::<Vec<_>>();
    let found: Vec<_> = stream::iter(found).buffered(AT_ONCE).try_collect().await?;
    let mut ids: Vec<_> = found.into_iter().flatten().collect();
    ids.sort_unstable_by_key(ToString::to_string);
    ids.dedup();
    Ok(ids)
}

/// Returns the users whose guesses are counted under this text: an id, a name or an address, verified or not.
async fn users_of(app: &App, key: &str) -> Result<Vec<DocumentId>, StoreError> {
    if let Ok(id) = user_of_device(key).unwrap_or(key).parse::<UserId>() {
        return Ok(vec![id.document_id()]);
    }
    let Some(name) = key.strip_prefix("name:") else { return Ok(Vec::new()) };
    let mut users: Vec<User> = find(app, key).await?.into_iter().collect();
    if let Ok(email) = name.parse::<Email>() {
        users.extend(find(app, &email.handle()).await?);
        for tag in [email.admin_created_tag(), email.self_registered_tag()] {
            let page = Page { tag: Some(&tag), limit: SAME_ADDRESS, ..Page::default() };
            let found = app.store.scan::<User>(page).await?.documents;
            users.extend(found.into_iter().map(Stored::into_document));
        }
    }
    let is_counted = |user: &User| account_keys(user).iter().any(|own| own == key);
    Ok(users.iter().filter(|user| is_counted(user)).map(Document::id).collect())
}

/// Finds the user with this unique key. One that cannot be read is left out, as in the list itself: it must not make the whole list fail.
async fn find(app: &App, key: &str) -> Result<Option<User>, StoreError> {
    match app.store.find::<User>(key).await {
        Ok(found) => Ok(found.map(Stored::into_document)),
        Err(StoreError::Corrupt { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
