//! Mail: a queue in the store, texts in the language of the user, and the worker that hands mails to the mail server.
//!
//! ```text
//!   flow ─▶ Mail::send ─▶ text (language, HTML) ─▶ queue (sealed) ─▶ worker ─▶ SMTP | folder
//!                                                     ▲                │ 4xx, no connection: again after 1 min … 6 h, for two days
//!                                                     └────────────────┘ 5xx: failed, kept for 30 days for administrators
//! ```
//!
//! A request writes one document and never waits for a mail server. The worker of each replica takes a mail with a compare-and-set, so that
//! two replicas send it once. If the reply of the server is lost, the mail is sent again with the same `Message-ID`.
//!
//! Mails contain links that reset a password: the queue seals them with the key ring, and a link that has expired is not sent.

mod message;
mod queue;
mod text;
mod transport;
mod utc;
mod worker;

use std::{future::Future, sync::Arc};

use tokio::sync::{Notify, watch};

pub(crate) use self::queue::OutgoingMail;
pub use self::transport::MailProblem;
pub use self::{
    message::{Act, Actor, Message, Notice, Recipient, Template},
    queue::{
        FailureReason, MailId, MailPage, MailState, MailView, Retry, SendError, delete_to, mails_by_key,
        page, reseal_all, retry,
    },
};
use self::{
    queue::Queue,
    text::Style,
    transport::Transport,
    worker::{Pause, Worker},
};
use crate::{
    audit::Chain,
    clock::{Clock, Timestamp},
    config::Config,
    secrets::Keys,
    store::Store,
    user::Email,
};

/// Sends mail. Clones share the same queue.
#[derive(Clone)]
pub struct Mail(Option<Arc<Queue>>);

impl Mail {
    /// Creates the service. Without `VESTIBULE_MAIL_URL` it sends nothing.
    #[must_use]
    pub fn new(config: &Config, store: &Store, keys: &Keys, clock: &Clock) -> Self {
        Self(config.mail.as_ref().map(|_| {
            Arc::new(Queue {
                store: store.clone(),
                keys: keys.clone(),
                clock: clock.clone(),
                style: Style::new(&config.brand, config.local_passwords, &config.public_url.url()),
                wake: Notify::new(),
            })
        }))
    }

    /// Creates the worker of this replica, which runs until `stop` becomes `true`. `None` without a mail server.
    ///
    /// # Errors
    /// The mail server cannot be used with these settings.
    pub fn worker(
        &self,
        config: &Config,
        events: &Chain,
        stop: watch::Receiver<bool>,
    ) -> Result<Option<impl Future<Output = ()> + use<>>, String> {
        let (Some(inner), Some(settings)) = (&self.0, &config.mail) else { return Ok(None) };
        let transport = Transport::new(settings, &config.public_url.host, config.outgoing.ca.as_ref())?;
        let worker =
            Worker { queue: inner.clone(), transport, events: events.clone(), stop, pause: Pause::default() };
        Ok(Some(worker.run()))
    }

    /// Connects to the mail server, signs in and names the sender, as for a mail. No mail is sent.
    ///
    /// # Errors
    /// The first step that fails.
    pub async fn probe(config: &Config) -> Result<(), MailProblem> {
        let Some(settings) = &config.mail else { return Ok(()) };
        let transport = Transport::new(settings, &config.public_url.host, config.outgoing.ca.as_ref())
            .map_err(MailProblem::Settings)?;
        transport.probe().await
    }

    /// Sends a test message now, without the queue, and returns what the mail server replied.
    ///
    /// # Errors
    /// The reply of the mail server, or why there was none.
    pub async fn test(config: &Config, address: &Email, now: Timestamp) -> Result<(), String> {
        let settings = config.mail.as_ref().ok_or("VESTIBULE_MAIL_URL is not set; no mail is sent")?;
        let transport = Transport::new(settings, &config.public_url.host, config.outgoing.ca.as_ref())?;
        let to = Recipient { address: address.clone(), locale: None, account: None, user: None };
        let style = Style::new(&config.brand, config.local_passwords, &config.public_url.url());
        let content = style.content(&to, &Act::of_administrator(now), &Message::Test);
        transport.deliver(&OutgoingMail::test(address.clone(), now), &content).await.into_result()
    }

    /// Returns whether mail is sent at all.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.0.is_some()
    }

    /// Writes a mail into the queue, and returns without waiting for the mail server.
    ///
    /// # Errors
    /// [`SendError::Disabled`] without a mail server, [`SendError::QueueFull`] over the limit of the address or of all mails, and
    /// [`SendError::Store`].
    pub async fn send(&self, to: &Recipient, act: &Act, message: Message) -> Result<(), SendError> {
        let inner = self.0.as_ref().ok_or(SendError::Disabled)?;
        inner.send(to, act, &message).await?;
        inner.wake.notify_one();
        Ok(())
    }
}
