//! Sends the messages of one webhook, one at a time and in the order of their events. Each webhook has a sender, so a receiver that hangs
//! delays no other one.

use std::{sync::Arc, time::Duration};

use tokio::time::{sleep, timeout};

use super::{
    delivery::{Delivery, DeliveryId, DeliveryState, Queue},
    endpoint::{Answer, Endpoint, Failure},
    message::Message,
    retry::{LIFETIME, Pause, next_attempt},
    shared::{Shared, TICK, stopped},
};
use crate::{
    audit::{self, Event},
    clock::Timestamp,
    metrics, secrets,
    store::{Change, Document as _, Page, StoreError, Stored},
    user::User,
};

/// Deliveries per read of the store.
const PAGE: usize = 50;
/// Pages of waiting deliveries in one round. The next round continues after them.
const WAITING_PAGES: usize = 10;
/// How long a request may take after the signal to stop. The next start sends the message again.
const STOP_TIME: Duration = Duration::from_secs(8);
/// Attempts to write the result of a request. Without it, the receiver gets the message again.
const WRITE_ATTEMPTS: u32 = 5;

pub(super) struct Sender {
    pub(super) shared: Arc<Shared>,
    pub(super) webhook: String,
    pub(super) endpoint: Endpoint,
    pub(super) wake: Arc<tokio::sync::Notify>,
    pub(super) pause: Pause,
    /// Where the next round continues.
    pub(super) waiting_after: Option<DeliveryId>,
    pub(super) pending_after: Option<DeliveryId>,
}

/// Puts the result of an attempt into a delivery. Returns it for the metrics, and its error.
fn apply(
    delivery: &mut Delivery,
    status: Option<u16>,
    outcome: Outcome,
    now: Timestamp,
) -> (&'static str, Option<String>) {
    if !matches!(outcome, Outcome::Dropped(_)) {
        delivery.last_status = status;
        delivery.attempts += 1;
    }
    match outcome {
        Outcome::Delivered => {
            delivery.delivered_at = Some(now);
            ("delivered", None)
        }
        Outcome::Deferred(Failure { error, retry_after, .. }) => {
            let [spread] = secrets::random();
            if let Some(due_at) =
                next_attempt(delivery.queued_at, delivery.attempts, retry_after, spread, now)
            {
                delivery.due_at = due_at;
                ("deferred", Some(error))
            } else {
                delivery.failed_at = Some(now);
                ("failed", Some(error))
            }
        }
        Outcome::Failed(error) => {
            delivery.failed_at = Some(now);
            ("failed", Some(error))
        }
        Outcome::Dropped(problem) => {
            delivery.failed_at = Some(now);
            // The error of an attempt says more.
            ("failed", delivery.last_error.take().or_else(|| Some(problem.to_owned())))
        }
    }
}

/// Result of an attempt.
enum Outcome {
    Delivered,
    Deferred(Failure),
    Failed(String),
    /// Given up without a request.
    Dropped(&'static str),
}

impl Sender {
    /// Sends messages until the service stops.
    pub(super) async fn run(mut self) {
        let (shared, wake) = (self.shared.clone(), self.wake.clone());
        let mut stop = shared.stop.clone();
        let mut has_more = false;
        loop {
            if !has_more {
                tokio::select! {
                    () = stopped(&mut stop) => return,
                    () = wake.notified() => {}
                    () = sleep(TICK) => {}
                }
            }
            has_more = false;
            if !shared.continues() {
                if *stop.borrow() {
                    return;
                }
                continue;
            }
            let webhook = self.webhook.clone();
            let round = self.round();
            tokio::pin!(round);
            let result = tokio::select! {
                result = &mut round => result,
                () = stopped(&mut stop) => {
                    drop(timeout(STOP_TIME, round).await);
                    return;
                }
            };
            match result {
                Ok(more) => has_more = more,
                Err(error) => {
                    tracing::warn!(%error, webhook, "could not read or update the queue of a webhook");
                }
            }
        }
    }

    /// Sends what is due; returns whether there is more.
    async fn round(&mut self) -> Result<bool, StoreError> {
        self.give_up_old().await?;
        if !self.continues() {
            return Ok(false);
        }
        self.send_waiting().await?;
        self.send_new().await
    }

    fn continues(&self) -> bool {
        self.shared.continues() && self.pause.is_over(self.shared.clock.now())
    }

    /// Gives up the deliveries that were in the queue for too long. Also while the receiver is paused: they are never tried then.
    async fn give_up_old(&mut self) -> Result<(), StoreError> {
        let tag = Queue::State(DeliveryState::Pending).tag(&self.webhook);
        let found = self.page(&tag, self.pending_after).await?;
        let now = self.shared.clock.now();
        for delivery in found.documents.iter().filter(|delivery| delivery.queued_at + LIFETIME < now) {
            self.finish(delivery, None, Outcome::Dropped("no attempt succeeded in three days")).await?;
        }
        self.pending_after = found.next.and_then(|id| id.to_string().parse().ok());
        Ok(())
    }

    async fn send_waiting(&mut self) -> Result<(), StoreError> {
        let tag = Queue::Waiting.tag(&self.webhook);
        for _ in 0..WAITING_PAGES {
            let found = self.page(&tag, self.waiting_after).await?;
            let now = self.shared.clock.now();
            for delivery in found.documents.iter().filter(|delivery| delivery.due_at <= now) {
                if !self.continues() {
                    return Ok(());
                }
                self.attempt(delivery).await?;
            }
            self.waiting_after = found.next.and_then(|id| id.to_string().parse().ok());
            if self.waiting_after.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn send_new(&mut self) -> Result<bool, StoreError> {
        let tag = Queue::New.tag(&self.webhook);
        // A delivery leaves this queue with its first attempt. Only one that cannot be read stays, and is skipped.
        let mut after = None;
        loop {
            let gate = self.shared.inserting.read().await;
            let found = self.page(&tag, after).await?;
            drop(gate);
            for delivery in &found.documents {
                if !self.continues() {
                    return Ok(false);
                }
                self.attempt(delivery).await?;
            }
            match found.next {
                None => return Ok(false),
                // Waiting deliveries have their turn now.
                Some(_) if !found.documents.is_empty() => return Ok(true),
                Some(next) => after = next.to_string().parse().ok(),
            }
        }
    }

    async fn page(
        &self,
        tag: &str,
        after: Option<DeliveryId>,
    ) -> Result<crate::store::Found<Delivery>, StoreError> {
        let after = after.map(DeliveryId::document_id);
        let page = Page { tag: Some(tag), after, newest_first: false, limit: PAGE };
        self.shared.store.scan::<Delivery>(page).await
    }

    async fn attempt(&mut self, delivery: &Stored<Delivery>) -> Result<(), StoreError> {
        let body = match self.body(delivery).await? {
            Ok(body) => body,
            Err(problem) => return self.finish(delivery, None, Outcome::Dropped(problem)).await,
        };
        let now = self.shared.clock.system_time();
        let Answer { status, failure, took } = self.endpoint.post(delivery.id, body, now).await;
        metrics::record_webhook_request(&self.webhook, took);
        let now = self.shared.clock.now();
        let outcome = match failure {
            None => {
                self.pause.end();
                Outcome::Delivered
            }
            Some(failure) if failure.may_recover => {
                self.pause.begin(failure.retry_after, now);
                Outcome::Deferred(failure)
            }
            Some(failure) => Outcome::Failed(failure.error),
        };
        self.finish(delivery, status, outcome).await
    }

    /// Makes the message from the event and the user as they are now. The inner error says why there is none: one document that cannot be read
    /// must not stop the queue.
    async fn body(&self, delivery: &Delivery) -> Result<Result<Vec<u8>, &'static str>, StoreError> {
        let event = match audit::find(&self.shared.store, delivery.event_id).await {
            Ok(Some(event)) => event,
            Ok(None) => return Ok(Err("its audit event was removed")),
            Err(StoreError::Corrupt { .. }) => return Ok(Err("its audit event cannot be read")),
            Err(error) => return Err(error),
        };
        let user = match self.user(&event).await {
            Ok(user) => user,
            Err(StoreError::Corrupt { .. }) => return Ok(Err("its user cannot be read")),
            Err(error) => return Err(error),
        };
        let providers = &self.shared.providers;
        Ok(
            Ok(Message::new(delivery.id, delivery.r#type.as_str(), &event, user.as_ref(), providers)
                .to_json()),
        )
    }

    async fn user(&self, event: &Event) -> Result<Option<User>, StoreError> {
        let Some(id) = event.user_id else { return Ok(None) };
        Ok(self.shared.store.get::<User>(&id.document_id()).await?.map(Stored::into_document))
    }

    /// Writes the result of an attempt.
    async fn finish(
        &self,
        delivery: &Stored<Delivery>,
        status: Option<u16>,
        outcome: Outcome,
    ) -> Result<(), StoreError> {
        let now = self.shared.clock.now();
        let mut after = delivery.document.clone();
        let (outcome, error) = apply(&mut after, status, outcome, now);
        after.last_error.clone_from(&error);
        self.write(delivery, &after).await?;
        metrics::count_webhook(&self.webhook, outcome);
        let (id, webhook, attempts) = (delivery.id, &self.webhook, after.attempts);
        match outcome {
            "failed" => tracing::warn!(%id, webhook, attempts, error, "webhook delivery failed"),
            "deferred" => tracing::info!(%id, webhook, attempts, error, "webhook delivery deferred"),
            _ => tracing::debug!(%id, webhook, attempts, "webhook delivered"),
        }
        Ok(())
    }

    /// Writes the delivery after an attempt. If an administrator has replayed it in this time, the result of the attempt counts.
    async fn write(&self, delivery: &Stored<Delivery>, after: &Delivery) -> Result<(), StoreError> {
        let mut attempts = 1;
        loop {
            let change = |stored: &mut Delivery| {
                stored.clone_from(after);
                Ok::<_, StoreError>(Change::Write(()))
            };
            match self.shared.store.update(&delivery.id(), change).await {
                Err(error) if attempts < WRITE_ATTEMPTS => {
                    tracing::debug!(%error, id = %delivery.id, "could not write the result of a delivery");
                    sleep(TICK * attempts).await;
                    attempts += 1;
                }
                result => return result.map(drop),
            }
        }
    }
}
