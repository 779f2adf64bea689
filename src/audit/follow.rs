//! New events, read again and again.
//!
//! The ids of events begin with the time of their process, and an event is stored a moment later. So each look reads the last seconds again and
//! skips the events that were seen.

use std::{
    collections::{HashSet, VecDeque},
    ops::ControlFlow,
    time::Duration,
};

use super::{
    event::{Event, EventId},
    query::Query,
};
use crate::{
    clock::{Clock, Timestamp},
    store::{Store, StoreError},
};

/// Time between two looks.
pub const INTERVAL: Duration = Duration::from_millis(500);
/// How much later than its time an event may be found: a slow store, and replicas whose clocks differ.
const LATE: Duration = Duration::from_secs(15);
/// Seen events that are remembered.
const REMEMBERED: usize = 20_000;

/// The newest events that were seen.
#[derive(Default)]
pub struct Recent {
    order: VecDeque<EventId>,
    ids: HashSet<EventId>,
}

impl Recent {
    /// Remembers an event. Returns whether it is new.
    pub fn add(&mut self, event: &Event) -> bool {
        let is_new = self.ids.insert(event.id());
        if is_new {
            self.order.push_back(event.id());
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        is_new
    }
}

/// A look at new events, again and again.
pub struct Follow {
    begun_at: Timestamp,
    query: Query,
    asked_since: Option<Timestamp>,
    recent: Recent,
    /// Events before the start that were not listed are not new.
    is_first: bool,
}

impl Follow {
    /// Follows the events since `begun_at`, except those that were seen.
    #[must_use]
    pub fn new(begun_at: Timestamp, query: Query, seen: Recent) -> Self {
        let asked_since = query.since;
        Self { begun_at, query, asked_since, recent: seen, is_first: true }
    }

    /// Calls a function with each new event, until it breaks.
    ///
    /// # Errors
    /// The store failed. It may be back at the next look.
    pub async fn look<B>(
        &mut self,
        store: &Store,
        clock: &Clock,
        mut each: impl FnMut(Event) -> ControlFlow<B>,
    ) -> Result<Option<B>, StoreError> {
        let begun_at = self.begun_at;
        let since = (clock.system_time() - LATE).max(begun_at - LATE);
        self.query.since = Some(self.asked_since.map_or(since, |asked| asked.max(since)));
        let (recent, is_first) = (&mut self.recent, self.is_first);
        let new = |event: Event| {
            let is_old = is_first && event.at < begun_at;
            if recent.add(&event) && !is_old { each(event) } else { ControlFlow::Continue(()) }
        };
        let stopped = self.query.oldest_first(store, new).await?;
        self.is_first = false;
        Ok(stopped)
    }
}
