//! Chains of audit events: an event that is removed or changed in the database is found, see [`super::verify`].
//!
//! ```text
//!   process A   event 1 ◀─ event 2 ◀─ event 3 … ◀─ event n     head: n events are stored
//!   process B   event 1 ◀─ event 2                              head: 2
//!                  └─ names the heads of the newest other chains
//! ```
//!
//! - Each process writes a chain of its own: replicas need no common lock. An event has a position in the chain of its process, the
//!   MAC of the event before it, and a MAC of its own. The key is derived from the key ring, so write access to the database is not enough to make one.
//! - A position is given in memory, and then events are stored at the same time: a slow write delays no other login.
//! - A write that fails, or whose result is unknown, is listed as lost in the head. A missing event is then no finding; the log has it.
//! - The head is written a moment after each event, and by commands before the event is reported as stored. It is signed, too. An older copy of
//!   a head would hide a removal of the newest events. The process compares the stored head with its own every minute, later events say
//!   what the head had confirmed, and other chains name it.

pub(super) mod head;
mod head_writer;
pub(super) mod link;
mod progress;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, OnceCell};

pub use self::head::Writer;
use self::{
    head_writer::HeadWriter,
    link::{ChainId, Place, Witness},
    progress::Progress,
};
use super::event::{Event, EventKind};
use crate::{
    clock::Clock,
    secrets::Keys,
    store::{Document, Store, StoreError},
    trace,
};

/// How long a service collects events before it writes the head.
const COLLECT: Duration = Duration::from_millis(100);
/// How often a service compares the stored head with its own.
const COMPARE: Duration = Duration::from_mins(1);

/// The chain of this process. Clones share it. Nothing is stored before the first event.
#[derive(Clone)]
pub struct Chain(Arc<Inner>);

struct Inner {
    store: Store,
    keys: Keys,
    clock: Clock,
    retention: Duration,
    id: ChainId,
    writer: Writer,
    progress: Mutex<Progress>,
    head: HeadWriter,
    /// Heads of other chains at the first event.
    heads: OnceCell<Vec<Witness>>,
    is_changed: Notify,
}

impl Chain {
    #[must_use]
    pub fn new(store: &Store, keys: &Keys, clock: &Clock, retention: Duration, writer: Writer) -> Self {
        let now = clock.system_time();
        let id = ChainId::new(now);
        Self(Arc::new(Inner {
            head: HeadWriter::new(store, keys, id, writer, now),
            store: store.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            retention,
            id,
            writer,
            progress: Mutex::default(),
            heads: OnceCell::new(),
            is_changed: Notify::new(),
        }))
    }

    /// Stores an event as the next one of the chain.
    pub(super) async fn store(&self, event: Event) -> Result<(), StoreError> {
        let inner = self.0.clone();
        // A task of its own: a client that closes its connection ends its request, and must not prevent the event of a wrong password.
        let written = tokio::spawn(trace::inherit(async move { inner.store(event).await })).await;
        written.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }

    /// Stores new documents and the events about them in one transaction: after a crash there is no document without its event. The
    /// store must have transactions.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if another document has the id or a key of one of the documents: then nothing was written.
    pub(super) async fn store_with<D: Document>(
        &self,
        documents: Arc<Vec<D>>,
        events: Vec<Event>,
    ) -> Result<(), StoreError> {
        let inner = self.0.clone();
        let write = trace::inherit(async move { inner.store_with(&documents, events).await });
        // A task of its own: positions that were given must be settled, also if the caller is interrupted.
        tokio::spawn(write).await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }

    /// Writes the head after new events, and compares it with the stored one now and then. For services.
    pub async fn keep_head(self) {
        loop {
            let is_changed = tokio::time::timeout(COMPARE, self.0.is_changed.notified()).await.is_ok();
            if is_changed {
                tokio::time::sleep(COLLECT).await;
            } else {
                self.0.name_new_heads().await;
            }
            self.0.write_head(false).await;
        }
    }

    /// Compares the stored head with that of this process, and writes the head. An event reports a head that another program changed.
    pub async fn check_head(&self) {
        self.0.name_new_heads().await;
        self.0.write_head(false).await;
    }

    /// Writes the head for the last time.
    pub async fn close(&self) {
        self.0.write_head(true).await;
    }
}

impl Inner {
    async fn store(&self, event: Event) -> Result<(), StoreError> {
        let heads = self.heads.get_or_init(|| self.other_heads()).await;
        let (position, event) = self.next(event, heads);
        let result = self.store.insert(event).await.map(drop);
        self.progress().settle(position, result.is_ok());
        match self.writer {
            Writer::Service => self.is_changed.notify_one(),
            // A command may end at once.
            Writer::Command => self.write_head(true).await,
        }
        result
    }

    async fn store_with<D: Document>(&self, documents: &[D], events: Vec<Event>) -> Result<(), StoreError> {
        let heads = self.heads.get_or_init(|| self.other_heads()).await;
        let (positions, events): (Vec<_>, Vec<_>) =
            events.into_iter().map(|event| self.next(event, heads)).unzip();
        let result = self.store.insert_together(documents, &events).await;
        for position in positions {
            self.progress().settle(position, result.is_ok());
        }
        if result.is_ok() {
            events.iter().for_each(Event::write_log);
        }
        match self.writer {
            Writer::Service => self.is_changed.notify_one(),
            Writer::Command => self.write_head(true).await,
        }
        result
    }

    /// Gives the event the next position.
    fn next(&self, event: Event, heads: &[Witness]) -> (u64, Event) {
        let mut progress = self.progress();
        let previous = progress.last().cloned();
        let kept_until = event.at + self.retention;
        let position = progress.next();
        let place = Place {
            chain: self.id,
            position,
            key: self.keys.newest_id().to_owned(),
            // The clock may be set back. The retention must still remove events in their order.
            kept_until: previous.as_ref().map_or(kept_until, |last| last.kept_until.max(kept_until)),
            confirmed: self.head.confirmed(),
            heads: if previous.is_none() { heads.to_vec() } else { Vec::new() },
            previous,
        };
        let (event, as_previous) = event.chained(place, &self.keys);
        progress.begin(as_previous);
        (position, event)
    }

    async fn other_heads(&self) -> Vec<Witness> {
        // Without them, no login must fail: the head of this chain names them later.
        head::newest(&self.store, self.id).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "could not read the other chains of audit events");
            Vec::new()
        })
    }

    /// Names other chains in the head: a chain of a process that has ended is then found missing, too.
    async fn name_new_heads(&self) {
        if let Ok(heads) = head::newest(&self.store, self.id).await {
            self.head.name(heads);
        }
    }

    async fn write_head(&self, is_last: bool) {
        let now = self.clock.system_time();
        match self.head.write(|| self.progress().confirmed(), is_last, now).await {
            Ok(head_writer::Found::Ours) => {}
            Ok(head_writer::Found::Changed) => self.report_change().await,
            // The next event, or the next comparison, writes it.
            Err(error) => tracing::warn!(%error, "could not write the head of the chain of audit events"),
        }
    }

    /// Records that another program changed or removed the head. The event keeps this finding after the head is written again.
    async fn report_change(&self) {
        tracing::error!(chain = %self.id, "another program changed the head of the chain of audit events");
        let event = Event::of_service(EventKind::EventsAltered, "head_changed", self.clock.system_time());
        event.write_log();
        let (_, event) = self.next(event, &[]);
        let position = event.link().map_or(0, |link| link.place.position);
        let result = self.store.insert(event).await;
        self.progress().settle(position, result.is_ok());
        self.is_changed.notify_one();
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
