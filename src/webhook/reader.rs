//! Reads audit events, and writes a delivery for each message that they lead to.
//!
//! The ids of events begin with the time of the process that wrote them. Clocks differ, and a write can take a while: an event can appear
//! behind the newest one that was read. So each round reads a few seconds again, some rounds read minutes, and a derived id refuses what is
//! already there. Clocks that differ by more than [`LOOK_BACK`] can lose a message.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::time::Instant;

use super::{
    cursor::{self, Cursor},
    delivery::{Delivery, DeliveryId},
    retry::LIFETIME,
    types::types_of,
    worker::Shared,
};
use crate::{
    audit::{self, Event},
    clock::Timestamp,
    config::WebhookConfig,
    store::{Id, StoreError},
};

/// Events per read of the store.
const PAGE: usize = 500;
/// Inserts at the same time.
const CONCURRENT: usize = 16;
/// How late an event can appear.
pub(super) const LOOK_BACK: Duration = Duration::from_mins(15);
/// What is read again in every round, in every fifteenth one and in every three hundredth one. A round is a second.
const LOOK_BACKS: [(u64, Duration); 3] =
    [(300, LOOK_BACK), (15, Duration::from_mins(2)), (1, Duration::from_secs(10))];
/// How often a cursor is written that moved without a delivery. After a crash, these events are read again.
const SAVE: Duration = Duration::from_secs(30);
/// Deliveries that are known to be in the store. Without the limit, an import of millions of users would use up the memory.
const KNOWN_MAX: usize = 100_000;

pub(super) struct EventReader {
    shared: Arc<Shared>,
    /// The webhooks with their cursors; `None` until this process holds the lease.
    positions: Option<Vec<Position>>,
    rounds: u64,
    saved_at: Instant,
    known: BTreeSet<DeliveryId>,
}

struct Position {
    webhook: WebhookConfig,
    cursor: Cursor,
}

impl EventReader {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, positions: None, rounds: 0, saved_at: Instant::now(), known: BTreeSet::new() }
    }

    /// Forgets what another process may have changed.
    pub(super) fn reset(&mut self) {
        self.positions = None;
        self.rounds = 0;
    }

    /// Reads all events that are new.
    ///
    /// # Errors
    /// The store failed. The next round reads the same events again.
    pub(super) async fn round(&mut self) -> Result<(), StoreError> {
        let mut positions = match self.positions.take() {
            Some(positions) => positions,
            None => self.load().await?,
        };
        let read = self.read(&mut positions).await;
        self.positions = Some(positions);
        read
    }

    async fn load(&self) -> Result<Vec<Position>, StoreError> {
        let mut positions = Vec::new();
        for webhook in &self.shared.webhooks {
            // Missing: its start failed a moment ago, and is repeated.
            if let Some(cursor) = cursor::get(&self.shared.store, &webhook.name).await? {
                positions.push(Position { webhook: webhook.clone(), cursor });
            }
        }
        if positions.len() < self.shared.webhooks.len() {
            return Err(StoreError::Unavailable("a webhook has no cursor yet".to_owned()));
        }
        Ok(positions)
    }

    async fn read(&mut self, positions: &mut [Position]) -> Result<(), StoreError> {
        let now = self.shared.clock.system_time();
        let Some(start) = self.start(positions, now) else { return Ok(()) };
        let (mut after, mut has_new) = (Id::lowest_at(start), false);
        loop {
            let page = audit::page_after(&self.shared.store, after, PAGE).await?;
            has_new |= self.deliver(positions, &page.events).await?;
            if let Some(newest) = page.events.last() {
                // Not beyond the present: an event of a clock that is ahead must not hide the events of the others.
                let until = newest.at.min(now);
                for position in positions.iter_mut() {
                    position.cursor.read_until = position.cursor.read_until.min(now).max(until);
                }
            }
            match page.next {
                Some(next) if self.shared.continues() => after = Id::from_bytes(*next.as_bytes()),
                Some(_) | None => break,
            }
        }
        self.rounds += 1;
        if has_new || self.saved_at.elapsed() >= SAVE {
            self.save(positions).await?;
        }
        Ok(())
    }

    /// Returns from when on events are read. Older ones than the lifetime of a delivery are not: a webhook that was removed for a month gets
    /// the last three days.
    fn start(&mut self, positions: &[Position], now: Timestamp) -> Option<Timestamp> {
        let oldest = positions.iter().map(|position| position.cursor.read_until.min(now)).min()?;
        let (_, look_back) = LOOK_BACKS.into_iter().find(|(every, _)| self.rounds.is_multiple_of(*every))?;
        let keep = DeliveryId::lowest_at(oldest - LOOK_BACK - LOOK_BACK);
        self.known = self.known.split_off(&keep);
        Some((oldest - look_back).max(now - LIFETIME))
    }

    /// Writes the deliveries of a page; returns whether there are any.
    async fn deliver(&mut self, positions: &[Position], events: &[Event]) -> Result<bool, StoreError> {
        let now = self.shared.clock.now();
        let new: Vec<Delivery> = events
            .iter()
            .flat_map(|event| types_of(event).into_iter().map(move |of| (event, of)))
            .flat_map(|(event, of)| {
                let wanted = positions.iter().filter(move |position| position.wants(event, of));
                wanted.map(move |at| Delivery::new(event.id(), of, &at.webhook.name, event.user_id, now))
            })
            .filter(|delivery| !self.known.contains(&delivery.id))
            .collect();
        if new.is_empty() {
            return Ok(false);
        }
        let ids: Vec<DeliveryId> = new.iter().map(|delivery| delivery.id).collect();
        // The senders read when all of them are there: in order.
        let gate = self.shared.inserting.write().await;
        let inserts = stream::iter(new).map(|delivery| self.insert(delivery));
        inserts.buffer_unordered(CONCURRENT).try_collect::<Vec<()>>().await?;
        drop(gate);
        if self.known.len() > KNOWN_MAX {
            self.known.clear();
        }
        self.known.extend(ids);
        self.shared.wake_senders();
        Ok(true)
    }

    async fn insert(&self, delivery: Delivery) -> Result<(), StoreError> {
        match self.shared.store.insert(delivery).await {
            // Written in an earlier round, or by another process.
            Ok(_) | Err(StoreError::Taken { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn save(&mut self, positions: &[Position]) -> Result<(), StoreError> {
        for Position { cursor, .. } in positions {
            cursor::advance(&self.shared.store, &cursor.webhook, cursor.read_until).await?;
        }
        self.saved_at = Instant::now();
        Ok(())
    }
}

impl Position {
    fn wants(&self, event: &Event, of: crate::config::WebhookType) -> bool {
        self.webhook.wants(of) && event.at >= self.cursor.started_at
    }
}
