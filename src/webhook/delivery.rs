//! The document of a delivery: one message to one webhook, without its content.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    audit::EventId,
    clock::Timestamp,
    config::WebhookType,
    secrets::sha256,
    store::{Collection, Document, DocumentId, Id},
    user::UserId,
};

/// How long a delivery is kept after it was delivered or has failed, or if its webhook is no longer in the settings.
const KEPT: Duration = Duration::from_hours(30 * 24);
/// Bytes of the id that come from the event, so that ids are ordered as the events are.
const EVENT_BYTES: usize = 10;

/// Id of a delivery, and of its message at the receiver.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(transparent)]
#[schemars(inline)]
pub struct DeliveryId(Id);

impl DeliveryId {
    /// Derives the id. Two processes that read the same event get the same id, and the store accepts one of them.
    pub(super) fn derive(event: EventId, of: WebhookType, webhook: &str) -> Self {
        let hash = sha256(format!("{event} {} {webhook}", of.as_str()).as_bytes());
        let mut bytes = *event.as_bytes();
        bytes[EVENT_BYTES..].copy_from_slice(&hash[..16 - EVENT_BYTES]);
        Self(Id::from_bytes(bytes))
    }

    /// Creates the id of a test message, which is not stored.
    pub(super) fn of_test(now: Timestamp) -> Self {
        Self(Id::new(now))
    }

    /// Returns the lowest id of a delivery whose event was created at this time.
    pub(super) fn lowest_at(time: Timestamp) -> Self {
        Self(Id::lowest_at(time))
    }

    #[must_use]
    pub const fn document_id(self) -> DocumentId {
        self.0.document_id()
    }
}

impl std::fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for DeliveryId {
    type Err = <Id as std::str::FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A message to a webhook.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Delivery {
    #[serde(rename = "_id")]
    pub(super) id: DeliveryId,
    pub(super) webhook: String,
    pub(super) event_id: EventId,
    pub(super) r#type: WebhookType,
    pub(super) user_id: Option<UserId>,
    pub(super) created_at: Timestamp,
    /// When it entered the queue last. A replay sets it again.
    pub(super) queued_at: Timestamp,
    /// The next attempt.
    pub(super) due_at: Timestamp,
    /// Since it entered the queue last.
    pub(super) attempts: u32,
    /// Status of the last response.
    pub(super) last_status: Option<u16>,
    /// Why the last attempt failed.
    pub(super) last_error: Option<String>,
    pub(super) delivered_at: Option<Timestamp>,
    pub(super) failed_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum DeliveryState {
    /// Waits for its next attempt.
    Pending,
    /// The receiver answered with 2xx.
    Delivered,
    /// Given up.
    Failed,
}

impl DeliveryState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// Which deliveries of a webhook are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Queue {
    State(DeliveryState),
    /// Pending, never tried.
    New,
    /// Pending, tried at least once.
    Waiting,
}

impl Queue {
    /// Returns the tag of these deliveries.
    pub(super) fn tag(self, webhook: &str) -> String {
        let name = match self {
            Self::State(state) => state.as_str(),
            Self::New => "new",
            Self::Waiting => "waiting",
        };
        format!("{name}:{webhook}")
    }
}

/// Which deliveries an administrator wants.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    pub webhook: Option<String>,
    pub state: Option<DeliveryState>,
}

impl DeliveryFilter {
    /// Returns the tag. `None`: all deliveries.
    pub(super) fn tag(&self) -> Option<String> {
        match (&self.webhook, self.state) {
            (Some(webhook), Some(state)) => Some(Queue::State(state).tag(webhook)),
            (Some(webhook), None) => Some(tag_of_webhook(webhook)),
            (None, Some(state)) => Some(tag_of_state(state)),
            (None, None) => None,
        }
    }
}

fn tag_of_webhook(webhook: &str) -> String {
    format!("webhook:{webhook}")
}

/// No webhook has an empty name.
fn tag_of_state(state: DeliveryState) -> String {
    format!("{}:", state.as_str())
}

impl Document for Delivery {
    const COLLECTION: Collection = Collection::WebhookDeliveries;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }

    fn tags(&self) -> Vec<String> {
        let state = self.state();
        let mut tags =
            vec![tag_of_webhook(&self.webhook), tag_of_state(state), Queue::State(state).tag(&self.webhook)];
        if state == DeliveryState::Pending {
            let queue = if self.attempts == 0 { Queue::New } else { Queue::Waiting };
            tags.push(queue.tag(&self.webhook));
        }
        tags
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.failed_at.or(self.delivered_at).unwrap_or(self.queued_at) + KEPT)
    }
}

impl Delivery {
    pub(super) fn new(
        event: EventId,
        of: WebhookType,
        webhook: &str,
        user_id: Option<UserId>,
        now: Timestamp,
    ) -> Self {
        Self {
            id: DeliveryId::derive(event, of, webhook),
            webhook: webhook.to_owned(),
            event_id: event,
            r#type: of,
            user_id,
            created_at: now,
            queued_at: now,
            due_at: now,
            attempts: 0,
            last_status: None,
            last_error: None,
            delivered_at: None,
            failed_at: None,
        }
    }

    pub(super) fn state(&self) -> DeliveryState {
        match (self.failed_at, self.delivered_at) {
            (Some(_), _) => DeliveryState::Failed,
            (None, Some(_)) => DeliveryState::Delivered,
            (None, None) => DeliveryState::Pending,
        }
    }

    /// Puts the delivery into the queue again.
    pub(super) fn requeue(&mut self, now: Timestamp) {
        (self.failed_at, self.delivered_at) = (None, None);
        (self.attempts, self.queued_at, self.due_at) = (0, now, now);
    }

    pub(super) fn view(self) -> DeliveryView {
        let state = self.state();
        DeliveryView {
            id: self.id,
            webhook: self.webhook,
            event_id: self.event_id,
            r#type: self.r#type,
            user_id: self.user_id,
            state,
            attempts: self.attempts,
            next_attempt_at: (state == DeliveryState::Pending).then_some(self.due_at),
            last_status: self.last_status,
            last_error: self.last_error,
            created_at: self.created_at,
            delivered_at: self.delivered_at,
            failed_at: self.failed_at,
        }
    }
}

/// Delivery as the API and the command line show it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Delivery")]
pub struct DeliveryView {
    pub id: DeliveryId,
    pub webhook: String,
    pub event_id: EventId,
    pub r#type: WebhookType,
    pub user_id: Option<UserId>,
    pub state: DeliveryState,
    pub attempts: u32,
    /// `null` unless it is pending.
    pub next_attempt_at: Option<Timestamp>,
    pub last_status: Option<u16>,
    pub last_error: Option<String>,
    pub created_at: Timestamp,
    pub delivered_at: Option<Timestamp>,
    pub failed_at: Option<Timestamp>,
}

/// Deliveries, newest first.
pub struct DeliveryPage {
    pub deliveries: Vec<DeliveryView>,
    /// The id after which the next page begins. `None` after the last page.
    pub next: Option<DeliveryId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(millis: i64) -> EventId {
        EventId::new(Timestamp::from_millis(millis))
    }

    #[test]
    fn id_is_the_same_for_each_process_and_differs_by_type_and_webhook() {
        let event = event(1_795_341_600_000);
        let id = |of, webhook| DeliveryId::derive(event, of, webhook);
        assert_eq!(id(WebhookType::UserCreated, "crm"), id(WebhookType::UserCreated, "crm"));
        assert_ne!(id(WebhookType::UserCreated, "crm"), id(WebhookType::UserUpdated, "crm"));
        assert_ne!(id(WebhookType::UserCreated, "crm"), id(WebhookType::UserCreated, "audit"));
    }

    #[test]
    fn order_of_ids_is_the_order_of_their_events() {
        let ids = [0, 1, 999, 1_795_341_600_000, 1_795_341_600_001]
            .map(|millis| DeliveryId::derive(event(millis), WebhookType::UserCreated, "crm"));
        assert!(ids.is_sorted());
    }
}
