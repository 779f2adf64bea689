//! The change feed stays in sync.

use std::time::{Duration, Instant};

use vestibule::store::Watch;

use crate::{
    harness::stores::TestStore,
    store::{TestSession, conformance::subscribe_when_synced},
};

#[on_every_store]
async fn idle_change_feed_is_alive(store: TestStore) {
    let watch = store.watch();
    subscribe_when_synced(&watch).await;
    assert_in_sync(&watch, async || tokio::time::sleep(Duration::from_millis(100)).await).await;
}

#[on_every_store]
async fn busy_change_feed_is_alive(store: TestStore) {
    let watch = store.watch();
    subscribe_when_synced(&watch).await;
    let mut session = store.insert(TestSession::new(1)).await.unwrap();
    let mut write = async || {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(100) {
            assert!(store.replace(&mut session).await.unwrap());
        }
    };
    assert_in_sync(&watch, &mut write).await;
}

/// Polls for two seconds, with an action in between: the feed must have been alive in the last second. Retries if the
/// machine paused.
async fn assert_in_sync(watch: &Watch, mut between: impl AsyncFnMut()) {
    let (begun, mut good) = (Instant::now(), 0);
    while good < 20 {
        between().await;
        let age = watch.synced_until().map(|synced| synced.elapsed());
        let is_good = age.is_some_and(|age| age < Duration::from_secs(1));
        good = if is_good { good + 1 } else { 0 };
        assert!(begun.elapsed() < Duration::from_mins(1), "not in sync for long enough: {age:?}");
    }
}
