//! Loads from the store what a linking decision needs to know.

use super::decide::Candidates;
use crate::{
    login::federated::oidc::claims::Claims,
    store::{Page, Store, StoreError, Stored},
    user::{Email, TypedName, User},
};

/// Two accounts that an administrator created with one address are already ambiguous.
const ADMIN_CREATED_MAX: usize = 2;
/// Maximum number of self-registered accounts that are reclaimed at once.
const SELF_REGISTERED_MAX: usize = 50;

/// Loads the users that could own the identity.
pub async fn load_candidates(store: &Store, claims: &Claims) -> Result<Candidates, StoreError> {
    let key = claims.key();
    let known = store.find::<User>(&key.handle()).await?.map(Stored::into_document);
    let tag = key.unlinked_tag();
    let unlinked = Page { tag: Some(&tag), limit: 1, ..Page::default() };
    // A user that cannot be read has the tag, too: an identity that was unlinked on purpose must not be linked again.
    let unlinked = !store.scan::<User>(unlinked).await?.is_empty();
    // An unverified address finds no account: otherwise the response would reveal which addresses have one.
    let Some(email) = claims.verified_email() else {
        return Ok(Candidates { known, unlinked, ..Candidates::default() });
    };
    let (verified_owner, named) = holders(store, email).await?;
    Ok(Candidates {
        known,
        unlinked,
        verified_owner,
        named,
        admin_created: unverified(store, email.admin_created_tag(), ADMIN_CREATED_MAX).await?,
        self_registered: unverified(store, email.self_registered_tag(), SELF_REGISTERED_MAX).await?,
        linking_user: None,
    })
}

/// Returns the user with the address, verified here, and another user whose user name is the address. Two users exist only in data that
/// an earlier version wrote.
async fn holders(store: &Store, email: &Email) -> Result<(Option<User>, Option<User>), StoreError> {
    let typed = TypedName::new(email.as_str());
    let handle = email.handle();
    let (holder, named) = tokio::try_join!(store.find::<User>(&handle), async {
        match typed.name_handle() {
            Some(handle) => store.find::<User>(&handle).await,
            None => Ok(None),
        }
    })?;
    let (holder, named) = (holder.map(Stored::into_document), named.map(Stored::into_document));
    let is_verified = holder.as_ref().is_some_and(|user| user.has_verified_email(email));
    let (owner, named) = if is_verified { (holder, named) } else { (None, named.or(holder)) };
    let owner_id = owner.as_ref().map(|user| user.id);
    Ok((owner, named.filter(|user| Some(user.id) != owner_id)))
}

/// Returns users with a tag whose address is not verified here. Fails if one of them cannot be read: without it, the decision would create
/// a second account for its address.
async fn unverified(store: &Store, tag: String, limit: usize) -> Result<Vec<User>, StoreError> {
    let users = store.page::<User>(Page { tag: Some(&tag), limit, ..Page::default() }).await?;
    Ok(users.into_iter().map(Stored::into_document).filter(|user| !user.email_verified).collect())
}
