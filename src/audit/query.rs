//! Events by user, type, outcome and time, page by page. No query reads more than one page into memory.

use std::ops::ControlFlow;

use super::event::{self, Event, EventKind, Outcome};
use crate::{
    clock::Timestamp,
    store::{Id, Page, Store, StoreError, Stored},
    user::UserId,
};

/// Events per read of the store.
const PAGE: usize = 500;

/// Which events are wanted.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub user: Option<UserId>,
    /// Any of these types. Empty: all types.
    pub kinds: Vec<EventKind>,
    pub outcome: Option<Outcome>,
    pub since: Option<Timestamp>,
    /// Exclusive.
    pub until: Option<Timestamp>,
}

impl Query {
    fn matches(&self, event: &Event) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&event.kind))
            && self.outcome.is_none_or(|outcome| event.outcome == outcome)
            && self.since.is_none_or(|since| event.at >= since)
            && self.until.is_none_or(|until| event.at < until)
    }

    /// Calls a function with each event, the oldest first, until it breaks. The ids of events begin with their time, so older events are not
    /// read.
    pub async fn oldest_first<B>(
        &self,
        store: &Store,
        mut each: impl FnMut(Event) -> ControlFlow<B>,
    ) -> Result<Option<B>, StoreError> {
        self.read(store, false, self.since, &mut each).await
    }

    /// Calls a function with each event, the newest first, until it breaks.
    pub async fn newest_first<B>(
        &self,
        store: &Store,
        mut each: impl FnMut(Event) -> ControlFlow<B>,
    ) -> Result<Option<B>, StoreError> {
        self.read(store, true, self.until, &mut each).await
    }

    /// Returns the newest events, the newest first.
    pub async fn newest(&self, store: &Store, limit: usize) -> Result<Vec<Event>, StoreError> {
        let mut events = Vec::new();
        if limit > 0 {
            let mut each = |event| {
                events.push(event);
                if events.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            self.read(store, true, self.until, &mut each).await?;
        }
        Ok(events)
    }

    async fn read<B>(
        &self,
        store: &Store,
        newest_first: bool,
        start: Option<Timestamp>,
        each: &mut impl FnMut(Event) -> ControlFlow<B>,
    ) -> Result<Option<B>, StoreError> {
        let tag = self.user.map(event::tag_of_user);
        let mut after = start.map(|start| Id::lowest_at(start).document_id());
        loop {
            let page = Page { tag: tag.as_deref(), after, newest_first, limit: PAGE };
            let page = store.scan::<Event>(page).await?;
            for event in page.documents.into_iter().map(Stored::into_document) {
                if self.is_past(&event, newest_first) {
                    return Ok(None);
                }
                if self.matches(&event)
                    && let ControlFlow::Break(result) = each(event)
                {
                    return Ok(Some(result));
                }
            }
            match page.next {
                Some(last) => after = Some(last),
                None => return Ok(None),
            }
            // A page of the embedded store is read without a wait. Other requests must have a turn.
            tokio::task::yield_now().await;
        }
    }

    /// Returns whether all further events are outside the wanted time.
    fn is_past(&self, event: &Event, newest_first: bool) -> bool {
        if newest_first {
            self.since.is_some_and(|since| event.at < since)
        } else {
            self.until.is_some_and(|until| event.at >= until)
        }
    }
}
