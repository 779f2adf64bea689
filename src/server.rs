//! The listener: connections with limits, and a graceful shutdown that lets every request finish.

use std::{convert::Infallible, future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::timeout,
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use crate::{app::AppState, router::router, web::client::Peer};

/// Time limit for a request head (slowloris), and for an idle connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// A client that reads nothing of its response for this time is disconnected.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);
/// Largest request head, in bytes.
const HEAD_MAX: usize = 64 * 1024;
/// Open connections. Further ones wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 16_384;
/// How long open requests may take to finish after the signal to stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(9);

/// Serves until `stop` is done. Then it accepts no connection, finishes every open request and returns within ten seconds. The shutdown is
/// announced through [`crate::app::App::shutdown`].
///
/// # Errors
/// The address of the listener cannot be read.
pub async fn serve(app: AppState, listener: TcpListener, stop: impl Future<Output = ()>) -> io::Result<()> {
    let router = router(&app);
    let permits = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        let next = async {
            let permit = permits.clone().acquire_owned().await;
            (listener.accept().await, permit)
        };
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            (accepted, permit) = next => match accepted {
                Ok((stream, peer)) => {
                    let connection = serve_connection(stream, peer, router.clone(), app.shutdown.subscribe());
                    connections.spawn(async move {
                        connection.await;
                        drop(permit);
                    });
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
    app.store.close().await;
    Ok(())
}

async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut shutdown: watch::Receiver<bool>,
) {
    drop(stream.set_nodelay(true));
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_TIMEOUT));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        let response = router.clone().oneshot(request);
        async move { Ok::<_, Infallible>(response.await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_MAX)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
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
