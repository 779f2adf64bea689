//! Attempts to hand messages to the gateway.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{sync::watch, time::sleep};
use zeroize::Zeroizing;

use super::{
    document::{FIELD, OutgoingSms, QUEUED},
    message::{CodeMessage, Outcome, Services},
    text::Style,
};
use crate::{
    audit::{EventKind, Recorder},
    clock::Timestamp,
    config::MessageChannel,
    metrics,
    secrets::OpenError,
    store::{Id, Page, StoreError, Stored},
    webhook::{Answer, Endpoint},
};

/// Longer than a request takes.
const LEASE: Duration = Duration::from_secs(30);
/// Time before the second attempt; it doubles up to [`RETRY_MAX`].
const RETRY: Duration = Duration::from_secs(2);
const RETRY_MAX: Duration = Duration::from_secs(30);
/// How often the queue is read.
const TICK: Duration = Duration::from_secs(1);
/// Requests at the same time.
const CONCURRENT: usize = 4;
/// Messages per read of the store.
const PAGE: usize = 100;

pub(super) struct Sender {
    pub(super) services: Services,
    pub(super) endpoint: Endpoint,
    pub(super) style: Style,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Content {
    to: String,
    text: String,
}

/// The body of the request.
#[derive(Serialize)]
struct Body<'a> {
    to: &'a str,
    text: &'a str,
    /// The same in each attempt.
    id: Id,
}

impl Sender {
    /// Writes a message into the queue, leased for the first attempt.
    pub(super) async fn queue(&self, message: CodeMessage<'_>) -> Result<Stored<OutgoingSms>, StoreError> {
        let now = self.services.clock.now();
        let id = Id::new(now);
        let text = self.style.text(message.locale, message.code);
        let content = Content { to: message.to.to_owned(), text };
        let content = Zeroizing::new(serde_json::to_vec(&content).expect("texts are JSON"));
        let sms = OutgoingSms {
            id,
            user_id: message.user,
            content: self.services.keys.seal(&id, FIELD, &content),
            expires_at: message.expires_at,
            due_at: now + LEASE,
            attempts: 1,
        };
        self.services.store.insert(sms).await
    }

    /// Sends a leased message once, and writes the result.
    pub(super) async fn attempt(&self, sms: Stored<OutgoingSms>) -> Outcome {
        let id = sms.id;
        self.try_attempt(sms).await.unwrap_or_else(|error| {
            // The lease ends, and the message is sent again with the same id.
            tracing::warn!(%error, sms = %id, "could not update the SMS queue");
            Outcome::Delayed
        })
    }

    async fn try_attempt(&self, sms: Stored<OutgoingSms>) -> Result<Outcome, StoreError> {
        // A code that no longer works would only confuse its reader.
        if self.services.clock.now() >= sms.expires_at {
            return self.give_up(sms, "expired", None).await;
        }
        let Ok(content) = self.open(&sms) else { return self.give_up(sms, "unreadable", None).await };
        let body = Body { to: &content.to, text: &content.text, id: sms.id };
        let body = serde_json::to_vec(&body).expect("texts are JSON");
        let answer = self.endpoint.post(sms.id, body, self.services.clock.system_time()).await;
        let is_final = is_final(&answer);
        let Some(failure) = answer.failure else {
            metrics::count_message_code(MessageChannel::Sms.as_str(), "delivered");
            self.services.store.take::<OutgoingSms>(&sms.id.document_id()).await?;
            return Ok(Outcome::Accepted);
        };
        if is_final {
            return self.give_up(sms, "refused", Some(failure.error)).await;
        }
        let due_at = next_attempt(sms.attempts, failure.retry_after, self.services.clock.now());
        if due_at >= sms.expires_at {
            return self.give_up(sms, "undeliverable", Some(failure.error)).await;
        }
        metrics::count_message_code(MessageChannel::Sms.as_str(), "deferred");
        tracing::warn!(sms = %sms.id, attempts = sms.attempts, error = failure.error, "SMS deferred");
        let mut sms = sms;
        sms.due_at = due_at;
        // A replica that has leased it in between decides.
        self.services.store.replace(&mut sms).await?;
        Ok(Outcome::Delayed)
    }

    fn open(&self, sms: &OutgoingSms) -> Result<Content, OpenError> {
        let bytes = self.services.keys.open(&sms.id, FIELD, &sms.content)?;
        serde_json::from_slice(&bytes).map_err(|_| OpenError::Damaged)
    }

    /// Deletes a message that is not tried again, and records it for administrators.
    async fn give_up(
        &self,
        sms: Stored<OutgoingSms>,
        reason: &'static str,
        error: Option<String>,
    ) -> Result<Outcome, StoreError> {
        if self.services.store.take::<OutgoingSms>(&sms.id.document_id()).await?.is_some() {
            metrics::count_message_code(MessageChannel::Sms.as_str(), "failed");
            tracing::warn!(sms = %sms.id, reason, error, "SMS failed");
            let audit = Recorder::of_service(&self.services.events, &self.services.clock).about(sms.user_id);
            let details = json!({ "channel": MessageChannel::Sms.as_str(), "sms": sms.id, "error": error });
            audit.failure(EventKind::MessageCodeSent, reason).details(details).record().await;
        }
        Ok(Outcome::Refused)
    }

    /// Sends waiting messages until the service stops.
    pub(super) async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                // The guard of the value is dropped at once: it must not be held over the next wait.
                () = async { drop(stop.wait_for(|stops| *stops).await) } => return,
                () = sleep(TICK) => {}
            }
            if let Err(error) = self.round().await {
                tracing::warn!(%error, "could not read the SMS queue");
            }
        }
    }

    async fn round(&self) -> Result<(), StoreError> {
        let page = Page { tag: Some(QUEUED), after: None, newest_first: false, limit: PAGE };
        let found = self.services.store.scan::<OutgoingSms>(page).await?;
        let now = self.services.clock.now();
        let due = found.documents.into_iter().filter(|sms| sms.due_at <= now);
        stream::iter(due).for_each_concurrent(CONCURRENT, |sms| self.send_again(sms)).await;
        Ok(())
    }

    async fn send_again(&self, sms: Stored<OutgoingSms>) {
        let id = sms.id;
        match self.lease(sms).await {
            Ok(Some(sms)) => {
                self.attempt(sms).await;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, sms = %id, "could not lease an SMS"),
        }
    }

    /// Takes a message for the time of one attempt. `None`: another replica has it.
    async fn lease(&self, mut sms: Stored<OutgoingSms>) -> Result<Option<Stored<OutgoingSms>>, StoreError> {
        sms.due_at = self.services.clock.now() + LEASE;
        sms.attempts += 1;
        Ok(self.services.store.replace(&mut sms).await?.then_some(sms))
    }
}

/// Returns whether the gateway will never accept the message: a 4xx such as 400 or 422, except those that say "later".
fn is_final(answer: &Answer) -> bool {
    answer
        .status
        .is_some_and(|status| (400..500).contains(&status) && !matches!(status, 408 | 409 | 425 | 429))
}

fn next_attempt(attempts: u32, retry_after: Option<Duration>, now: Timestamp) -> Timestamp {
    let doublings = attempts.saturating_sub(1).min(16);
    now + (RETRY * 2_u32.pow(doublings)).min(RETRY_MAX).max(retry_after.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_become_rarer_and_obey_the_gateway() {
        let now = Timestamp::from_millis(0);
        let seconds = |attempts, after| next_attempt(attempts, after, now).since(now).as_secs();
        assert_eq!([1, 2, 3, 4, 5, 6].map(|attempts| seconds(attempts, None)), [2, 4, 8, 16, 30, 30]);
        assert_eq!(seconds(1, Some(Duration::from_secs(20))), 20);
    }

    #[test]
    fn refusal_for_good_is_not_tried_again() {
        let is_final = |status| is_final(&Answer { status, failure: None, took: Duration::ZERO });
        for (status, expected) in
            [(400, true), (401, true), (422, true), (408, false), (429, false), (500, false), (302, false)]
        {
            assert_eq!(is_final(Some(status)), expected, "{status}");
        }
        assert!(!is_final(None), "no answer");
    }
}
