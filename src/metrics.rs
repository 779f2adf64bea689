//! Prometheus metrics, served on a listener of their own. The network decides which clients can reach that address.
//!
//! Without `VESTIBULE_METRICS_LISTEN` nothing is counted. Labels are our own routes and codes, never text from a request.

use std::{io, sync::OnceLock, time::Duration};

use axum::{Router, extract::MatchedPath, http::Request, routing::get};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

const REQUESTS: &str = "vestibule_http_requests_total";
const DURATION: &str = "vestibule_http_request_duration_seconds";
const AUTHENTICATIONS: &str = "vestibule_authentications_total";
const LOST_LOG_LINES: &str = "vestibule_log_lines_lost_total";
const EVENT_STREAMS: &str = "vestibule_event_streams";
const BUCKETS: [f64; 9] = [0.0005, 0.001, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0, 10.0];

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Installs the recorder of this process.
///
/// # Errors
/// [`BuildError`] if a recorder is already installed.
pub fn start() -> Result<(), BuildError> {
    let builder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), &BUCKETS)?;
    let handle = builder.install_recorder()?;
    describe_counter!(REQUESTS, "Responses, by route and status.");
    describe_histogram!(DURATION, "Time from the request head to the response head, in seconds, by route.");
    describe_counter!(AUTHENTICATIONS, "Audit events, by type and outcome.");
    describe_counter!(LOST_LOG_LINES, "Log lines that could not be written.");
    describe_gauge!(EVENT_STREAMS, "Open streams of server-sent events.");
    drop(HANDLE.set(handle));
    Ok(())
}

/// Serves `GET /metrics`.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    let render = || async { HANDLE.get().map(PrometheusHandle::render).unwrap_or_default() };
    axum::serve(listener, Router::new().route("/metrics", get(render))).await
}

#[must_use]
pub fn is_enabled() -> bool {
    HANDLE.get().is_some()
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

pub fn set_event_streams(open: usize) {
    if is_enabled() {
        gauge!(EVENT_STREAMS).set(u32::try_from(open).unwrap_or(u32::MAX));
    }
}

pub fn count_event(kind: &str, outcome: &str) {
    if is_enabled() {
        counter!(AUTHENTICATIONS, "type" => kind.to_owned(), "outcome" => outcome.to_owned()).increment(1);
    }
}
