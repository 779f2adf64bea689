//! The end of the retention for events that were stored under a higher one.
//!
//! The store deletes each event at the time that was valid when it was written. A lower setting must also remove the older events.

use std::time::Duration;

use super::event::Event;
use crate::{
    clock::Clock,
    store::{Page, Store, StoreError},
};

/// Time between two looks.
const INTERVAL: Duration = Duration::from_hours(1);
/// Events per read of the store.
const PAGE: usize = 500;

/// Removes events that are older than the retention, now and then.
pub async fn enforce(store: Store, clock: Clock, retention: Duration) {
    loop {
        match remove_expired(&store, &clock, retention).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "removed audit events at the end of their retention"),
            Err(error) => {
                tracing::warn!(%error, "could not remove audit events at the end of their retention");
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Removes the oldest events, up to the first one that is kept. The ids of events begin with their time.
async fn remove_expired(store: &Store, clock: &Clock, retention: Duration) -> Result<u64, StoreError> {
    let now = clock.certain();
    let (mut count, mut after) = (0, None);
    loop {
        let page = Page { tag: None, after, newest_first: false, limit: PAGE };
        let page = store.scan::<Event>(page).await?;
        for event in &page.documents {
            if event.at + retention > now {
                return Ok(count);
            }
            // Another replica may have been faster.
            count += u64::from(store.take::<Event>(&event.document.id().document_id()).await?.is_some());
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(count),
        }
    }
}
