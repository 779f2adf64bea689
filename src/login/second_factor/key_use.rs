//! The keys that seal secrets: which of them are in use, and the change of the secrets of authenticator apps to the newest one.
//!
//! The store remembers the ids of the key ring. A start reads all users only if the ring lacks one of these ids, or the store has none.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

use super::totp::{ACTIVE, PENDING};
use crate::{
    mail,
    secrets::{Keys, OpenError, Sealed, SealedField},
    store::{Collection, Document, DocumentId, Page, Store, StoreError},
    user::{Totp, User},
};

/// Users per read of the store.
const PAGE: usize = 500;
/// Id of the only document.
const RING: &str = "ring";

/// The ids of the keys with which secrets may be sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SealingKeys {
    #[serde(rename = "_id")]
    id: String,
    key_ids: BTreeSet<String>,
}

impl Document for SealingKeys {
    const COLLECTION: Collection = Collection::SealingKeys;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.id.clone())
    }
}

/// Why a key ring cannot be used with a store.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    /// Users and mails need keys that the ring lacks.
    #[error(
        "{needed}, sealed with the key {keys}, which is missing here; add the key again behind the others, restart, run \
         `vestibule keys rotate`, and remove it then",
        needed = needed(*.users, *.mails), keys = .keys.join(", ")
    )]
    Missing { users: usize, mails: usize, keys: Vec<String> },
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn needed(users: usize, mails: usize) -> String {
    let users = match users {
        0 => None,
        1 => Some("1 user has an authenticator app".to_owned()),
        users => Some(format!("{users} users have an authenticator app")),
    };
    let mails = match mails {
        0 => None,
        1 => Some("1 mail is in the queue".to_owned()),
        mails => Some(format!("{mails} mails are in the queue")),
    };
    users.into_iter().chain(mails).collect::<Vec<_>>().join(" and ")
}

/// How many users and mails need each key.
pub type KeyUse = BTreeMap<String, Needed>;

/// Users with an authenticator app and mails in the queue that one key has sealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needed {
    pub users: usize,
    pub mails: usize,
}

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&needed(self.users, self.mails))
    }
}

/// Counts what needs each key. A sealed value that is replaced or expires within minutes does not count.
pub async fn key_use(store: &Store) -> Result<KeyUse, StoreError> {
    let mut used = KeyUse::new();
    for field in SealedField::ALL {
        match field {
            SealedField::Totp => {
                for (key, users) in users_by_key(store).await? {
                    used.entry(key).or_default().users = users;
                }
            }
            SealedField::MailContent => {
                for (key, mails) in mail::mails_by_key(store).await? {
                    used.entry(key).or_default().mails = mails;
                }
            }
            // The user starts another enrolment.
            SealedField::PendingTotp
            // Only the undo of a merge needs it, and names the key.
            | SealedField::MergedUser
            // The logout at the provider works without it.
            | SealedField::IdTokenHint
            | SealedField::LogoutIdToken
            | SealedField::ReturnTo
            // The client starts again.
            | SealedField::Ceremony
            | SealedField::SmsContent => {}
        }
    }
    Ok(used)
}

/// Checks that no user and no mail needs a key that the ring lacks, and remembers the keys of the ring.
///
/// # Errors
/// [`RingError::Missing`]: without the check, the codes of these users would fail days later with an internal error.
pub async fn require_keys_in_use(store: &Store, keys: &Keys) -> Result<(), RingError> {
    if !check_keys_in_use(store, keys).await? {
        remember(store, keys.ids().map(str::to_owned).collect()).await?;
    }
    Ok(())
}

/// Checks the same without a write. Returns whether the store remembers exactly these keys.
///
/// # Errors
/// As for [`require_keys_in_use`].
pub async fn check_keys_in_use(store: &Store, keys: &Keys) -> Result<bool, RingError> {
    let known = store.get::<SealingKeys>(&ring_id()).await?.map(|ring| ring.into_document().key_ids);
    let present: BTreeSet<String> = keys.ids().map(str::to_owned).collect();
    if known.as_ref() == Some(&present) {
        return Ok(true);
    }
    if !known.as_ref().is_some_and(|known| known.is_subset(&present)) {
        let used = key_use(store).await?;
        let knows_used_key = used.keys().any(|key| present.contains(key));
        let is_missing = |key: &str| match &known {
            // One document with an invalid key id must not stop the start.
            Some(known) => known.contains(key) && !present.contains(key),
            // The first start with this ring: a database of another installation, or a restored one without its keys.
            None => !knows_used_key,
        };
        let missing: KeyUse = used.into_iter().filter(|(key, _)| is_missing(key)).collect();
        if !missing.is_empty() {
            let users = missing.values().map(|needed| needed.users).sum();
            let mails = missing.values().map(|needed| needed.mails).sum();
            return Err(RingError::Missing { users, mails, keys: missing.into_keys().collect() });
        }
    }
    Ok(false)
}

async fn remember(store: &Store, key_ids: BTreeSet<String>) -> Result<(), StoreError> {
    let ring = SealingKeys { id: RING.to_owned(), key_ids };
    store.upsert(&ring_id(), |_: Option<SealingKeys>| Ok((Some(ring.clone()), ()))).await
}

/// Counts the users with an authenticator app by the key that sealed it.
async fn users_by_key(store: &Store) -> Result<BTreeMap<String, usize>, StoreError> {
    let (mut users, mut after) = (BTreeMap::new(), None);
    loop {
        let page = Page { tag: None, after, newest_first: false, limit: PAGE };
        let page = store.scan::<User>(page).await?;
        for user in &page.documents {
            // An enrolment in progress lasts ten minutes, and the user can start another one.
            let of_user: BTreeSet<&str> = user.totp.iter().filter_map(|totp| totp.secret.key_id()).collect();
            for key in of_user {
                *users.entry(key.to_owned()).or_default() += 1;
            }
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(users),
        }
    }
}

/// Seals with the newest key the secrets of a user that older keys have sealed; returns how many. The secrets stay the same, so no session ends.
///
/// # Errors
/// [`OpenError`]: the user is unchanged.
pub fn reseal(user: &mut User, keys: &Keys) -> Result<usize, OpenError> {
    let id = user.id;
    let again = |totp: &Totp| keys.reseal(&id, ACTIVE, &totp.secret);
    let active: Vec<Option<Sealed>> = user.totp.iter().map(again).collect::<Result<_, _>>()?;
    let mut changed = 0;
    let mut replace = |secret: &mut Sealed, again: Option<Sealed>| {
        if let Some(again) = again {
            *secret = again;
            changed += 1;
        }
    };
    for (totp, again) in user.totp.iter_mut().zip(active) {
        replace(&mut totp.secret, again);
    }
    if let Some(pending) = &mut user.pending_totp {
        // An abandoned enrolment that no key opens must not keep the active secrets under their old keys.
        let again = keys.reseal(&id, PENDING, &pending.secret).unwrap_or(None);
        replace(&mut pending.secret, again);
    }
    Ok(changed)
}

fn ring_id() -> DocumentId {
    DocumentId::Text(RING.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        secrets::new_key,
        user::{PendingTotp, UserId},
    };

    const NOW: Timestamp = Timestamp::from_millis(60_000);

    fn user(keys: &Keys) -> User {
        let mut user = User::new(UserId::new(NOW), NOW);
        for plain in [b"phone", b"tablet".as_slice()] {
            let secret = keys.seal(&user.id, ACTIVE, plain);
            user.totp.push(Totp { last_step: 7, ..Totp::unused(secret, NOW) });
        }
        let secret = keys.seal(&user.id, PENDING, b"pending");
        user.pending_totp =
            Some(PendingTotp { name: None, secret, expires_at: NOW, begun_by: String::new(), tries: 0 });
        user
    }

    #[test]
    fn resealed_secrets_open_with_the_newest_key_alone_and_end_no_session() {
        let (old, new) = (new_key(), new_key());
        let mut user = user(&Keys::parse(&old).expect("a key"));
        let both = Keys::parse(&format!("{},{}", *new, *old)).expect("two keys");
        assert_eq!(reseal(&mut user, &both).expect("all open"), 3);
        assert_eq!(reseal(&mut user, &both).expect("all open"), 0, "a second time changes nothing");
        let newest = Keys::parse(&new).expect("a key");
        for (totp, plain) in user.totp.iter().zip([b"phone", b"tablet".as_slice()]) {
            assert_eq!(&**newest.open(&user.id, ACTIVE, &totp.secret).expect("opens"), plain);
            assert_eq!(totp.last_step, 7);
        }
        let pending = user.pending_totp.as_ref().expect("an enrolment");
        assert_eq!(&**newest.open(&user.id, PENDING, &pending.secret).expect("opens"), b"pending");
        assert_eq!(user.session_epoch, 0);
    }

    // A secret that was copied from another user or field must not become valid when it is sealed again.
    #[test]
    fn secret_of_another_user_or_field_is_not_sealed_again() {
        let (old, new) = (new_key(), new_key());
        let ring = Keys::parse(&old).expect("a key");
        let both = Keys::parse(&format!("{},{}", *new, *old)).expect("two keys");
        let (mut ada, linus) = (user(&ring), user(&ring));
        ada.totp.clone_from(&linus.totp);
        assert!(matches!(reseal(&mut ada, &both), Err(OpenError::Damaged)));
        let mut ada = user(&ring);
        let pending = ada.pending_totp.as_ref().expect("an enrolment").secret.clone();
        ada.totp[1].secret = pending;
        assert!(matches!(reseal(&mut ada, &both), Err(OpenError::Damaged)));
    }
}
