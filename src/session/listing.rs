//! The sessions of a user, for administrators.

use super::{
    lifetime::{self, Validity},
    record::{Session, State, tag_of_user},
};
use crate::{
    clock::Timestamp,
    config::SessionPolicy,
    store::{Page, Store, StoreError},
    user::{EndReason, User, UserId},
};

/// Sessions per read of the store.
const PAGE: usize = 200;
/// The same, for a count of all sessions.
const COUNTED_AT_ONCE: usize = 500;

/// A stored session and whether it is valid.
pub struct Listed {
    pub session: Session,
    pub validity: Result<State, EndReason>,
}

/// Returns the newest sessions of a user, up to `limit`. The old id of a session that continues under a new one is left out.
pub async fn of_user(
    store: &Store,
    user: &User,
    policy: SessionPolicy,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Listed>, StoreError> {
    let tag = tag_of_user(user.id);
    let page = Page { tag: Some(&tag), after: None, newest_first: true, limit };
    let sessions = store.scan::<Session>(page).await?.documents;
    Ok(listed(sessions.into_iter().map(crate::store::Stored::into_document), user, policy, now).collect())
}

/// Returns whether a session is valid and lacks no factor.
#[must_use]
pub fn is_signed_in(session: &Session, user: &User, policy: SessionPolicy, now: Timestamp) -> bool {
    lifetime::evaluate(session, user, policy, now) == Validity::Valid(State::SignedIn)
}

/// Counts the valid sessions of a user.
pub async fn valid_sessions(
    store: &Store,
    user: &User,
    policy: SessionPolicy,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let tag = tag_of_user(user.id);
    let (mut count, mut after) = (0, None);
    loop {
        let page = Page { tag: Some(&tag), after, newest_first: false, limit: PAGE };
        let page = store.scan::<Session>(page).await?;
        let sessions = page.documents.into_iter().map(crate::store::Stored::into_document);
        count += listed(sessions, user, policy, now).filter(|listed| listed.validity.is_ok()).count();
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(count),
        }
    }
}

/// Counts the sessions that are signed in, of the first `max` records. The end of a session by the settings is stored only at its next
/// request, so the settings are evaluated here, too. `has_epoch` says whether a user has this epoch now: another one has ended the session. Returns the number, and whether all records were read.
pub async fn count_signed_in(
    store: &Store,
    policy: SessionPolicy,
    now: Timestamp,
    max: usize,
    has_epoch: impl Fn(UserId, i64) -> bool + Send + Sync,
) -> Result<(u64, bool), StoreError> {
    let is_signed_in = |session: &Session| {
        session.state == State::SignedIn
            && !lifetime::is_purgeable(session, now)
            && lifetime::end_reason(session, now).is_none()
            && lifetime::revoked_by_settings(session, policy).is_none()
            && has_epoch(session.user_id, session.session_epoch)
    };
    let (mut count, mut read, mut after) = (0, 0, None);
    loop {
        let page = Page { tag: None, after, newest_first: false, limit: COUNTED_AT_ONCE.min(max - read) };
        let page = store.scan::<Session>(page).await?;
        count += page.documents.iter().filter(|session| is_signed_in(session)).count() as u64;
        read = max.min(read + COUNTED_AT_ONCE);
        match page.next {
            Some(_) if read >= max => return Ok((count, false)),
            Some(last) => after = Some(last),
            None => return Ok((count, true)),
        }
        // A page of the embedded store is read without a wait. Other requests must have a turn.
        tokio::task::yield_now().await;
    }
}

fn listed(
    sessions: impl Iterator<Item = Session>,
    user: &User,
    policy: SessionPolicy,
    now: Timestamp,
) -> impl Iterator<Item = Listed> {
    sessions.filter(move |session| !lifetime::is_purgeable(session, now)).map(move |session| {
        let validity = match lifetime::evaluate(&session, user, policy, now) {
            Validity::Valid(state) => Ok(state),
            Validity::Invalid(reason) => Err(reason),
        };
        Listed { session, validity }
    })
}
