//! One process at a time owns a lease.

use std::time::Duration;

use vestibule::lease::{BEAT, Lease};

use crate::harness::{eventually, stores::TestStore};

const NAME: &str = "work";

#[on_every_store]
async fn lease_has_one_owner_and_is_given_up(store: TestStore) {
    let other_store = store.open_again().await;
    let (first, second) = (Lease::new(&store, NAME), Lease::new(&other_store, NAME));
    assert!(first.hold().await.unwrap() && first.is_held());
    assert!(!second.hold().await.unwrap() && !second.is_held());
    assert!(first.hold().await.unwrap(), "a beat");
    assert!(Lease::new(&store, "other work").hold().await.unwrap(), "another lease");
    second.release().await.unwrap();
    assert!(!second.hold().await.unwrap(), "only the owner gives it up");
    first.release().await.unwrap();
    assert!(!first.is_held() && second.hold().await.unwrap());
}

// Two senders: an owner that was stopped for a while must notice it before another process starts.
#[on_every_store]
async fn lease_of_a_silent_owner_passes_on_after_it_has_ended_for_the_owner(store: TestStore) {
    let (first, second) = (Lease::new(&store, NAME), Lease::new(&store, NAME));
    assert!(first.hold().await.unwrap());
    let taken = || async {
        let is_taken = second.hold().await.unwrap();
        assert!(!(is_taken && first.is_held()), "two owners");
        is_taken
    };
    eventually(Duration::from_secs(20), "the second process is the owner", taken).await;
    assert!(!first.hold().await.unwrap(), "the first process finds out");
    // A beat of the owner starts the time again.
    tokio::time::sleep(BEAT * 3).await;
    assert!(second.hold().await.unwrap());
    tokio::time::sleep(BEAT * 3).await;
    assert!(!first.hold().await.unwrap());
}
