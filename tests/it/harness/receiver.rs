//! A receiver of webhooks that records what it gets, and that can misbehave. It checks signatures with another implementation of HMAC.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_lc_rs::hmac;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use tokio::{net::TcpListener, task::AbortHandle};

use super::eventually;

/// Longest time until a message arrives.
const LIMIT: Duration = Duration::from_mins(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Accept,
    Refuse(u16),
    /// Refuses messages of one type.
    RefuseType(&'static str),
    /// 429 with `Retry-After` in seconds.
    Later(u64),
    /// Reads the message and never answers.
    Hang,
    /// Reads the message and closes the connection.
    BreakOff,
    Slow(Duration),
    /// To another path of this receiver.
    Redirect,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The response had a status of 2xx.
    pub(crate) accepted: bool,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("ASCII")
    }

    pub(crate) fn id(&self) -> String {
        self.header("webhook-id").to_owned()
    }

    pub(crate) fn r#type(&self) -> String {
        self.json()["type"].as_str().expect("a type").to_owned()
    }

    /// Returns whether one of the signatures is that of this secret.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("the prefix")).expect("Base64");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let mut signed = format!("{}.{}.", self.id(), self.header("webhook-timestamp")).into_bytes();
        signed.extend_from_slice(&self.body);
        self.header("webhook-signature").split(' ').any(|signature| {
            let signature = STANDARD.decode(signature.strip_prefix("v1,").expect("the version"));
            hmac::verify(&key, &signed, &signature.expect("Base64")).is_ok()
        })
    }
}

pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    serving: AbortHandle,
}

struct Shared {
    behaviour: Mutex<Behaviour>,
    requests: Mutex<Vec<Received>>,
    open: AtomicUsize,
    most_open: AtomicUsize,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        Self::behaving(Behaviour::Accept).await
    }

    pub(crate) async fn behaving(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            behaviour: Mutex::new(behaviour),
            requests: Mutex::default(),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
        });
        let router = Router::new().fallback(receive).with_state(shared.clone());
        let serving = tokio::spawn(async move { drop(axum::serve(listener, router).await) }).abort_handle();
        Self { address, shared, serving }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?token=in-the-query", self.address)
    }

    pub(crate) fn behave(&self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().unwrap() = behaviour;
    }

    /// Returns all requests, also those that were refused or got no answer.
    pub(crate) fn requests(&self) -> Vec<Received> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// Returns the accepted requests, the oldest first.
    pub(crate) fn accepted(&self) -> Vec<Received> {
        self.requests().into_iter().filter(|request| request.accepted).collect()
    }

    /// Returns the largest number of requests at the same time.
    pub(crate) fn most_open(&self) -> usize {
        self.shared.most_open.load(Ordering::SeqCst)
    }

    /// Waits until this many requests were accepted.
    pub(crate) async fn wait_for_accepted(&self, count: usize) -> Vec<Received> {
        let what = format!("{count} accepted messages");
        eventually(LIMIT, &what, || async { self.accepted().len() >= count }).await;
        self.accepted()
    }

    /// Waits until there were this many requests.
    pub(crate) async fn wait_for_requests(&self, count: usize) -> Vec<Received> {
        eventually(LIMIT, &format!("{count} requests"), || async { self.requests().len() >= count }).await;
        self.requests()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Counts an open request, also if its connection is closed.
struct Open(Arc<Shared>);

impl Open {
    fn new(shared: &Arc<Shared>) -> Self {
        let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most_open.fetch_max(open, Ordering::SeqCst);
        Self(shared.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn receive(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let open = Open::new(&shared);
    let behaviour = *shared.behaviour.lock().unwrap();
    let mut received = Received { method, path: uri.path().to_owned(), headers, body, accepted: false };
    let status = match behaviour {
        Behaviour::Accept | Behaviour::Hang | Behaviour::BreakOff | Behaviour::Slow(_) => {
            StatusCode::NO_CONTENT
        }
        Behaviour::Refuse(status) => StatusCode::from_u16(status).expect("a status"),
        Behaviour::RefuseType(refused) if received.r#type() == refused => StatusCode::INTERNAL_SERVER_ERROR,
        Behaviour::RefuseType(_) => StatusCode::OK,
        Behaviour::Later(_) => StatusCode::TOO_MANY_REQUESTS,
        Behaviour::Redirect => StatusCode::TEMPORARY_REDIRECT,
    };
    let answers = !matches!(behaviour, Behaviour::Hang | Behaviour::BreakOff);
    received.accepted = status.is_success() && answers;
    if let Behaviour::Slow(time) = behaviour {
        tokio::time::sleep(time).await;
    }
    shared.requests.lock().unwrap().push(received);
    let response = match behaviour {
        Behaviour::Hang => std::future::pending().await,
        // Without a message: the connection ends with the task.
        Behaviour::BreakOff => std::panic::resume_unwind(Box::new(())),
        Behaviour::Later(seconds) => (status, [(header::RETRY_AFTER, seconds.to_string())]).into_response(),
        Behaviour::Redirect => (status, [(header::LOCATION, "/elsewhere")]).into_response(),
        Behaviour::Accept | Behaviour::Refuse(_) | Behaviour::RefuseType(_) | Behaviour::Slow(_) => {
            status.into_response()
        }
    };
    drop(open);
    response
}
