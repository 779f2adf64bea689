//! Events by user, type, outcome, actor, address and time, page by page. No query reads more than one page into memory.

use std::{
    net::IpAddr,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use ipnet::IpNet;

use super::{
    EventPage,
    event::{self, Event, EventId, EventKind, Outcome},
};
use crate::{
    clock::Timestamp,
    store::{DocumentId, Id, Page, Store, StoreError, Stored},
    user::UserId,
};

/// Events per read of the store.
const PAGE: usize = 500;
/// Events that one request for a page reads. A filter that matches nothing must not read a year of events in one request.
const READ_MAX: usize = 5000;
/// Time after which a request for a page reads no further events.
const READ_TIME: Duration = Duration::from_secs(2);

/// Reads an address, or a network in CIDR notation.
#[must_use]
pub fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Which events are wanted.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub user: Option<UserId>,
    /// Any of these types. Empty: all types.
    pub kinds: Vec<EventKind>,
    pub outcome: Option<Outcome>,
    /// Who acted, as in the event.
    pub actor: Option<String>,
    /// The network of the client.
    pub ip: Option<IpNet>,
    pub since: Option<Timestamp>,
    /// Exclusive.
    pub until: Option<Timestamp>,
}

/// The matching events of one read of the store.
pub struct Batch {
    pub events: Vec<Event>,
    /// Where the next read begins. `None`: no further event can match.
    pub next: Option<DocumentId>,
}

impl Query {
    /// Returns whether the query selects this event. The user is compared, too: a stream reads the events of all users.
    #[must_use]
    pub fn matches(&self, event: &Event) -> bool {
        let is_in = |network: IpNet| event.ip.is_some_and(|ip| network.contains(&ip));
        (self.kinds.is_empty() || self.kinds.contains(&event.kind))
            && self.outcome.is_none_or(|outcome| event.outcome == outcome)
            && self.user.is_none_or(|user| event.user_id == Some(user))
            && self.actor.as_ref().is_none_or(|actor| event.actor.as_ref() == Some(actor))
            && self.ip.is_none_or(is_in)
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

    /// Returns a page of matching events, the newest first and after the one with this id. A request reads a limited number of events: the
    /// page can have fewer events than `limit`, or none, and still have a next page.
    pub async fn page(
        &self,
        store: &Store,
        after: Option<EventId>,
        limit: usize,
    ) -> Result<EventPage, StoreError> {
        let deadline = Instant::now() + READ_TIME;
        let size = if self.reads_others() { PAGE } else { limit };
        let mut next = after.map(EventId::document_id).or_else(|| self.newest_start());
        let (mut events, mut read) = (Vec::new(), 0);
        loop {
            let batch = self.batch(store, next, true, size).await?;
            read += size;
            let mut matching = batch.events.into_iter();
            events.extend(matching.by_ref().take(limit - events.len()));
            if matching.next().is_some() {
                return Ok(EventPage { next: events.last().map(Event::id), events });
            }
            next = batch.next;
            if next.is_none() || events.len() == limit || read >= READ_MAX || Instant::now() >= deadline {
                let next = next.and_then(|id| id.to_string().parse().ok());
                return Ok(EventPage { events, next });
            }
            tokio::task::yield_now().await;
        }
    }

    /// Returns whether the store returns events that the query does not select.
    fn reads_others(&self) -> bool {
        !self.kinds.is_empty() || self.outcome.is_some() || self.actor.is_some() || self.ip.is_some()
    }

    /// Returns where the newest events of the query begin. The ids of events begin with their time.
    #[must_use]
    pub fn newest_start(&self) -> Option<DocumentId> {
        self.until.map(|until| Id::lowest_at(until).document_id())
    }

    /// Reads once from the store, and returns the events that match.
    pub async fn batch(
        &self,
        store: &Store,
        after: Option<DocumentId>,
        newest_first: bool,
        limit: usize,
    ) -> Result<Batch, StoreError> {
        let tag = self.user.map(event::tag_of_user);
        let page = Page { tag: tag.as_deref(), after, newest_first, limit };
        let page = store.scan::<Event>(page).await?;
        let (mut events, mut next) = (Vec::new(), page.next);
        for event in page.documents.into_iter().map(Stored::into_document) {
            if self.is_past(&event, newest_first) {
                next = None;
                break;
            }
            events.extend(self.matches(&event).then_some(event));
        }
        Ok(Batch { events, next })
    }

    async fn read<B>(
        &self,
        store: &Store,
        newest_first: bool,
        start: Option<Timestamp>,
        each: &mut impl FnMut(Event) -> ControlFlow<B>,
    ) -> Result<Option<B>, StoreError> {
        let mut after = start.map(|start| Id::lowest_at(start).document_id());
        loop {
            let batch = self.batch(store, after, newest_first, PAGE).await?;
            for event in batch.events {
                if let ControlFlow::Break(result) = each(event) {
                    return Ok(Some(result));
                }
            }
            match batch.next {
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
