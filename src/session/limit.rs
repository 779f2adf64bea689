//! The limit of sessions of one user: a client with the password could otherwise fill the store with sessions.
//!
//! Every login enforces it after its record was written. So of concurrent logins at least the last one sees all records.

use super::{
    ending::end_listed,
    lifetime,
    record::{Session, State, tag_of_user},
};
use crate::{
    app::App,
    clock::Timestamp,
    store::{Document as _, DocumentId, Page, StoreError},
    user::{EndReason, User, UserId},
};

/// Largest number of valid sessions of one user.
const VALID_MAX: usize = 100;
/// Largest number of sessions of one user that lack a factor. They end first: a client that knows only the password must not push out the
/// sessions of the user. They have a limit of their own, so that a user with many sessions can still complete a login.
const PENDING_MAX: usize = 20;
/// Largest number of records of one user, with those that only keep the reason of an end.
const RECORDS_MAX: usize = 200;
/// Records read at once: more exist only while logins run at the same time.
const READ_AT_ONCE: usize = 400;

/// Ends the least useful sessions of a user above the limit, and deletes the oldest records of ended ones. `newest` was opened now.
///
/// # Errors
/// The store failed: some sessions are above the limit until the next login.
pub(super) async fn enforce(app: &App, user: UserId, newest: &DocumentId) -> Result<(), StoreError> {
    let tag = tag_of_user(user);
    let page = Page { tag: Some(&tag), after: None, newest_first: false, limit: READ_AT_ONCE };
    let page = app.sessions.scan(page).await?.documents;
    if page.len() <= PENDING_MAX {
        return Ok(());
    }
    let Some(document) = app.users.get(&user.document_id()).await? else { return Ok(()) };
    let Surplus { to_end, to_delete } =
        surplus(page.iter().map(|session| &**session), &document, newest, app.clock.now());
    if !to_end.is_empty() {
        tracing::info!(%user, ended = to_end.len(), "session limit of the user reached");
    }
    for key in to_end {
        end_listed(app, key, EndReason::Revoked, &|_| true).await?;
    }
    for key in to_delete {
        app.sessions.take(&key).await?;
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
struct Surplus {
    to_end: Vec<DocumentId>,
    to_delete: Vec<DocumentId>,
}

/// Selects the sessions to end: of those that lack a factor, and of the others, those without activity for the longest time. A session that
/// the state of the user has revoked does not count. A record that another one replaced is kept for its minute: an end must find the successor.
fn surplus<'a>(
    sessions: impl Iterator<Item = &'a Session>,
    user: &User,
    newest: &DocumentId,
    now: Timestamp,
) -> Surplus {
    let (valid, ended): (Vec<_>, Vec<_>) =
        sessions.filter(|session| !session.is_replaced()).partition(|session| {
            lifetime::end_reason(session, now).is_none()
                && lifetime::revoked_by_user_state(session, user).is_none()
        });
    let records = valid.len() + ended.len();
    let mut ended: Vec<_> = ended.into_iter().map(|session| (session.purge_at(), session.id())).collect();
    ended.sort_by_key(|(purge_at, _)| *purge_at);
    let (signed_in, pending) = valid.into_iter().partition(|session| session.state == State::SignedIn);
    let mut to_end = above(PENDING_MAX, pending, newest);
    to_end.extend(above(VALID_MAX, signed_in, newest));
    Surplus {
        to_end,
        to_delete: ended.into_iter().take(records.saturating_sub(RECORDS_MAX)).map(|(_, key)| key).collect(),
    }
}

/// Returns the sessions above a limit, those without activity for the longest time; never the one that was opened now.
fn above(limit: usize, mut sessions: Vec<&Session>, newest: &DocumentId) -> Vec<DocumentId> {
    sessions.sort_by_key(|session| (session.id() == *newest, session.last_seen_at));
    let surplus = sessions.len().saturating_sub(limit);
    sessions.into_iter().take(surplus).map(Session::id).collect()
}
