//! A collector of traces that records what it gets, and that can misbehave. The one of `rotel` checks the same spans with a full decoder.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
};
use tokio::{net::TcpListener, task::AbortHandle};

use super::eventually;

/// Longest time until a span arrives.
const LIMIT: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Accept,
    Refuse(u16),
    /// Never answers.
    Hang,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReceivedSpan {
    pub(crate) trace: String,
    pub(crate) id: String,
    pub(crate) parent: Option<String>,
    pub(crate) name: String,
    pub(crate) kind: u64,
    /// Nanoseconds since the Unix epoch.
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// Values as text.
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) is_failed: bool,
    pub(crate) resource: BTreeMap<String, String>,
}

pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    serving: AbortHandle,
}

struct Shared {
    behaviour: Mutex<Behaviour>,
    /// Requests, also those that are refused or get no answer.
    attempts: AtomicUsize,
    /// The accepted ones.
    requests: Mutex<Vec<(Uri, HeaderMap, Bytes)>>,
}

impl Collector {
    pub(crate) async fn start() -> Self {
        Self::behaving(Behaviour::Accept).await
    }

    pub(crate) async fn behaving(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let address = listener.local_addr().expect("an address");
        let (behaviour, attempts, requests) = (Mutex::new(behaviour), AtomicUsize::new(0), Mutex::default());
        let shared = Arc::new(Shared { behaviour, attempts, requests });
        let router = Router::new().fallback(receive).with_state(shared.clone());
        let serving = tokio::spawn(async move { drop(axum::serve(listener, router).await) }).abort_handle();
        Self { address, shared, serving }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn behave(&self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().unwrap() = behaviour;
    }

    /// Returns the number of requests, also of those that are refused or get no answer.
    pub(crate) fn attempts(&self) -> usize {
        self.shared.attempts.load(Ordering::Relaxed)
    }

    /// Returns path and headers of all accepted requests.
    pub(crate) fn heads(&self) -> Vec<(Uri, HeaderMap)> {
        let requests = self.shared.requests.lock().unwrap();
        requests.iter().map(|(uri, headers, _)| (uri.clone(), headers.clone())).collect()
    }

    /// Returns the bodies of all accepted requests.
    pub(crate) fn bodies(&self) -> Vec<u8> {
        self.shared.requests.lock().unwrap().iter().flat_map(|(.., body)| body.to_vec()).collect()
    }

    /// Returns all spans.
    pub(crate) fn spans(&self) -> Vec<ReceivedSpan> {
        self.shared.requests.lock().unwrap().iter().flat_map(|(.., body)| spans_of(body)).collect()
    }

    /// Waits for the span of a request, and returns it with the other spans of its trace.
    pub(crate) async fn trace_of_request(&self, id: &str) -> (ReceivedSpan, Vec<ReceivedSpan>) {
        let root = self.wait_for("the span of a request", |span| has(span, "vestibule.request_id", id)).await;
        let is_child = |span: &ReceivedSpan| span.trace == root.trace && span.id != root.id;
        let children = self.spans().into_iter().filter(is_child).collect();
        (root, children)
    }

    /// Waits for a span.
    pub(crate) async fn wait_for(&self, what: &str, is_it: impl Fn(&ReceivedSpan) -> bool) -> ReceivedSpan {
        eventually(LIMIT, what, || async { self.spans().iter().any(&is_it) }).await;
        self.spans().into_iter().find(is_it).expect("it has arrived")
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub(crate) fn has(span: &ReceivedSpan, name: &str, value: &str) -> bool {
    span.attributes.get(name).is_some_and(|found| found == value)
}

async fn receive(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let behaviour = *shared.behaviour.lock().unwrap();
    // Afterwards: a test that has seen the attempt may change the behaviour.
    shared.attempts.fetch_add(1, Ordering::Relaxed);
    match behaviour {
        Behaviour::Accept => {
            shared.requests.lock().unwrap().push((uri, headers, body));
            StatusCode::OK
        }
        Behaviour::Refuse(status) => StatusCode::from_u16(status).expect("a status"),
        Behaviour::Hang => std::future::pending().await,
    }
}

/// A value of a member of a message.
enum Member<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Returns the members of a Protobuf message.
fn members(mut message: &[u8]) -> Vec<(u64, Member<'_>)> {
    let mut found = Vec::new();
    while !message.is_empty() {
        let tag = varint(&mut message);
        let member = match tag & 7 {
            0 => Member::Number(varint(&mut message)),
            1 => {
                let (number, rest) = message.split_first_chunk::<8>().expect("eight bytes");
                message = rest;
                Member::Number(u64::from_le_bytes(*number))
            }
            2 => {
                let length = usize::try_from(varint(&mut message)).expect("a length");
                let (bytes, rest) = message.split_at(length);
                message = rest;
                Member::Bytes(bytes)
            }
            other => panic!("wire type {other}"),
        };
        found.push((tag >> 3, member));
    }
    found
}

fn varint(message: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..).step_by(7) {
        let (byte, rest) = message.split_first().expect("a byte");
        *message = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    number
}

/// Returns the messages of this member.
fn messages(message: &[u8], wanted: u64) -> Vec<&[u8]> {
    let bytes = |(member, value)| match value {
        Member::Bytes(bytes) if member == wanted => Some(bytes),
        _ => None,
    };
    members(message).into_iter().filter_map(bytes).collect()
}

fn attributes(message: &[u8], member: u64) -> BTreeMap<String, String> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let pairs = messages(message, member).into_iter().map(|pair| {
        let value = match &members(messages(pair, 2)[0])[0] {
            (1, Member::Bytes(bytes)) => text(bytes),
            (3, Member::Number(number)) => number.to_string(),
            _ => panic!("another type of value"),
        };
        (text(messages(pair, 1)[0]), value)
    });
    pairs.collect()
}

fn spans_of(request: &[u8]) -> Vec<ReceivedSpan> {
    let mut spans = Vec::new();
    for of_process in messages(request, 1) {
        let resource = attributes(messages(of_process, 1)[0], 1);
        for scope in messages(of_process, 2) {
            spans.extend(messages(scope, 2).into_iter().map(|message| span(message, &resource)));
        }
    }
    spans
}

fn span(message: &[u8], resource: &BTreeMap<String, String>) -> ReceivedSpan {
    let hex = |member| messages(message, member).first().map(|id| data_encoding::HEXLOWER.encode(id));
    let number = |wanted| {
        let found = members(message).into_iter().find_map(|(member, value)| match value {
            Member::Number(number) if member == wanted => Some(number),
            _ => None,
        });
        found.expect("a number")
    };
    ReceivedSpan {
        trace: hex(1).expect("a trace id"),
        id: hex(2).expect("a span id"),
        parent: hex(4),
        name: String::from_utf8(messages(message, 5)[0].to_vec()).expect("UTF-8"),
        kind: number(6),
        start: number(7),
        end: number(8),
        attributes: attributes(message, 9),
        is_failed: !messages(message, 15).is_empty(),
        resource: resource.clone(),
    }
}
