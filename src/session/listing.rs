//! The sessions of a user, for administrators.

use super::{
    lifetime::{self, Validity},
    record::{Session, State, tag_of_user},
};
use crate::{
    clock::Timestamp,
    config::Mfa,
    store::{Page, Store, StoreError},
    user::{EndReason, User},
};

/// Sessions per read of the store.
const PAGE: usize = 200;

/// A stored session and whether it is valid.
pub struct Listed {
    pub session: Session,
    pub validity: Result<State, EndReason>,
}

/// Returns the newest sessions of a user, up to `limit`. The old id of a session that continues under a new one is left out.
pub async fn of_user(
    store: &Store,
    user: &User,
    mfa: Mfa,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Listed>, StoreError> {
    let tag = tag_of_user(user.id);
    let page = Page { tag: Some(&tag), after: None, newest_first: true, limit };
    let sessions = store.scan::<Session>(page).await?.documents;
    Ok(listed(sessions.into_iter().map(crate::store::Stored::into_document), user, mfa, now).collect())
}

/// Returns whether a session is valid and lacks no factor.
#[must_use]
pub fn is_signed_in(session: &Session, user: &User, mfa: Mfa, now: Timestamp) -> bool {
    lifetime::evaluate(session, user, mfa, now) == Validity::Valid(State::SignedIn)
}

/// Counts the valid sessions of a user.
pub async fn valid_sessions(
    store: &Store,
    user: &User,
    mfa: Mfa,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let tag = tag_of_user(user.id);
    let (mut count, mut after) = (0, None);
    loop {
        let page = Page { tag: Some(&tag), after, newest_first: false, limit: PAGE };
        let page = store.scan::<Session>(page).await?;
        let sessions = page.documents.into_iter().map(crate::store::Stored::into_document);
        count += listed(sessions, user, mfa, now).filter(|listed| listed.validity.is_ok()).count();
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(count),
        }
    }
}

fn listed(
    sessions: impl Iterator<Item = Session>,
    user: &User,
    mfa: Mfa,
    now: Timestamp,
) -> impl Iterator<Item = Listed> {
    sessions.filter(move |session| !lifetime::is_purgeable(session, now)).map(move |session| {
        let validity = match lifetime::evaluate(&session, user, mfa, now) {
            Validity::Valid(state) => Ok(state),
            Validity::Invalid(reason) => Err(reason),
        };
        Listed { session, validity }
    })
}
