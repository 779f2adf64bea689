//! Sends spans to a collector: OTLP/HTTP with binary Protobuf, in batches, by one task.
//!
//! A collector that is stopped, slow or refuses must not affect a request: spans wait in a bounded queue, a batch is tried again after a
//! pause, and what does not fit is lost and counted. The service encodes the few messages itself: the SDK of OpenTelemetry brings a second
//! HTTP client, a thread and a megabyte of code, and it would record texts of all crates. `OTEL_…` variables have no effect:
//! a cluster sets them for each container, and spans must not leave before an operator has decided so.

mod protobuf;

use std::time::{Duration, Instant};

use reqwest::{
    Client, Response,
    header::{CONTENT_TYPE, HeaderMap},
};
use tokio::{
    sync::{mpsc::Receiver, watch},
    task::JoinHandle,
    time::{sleep, timeout},
};

use self::protobuf::Encoder;
use crate::{
    clock::Clock,
    config::{Outgoing, Traces},
    trace::{self, Span},
    web::outgoing_error::cause,
};

/// Spans of one request to the collector.
const BATCH: usize = 512;
/// How long a span waits for others.
const DELAY: Duration = Duration::from_secs(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Time for one request, including the response.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause after a failure; it doubles up to [`PAUSE_MAX`].
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// How long the end of the process waits for the last spans.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);
/// A collector that fails for days gets a line now and then, not one for each batch.
const LOG_INTERVAL: Duration = Duration::from_mins(10);
/// Largest response that is read, so that its connection can be used again.
const RESPONSE_MAX: u64 = 16 * 1024;

/// The task that sends spans.
pub struct Exporter {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Exporter {
    /// Starts to record and to send spans.
    ///
    /// # Errors
    /// The HTTP client cannot be created.
    pub fn start(settings: &Traces, outgoing: &Outgoing, clock: &Clock) -> Result<Option<Self>, String> {
        let target = Target::new(settings, outgoing)?;
        let Some(spans) = trace::start(settings.ratio, clock.clone()) else { return Ok(None) };
        let (stop, stopped) = watch::channel(false);
        let worker = Worker { spans, target, stopped, pause: PAUSE, logged_at: None, is_failing: false };
        Ok(Some(Self { stop, task: tokio::spawn(worker.run()) }))
    }

    /// Sends the last spans, for a limited time.
    pub async fn close(mut self) {
        self.stop.send_replace(true);
        if timeout(FLUSH_TIMEOUT, &mut self.task).await.is_err() {
            self.task.abort();
            tracing::warn!("traces were not exported in time");
        }
    }
}

/// Sends an empty request, as `vestibule doctor` does.
///
/// # Errors
/// What is wrong.
pub async fn probe(settings: &Traces, outgoing: &Outgoing) -> Result<(), String> {
    Target::new(settings, outgoing)?.send(Vec::new()).await.map_err(|failure| failure.cause)
}

/// The collector.
struct Target {
    client: Client,
    url: url::Url,
    encoder: Encoder,
}

struct Failure {
    cause: String,
    /// Another attempt can succeed.
    may_recover: bool,
}

impl Target {
    fn new(settings: &Traces, outgoing: &Outgoing) -> Result<Self, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in &settings.headers {
            headers.insert(name.clone(), value.clone());
        }
        let client = outgoing.client(true).and_then(|client| {
            client.connect_timeout(CONNECT_TIMEOUT).timeout(REQUEST_TIMEOUT).default_headers(headers).build()
        });
        Ok(Self {
            client: client.map_err(|error| cause(&error))?,
            url: settings.url.clone(),
            encoder: Encoder::new(&settings.service_name),
        })
    }

    async fn send(&self, body: Vec<u8>) -> Result<(), Failure> {
        let request = self.client.post(self.url.clone()).header(CONTENT_TYPE, "application/x-protobuf");
        let response = request.body(body).send().await;
        let response = response.map_err(|error| Failure { cause: cause(&error), may_recover: true })?;
        let status = response.status();
        discard(response).await;
        if status.is_success() {
            return Ok(());
        }
        // OTLP/HTTP, "Retryable Response Codes".
        let may_recover = matches!(status.as_u16(), 429 | 502..=504);
        Err(Failure { cause: format!("status {}", status.as_u16()), may_recover })
    }
}

/// Reads a small response. Without this, each batch needs a new connection.
async fn discard(response: Response) {
    if response.content_length().is_some_and(|length| length <= RESPONSE_MAX) {
        drop(response.bytes().await);
    }
}

struct Worker {
    spans: Receiver<Span>,
    target: Target,
    stopped: watch::Receiver<bool>,
    pause: Duration,
    logged_at: Option<Instant>,
    is_failing: bool,
}

impl Worker {
    async fn run(mut self) {
        let mut batch = Vec::new();
        while self.collect(&mut batch).await {
            while !batch.is_empty() && !self.try_send(&mut batch).await && self.pause().await {}
        }
        // Open requests have ended: what is in the queue now is all.
        self.spans.close();
        while !batch.is_empty() || self.spans.recv_many(&mut batch, BATCH).await > 0 {
            if !self.try_send(&mut batch).await {
                trace::lose(batch.len() + self.spans.len());
                return;
            }
        }
    }

    /// Collects a batch. Returns `false` at the end of the process.
    async fn collect(&mut self, batch: &mut Vec<Span>) -> bool {
        let mut stopped = self.stopped.clone();
        let fill = async {
            if batch.is_empty() {
                self.spans.recv_many(batch, BATCH).await;
            }
            let more = async {
                while batch.len() < BATCH && self.spans.recv_many(batch, BATCH - batch.len()).await > 0 {}
            };
            drop(timeout(DELAY, more).await);
        };
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stops| *stops) => false,
            () = fill => true,
        }
    }

    /// Tries to send a batch. Returns `true` if it is done: sent or lost.
    async fn try_send(&mut self, batch: &mut Vec<Span>) -> bool {
        let result = self.target.send(self.target.encoder.encode(batch)).await;
        match result {
            Ok(()) => {
                self.succeeded();
                batch.clear();
                true
            }
            Err(Failure { cause, may_recover }) => {
                if !may_recover {
                    trace::lose(batch.len());
                    batch.clear();
                }
                self.failed(&cause);
                !may_recover
            }
        }
    }

    /// Waits before the next attempt. Returns `false` at the end of the process.
    async fn pause(&mut self) -> bool {
        let pause = self.pause;
        self.pause = (pause * 2).min(PAUSE_MAX);
        tokio::select! {
            () = sleep(pause) => true,
            _ = self.stopped.wait_for(|stops| *stops) => false,
        }
    }

    fn failed(&mut self, cause: &str) {
        // Only a failure with a line has a line at its end: a collector that alternates would fill the log. A failure without a line that
        // lasts gets one when the interval is over.
        if self.may_log() {
            self.is_failing = true;
            tracing::warn!(cause, lost = trace::take_lost(), "traces could not be exported");
        }
    }

    fn succeeded(&mut self) {
        self.pause = PAUSE;
        if std::mem::take(&mut self.is_failing) {
            tracing::info!(lost = trace::take_lost(), "traces are exported again");
        } else if trace::has_lost() && self.may_log() {
            tracing::warn!(
                lost = trace::take_lost(),
                "spans were lost: the collector is slower than the requests"
            );
        }
    }

    fn may_log(&mut self) -> bool {
        let may_log = self.logged_at.is_none_or(|at| at.elapsed() >= LOG_INTERVAL);
        if may_log {
            self.logged_at = Some(Instant::now());
        }
        may_log
    }
}
