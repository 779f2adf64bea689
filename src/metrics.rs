//! Counters for a monitoring system, on a listener of their own: who may read them is decided by who reaches that address.
//!
//! Without `VESTIBULE_METRICS_LISTEN` nothing is counted. Labels come from our own routes and codes only, never from a request.

use std::{io, sync::OnceLock, time::Duration};

use axum::{Router, extract::MatchedPath, http::Request, routing::get};
use metrics::{counter, describe_counter, describe_histogram, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

const REQUESTS: &str = "vestibule_http_requests_total";
const DURATION: &str = "vestibule_http_request_duration_seconds";
const AUTHENTICATIONS: &str = "vestibule_authentications_total";
const BUCKETS: [f64; 9] = [0.0005, 0.001, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0, 10.0];

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to count, in this whole process.
///
/// # Errors
/// When something counts already.
pub fn start() -> Result<(), BuildError> {
    let builder =
        PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), &BUCKETS)?;
    let handle = builder.install_recorder()?;
    describe_counter!(REQUESTS, "Requests answered, by route and status.");
    describe_histogram!(
        DURATION,
        "Time from the end of the request head to the answer's head, in seconds, by route."
    );
    describe_counter!(AUTHENTICATIONS, "Outcomes of sign-ins, second factors and enrolments.");
    drop(HANDLE.set(handle));
    Ok(())
}

/// Serves `GET /metrics` and nothing else.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener) -> io::Result<()> {
    let shown = || async { HANDLE.get().map(PrometheusHandle::render).unwrap_or_default() };
    axum::serve(listener, Router::new().route("/metrics", get(shown))).await
}

/// Whether anything is counted.
#[must_use]
pub fn are_on() -> bool {
    HANDLE.get().is_some()
}

/// The route of a request, as the router has it.
#[must_use]
pub fn route_of<B>(request: &Request<B>) -> String {
    request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned()
}

/// One answered request.
pub fn count_request(route: String, status: u16, took: Duration) {
    counter!(REQUESTS, "route" => route.clone(), "status" => status.to_string()).increment(1);
    histogram!(DURATION, "route" => route).record(took);
}

/// Counts one audit event.
pub fn count_event(kind: &str, outcome: &str) {
    if are_on() {
        counter!(AUTHENTICATIONS, "type" => kind.to_owned(), "outcome" => outcome.to_owned()).increment(1);
    }
}
