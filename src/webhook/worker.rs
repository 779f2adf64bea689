//! The work of one replica: it keeps the lease, reads events and sends messages.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::{join, join_all};
use tokio::{
    sync::{Notify, RwLock, watch},
    time::sleep,
};

use super::{
    cursor,
    delivery::{Delivery, DeliveryState, Queue},
    endpoint::{self, Endpoint},
    reader::EventReader,
    retry::Pause,
    sender::Sender,
    shared::{Shared, TICK, stopped},
};
use crate::{
    clock::Clock,
    config::{Config, WebhookConfig},
    lease::{BEAT, Lease},
    metrics,
    store::{Page, Store, StoreError},
};

/// How often the queues are counted for the metrics.
const COUNT_TICK: Duration = Duration::from_secs(10);
const LEASE: &str = "webhooks";

/// Creates the worker of this replica, which runs until `stop` becomes `true`. `None` without webhooks.
///
/// # Errors
/// The HTTP client cannot be created with these settings.
pub fn worker(
    config: &Config,
    store: &Store,
    clock: &Clock,
    stop: watch::Receiver<bool>,
) -> Result<Option<impl Future<Output = ()> + use<>>, String> {
    if config.webhooks.is_empty() {
        return Ok(None);
    }
    let client = endpoint::client(&config.outgoing)?;
    let shared = Arc::new(Shared {
        store: store.clone(),
        clock: clock.clone(),
        webhooks: config.webhooks.clone(),
        providers: config.providers.clone(),
        stop,
        inserting: RwLock::default(),
        lease: Lease::new(store, LEASE),
        wakes: config.webhooks.iter().map(|_| Arc::default()).collect(),
        has_cursors: AtomicBool::new(false),
    });
    let sender = |(webhook, wake): (&WebhookConfig, &Arc<Notify>)| {
        Ok::<_, String>(Sender {
            shared: shared.clone(),
            webhook: webhook.name.clone(),
            endpoint: Endpoint::new(&webhook.url, &webhook.secrets, &client)?,
            wake: wake.clone(),
            pause: Pause::default(),
            waiting_after: None,
            pending_after: None,
        })
    };
    let senders = shared.webhooks.iter().zip(&shared.wakes).map(sender).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(run(shared, senders)))
}

async fn run(shared: Arc<Shared>, senders: Vec<Sender>) {
    let work = join(read_events(shared.clone()), join_all(senders.into_iter().map(Sender::run)));
    tokio::select! {
        _ = work => {}
        // Until the last request has ended: no other replica sends its message at the same time.
        () = keep_lease(&shared) => {}
        () = count(&shared) => {}
    }
    if let Err(error) = shared.lease.release().await {
        tracing::debug!(%error, "could not give up the lease of the webhooks");
    }
}

async fn keep_lease(shared: &Shared) {
    loop {
        if !shared.has_cursors.load(Ordering::Acquire) {
            match start_cursors(shared).await {
                Ok(()) => shared.has_cursors.store(true, Ordering::Release),
                Err(error) => tracing::warn!(%error, "could not start the webhooks"),
            }
        }
        let was_held = shared.lease.is_held();
        match shared.lease.hold().await {
            Ok(true) if !was_held => {
                tracing::info!("this replica sends the messages of the webhooks");
                shared.wake_senders();
            }
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "could not keep the lease of the webhooks"),
        }
        sleep(BEAT).await;
    }
}

async fn start_cursors(shared: &Shared) -> Result<(), StoreError> {
    let now = shared.clock.system_time();
    for webhook in &shared.webhooks {
        cursor::start(&shared.store, &webhook.name, now).await?;
    }
    Ok(())
}

async fn read_events(shared: Arc<Shared>) {
    let mut stop = shared.stop.clone();
    let mut reader = EventReader::new(shared.clone());
    loop {
        if !shared.continues() {
            reader.reset();
        } else if let Err(error) = reader.round().await {
            tracing::warn!(%error, "could not read audit events for the webhooks");
        }
        tokio::select! {
            () = stopped(&mut stop) => return,
            () = sleep(TICK) => {}
        }
    }
}

/// Counts the queues. Every replica does it: the numbers of one that has lost the lease would stand still.
async fn count(shared: &Shared) {
    loop {
        if metrics::is_enabled() {
            for WebhookConfig { name, .. } in &shared.webhooks {
                if let Err(error) = count_queue(shared, name).await {
                    tracing::debug!(%error, webhook = name, "could not count the queue of a webhook");
                }
            }
        }
        sleep(COUNT_TICK).await;
    }
}

async fn count_queue(shared: &Shared, webhook: &str) -> Result<(), StoreError> {
    let pending = Queue::State(DeliveryState::Pending).tag(webhook);
    let failed = Queue::State(DeliveryState::Failed).tag(webhook);
    let oldest = Page { tag: Some(&pending), after: None, newest_first: false, limit: 1 };
    let oldest = shared.store.scan::<Delivery>(oldest).await?.documents;
    let now = shared.clock.now();
    let age = oldest.first().map_or(Duration::ZERO, |delivery| now.since(delivery.created_at));
    let pending = shared.store.count_of_tag::<Delivery>(&pending).await?;
    let failed = shared.store.count_of_tag::<Delivery>(&failed).await?;
    metrics::set_webhook_queue(webhook, pending, failed, age);
    Ok(())
}
