//! The documents of merged users after a change of the keys.

use crate::{
    login::second_factor::key_use::reseal,
    secrets::Keys,
    store::{Change, Document as _, Page, Store, StoreError},
    user::{User, merge::Merge},
};

/// Merges per read of the store.
const PAGE: usize = 100;

/// Seals the documents of merged users, and the secrets in them, with the newest key; returns how many. A document that cannot be opened stays
/// as it is: the undo of its merge names the key.
///
/// # Errors
/// The store failed.
pub async fn reseal_all(store: &Store, keys: &Keys) -> Result<usize, StoreError> {
    let (mut count, mut after) = (0, None);
    loop {
        let page = store.scan::<Merge>(Page { tag: None, after, newest_first: false, limit: PAGE }).await?;
        for merge in &page.documents {
            let written = store
                .update::<Merge, bool, StoreError>(&merge.id(), |merge| {
                    let Some(user) = resealed(merge, keys) else { return Ok(Change::Keep(false)) };
                    merge.seal(&user, keys);
                    Ok(Change::Write(true))
                })
                .await?;
            count += usize::from(written.is_some_and(|(_, is_written)| is_written));
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(count),
        }
    }
}

/// Returns the user of a merge with secrets under the newest key. `None` if nothing changes.
fn resealed(merge: &Merge, keys: &Keys) -> Option<User> {
    let mut user = merge.open(keys).ok()??;
    let changed = reseal(&mut user, keys).ok()?;
    let is_newest = merge.sealed.as_ref().and_then(|sealed| sealed.key_id()) == Some(keys.newest_id());
    (changed > 0 || !is_newest).then_some(user)
}
