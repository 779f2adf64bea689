//! The worker of a replica: takes mails from the queue and hands them to the mail server. No request waits for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use serde_json::json;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use super::{
    queue::{FailureReason, MailId, NEW, Numbers, OutgoingMail, PAGE, Queue, WAITING},
    transport::{Delivery, Transport},
};
use crate::{
    audit::{Chain, EventKind, Recorder},
    clock::Timestamp,
    metrics,
    store::{Page, StoreError, Stored},
    trace::{self, Kind, Open, Operation, Value},
};

/// How often the queue is read. A mail of this replica is noticed at once, one of another replica or of a command after this time.
const TICK: Duration = Duration::from_secs(1);
/// How often all waiting mails are read. The shortest time between two attempts is a minute.
const WAITING_TICK: Duration = Duration::from_secs(20);
/// Conversations at the same time.
const CONCURRENT: usize = 4;
/// How often the queue is counted for the metrics.
const COUNT_TICK: Duration = Duration::from_secs(10);
/// Pause after the mail server could not be reached; it doubles up to [`PAUSE_MAX`]. Without it, each of a thousand waiting mails would wait for
/// the same broken server.
const PAUSE: Duration = Duration::from_secs(5);
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// How long conversations may take after the signal to stop. The leases of others end, and another replica or the next start sends them.
const STOP_TIME: Duration = Duration::from_secs(8);
/// Attempts to delete a mail that was delivered.
const DELETE_ATTEMPTS: u32 = 5;

pub(super) struct Worker {
    pub(super) queue: Arc<Queue>,
    pub(super) transport: Transport,
    pub(super) events: Chain,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) pause: Pause,
}

/// When the mail server is tried again.
#[derive(Default)]
pub(super) struct Pause {
    until_millis: AtomicU64,
    failures: AtomicU32,
}

impl Pause {
    fn is_over(&self, now: Timestamp) -> bool {
        u64::try_from(now.as_millis()).unwrap_or(0) >= self.until_millis.load(Ordering::SeqCst)
    }

    fn begin(&self, now: Timestamp) {
        let failures = self.failures.fetch_add(1, Ordering::SeqCst).min(8);
        let until = now + (PAUSE * 2_u32.pow(failures)).min(PAUSE_MAX);
        self.until_millis.store(u64::try_from(until.as_millis()).unwrap_or(0), Ordering::SeqCst);
    }

    fn end(&self) {
        self.until_millis.store(0, Ordering::SeqCst);
        self.failures.store(0, Ordering::SeqCst);
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The guard of the value is dropped before the caller awaits again.
    drop(stop.wait_for(|stops| *stops).await);
}

impl Worker {
    /// Delivers mails until the service stops.
    pub(super) async fn run(self) {
        let mut stop = self.stop.clone();
        let mut next_scan = Timestamp::epoch();
        let mut counted_at = None;
        loop {
            tokio::select! {
                () = stopped(&mut stop) => return,
                () = self.queue.wake.notified() => {}
                () = sleep(TICK) => {}
            }
            // Also while the mail server does not answer: that is when operators need the numbers.
            if metrics::is_enabled() && counted_at.is_none_or(|at: Instant| at.elapsed() >= COUNT_TICK) {
                counted_at = Some(Instant::now());
                self.count().await;
            }
            let now = self.queue.clock.now();
            if !self.pause.is_over(now) {
                continue;
            }
            let scans = now >= next_scan;
            if scans {
                next_scan = now + WAITING_TICK;
            }
            let round = self.round(scans);
            tokio::pin!(round);
            let result = tokio::select! {
                result = &mut round => result,
                () = stopped(&mut stop) => {
                    drop(timeout(STOP_TIME, round).await);
                    return;
                }
            };
            if let Err(error) = result {
                tracing::warn!(%error, "could not read the mail queue");
            }
        }
    }

    async fn count(&self) {
        match self.queue.numbers().await {
            Ok(Numbers { queued, failed, oldest }) => metrics::set_mail_queue(queued, failed, oldest),
            Err(error) => tracing::debug!(%error, "could not count the mail queue"),
        }
    }

    async fn round(&self, scans_waiting: bool) -> Result<(), StoreError> {
        self.deliver_all(NEW).await?;
        if scans_waiting { self.deliver_all(WAITING).await } else { Ok(()) }
    }

    /// Delivers all mails with a tag that are due. Those that cannot be read are skipped and logged by the store.
    async fn deliver_all(&self, tag: &str) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let page = Page { tag: Some(tag), after, newest_first: false, limit: PAGE };
            let found = self.queue.store.scan::<OutgoingMail>(page).await?;
            let now = self.queue.clock.now();
            let due: Vec<MailId> =
                found.documents.iter().filter(|mail| mail.due_at <= now).map(|mail| mail.id).collect();
            stream::iter(due)
                .for_each_concurrent(CONCURRENT, |id| async move {
                    if let Err(error) = self.deliver(id).await {
                        tracing::warn!(%error, mail = %id, "could not update the mail queue");
                    }
                })
                .await;
            match found.next {
                Some(last) if self.continues() => after = Some(last),
                Some(_) | None => return Ok(()),
            }
        }
    }

    fn continues(&self) -> bool {
        !*self.stop.borrow() && self.pause.is_over(self.queue.clock.now())
    }

    async fn deliver(&self, id: MailId) -> Result<(), StoreError> {
        if !self.continues() {
            return Ok(());
        }
        let Some(mail) = self.queue.lease(id).await? else { return Ok(()) };
        // A trace of its own: the request has ended, and its answer must not wait for this.
        let span = Open::root(None, || Operation {
            name: "mail".to_owned(),
            kind: Kind::Client,
            attributes: vec![("vestibule.mail.id", Value::Own(mail.id.to_string()))],
        });
        let attempted = span.scope(self.attempt(mail)).await;
        let error = match &attempted {
            Ok(()) => None,
            Err(_) => Some("store"),
        };
        span.end(error, []);
        attempted
    }

    async fn attempt(&self, mail: Stored<OutgoingMail>) -> Result<(), StoreError> {
        // A link that no longer works would only confuse its reader.
        if self.queue.is_expired(&mail) {
            return self.failed(mail, FailureReason::Expired, None).await;
        }
        let content = match self.queue.open(&mail) {
            Ok(content) => content,
            Err(error) => return self.failed(mail, FailureReason::Unreadable, Some(error.to_string())).await,
        };
        let began = std::time::Instant::now();
        let delivery = self.transport.deliver(&mail, &content).await;
        trace::record(began, delivery.failure(), || Operation {
            name: "mail delivery".to_owned(),
            kind: Kind::Client,
            attributes: Vec::new(),
        });
        match delivery {
            Delivery::Accepted => {
                self.pause.end();
                metrics::count_mail("delivered");
                self.delete(&mail).await
            }
            Delivery::Refused(reply) => self.failed(mail, FailureReason::Refused, Some(reply)).await,
            Delivery::Deferred(reply) => self.deferred(mail, reply).await,
            Delivery::ServerFailed(cause) => {
                self.pause.begin(self.queue.clock.now());
                tracing::warn!(cause, "mail server failed");
                self.deferred(mail, cause).await
            }
        }
    }

    /// Deletes a delivered mail. If the store fails now, the mail is sent a second time, so it is tried several times.
    async fn delete(&self, mail: &OutgoingMail) -> Result<(), StoreError> {
        let mut attempts = 1;
        loop {
            match self.queue.delivered(mail).await {
                Err(error) if attempts < DELETE_ATTEMPTS => {
                    tracing::debug!(%error, mail = %mail.id, "could not delete a delivered mail");
                    sleep(TICK * attempts).await;
                    attempts += 1;
                }
                result => return result,
            }
        }
    }

    async fn deferred(&self, mail: Stored<OutgoingMail>, reply: String) -> Result<(), StoreError> {
        match self.queue.defer(&mail, &reply).await? {
            None => {
                metrics::count_mail("deferred");
                tracing::info!(mail = %mail.id, attempts = mail.attempts, reply, "mail deferred");
                Ok(())
            }
            Some(reason) => self.failed(mail, reason, Some(reply)).await,
        }
    }

    async fn failed(
        &self,
        mail: Stored<OutgoingMail>,
        reason: FailureReason,
        reply: Option<String>,
    ) -> Result<(), StoreError> {
        self.queue.fail(&mail, reason, reply.clone()).await?;
        metrics::count_mail("failed");
        tracing::warn!(mail = %mail.id, reason = reason.as_str(), reply, "mail failed");
        let audit = Recorder::of_service(&self.events, &self.queue.clock).about(mail.user_id);
        let details = json!({ "mail": mail.id, "template": mail.template, "reply": reply });
        audit.failure(EventKind::MailFailed, reason.as_str()).details(details).record().await;
        Ok(())
    }
}
