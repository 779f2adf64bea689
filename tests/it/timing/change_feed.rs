//! The change feed reports that it is alive.

use std::time::{Duration, Instant};

use vestibule::store::Watch;

use crate::{
    harness::stores::TestStore,
    store::{Visit, conformance::attentive},
};

#[on_every_store]
async fn idle_change_feed_is_alive(store: TestStore) {
    let watch = store.watch();
    attentive(&watch).await;
    assert_alive(&watch, async || tokio::time::sleep(Duration::from_millis(100)).await).await;
}

#[on_every_store]
async fn busy_change_feed_is_alive(store: TestStore) {
    let watch = store.watch();
    attentive(&watch).await;
    let mut visit = store.insert(Visit::new(1)).await.unwrap();
    let mut write = async || {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(100) {
            assert!(store.replace(&mut visit).await.unwrap());
        }
    };
    assert_alive(&watch, &mut write).await;
}

/// Polls for two seconds, with an action in between: the feed must have been alive in the last second. Retries if the
/// machine paused.
async fn assert_alive(watch: &Watch, mut between: impl AsyncFnMut()) {
    let (begun, mut good) = (Instant::now(), 0);
    while good < 20 {
        between().await;
        let silence = watch.synced_until().map(|heard| heard.elapsed());
        let is_good = silence.is_some_and(|silence| silence < Duration::from_secs(1));
        good = if is_good { good + 1 } else { 0 };
        assert!(begun.elapsed() < Duration::from_mins(1), "never known for long: {silence:?}");
    }
}
