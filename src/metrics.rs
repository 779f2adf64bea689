//! Prometheus metrics, served on a listener of their own. The network decides which clients can reach that address.
//!
//! Without `VESTIBULE_METRICS_LISTEN` nothing is counted. Every metric is in one table, with its type, its labels and its meaning.
//! `deploy/docs/metrics.md` has the same table. Labels are our own routes, codes and names, never text from a request: a client could
//! otherwise create series without limit, or write into the dashboards of an operator.

use std::{
    io,
    sync::OnceLock,
    time::{Duration, Instant},
};

use axum::{Router, extract::MatchedPath, http::Request, routing::get};
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

/// Buckets of all histograms, in seconds.
const BUCKETS: [f64; 9] = [0.0005, 0.001, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0, 10.0];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// One metric, as the documentation shows it.
struct Metric {
    name: &'static str,
    kind: Kind,
    labels: &'static str,
    help: &'static str,
}

/// Defines the name of each metric, and the table of all of them. A metric cannot be counted without a description.
macro_rules! metrics {
    ($($kind:ident $constant:ident = $name:literal ($labels:literal): $help:literal;)+) => {
        $(const $constant: &str = $name;)+

        const ALL: &[Metric] = &[$(Metric { name: $name, kind: Kind::$kind, labels: $labels, help: $help },)+];
    };
}

metrics! {
    Gauge BUILD = "vestibule_build_info" ("version"): "Always 1; the label has the version.";
    Counter REQUESTS = "vestibule_http_requests_total" ("route, status"): "Responses, by route and status.";
    Histogram DURATION = "vestibule_http_request_duration_seconds" ("route"): "Time from the request head to the response head, by route.";
    Counter LOGINS = "vestibule_logins_total" ("method, outcome"): "Checked passwords, second factors and logins through a provider, by method and outcome. An attempt that a limit refused is not checked.";
    Counter EVENTS = "vestibule_audit_events_total" ("type, outcome"): "Audit events, by type and outcome, also those that are only logged.";
    Counter LOST_EVENTS = "vestibule_audit_events_lost_total" (""): "Audit events whose write the store did not confirm. The log has them.";
    Counter LIMITED = "vestibule_limited_total" ("kind"): "Attempts that a limit refused, by kind of counter.";
    Counter CODES = "vestibule_codes_refused_total" ("reason"): "Refused codes of logins and re-authentications, by reason: wrong or replayed. A replayed code is correct, and was used before.";
    Counter PASSKEYS = "vestibule_passkeys_refused_total" ("reason"): "Refused responses of passkeys, by reason. `counter_not_higher` is the sign of a cloned authenticator.";
    Counter MESSAGE_CODES = "vestibule_message_codes_total" ("channel, outcome"): "Codes by mail and SMS, by channel and outcome: sent, limited or accepted; of SMS also delivered, deferred and failed, which count attempts at the gateway.";
    Counter ATTACKED = "vestibule_accounts_attacked_total" ("kind"): "Accounts with failures from six networks (IPv4 /24, IPv6 /48) within a day, once a day for each account, by kind of secret.";
    Counter PROVIDER_RESPONSES = "vestibule_provider_responses_total" ("provider, result"): "Responses of providers to logins, links and re-authentications, by provider and result: success, or the code of the refusal.";
    Gauge HASH_QUEUE = "vestibule_hash_queue_length" (""): "Password checks that wait or run.";
    Histogram HASH_WAIT = "vestibule_hash_wait_seconds" (""): "Time that a password check waited for a hashing thread.";
    Histogram STORE = "vestibule_store_operation_duration_seconds" ("operation"): "Time of an operation of the store, by operation.";
    Counter STORE_ERRORS = "vestibule_store_errors_total" ("operation"): "Operations that failed because the store is unavailable, by operation.";
    Gauge FEED = "vestibule_change_feed_synced" (""): "1 if this replica sees the changes of other replicas within a second, otherwise 0.";
    Counter MAILS = "vestibule_mails_total" ("outcome"): "Attempts to deliver a mail, by outcome: delivered, deferred or failed.";
    Gauge MAIL_QUEUE = "vestibule_mails_undelivered" ("state"): "Mails in the store that wait (queued) or were given up (failed), counted every ten seconds. Each replica reports the same mails: use the maximum.";
    Gauge MAIL_AGE = "vestibule_mail_oldest_age_seconds" (""): "Age of the oldest mail that waits, and 0 without one.";
    Counter WEBHOOKS = "vestibule_webhook_deliveries_total" ("webhook, outcome"): "Attempts to deliver a message to a webhook, by webhook and outcome: delivered, deferred or failed.";
    Histogram WEBHOOK_DURATION = "vestibule_webhook_request_duration_seconds" ("webhook"): "Time of a request to a webhook, by webhook.";
    Gauge WEBHOOK_QUEUE = "vestibule_webhook_deliveries_undelivered" ("webhook, state"): "Messages to a webhook in the store that wait (pending) or were given up (failed), counted every ten seconds. Each replica reports the same messages: use the maximum.";
    Gauge WEBHOOK_AGE = "vestibule_webhook_oldest_age_seconds" ("webhook"): "Age of the oldest message that waits for a webhook, and 0 without one.";
    Gauge EVENT_STREAMS = "vestibule_event_streams" (""): "Open streams of server-sent events.";
    Counter LOST_LOG_LINES = "vestibule_log_lines_lost_total" (""): "Log lines that could not be written.";
    Counter LOST_SPANS = "vestibule_trace_spans_lost_total" (""): "Spans that no collector of traces got.";
}

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Reads the values that are measured when they are asked for.
pub type Sample = Box<dyn Fn() -> Sampled + Send + Sync>;

static SAMPLE: OnceLock<Sample> = OnceLock::new();

/// Values of the moment.
#[derive(Clone, Copy, Debug)]
pub struct Sampled {
    pub is_feed_synced: bool,
    /// Password checks that wait or run.
    pub hash_queue: usize,
}

/// Installs the recorder of this process.
///
/// # Errors
/// [`BuildError`] if a recorder is already installed.
pub fn start() -> Result<(), BuildError> {
    let mut builder = PrometheusBuilder::new();
    for metric in ALL.iter().filter(|metric| metric.kind == Kind::Histogram) {
        builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), &BUCKETS)?;
    }
    let handle = builder.install_recorder()?;
    for Metric { name, kind, help, .. } in ALL {
        match kind {
            Kind::Counter => describe_counter!(*name, *help),
            Kind::Gauge => describe_gauge!(*name, *help),
            Kind::Histogram => describe_histogram!(*name, Unit::Seconds, *help),
        }
    }
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1);
    drop(HANDLE.set(handle));
    Ok(())
}

/// Sets where the values of the moment come from.
pub fn sample_with(sample: Sample) {
    drop(SAMPLE.set(sample));
}

/// Serves `GET /metrics`.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    axum::serve(listener, Router::new().route("/metrics", get(|| async { render() }))).await
}

fn render() -> String {
    if let Some(sample) = SAMPLE.get() {
        let Sampled { is_feed_synced, hash_queue } = sample();
        gauge!(FEED).set(u32::from(is_feed_synced));
        gauge!(HASH_QUEUE).set(as_number(hash_queue));
    }
    HANDLE.get().map(PrometheusHandle::render).unwrap_or_default()
}

#[must_use]
pub fn is_enabled() -> bool {
    HANDLE.get().is_some()
}

/// Returns the table of all metrics in Markdown, for the documentation.
#[must_use]
pub fn markdown() -> String {
    let rows = ALL.iter().map(|Metric { name, kind, labels, help }| {
        let labels =
            if labels.is_empty() { "–".to_owned() } else { format!("`{}`", labels.replace(", ", "` `")) };
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        format!("| `{name}` | {kind} | {labels} | {help} |\n")
    });
    format!("| metric | type | labels | meaning |\n|---|---|---|---|\n{}", rows.collect::<String>())
}

/// Returns the route pattern of a request, such as `/api/{name}`.
#[must_use]
pub fn route_of<B>(request: &Request<B>) -> String {
    request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned()
}

pub fn count_request(route: String, status: u16, took: Duration) {
    counter!(REQUESTS, "route" => route.clone(), "status" => status.to_string()).increment(1);
    histogram!(DURATION, "route" => route).record(took);
}

pub fn count_lost_log_lines(lines: u64) {
    if is_enabled() {
        counter!(LOST_LOG_LINES).increment(lines);
    }
}

pub fn count_lost_spans(spans: u64) {
    if is_enabled() {
        counter!(LOST_SPANS).increment(spans);
    }
}

/// Counts an attempt to deliver a mail.
pub fn count_mail(outcome: &'static str) {
    if is_enabled() {
        counter!(MAILS, "outcome" => outcome).increment(1);
    }
}

/// Sets the numbers of the mail queue.
pub fn set_mail_queue(queued: u64, failed: u64, oldest: Duration) {
    let as_number = |count: u64| as_number(usize::try_from(count).unwrap_or(usize::MAX));
    gauge!(MAIL_QUEUE, "state" => "queued").set(as_number(queued));
    gauge!(MAIL_QUEUE, "state" => "failed").set(as_number(failed));
    gauge!(MAIL_AGE).set(oldest.as_secs_f64());
}

/// Counts an attempt to deliver a message. `webhook` is a name of the settings.
pub fn count_webhook(webhook: &str, outcome: &'static str) {
    if is_enabled() {
        counter!(WEBHOOKS, "webhook" => webhook.to_owned(), "outcome" => outcome).increment(1);
    }
}

pub fn record_webhook_request(webhook: &str, took: Duration) {
    if is_enabled() {
        histogram!(WEBHOOK_DURATION, "webhook" => webhook.to_owned()).record(took);
    }
}

/// Sets the numbers of the queue of a webhook.
pub fn set_webhook_queue(webhook: &str, pending: u64, failed: u64, oldest: Duration) {
    let as_number = |count: u64| as_number(usize::try_from(count).unwrap_or(usize::MAX));
    gauge!(WEBHOOK_QUEUE, "webhook" => webhook.to_owned(), "state" => "pending").set(as_number(pending));
    gauge!(WEBHOOK_QUEUE, "webhook" => webhook.to_owned(), "state" => "failed").set(as_number(failed));
    gauge!(WEBHOOK_AGE, "webhook" => webhook.to_owned()).set(oldest.as_secs_f64());
}

pub fn set_event_streams(open: usize) {
    if is_enabled() {
        gauge!(EVENT_STREAMS).set(as_number(open));
    }
}

/// Counts an audit event. `login` is the method of a login.
pub fn count_event(kind: impl FnOnce() -> String, outcome: &str, login: Option<&'static str>) {
    if is_enabled() {
        counter!(EVENTS, "type" => kind(), "outcome" => outcome.to_owned()).increment(1);
        if let Some(method) = login {
            counter!(LOGINS, "method" => method, "outcome" => outcome.to_owned()).increment(1);
        }
    }
}

pub fn count_lost_event() {
    if is_enabled() {
        counter!(LOST_EVENTS).increment(1);
    }
}

/// Counts an attempt that a limit refused.
pub fn count_limited(kind: &'static str) {
    if is_enabled() {
        counter!(LIMITED, "kind" => kind).increment(1);
    }
}

/// Counts a refused code.
pub fn count_refused_code(reason: &'static str) {
    if is_enabled() {
        counter!(CODES, "reason" => reason).increment(1);
    }
}

/// Counts a refused response of a passkey.
pub fn count_refused_passkey(reason: &'static str) {
    if is_enabled() {
        counter!(PASSKEYS, "reason" => reason).increment(1);
    }
}

/// Counts a step of a code by mail or SMS.
pub fn count_message_code(channel: &'static str, outcome: &'static str) {
    if is_enabled() {
        counter!(MESSAGE_CODES, "channel" => channel, "outcome" => outcome).increment(1);
    }
}

/// Counts an account that is guessed from many networks.
pub fn count_attacked_account(kind: &'static str) {
    if is_enabled() {
        counter!(ATTACKED, "kind" => kind).increment(1);
    }
}

/// Counts a response of a provider. `provider` must be a name of the settings: a path of a request could create series without limit.
pub fn count_provider_response(provider: &str, result: &'static str) {
    if is_enabled() {
        counter!(PROVIDER_RESPONSES, "provider" => provider.to_owned(), "result" => result).increment(1);
    }
}

pub fn record_hash_wait(waited: Duration) {
    if is_enabled() {
        histogram!(HASH_WAIT).record(waited);
    }
}

/// Measures an operation of the store.
pub fn record_store_operation(operation: &'static str, began: Instant, is_unavailable: bool) {
    if is_enabled() {
        histogram!(STORE, "operation" => operation).record(began.elapsed());
        if is_unavailable {
            counter!(STORE_ERRORS, "operation" => operation).increment(1);
        }
    }
}

fn as_number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_metric_has_a_name_of_its_own_and_a_meaning() {
        let names: BTreeSet<&str> = ALL.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), ALL.len());
        for Metric { name, kind, help, .. } in ALL {
            assert!(name.starts_with("vestibule_") && help.ends_with('.'), "{name}");
            assert_eq!(name.ends_with("_total"), *kind == Kind::Counter, "{name}");
            assert!(*kind != Kind::Histogram || name.ends_with("_seconds"), "{name}");
            assert!(*kind == Kind::Histogram || !name.ends_with("_duration_seconds"), "{name}");
        }
    }
}
