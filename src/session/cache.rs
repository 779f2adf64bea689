//! Documents kept in memory in front of the store, so that the session check asks the database rarely.
//!
//! Nothing in here is authoritative. An entry is good for just under a second after it was loaded; while the store's change
//! feed is heard, for as long after it was last heard (every change up to then has been taken out). So a change made elsewhere is
//! effective well under a second with a feed, within a second without, and a database that hangs cannot keep a dead session
//! alive longer than that. Unknown ids are not kept: guessing cannot push live sessions out.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use quick_cache::sync::Cache;
use tokio::{sync::broadcast::error::RecvError, time::timeout};

use crate::store::{Changed, Document, DocumentId, Store, StoreError, Watch};

/// How long an entry is good without news.
const GOOD_FOR: Duration = Duration::from_millis(900);
/// How often it is noted that the feed was heard.
const LOOK: Duration = Duration::from_millis(50);
/// Counters that tell a load whether its document changed in the meantime; a power of two.
const STRIPES: usize = 256;

/// Documents of one kind, by id.
pub struct DocumentCache<D> {
    entries: Cache<DocumentId, Entry<D>>,
    /// How many changes were seen, by the last byte of the id; held while an entry comes or goes.
    changes: [Mutex<u64>; STRIPES],
    /// Nanoseconds from `made` to the moment up to which every change has been taken out; 0: that cannot be said.
    followed: AtomicU64,
    made: Instant,
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
        Self {
            entries: Cache::new(capacity),
            changes: [const { Mutex::new(0) }; STRIPES],
            followed: AtomicU64::new(0),
            made: Instant::now(),
            watch,
        }
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
        let before = *self.stripe(id);
        let loaded_at = Instant::now();
        let Some(document) = store.get::<D>(id).await?.map(Arc::new) else {
            self.entries.remove(id);
            return Ok(None);
        };
        let changes = self.stripe(id);
        // A change that was announced while we were loading may be newer than what we loaded: then it is not kept.
        if *changes == before {
            self.entries.insert(id.clone(), Entry { document: document.clone(), loaded_at });
        }
        Ok(Some(document))
    }

    /// Forgets one document: the next look goes to the store.
    pub fn invalidate(&self, id: &DocumentId) {
        let mut changes = self.stripe(id);
        *changes += 1;
        self.entries.remove(id);
    }

    fn invalidate_all(&self) {
        let mut stripes: Vec<_> = self.changes.iter().map(held).collect();
        for changes in &mut stripes {
            **changes += 1;
        }
        self.entries.clear();
    }

    fn is_good(&self, entry: &Entry<D>) -> bool {
        let followed = self.followed.load(Ordering::Acquire);
        entry.loaded_at.elapsed() < GOOD_FOR
            || (followed > 0 && self.made.elapsed().saturating_sub(Duration::from_nanos(followed)) < GOOD_FOR)
    }

    fn stripe(&self, id: &DocumentId) -> MutexGuard<'_, u64> {
        let byte = match id {
            DocumentId::Uuid(id) => id.as_bytes()[15],
            DocumentId::Hash(hash) => hash[0],
            DocumentId::Text(text) => text.bytes().last().unwrap_or(0),
        };
        held(&self.changes[usize::from(byte)])
    }

    /// Everything up to this moment has been told *and* taken out.
    fn follow_up_to(&self, heard: Option<Instant>) {
        let since = heard.map_or(Duration::ZERO, |heard| heard.saturating_duration_since(self.made));
        self.followed.store(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX), Ordering::Release);
    }

    /// Listens to the feed until the store closes.
    pub async fn follow(self: Arc<Self>) {
        let mut changes = self.watch.subscribe();
        loop {
            let heard = self.watch.synced_until();
            if changes.is_empty() {
                self.follow_up_to(heard);
            }
            match timeout(LOOK, changes.recv()).await {
                Ok(Ok(Changed::Document { collection, id })) if collection == D::COLLECTION => {
                    self.invalidate(&id);
                }
                Err(_) | Ok(Ok(Changed::Document { .. })) => {}
                Ok(Ok(Changed::Everything) | Err(RecvError::Lagged(_))) => self.invalidate_all(),
                Ok(Err(RecvError::Closed)) => {
                    self.follow_up_to(None);
                    return self.invalidate_all();
                }
            }
        }
    }
}

fn held(changes: &Mutex<u64>) -> MutexGuard<'_, u64> {
    changes.lock().unwrap_or_else(PoisonError::into_inner)
}
