//! Audit events: one for every authentication outcome and every change of an account. Each is stored in `events` and written to the log.
//!
//! ```text
//!   request ─▶ Recorder (client, user, actor) ─▶ success | failure ─▶ Entry ─┬─ record          store and log, within the budget of the user
//!                                                                            ├─ record_limited  the same, and of the network
//!                                                                            └─ log_only        log
//! ```
//!
//! Events contain no password, no code, no cookie and no token (ASVS 16.2.5). Text that a client sent is shortened and stored as data,
//! never as a log line of its own (log injection, ASVS 16.4.1).

mod chain;
mod event;
pub mod logins;
mod query;
mod recorder;
pub mod retention;
mod stated_reason;
pub mod summary;
pub mod verify;

pub(crate) use self::chain::head::Head;
pub use self::{
    chain::{
        Chain, Writer,
        link::{ChainId, Witness},
    },
    event::{Event, EventId, EventKind, EventView, Outcome},
    query::{Batch, Query, network},
    recorder::{Entry, Recorder},
    stated_reason::{InvalidReason, StatedReason},
};
use crate::{
    store::{Id, Page, Store, StoreError, Stored},
    user::UserId,
};

/// Events in order. Those that cannot be read are left out.
pub struct EventPage {
    pub events: Vec<Event>,
    /// The id after which the next page begins. `None` after the last page.
    pub next: Option<EventId>,
}

/// Returns events about a user, or all events, newest first and after the one with this id.
pub async fn page(
    store: &Store,
    user: Option<UserId>,
    after: Option<EventId>,
    limit: usize,
) -> Result<Vec<Event>, StoreError> {
    page_with_next(store, user, after, limit).await.map(|page| page.events)
}

/// Returns events as [`page`] does, and where the next page begins.
pub async fn page_with_next(
    store: &Store,
    user: Option<UserId>,
    after: Option<EventId>,
    limit: usize,
) -> Result<EventPage, StoreError> {
    let tag = user.map(event::tag_of_user);
    let after = after.map(EventId::document_id);
    let found = store.scan(Page { tag: tag.as_deref(), after, newest_first: true, limit }).await?;
    let next = found.next.and_then(|id| id.to_string().parse().ok());
    Ok(EventPage { events: found.documents.into_iter().map(Stored::into_document).collect(), next })
}

/// Returns events whose ids follow this one, oldest first. [`EventPage::next`] is `None` after the newest event.
///
/// # Errors
/// The store failed.
pub async fn page_after(store: &Store, after: Id, limit: usize) -> Result<EventPage, StoreError> {
    let page = Page { tag: None, after: Some(after.document_id()), newest_first: false, limit };
    let found = store.scan(page).await?;
    let next = found.next.and_then(|id| id.to_string().parse().ok());
    Ok(EventPage { events: found.documents.into_iter().map(Stored::into_document).collect(), next })
}

/// Returns the newest events about a user, newest first.
pub async fn about(store: &Store, user: UserId, limit: usize) -> Result<Vec<Event>, StoreError> {
    page(store, Some(user), None, limit).await
}

/// # Errors
/// The store failed.
pub async fn find(store: &Store, id: EventId) -> Result<Option<Event>, StoreError> {
    Ok(store.get(&id.document_id()).await?.map(Stored::into_document))
}
