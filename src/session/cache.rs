//! Documents kept in memory in front of the store, so that the session check asks the database rarely.
//!
//! Nothing in here is authoritative. An entry is good for one second after it was loaded; while the store's change feed is
//! heard, for one second after it was last heard (every change up to then has been taken out). So a change made elsewhere is
//! effective well under a second with a feed, within a second without, and a database that hangs cannot keep a dead session
//! alive longer than that. Unknown ids are not kept: guessing cannot push live sessions out.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use quick_cache::sync::Cache;
use tokio::sync::broadcast::error::RecvError;

use crate::store::{Changed, Document, DocumentId, Store, StoreError, Watch};

/// How long an entry is good without news.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// Counters that tell a load whether its document changed in the meantime; a power of two.
const STRIPES: usize = 256;

/// Documents of one kind, by id.
pub struct DocumentCache<D> {
    entries: Cache<DocumentId, Entry<D>>,
    changes: [AtomicU64; STRIPES],
    watch: Watch,
}

struct Entry<D> {
    document: Arc<D>,
    loaded_at: Instant,
}

impl<D> Clone for Entry<D> {
    fn clone(&self) -> Self {
        Self { document: self.document.clone(), loaded_at: self.loaded_at }
    }
}

impl<D: Document> DocumentCache<D> {
    /// At most `capacity` documents, kept good by this feed.
    #[must_use]
    pub fn new(capacity: usize, watch: Watch) -> Self {
        Self { entries: Cache::new(capacity), changes: [const { AtomicU64::new(0) }; STRIPES], watch }
    }

    /// The document, from memory if that is good, else from the store.
    ///
    /// # Errors
    /// When the store is asked and fails.
    pub async fn get(&self, store: &Store, id: &DocumentId) -> Result<Option<Arc<D>>, StoreError> {
        if let Some(entry) = self.entries.get(id)
            && self.is_good(&entry)
        {
            return Ok(Some(entry.document));
        }
        let before = self.stripe(id).load(Ordering::Acquire);
        let loaded_at = Instant::now();
        let Some(document) = store.get::<D>(id).await?.map(Arc::new) else {
            self.entries.remove(id);
            return Ok(None);
        };
        self.entries.insert(id.clone(), Entry { document: document.clone(), loaded_at });
        // A change that was announced while we were loading may be newer than what we loaded.
        if self.stripe(id).load(Ordering::Acquire) != before {
            self.entries.remove(id);
        }
        Ok(Some(document))
    }

    /// Forgets one document: the next look goes to the store.
    pub fn invalidate(&self, id: &DocumentId) {
        self.stripe(id).fetch_add(1, Ordering::AcqRel);
        self.entries.remove(id);
    }

    fn invalidate_all(&self) {
        for stripe in &self.changes {
            stripe.fetch_add(1, Ordering::AcqRel);
        }
        self.entries.clear();
    }

    fn is_good(&self, entry: &Entry<D>) -> bool {
        entry.loaded_at.elapsed() < GOOD_FOR
            || self.watch.heard_at().is_some_and(|heard| heard.elapsed() < GOOD_FOR)
    }

    fn stripe(&self, id: &DocumentId) -> &AtomicU64 {
        let byte = match id {
            DocumentId::Uuid(id) => id.as_bytes()[15],
            DocumentId::Hash(hash) => hash[0],
            DocumentId::Text(text) => text.bytes().last().unwrap_or(0),
        };
        &self.changes[usize::from(byte)]
    }

    /// Listens to the feed until the store closes.
    pub async fn follow(self: Arc<Self>) {
        let mut changes = self.watch.subscribe();
        loop {
            match changes.recv().await {
                Ok(Changed::Document { collection, id }) if collection == D::COLLECTION => {
                    self.invalidate(&id);
                }
                Ok(Changed::Document { .. }) => {}
                Ok(Changed::Everything) | Err(RecvError::Lagged(_)) => self.invalidate_all(),
                Err(RecvError::Closed) => return self.invalidate_all(),
            }
        }
    }
}
