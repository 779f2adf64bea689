//! New events, read again and again.
//!
//! The ids of events begin with the time of their process, and an event is stored a moment later. So each look reads the last seconds again and
//! skips the events that were printed.

use std::{
    collections::{HashSet, VecDeque},
    io,
    ops::ControlFlow,
    time::Duration,
};

use super::{super::failure::Failure, line::Line};
use crate::{
    audit::{Event, EventId, Query},
    clock::{Clock, Timestamp},
    store::Store,
};

/// Time between two looks.
const INTERVAL: Duration = Duration::from_millis(500);
/// How much later than its time an event may be found: a slow store, and replicas whose clocks differ.
const LATE: Duration = Duration::from_secs(15);
/// Printed events that are remembered.
const REMEMBERED: usize = 20_000;

/// The newest events that were printed.
#[derive(Default)]
pub(super) struct Recent {
    order: VecDeque<EventId>,
    ids: HashSet<EventId>,
}

impl Recent {
    /// Returns whether the event is new.
    pub(super) fn add(&mut self, event: &Event) -> bool {
        self.remember(event.id())
    }

    fn remember(&mut self, id: EventId) -> bool {
        let is_new = self.ids.insert(id);
        if is_new {
            self.order.push_back(id);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        is_new
    }

    pub(super) fn ids(self) -> Vec<EventId> {
        self.order.into()
    }
}

/// A look at new events, again and again.
pub(super) struct Follow {
    begun_at: Timestamp,
    query: Query,
}

impl Follow {
    pub(super) fn new(begun_at: Timestamp, query: Query) -> Self {
        Self { begun_at, query }
    }

    /// Prints new events until the output is closed or the process is interrupted.
    pub(super) async fn run(
        self,
        store: &Store,
        clock: &Clock,
        printed: Vec<EventId>,
        line: &mut Line,
    ) -> Result<(), Failure> {
        let Self { begun_at, mut query } = self;
        let mut recent = Recent::default();
        for id in printed {
            recent.remember(id);
        }
        let asked_since = query.since;
        // Events before the start that the list did not print are not new.
        let mut first_look = true;
        loop {
            let since = (clock.system_time() - LATE).max(begun_at - LATE);
            query.since = Some(asked_since.map_or(since, |asked| asked.max(since)));
            let print = |event: Event| -> ControlFlow<io::Error> {
                let is_old = first_look && event.at < begun_at;
                if recent.add(&event)
                    && !is_old
                    && let Err(error) = line.print(event)
                {
                    return ControlFlow::Break(error);
                }
                ControlFlow::Continue(())
            };
            match query.oldest_first(store, print).await {
                Ok(None) => {}
                Ok(Some(error)) => return Err(error.into()),
                // The store may be back at the next look.
                Err(error) => tracing::warn!(%error, "could not read the events"),
            }
            first_look = false;
            tokio::time::sleep(INTERVAL).await;
        }
    }
}
