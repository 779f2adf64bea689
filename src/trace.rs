//! Spans of requests, mails and requests to providers, in the model of OpenTelemetry. Off unless `VESTIBULE_TRACES_URL` is set.
//!
//! ```text
//!   Open (request, mail) ─ scope ─▶ record, child ─▶ queue, 4,096 spans ─▶ trace_export ─▶ collector
//!                                                                 │
//!                                                                 └─ full: lost and counted
//! ```
//! Without an exporter, each function here reads one atomic and returns. A span contains our own words only: routes, names of operations,
//! published codes, names of providers. The collector is often the service of another company, so no cookie, token, query, address or
//! name of a user may be in a span. The request id leads to the access line and the audit events, which have them.

mod ids;

use std::{
    future::Future,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::mpsc::{self, Receiver, Sender};

pub use self::ids::{Parent, SpanId, TraceId};
use crate::{clock::Clock, metrics};

/// Spans that can wait. With the longest names they take about 2 MiB.
const QUEUE_SIZE: usize = 4096;
/// Error of an operation whose caller has stopped to wait: a client that closed its connection, or a time limit.
const CANCELLED: &str = "cancelled";
/// Operations of one request that are recorded. An export of an account reads thousands of documents.
const CHILDREN_MAX: u32 = 200;

static TRACER: OnceLock<Tracer> = OnceLock::new();
/// Spans that were lost and not yet reported.
static LOST: AtomicU64 = AtomicU64::new(0);

tokio::task_local! {
    /// The trace of this task. `None`: the trace is not sampled.
    static CURRENT: Option<Arc<Trace>>;
}

struct Tracer {
    queue: Sender<Span>,
    clock: Clock,
    ratio: Ratio,
}

/// A share of traces, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio(f64);

impl Ratio {
    /// Returns `None` for a number that is no share.
    #[must_use]
    pub fn new(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }

    /// Returns whether this share of all traces contains a trace. Services that use the same rule and share choose the same traces.
    #[expect(clippy::cast_precision_loss, reason = "the share is not more precise")]
    fn contains(self, trace: TraceId) -> bool {
        self.0 >= 1.0 || (trace.sample() as f64) < self.0 * (1_u64 << 63) as f64
    }
}

/// One finished span.
#[derive(Debug)]
pub struct Span {
    pub trace: TraceId,
    pub id: SpanId,
    pub parent: Option<SpanId>,
    pub name: String,
    pub kind: Kind,
    /// Nanoseconds since the Unix epoch.
    pub start: u64,
    pub end: u64,
    pub attributes: Vec<Attribute>,
    pub is_failed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Internal,
    Server,
    Client,
}

pub type Attribute = (&'static str, Value);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A word of the source.
    Word(&'static str),
    /// A text that this service or its operator chose: a route, an id, the name of a provider. Never text of a client.
    Own(String),
    Number(i64),
}

/// What is known about an operation when it starts.
pub struct Operation {
    pub name: String,
    pub kind: Kind,
    pub attributes: Vec<Attribute>,
}

struct Trace {
    id: TraceId,
    hex: String,
    root: SpanId,
    /// The time of the clock at `began`, in nanoseconds since the Unix epoch.
    started_at: u64,
    began: Instant,
    children: AtomicU32,
}

/// Starts to record this share of traces, and returns the finished spans. `None` if they are recorded already.
#[must_use]
pub fn start(ratio: Ratio, clock: Clock) -> Option<Receiver<Span>> {
    let (queue, spans) = mpsc::channel(QUEUE_SIZE);
    TRACER.set(Tracer { queue, clock, ratio }).ok().map(|()| spans)
}

#[must_use]
pub fn is_enabled() -> bool {
    TRACER.get().is_some()
}

/// Returns the id of the trace of this task, if it is recorded.
#[must_use]
pub fn current_id() -> Option<String> {
    TRACER.get()?;
    CURRENT.try_with(|current| current.as_ref().map(|trace| trace.hex.clone())).ok().flatten()
}

/// Counts spans that no collector gets.
pub fn lose(spans: usize) {
    let spans = spans as u64;
    LOST.fetch_add(spans, Ordering::Relaxed);
    metrics::count_lost_spans(spans);
}

#[must_use]
pub fn has_lost() -> bool {
    LOST.load(Ordering::Relaxed) > 0
}

/// Returns how many spans were lost since the last call.
#[must_use]
pub fn take_lost() -> u64 {
    LOST.swap(0, Ordering::Relaxed)
}

impl Tracer {
    fn trace(&self, id: TraceId, began: Instant) -> Trace {
        let now = u64::try_from(self.clock.system_time().as_millis()).unwrap_or(0) * 1_000_000;
        Trace {
            id,
            hex: id.to_string(),
            root: SpanId::random(),
            started_at: now.saturating_sub(nanoseconds(began.elapsed())),
            began,
            children: AtomicU32::new(0),
        }
    }
}

impl Trace {
    fn admits_child(&self) -> bool {
        self.children.fetch_add(1, Ordering::Relaxed) < CHILDREN_MAX
    }

    fn at(&self, time: Instant) -> u64 {
        self.started_at.saturating_add(nanoseconds(time.saturating_duration_since(self.began)))
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// A span that has not ended. If it is dropped before its end, its caller has stopped to wait.
#[must_use]
pub struct Open(Option<OpenSpan>);

struct OpenSpan {
    trace: Arc<Trace>,
    id: SpanId,
    parent: Option<SpanId>,
    began: Instant,
    operation: Operation,
}

impl Open {
    /// Starts a trace, or continues that of a caller. The span is recorded if the trace is sampled.
    pub fn root(parent: Option<Parent>, operation: impl FnOnce() -> Operation) -> Self {
        let Some(tracer) = TRACER.get() else { return Self(None) };
        let id = parent.map_or_else(TraceId::random, |parent| parent.trace);
        let is_sampled = parent.map_or_else(|| tracer.ratio.contains(id), |parent| parent.is_sampled);
        Self(is_sampled.then(|| {
            let began = Instant::now();
            let trace = Arc::new(tracer.trace(id, began));
            OpenSpan {
                id: trace.root,
                trace,
                parent: parent.map(|parent| parent.span),
                began,
                operation: operation(),
            }
        }))
    }

    /// Starts a span in the trace of this task, or a trace for work that no request caused.
    pub fn child(operation: impl FnOnce() -> Operation) -> Self {
        if TRACER.get().is_none() {
            return Self(None);
        }
        match CURRENT.try_with(Clone::clone) {
            Ok(Some(trace)) => Self(trace.admits_child().then(|| OpenSpan {
                id: SpanId::random(),
                parent: Some(trace.root),
                trace,
                began: Instant::now(),
                operation: operation(),
            })),
            Ok(None) => Self(None),
            Err(_) => Self::root(None, operation),
        }
    }

    /// Runs a future within the trace.
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        CURRENT.scope(self.0.as_ref().map(|open| open.trace.clone()), future)
    }

    /// Ends the span.
    pub fn end(mut self, error: Option<&'static str>, attributes: impl IntoIterator<Item = Attribute>) {
        if let Some(open) = self.0.take() {
            open.send(error, attributes);
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(open) = self.0.take() {
            open.send(Some(CANCELLED), []);
        }
    }
}

impl OpenSpan {
    fn send(self, error: Option<&'static str>, attributes: impl IntoIterator<Item = Attribute>) {
        let Self { trace, id, parent, began, operation } = self;
        let Operation { name, kind, attributes: mut all } = operation;
        all.extend(attributes);
        all.extend(error.map(|error| ("error.type", Value::Word(error))));
        let (start, end) = (trace.at(began), trace.at(Instant::now()));
        let is_failed = error.is_some();
        let span = Span { trace: trace.id, id, parent, name, kind, start, end, attributes: all, is_failed };
        // A slow collector must not slow a request, or fill the memory.
        if TRACER.get().is_some_and(|tracer| tracer.queue.try_send(span).is_err()) {
            lose(1);
        }
    }
}

/// Records an operation of the trace of this task, from `began` until now. Outside of a trace, nothing is recorded.
pub fn record(began: Instant, error: Option<&'static str>, operation: impl FnOnce() -> Operation) {
    if TRACER.get().is_none() {
        return;
    }
    let _ = CURRENT.try_with(|current| {
        if let Some(trace) = current.as_ref().filter(|trace| trace.admits_child()) {
            let (id, parent) = (SpanId::random(), Some(trace.root));
            OpenSpan { trace: trace.clone(), id, parent, began, operation: operation() }.send(error, []);
        }
    });
}

/// Runs a future within the trace of this task. For work that moves to a task of its own.
pub fn inherit<F: Future>(future: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(CURRENT.try_with(Clone::clone).unwrap_or_default(), future)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_of_traces_is_chosen_by_their_id() {
        let ratio = |share| Ratio::new(share).expect("a share");
        let ids: Vec<TraceId> = (0..10_000).map(|_| TraceId::random()).collect();
        let count = |share| ids.iter().filter(|id| ratio(share).contains(**id)).count();
        assert_eq!((count(0.0), count(1.0)), (0, 10_000));
        assert!((800..1200).contains(&count(0.1)), "{}", count(0.1));
        // A service that records more traces records those of the others, too.
        assert!(ids.iter().all(|id| !ratio(0.1).contains(*id) || ratio(0.5).contains(*id)));
        for share in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Ratio::new(share), None, "{share}");
        }
    }

    // An export of an account reads thousands of documents, and would fill the queue.
    #[test]
    fn operations_of_one_request_are_recorded_up_to_a_number() {
        let trace = Trace {
            id: TraceId::random(),
            hex: String::new(),
            root: SpanId::random(),
            started_at: 0,
            began: Instant::now(),
            children: AtomicU32::new(0),
        };
        assert_eq!((0..5000).filter(|_| trace.admits_child()).count(), 200);
    }

    // The unit tests start no exporter.
    #[tokio::test]
    async fn nothing_is_recorded_without_an_exporter() {
        let never = || -> Operation { panic!("not called") };
        let root = Open::root(None, never);
        assert!(root.0.is_none() && !is_enabled());
        root.scope(async {
            record(Instant::now(), None, never);
            assert!(Open::child(never).0.is_none());
            assert_eq!(current_id(), None);
        })
        .await;
    }
}
