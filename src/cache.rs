//! Documents in memory in front of the store: session checks rarely need a query.
//!
//! The cache is never authoritative. An entry is fresh for 0.9 s after it was loaded. While the store's change feed is in sync, it
//! stays fresh until 0.9 s after the last sync, because every change up to then has removed its entry. So a change on another replica
//! is effective within a second, and a database that hangs cannot keep an ended session valid for longer. Unknown ids are not cached:
//! guessed ids cannot evict valid sessions.
//!
//! Writes go through the cache too: [`DocumentCache::update`] and [`DocumentCache::take`] remove the entry by themselves, so that this
//! replica never continues with the document from before its own write.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use quick_cache::sync::Cache;
use tokio::{sync::broadcast::error::RecvError, time::timeout};

use crate::store::{Batch, Change, Changed, Document, DocumentId, Found, Page, Store, StoreError, Stored};

/// How long an entry is fresh without the change feed.
const FRESH_FOR: Duration = Duration::from_millis(900);
/// How often the sync time of the change feed is read.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Number of change counters; one for each value of a byte of the id.
const COUNTERS: usize = 256;

/// The documents of one type, by id, and the store that holds them.
pub struct DocumentCache<D> {
    store: Store,
    entries: Cache<DocumentId, CacheEntry<D>>,
    /// How many changes were seen, by the last byte of the id. Locked while an entry is added or removed.
    changes: [Mutex<u64>; COUNTERS],
    /// Nanoseconds from `created_at` to the moment up to which every change has removed its entry; 0 if the feed is not in sync.
    synced_until: AtomicU64,
    created_at: Instant,
}

struct CacheEntry<D> {
    document: Arc<D>,
    loaded_at: Instant,
}

impl<D> Clone for CacheEntry<D> {
    fn clone(&self) -> Self {
        Self { document: self.document.clone(), loaded_at: self.loaded_at }
    }
}

impl<D: Document> DocumentCache<D> {
    /// Creates a cache of at most `capacity` documents of this store.
    #[must_use]
    pub fn new(store: Store, capacity: usize) -> Self {
        Self {
            store,
            entries: Cache::new(capacity),
            changes: [const { Mutex::new(0) }; COUNTERS],
            synced_until: AtomicU64::new(0),
            created_at: Instant::now(),
        }
    }

    /// Returns the document from memory if it is fresh, else from the store.
    pub async fn get(&self, id: &DocumentId) -> Result<Option<Arc<D>>, StoreError> {
        if let Some(entry) = self.entries.get(id)
            && self.is_fresh(&entry)
        {
            return Ok(Some(entry.document));
        }
        let changes_before = *self.change_counter(id);
        let loaded_at = Instant::now();
        let Some(document) = self.get_uncached(id).await?.map(Arc::new) else {
            self.entries.remove(id);
            return Ok(None);
        };
        let changes = self.change_counter(id);
        // A change that was published during the load may be newer than the loaded document.
        if *changes == changes_before {
            self.entries.insert(id.clone(), CacheEntry { document: document.clone(), loaded_at });
        }
        Ok(Some(document))
    }

    /// Reads the document from the store.
    pub async fn get_uncached(&self, id: &DocumentId) -> Result<Option<D>, StoreError> {
        Ok(self.store.get(id).await?.map(Stored::into_document))
    }

    /// Finds a document in the store by one of its unique keys.
    pub async fn find(&self, key: &str) -> Result<Option<Stored<D>>, StoreError> {
        self.store.find(key).await
    }

    /// Reads documents from the store, as [`Store::page`] does.
    pub async fn page(&self, page: Page<'_>) -> Result<Vec<Stored<D>>, StoreError> {
        self.store.page(page).await
    }

    /// Reads documents from the store, as [`Store::scan`] does.
    pub async fn scan(&self, page: Page<'_>) -> Result<Found<D>, StoreError> {
        self.store.scan(page).await
    }

    pub async fn insert(&self, document: D) -> Result<Stored<D>, StoreError> {
        self.store.insert(document).await
    }

    /// Changes a document as [`Store::update`] does, and removes it from the cache.
    pub async fn update<R, E>(
        &self,
        id: &DocumentId,
        change: impl FnMut(&mut D) -> Result<Change<R>, E> + Send,
    ) -> Result<Option<(Stored<D>, R)>, E>
    where
        E: From<StoreError> + Send,
        R: Send,
    {
        let _invalidation = InvalidateOnDrop { cache: self, id };
        self.store.update(id, change).await
    }

    /// Deletes a document as [`Store::take`] does, and removes it from the cache.
    pub async fn take(&self, id: &DocumentId) -> Result<Option<D>, StoreError> {
        let _invalidation = InvalidateOnDrop { cache: self, id };
        self.store.take(id).await
    }

    /// Does the writes of a batch as [`Store::write_together`] does, and removes its documents from the cache.
    pub async fn write_together(&self, batch: &Batch) -> Result<bool, StoreError> {
        let _invalidations: Vec<_> =
            batch.ids(D::COLLECTION).map(|id| InvalidateOnDrop { cache: self, id }).collect();
        self.store.write_together(batch).await
    }

    /// Removes one document: the next read goes to the store.
    pub fn invalidate(&self, id: &DocumentId) {
        let mut changes = self.change_counter(id);
        *changes += 1;
        self.entries.remove(id);
    }

    fn invalidate_all(&self) {
        let mut counters: Vec<_> = self.changes.iter().map(lock).collect();
        for changes in &mut counters {
            **changes += 1;
        }
        self.entries.clear();
    }

    fn is_fresh(&self, entry: &CacheEntry<D>) -> bool {
        let synced_until = self.synced_until.load(Ordering::Acquire);
        let since_sync = || self.created_at.elapsed().saturating_sub(Duration::from_nanos(synced_until));
        entry.loaded_at.elapsed() < FRESH_FOR || (synced_until > 0 && since_sync() < FRESH_FOR)
    }

    fn change_counter(&self, id: &DocumentId) -> MutexGuard<'_, u64> {
        let byte = match id {
            DocumentId::Uuid(id) => id.as_bytes()[15],
            DocumentId::Hash(hash) => hash[0],
            DocumentId::Text(text) => text.bytes().last().unwrap_or(0),
        };
        lock(&self.changes[usize::from(byte)])
    }

    /// Records that every change up to this moment has removed its entry.
    fn set_synced_until(&self, moment: Option<Instant>) {
        let since = moment.map_or(Duration::ZERO, |moment| moment.saturating_duration_since(self.created_at));
        self.synced_until.store(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX), Ordering::Release);
    }

    /// Applies the store's change feed until the store closes.
    pub async fn follow(self: Arc<Self>) {
        let watch = self.store.watch();
        let mut changes = watch.subscribe();
        loop {
            // In this order: the feed publishes changes before it advances its sync time.
            let synced_until = watch.synced_until();
            if changes.is_empty() {
                self.set_synced_until(synced_until);
            }
            match timeout(POLL_INTERVAL, changes.recv()).await {
                Ok(Ok(Changed::Document { collection, id })) if collection == D::COLLECTION => {
                    self.invalidate(&id);
                }
                Err(_) | Ok(Ok(Changed::Document { .. })) => {}
                Ok(Ok(Changed::Everything) | Err(RecvError::Lagged(_))) => self.invalidate_all(),
                Ok(Err(RecvError::Closed)) => {
                    self.set_synced_until(None);
                    return self.invalidate_all();
                }
            }
        }
    }
}

/// Guard that removes an entry even if the write fails or its future is dropped, because the write may have been done.
struct InvalidateOnDrop<'a, D: Document> {
    cache: &'a DocumentCache<D>,
    id: &'a DocumentId,
}

impl<D: Document> Drop for InvalidateOnDrop<'_, D> {
    fn drop(&mut self) {
        self.cache.invalidate(self.id);
    }
}

fn lock(changes: &Mutex<u64>) -> MutexGuard<'_, u64> {
    changes.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use tempfile::TempDir;

    use super::*;
    use crate::store::Collection;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Counter {
        name: String,
        count: u32,
    }

    impl Document for Counter {
        const COLLECTION: Collection = Collection::Counters;

        fn id(&self) -> DocumentId {
            DocumentId::Text(self.name.clone())
        }
    }

    /// Creates a cache without a change feed: only its own writes remove entries.
    async fn cached_counter() -> (TempDir, DocumentCache<Counter>, DocumentId) {
        let folder = TempDir::new().expect("a temporary folder");
        let store =
            Store::open(&format!("sqlite:{}/test.db", folder.path().display())).await.expect("a store");
        let cache = DocumentCache::new(store, 10);
        let id = cache.insert(Counter { name: "c".to_owned(), count: 0 }).await.expect("an insert").id();
        assert_eq!(count(&cache, &id).await, Some(0));
        (folder, cache, id)
    }

    async fn count(cache: &DocumentCache<Counter>, id: &DocumentId) -> Option<u32> {
        cache.get(id).await.expect("the store works").map(|counter| counter.count)
    }

    #[expect(clippy::unnecessary_wraps, reason = "the signature of a change")]
    fn increment(counter: &mut Counter) -> Result<Change<()>, StoreError> {
        counter.count += 1;
        Ok(Change::Write(()))
    }

    #[tokio::test]
    async fn cached_document_is_returned_without_a_query() {
        let (_folder, cache, id) = cached_counter().await;
        cache.store.update(&id, increment).await.expect("an update");
        assert_eq!(count(&cache, &id).await, Some(0));
        assert_eq!(cache.get_uncached(&id).await.expect("the store works").map(|c| c.count), Some(1));
    }

    #[tokio::test]
    async fn update_and_take_remove_the_entry() {
        let (_folder, cache, id) = cached_counter().await;
        let (stored, ()) = cache.update(&id, increment).await.expect("an update").expect("a document");
        assert_eq!((stored.count, stored.revision), (1, 2));
        assert_eq!(count(&cache, &id).await, Some(1));
        cache.take(&id).await.expect("a take").expect("a document");
        assert_eq!(count(&cache, &id).await, None);
    }

    #[tokio::test]
    async fn failed_and_cancelled_updates_remove_the_entry() {
        let (_folder, cache, id) = cached_counter().await;
        let failed =
            cache.update(&id, |_| Err::<Change<()>, _>(StoreError::Unavailable(String::new()))).await;
        assert!(failed.is_err() && cache.entries.get(&id).is_none());
        assert_eq!(count(&cache, &id).await, Some(0));
        // One poll starts the write. The client disconnects before it is complete.
        let mut update = Box::pin(cache.update(&id, increment));
        let _ = futures_util::poll!(&mut update);
        drop(update);
        assert!(cache.entries.get(&id).is_none());
    }
}
