//! Writes of the head: one at a time, each a compare-and-set against the head that this process wrote before.

use std::sync::{
    Mutex as StdMutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::Mutex;

use super::{
    head::{Head, Writer},
    link::{ChainId, Position, Witness},
    progress::Confirmed,
};
use crate::{
    clock::Timestamp,
    secrets::Keys,
    store::{Document as _, Store, StoreError},
};

pub(super) struct HeadWriter {
    store: Store,
    keys: Keys,
    chain: ChainId,
    writer: Writer,
    opened_at: Timestamp,
    /// Position of the newest head whose write the store confirmed.
    confirmed: AtomicU64,
    named: StdMutex<Vec<Witness>>,
    written: Mutex<Written>,
}

/// The heads that may be in the store.
#[derive(Default)]
struct Written {
    confirmed: Option<Head>,
    /// Written without an answer of the store.
    unconfirmed: Vec<Head>,
}

/// What a write found in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Ours,
    /// Another program changed or removed the head.
    Changed,
}

impl HeadWriter {
    pub(super) fn new(
        store: &Store,
        keys: &Keys,
        chain: ChainId,
        writer: Writer,
        opened_at: Timestamp,
    ) -> Self {
        Self {
            store: store.clone(),
            keys: keys.clone(),
            chain,
            writer,
            opened_at,
            confirmed: AtomicU64::new(0),
            named: StdMutex::default(),
            written: Mutex::default(),
        }
    }

    /// Returns the position up to which the head in the store confirms events.
    pub(super) fn confirmed(&self) -> Position {
        self.confirmed.load(Ordering::Acquire)
    }

    /// Sets the heads of other chains that the next head names.
    pub(super) fn name(&self, heads: Vec<Witness>) {
        *self.named() = heads;
    }

    /// Writes the head if it says more than the stored one, or if the stored one is not ours.
    pub(super) async fn write(
        &self,
        confirmed: impl FnOnce() -> Option<Confirmed>,
        is_last: bool,
        now: Timestamp,
    ) -> Result<Found, StoreError> {
        let mut written = self.written.lock().await;
        // After the lock: a head that says less must not replace one that says more.
        let Some(confirmed) = confirmed() else { return Ok(Found::Ours) };
        if is_last
            && written
                .confirmed
                .as_ref()
                .is_some_and(|head| head.closed && head.confirmed >= confirmed.position)
        {
            // Another event of the same command wrote a newer head.
            return Ok(Found::Ours);
        }
        let head = self.head(confirmed, is_last).signed(&self.keys);
        written.unconfirmed.push(head.clone());
        let id = head.id();
        let found = self.store.upsert(&id, |stored: Option<Head>| {
            let found = written.compare(stored.as_ref(), now);
            let is_same = stored.as_ref() == Some(&head);
            Ok::<_, StoreError>(((!is_same).then(|| head.clone()), found))
        });
        let found = found.await?;
        self.confirmed.fetch_max(head.confirmed, Ordering::AcqRel);
        *written = Written { confirmed: Some(head), unconfirmed: Vec::new() };
        Ok(found)
    }

    fn head(&self, confirmed: Confirmed, is_last: bool) -> Head {
        let Confirmed { position, last, lost, is_complete } = confirmed;
        Head {
            chain: self.chain,
            key: String::new(),
            writer: self.writer,
            opened_at: self.opened_at,
            confirmed: position,
            last,
            lost,
            heads: self.named().clone(),
            closed: is_last && is_complete,
            mac: String::new(),
        }
    }

    fn named(&self) -> MutexGuard<'_, Vec<Witness>> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Written {
    /// Compares the stored head with those that this process wrote.
    fn compare(&self, stored: Option<&Head>, now: Timestamp) -> Found {
        let is_ours = match (stored, &self.confirmed) {
            (None, None) => true,
            // The store removes a head after its last event.
            (None, Some(head)) => head.kept_until() <= now,
            (Some(stored), confirmed) => confirmed.iter().chain(&self.unconfirmed).any(|head| head == stored),
        };
        if is_ours { Found::Ours } else { Found::Changed }
    }
}
