//! What administrators and the command line do with webhooks.

use serde::Serialize;

use super::{
    cursor,
    delivery::{Delivery, DeliveryFilter, DeliveryId, DeliveryPage, DeliveryState, DeliveryView, Queue},
    endpoint::{self, Endpoint},
    message::Message,
};
use crate::{
    clock::Timestamp,
    config::{Config, Outgoing, WebhookConfig, WebhookType},
    store::{Change, Page, Store, StoreError, Stored},
};

/// A webhook as the API and the command line show it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Webhook")]
pub struct WebhookView {
    pub name: String,
    /// Without its query.
    pub url: String,
    pub events: Vec<WebhookType>,
    /// It gets the changes since then. `null`: no service has started with it.
    pub started_at: Option<Timestamp>,
    pub pending: u64,
    pub failed: u64,
    /// Of the newest event that was delivered.
    pub last_delivered_at: Option<Timestamp>,
    /// Of the newest delivery that waits after a failure; without one, of the newest failed one.
    pub last_error: Option<String>,
}

/// Returns all webhooks of the settings.
///
/// # Errors
/// The store failed.
pub async fn views(store: &Store, webhooks: &[WebhookConfig]) -> Result<Vec<WebhookView>, StoreError> {
    let mut views = Vec::new();
    for webhook in webhooks {
        views.push(view(store, webhook).await?);
    }
    Ok(views)
}

async fn view(store: &Store, webhook: &WebhookConfig) -> Result<WebhookView, StoreError> {
    let tag = |queue: Queue| queue.tag(&webhook.name);
    let of_state = |state| tag(Queue::State(state));
    let delivered = newest(store, &of_state(DeliveryState::Delivered)).await?;
    let problem = match newest(store, &tag(Queue::Waiting)).await? {
        Some(waiting) => Some(waiting),
        None => newest(store, &of_state(DeliveryState::Failed)).await?,
    };
    Ok(WebhookView {
        name: webhook.name.clone(),
        url: webhook.shown_url(),
        events: webhook.types(),
        started_at: cursor::get(store, &webhook.name).await?.map(|cursor| cursor.started_at),
        pending: store.count_of_tag::<Delivery>(&of_state(DeliveryState::Pending)).await?,
        failed: store.count_of_tag::<Delivery>(&of_state(DeliveryState::Failed)).await?,
        last_delivered_at: delivered.and_then(|delivery| delivery.delivered_at),
        last_error: problem.and_then(|delivery| delivery.last_error),
    })
}

async fn newest(store: &Store, tag: &str) -> Result<Option<Delivery>, StoreError> {
    let page = Page { tag: Some(tag), after: None, newest_first: true, limit: 1 };
    let found = store.scan::<Delivery>(page).await?;
    Ok(found.documents.into_iter().next().map(Stored::into_document))
}

/// Returns deliveries, newest first and after the one with this id. Those that cannot be read are left out.
///
/// # Errors
/// The store failed.
pub async fn deliveries(
    store: &Store,
    filter: &DeliveryFilter,
    after: Option<DeliveryId>,
    limit: usize,
) -> Result<DeliveryPage, StoreError> {
    let tag = filter.tag();
    let after = after.map(DeliveryId::document_id);
    let found =
        store.scan::<Delivery>(Page { tag: tag.as_deref(), after, newest_first: true, limit }).await?;
    let next = found.next.and_then(|id| id.to_string().parse().ok());
    let views = found.documents.into_iter().map(|delivery| delivery.into_document().view());
    Ok(DeliveryPage { deliveries: views.collect(), next })
}

/// Returns the ids of the failed deliveries of a webhook, the oldest first, at most `limit`.
///
/// # Errors
/// The store failed.
pub async fn failed_of(store: &Store, webhook: &str, limit: usize) -> Result<Vec<DeliveryId>, StoreError> {
    let tag = Queue::State(DeliveryState::Failed).tag(webhook);
    let page = Page { tag: Some(&tag), after: None, newest_first: false, limit };
    Ok(store.scan::<Delivery>(page).await?.documents.iter().map(|delivery| delivery.id).collect())
}

/// What a replay did.
#[derive(Clone, Debug)]
pub enum Replay {
    Queued(Box<DeliveryView>),
    NotFound,
    /// The settings do not name its webhook any more.
    NoWebhook(String),
}

/// Queues a delivery again, in whatever state it is. Its message has the same id, and the user as it is then.
///
/// # Errors
/// The store failed.
pub async fn replay(
    store: &Store,
    webhooks: &[WebhookConfig],
    id: DeliveryId,
    now: Timestamp,
) -> Result<Replay, StoreError> {
    let change = |delivery: &mut Delivery| {
        if webhooks.iter().all(|webhook| webhook.name != delivery.webhook) {
            return Ok::<_, StoreError>(Change::Keep(false));
        }
        delivery.requeue(now);
        Ok(Change::Write(true))
    };
    Ok(match store.update::<Delivery, _, _>(&id.document_id(), change).await? {
        None => Replay::NotFound,
        Some((delivery, false)) => Replay::NoWebhook(delivery.into_document().webhook),
        Some((delivery, true)) => Replay::Queued(Box::new(delivery.into_document().view())),
    })
}

/// Result of a test message.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "WebhookTest")]
pub struct Tested {
    /// Status of the response. `null`: there was none.
    pub status: Option<u16>,
    /// Time of the request.
    pub millis: u64,
    /// `null`: the receiver accepted the message.
    pub error: Option<String>,
}

/// Sends a signed test message now, without the queue. It is about no user.
///
/// # Errors
/// The HTTP client cannot be created.
pub async fn test(
    config: &Config,
    webhook: &WebhookConfig,
    actor: Option<String>,
    now: Timestamp,
) -> Result<Tested, String> {
    let endpoint = Endpoint::new(&webhook.url, &webhook.secrets, &endpoint::client(&config.outgoing)?)?;
    let message = Message::test(actor, now);
    let answer = endpoint.post(message.id, message.to_json(), now).await;
    Ok(Tested {
        status: answer.status,
        millis: u64::try_from(answer.took.as_millis()).unwrap_or(u64::MAX),
        error: answer.failure.map(|failure| failure.error),
    })
}

/// Connects to the receiver of a webhook. No message is sent.
///
/// # Errors
/// Why there is no response.
pub async fn probe(webhook: &WebhookConfig, outgoing: &Outgoing) -> Result<(), String> {
    Endpoint::new(&webhook.url, &webhook.secrets, &endpoint::client(outgoing)?)?.probe().await
}
