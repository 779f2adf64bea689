//! What the reader of events and the senders share.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use tokio::sync::{Notify, RwLock, watch};

use crate::{
    clock::Clock,
    config::{ProviderConfig, WebhookConfig},
    lease::Lease,
    store::Store,
};

/// How often events and queues are read. A change is sent after about this time.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// What reader and senders share.
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) webhooks: Vec<WebhookConfig>,
    /// They decide the effective roles of a user.
    pub(super) providers: Vec<ProviderConfig>,
    pub(super) stop: watch::Receiver<bool>,
    /// Held while the deliveries of a page are inserted.
    pub(super) inserting: RwLock<()>,
    pub(super) lease: Lease,
    /// One for each webhook, in their order.
    pub(super) wakes: Vec<Arc<Notify>>,
    pub(super) has_cursors: AtomicBool,
}

impl Shared {
    /// Returns whether this process may work.
    pub(super) fn continues(&self) -> bool {
        !*self.stop.borrow() && self.lease.is_held()
    }

    pub(super) fn wake_senders(&self) {
        for wake in &self.wakes {
            wake.notify_one();
        }
    }
}

pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The guard of the value is dropped before the caller awaits again.
    drop(stop.wait_for(|stops| *stops).await);
}
