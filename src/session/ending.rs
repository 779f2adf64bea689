//! The end of sessions: one by its id, or all with a tag.
//!
//! An end is a mark on the record. The record keeps the reason for an hour and allows nothing. A later write loses its
//! compare-and-set against the mark. An end follows a rotation: if the session continues under another id, that one is ended.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    id_token_hint, lifetime,
    record::{Session, tag_of_user},
};
use crate::{
    app::App,
    cache::DocumentCache,
    store::{Change, Document, DocumentId, Page, StoreError},
    user::{EndReason, UserId},
    web::session_id::SessionId,
};

/// Sessions read at once, and ended at once: a request that ends hundreds of sessions must finish before its deadline.
const READ_AT_ONCE: usize = 200;
const ENDED_AT_ONCE: usize = 16;

/// Ends a session. Returns it if it was valid until now.
///
/// # Errors
/// The store failed: the session may not be ended, and the caller must not report an end.
pub async fn end(app: &App, id: &SessionId, reason: EndReason) -> Result<Option<Session>, StoreError> {
    let ended = end_one(app, id.document_id(), reason, &|_| true).await?;
    app.retired.insert(*id.hash(), ());
    Ok(ended)
}

/// Ends every session with this tag for which `selected` is true; returns those that were valid.
///
/// # Errors
/// The store failed: some sessions may not be ended, and the caller must not report an end.
pub async fn end_all(
    app: &App,
    tag: &str,
    reason: EndReason,
    selected: impl Fn(&Session) -> bool + Sync,
) -> Result<Vec<Session>, StoreError> {
    let mut ended = Vec::new();
    let mut after: Option<DocumentId> = None;
    loop {
        let page = Page { tag: Some(tag), after: after.clone(), newest_first: false, limit: READ_AT_ONCE };
        let page = app.sessions.scan(page).await?;
        // A session that cannot be read here may be valid on a replica of another version.
        for id in page.unreadable.iter().filter_map(|session| session.document_id.as_ref()) {
            app.sessions.take(id).await?;
        }
        let open = page.documents.iter().filter(|session| session.ended.is_none());
        let ends: Vec<_> = open.map(|session| end_listed(app, session.id(), reason, &selected)).collect();
        let mut ends = stream::iter(ends).buffered(ENDED_AT_ONCE);
        while let Some(session) = ends.try_next().await? {
            ended.extend(session);
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(ended),
        }
    }
}

/// Ends the session of a user that has this handle, or the session that it continues as. Returns it if it was valid until now.
///
/// # Errors
/// As for [`end`].
pub async fn end_by_handle(
    app: &App,
    user: UserId,
    handle: &str,
    reason: EndReason,
) -> Result<Option<Session>, StoreError> {
    let tag = tag_of_user(user);
    let mut after = None;
    loop {
        let page = Page { tag: Some(&tag), after, newest_first: false, limit: READ_AT_ONCE };
        let page = app.sessions.scan(page).await?;
        if let Some(found) = page.documents.iter().find(|session| session.handle() == handle) {
            return end_listed(app, found.id(), reason, &|_| true).await;
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(None),
        }
    }
}

/// Deletes the records of a user whom a command deletes. The state of the user has already made the sessions invalid. Their ID tokens are
/// deleted when they expire.
///
/// # Errors
/// The store failed. Some of them may be deleted.
pub async fn delete_records(sessions: &DocumentCache<Session>, user: UserId) -> Result<(), StoreError> {
    let tag = tag_of_user(user);
    let mut after = None;
    loop {
        let page = Page { tag: Some(&tag), after, newest_first: false, limit: READ_AT_ONCE };
        let page = sessions.scan(page).await?;
        for id in page.ids() {
            sessions.take(&id).await?;
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
    }
}

/// Deletes all records of a user who is deleted, with their ID tokens. They have ended before, so that their browsers are informed.
///
/// # Errors
/// The store failed. Some of them may be deleted.
pub async fn delete_all(app: &App, user: UserId) -> Result<(), StoreError> {
    let tag = tag_of_user(user);
    let mut after = None;
    loop {
        let page = Page { tag: Some(&tag), after, newest_first: false, limit: READ_AT_ONCE };
        let page = app.sessions.scan(page).await?;
        let unreadable = page.unreadable.iter().filter_map(|session| session.document_id.clone());
        for id in page.documents.iter().map(|session| session.id()).chain(unreadable) {
            let session = app.sessions.take(&id).await?;
            id_token_hint::delete_of(app, session.as_ref()).await;
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
    }
}

pub(super) async fn end_listed(
    app: &App,
    key: DocumentId,
    reason: EndReason,
    selected: &(impl Fn(&Session) -> bool + Sync),
) -> Result<Option<Session>, StoreError> {
    let ended = end_one(app, key, reason, selected).await?;
    id_token_hint::delete_of(app, ended.as_ref()).await;
    Ok(ended)
}

/// Ends one session, or the selected successor that it continues as.
async fn end_one(
    app: &App,
    key: DocumentId,
    reason: EndReason,
    selected: &(impl Fn(&Session) -> bool + Sync),
) -> Result<Option<Session>, StoreError> {
    let now = app.clock.now();
    let mut next = Some(key);
    while let Some(key) = next {
        let ended = app
            .sessions
            .update::<_, StoreError>(&key, |session| {
                let unchanged = session.is_replaced() || !selected(session) || !session.end(reason, now);
                Ok(if unchanged { Change::Keep(false) } else { Change::Write(true) })
            })
            .await;
        match ended {
            Ok(Some((session, true))) => return Ok(Some(session.into_document())),
            // This replica refuses it, but a replica of another version may read it.
            Err(StoreError::Corrupt { .. }) => {
                next = app.sessions.take(&key).await?.and_then(|session| session.successor());
            }
            ended => next = ended?.and_then(|(session, _)| session.successor()),
        }
    }
    Ok(None)
}

/// Returns a session that expired, as long as its record is kept: its browser may not know of the expiry yet.
pub async fn recently_expired(app: &App, id: &SessionId) -> Result<Option<Session>, StoreError> {
    let session = app.sessions.get_uncached(&id.document_id()).await?;
    let expired = |session: &Session| match session.ended {
        Some(end) => matches!(end.reason, EndReason::Idle | EndReason::MaxAge),
        None => lifetime::end_reason(session, app.clock.now()).is_some(),
    };
    Ok(session.filter(|session| !session.is_replaced() && expired(session)))
}
