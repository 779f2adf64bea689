//! SMS with codes: a queue in the store, and one signed POST to the gateway of the settings for each message.
//!
//! ```text
//!   flow ─▶ Sms::send ─▶ queue (sealed, leased) ─▶ POST, signed
//!                          ▲                        │ no 2xx: again after 2 s … 30 s, until the code expires
//!                          └────────────────────────┘ 4xx, or expired: audit event for administrators
//! ```
//!
//! The signature is that of the webhooks (Standard Webhooks 1.0). The id of a message is the same in each attempt: if the answer of the gateway
//! is lost, the gateway recognises the second attempt by it and sends no second text.

mod document;
mod message;
mod sender;
mod text;

use std::{future::Future, sync::Arc, time::Duration};

use tokio::{
    sync::{oneshot, watch},
    time::timeout,
};

pub(crate) use self::document::OutgoingSms;
pub use self::message::{CodeMessage, Outcome, Services};
use self::{sender::Sender, text::Style};
use crate::{
    config::{Config, Outgoing, SmsGateway},
    store::StoreError,
    webhook::{self, Endpoint},
};

/// How long a request waits for the gateway before it answers that the message is delayed.
const WAIT: Duration = Duration::from_secs(3);

/// Sends SMS. Clones share the same queue.
#[derive(Clone)]
pub struct Sms(Option<Arc<Sender>>);

impl Sms {
    /// Creates the service. Without `VESTIBULE_SMS_URL` it sends nothing.
    ///
    /// # Errors
    /// The HTTP client cannot be created with these settings.
    pub fn new(config: &Config, services: Services) -> Result<Self, String> {
        let Some(gateway) = &config.message_codes.sms else { return Ok(Self(None)) };
        let endpoint = endpoint(gateway, &config.outgoing)?;
        Ok(Self(Some(Arc::new(Sender { services, endpoint, style: Style::new(config, gateway) }))))
    }

    /// Creates the worker of this replica, which sends again what was not accepted, until `stop` becomes `true`. `None` without a gateway.
    #[must_use]
    pub fn worker(&self, stop: watch::Receiver<bool>) -> Option<impl Future<Output = ()> + use<>> {
        self.0.clone().map(|sender| sender.run(stop))
    }

    /// Writes a message into the queue, sends it, and waits a few seconds for the gateway.
    ///
    /// # Errors
    /// The store failed.
    pub async fn send(&self, message: CodeMessage<'_>) -> Result<Outcome, StoreError> {
        let Some(sender) = &self.0 else { return Ok(Outcome::Refused) };
        let sms = sender.queue(message).await?;
        let (report, outcome) = oneshot::channel();
        let of_task = sender.clone();
        // Not in the request: a client that closes its connection must not leave a message that nothing sends for the time of a lease.
        let begun = sender.services.background.start(async move {
            // The request may have ended.
            let _ = report.send(of_task.attempt(sms).await);
        });
        if begun.is_err() {
            return Ok(Outcome::Delayed);
        }
        match timeout(WAIT, outcome).await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(_)) | Err(_) => Ok(Outcome::Delayed),
        }
    }
}

fn endpoint(gateway: &SmsGateway, outgoing: &Outgoing) -> Result<Endpoint, String> {
    Endpoint::new(&gateway.url, &gateway.keys, &webhook::client(outgoing)?)
}

/// Connects to the gateway. No message is sent.
///
/// # Errors
/// Why there is no response.
pub async fn probe(gateway: &SmsGateway, outgoing: &Outgoing) -> Result<(), String> {
    endpoint(gateway, outgoing)?.probe().await
}
