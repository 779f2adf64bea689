//! Whether any user still has a password hash in an older form. Checking one does not take the same time as checking a current hash.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::{
    store::{Page, Store, StoreError},
    user::{LEGACY_HASH_TAG, User},
};

const REFRESH_INTERVAL: Duration = Duration::from_secs(30);

/// Flag in memory. It is refreshed in the background, because another process may import users with such hashes.
#[derive(Clone)]
pub struct LegacyHashes(Arc<AtomicBool>);

impl LegacyHashes {
    /// # Errors
    /// The store failed.
    pub async fn load(store: &Store) -> Result<Self, StoreError> {
        Ok(Self(Arc::new(AtomicBool::new(any(store).await?))))
    }

    /// Returns whether there were such hashes at the last refresh.
    #[must_use]
    pub fn exist(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Keeps the flag current. If the store fails, the flag keeps its value.
    pub async fn refresh(self, store: Store) {
        loop {
            tokio::time::sleep(REFRESH_INTERVAL).await;
            if let Ok(found) = any(&store).await {
                self.0.store(found, Ordering::Relaxed);
            }
        }
    }
}

async fn any(store: &Store) -> Result<bool, StoreError> {
    let page = Page { tag: Some(LEGACY_HASH_TAG), limit: 1, ..Page::default() };
    store.page::<User>(page).await.map(|users| !users.is_empty())
}
