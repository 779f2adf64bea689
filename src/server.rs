//! The listener: connections with limits, and a graceful shutdown that lets every request finish.

mod body;
mod listener;
mod places;
mod proxy_protocol;
mod stream;

use std::{convert::Infallible, future::Future, io, time::Duration};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    http::{HeaderValue, header},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::OwnedSemaphorePermit,
    task::JoinSet,
    time::timeout,
};
use tower::ServiceExt as _;

pub use self::listener::Listener;
use self::{body::SharedBody, listener::Connection, places::Places, stream::Stream};
use crate::{
    account::deletion,
    app::AppState,
    router::router,
    web::{proxies::Peer, received_request::HasPrefix},
};

/// Time limit for a request head (slowloris), and for an idle connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Largest request head, in bytes. Each connection can hold a head for [`HEAD_TIMEOUT`].
const HEAD_MAX: usize = 16 * 1024;
/// How long open requests may take to finish after the signal to stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(9);

/// Serves until `stop` is done. Then it accepts no connection, finishes every open request and returns within ten seconds. The shutdown is
/// announced through [`crate::app::App::shutdown`].
pub async fn serve(
    app: AppState,
    listener: impl Into<Listener>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let listener = listener.into();
    let server = Server { router: router(&app), places: Places::new(&app.config.listen), app: app.clone() };
    // Ends with this function.
    let mut tasks = JoinSet::new();
    tasks.spawn(deletion::task::run(app.clone()));
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        let next = async {
            let permit = server.places.permit().await;
            (listener.accept().await, permit)
        };
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            (accepted, permit) = next => match accepted {
                Ok((Connection::Tcp(stream), peer)) => {
                    connections.spawn(server.clone().accepted(stream, peer, permit));
                }
                Ok((Connection::Unix(stream), peer)) => {
                    connections.spawn(server.clone().accepted(stream, peer, permit));
                }
                Err(error) => {
                    tracing::warn!(%error, "could not accept connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    tracing::info!(connections = connections.len(), "shutdown started");
    app.shutdown.send_replace(true);
    let finished =
        timeout(SHUTDOWN_TIMEOUT, async { while connections.join_next().await.is_some() {} }).await;
    if finished.is_err() {
        tracing::warn!(connections = connections.len(), "shutdown timeout: closing open connections");
        connections.shutdown().await;
    }
    tasks.shutdown().await;
    app.close().await;
    Ok(())
}

/// What every connection needs.
#[derive(Clone)]
struct Server {
    router: Router,
    places: Places,
    app: AppState,
}

impl Server {
    /// Serves a connection, if its client has a place.
    async fn accepted<S>(self, mut stream: S, peer: Peer, permit: OwnedSemaphorePermit)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let peer = match self.client_of(&mut stream, peer).await {
            Ok(client) => client,
            Err(error) => {
                tracing::debug!(%peer, %error, "connection closed: PROXY protocol");
                return;
            }
        };
        let Some(_place) = self.places.take(permit, peer) else {
            tracing::debug!(ip = %peer.ip(), "connection refused: the network has too many");
            return;
        };
        serve_connection(stream, peer, self.router, self.app).await;
    }

    /// Returns the peer of a connection, or the client that a trusted proxy names with the PROXY protocol.
    async fn client_of(&self, stream: &mut (impl AsyncRead + Unpin), peer: Peer) -> io::Result<Peer> {
        let listen = &self.app.config.listen;
        if !listen.proxy_protocol || !listen.trusted_proxies.contains(peer) {
            return Ok(peer);
        }
        let mut shutdown = self.app.shutdown.subscribe();
        tokio::select! {
            client = proxy_protocol::read_header(stream) => Ok(client?.map_or(Peer::Unknown(peer.ip()), Peer::of)),
            _ = shutdown.wait_for(|has_begun| *has_begun) => Err(io::ErrorKind::Interrupted.into()),
        }
    }
}

async fn serve_connection<S>(stream: S, peer: Peer, router: Router, app: AppState)
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let mut shutdown = app.shutdown.subscribe();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let has_prefix = HasPrefix(app.addresses.remove_prefix(request.uri_mut()));
        request.extensions_mut().insert(has_prefix);
        let router = router.clone();
        async move { Ok::<_, Infallible>(respond(router, peer, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_MAX)
        .serve_connection(TokioIo::new(Stream::new(stream)), service);
    tokio::pin!(connection);
    let closed = tokio::select! {
        closed = &mut connection => closed,
        () = async { drop(shutdown.wait_for(|has_begun| *has_begun).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = closed {
        tracing::debug!(%error, "connection closed early");
    }
}

async fn respond(router: Router, peer: Peer, request: hyper::Request<Incoming>) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(peer);
    // A body that the client sends only after `100 Continue` is not asked for after the response.
    let is_waiting = parts.headers.contains_key(header::EXPECT);
    let respond = |body| async {
        let response = router.oneshot(hyper::Request::from_parts(parts, body)).await;
        response.unwrap_or_else(|never| match never {})
    };
    if body.is_end_stream() {
        return respond(Body::empty()).await;
    }
    let body = SharedBody::new(body);
    let mut response = respond(Body::new(body.clone())).await;
    // A refusal can come before the body was read. If the connection closed without this header, the client or a proxy could send its
    // next request into the closed connection and lose it (RFC 9112 §9.6).
    if !(if is_waiting { body.is_end_stream() } else { body.read_rest().await }) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
