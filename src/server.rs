//! The listener: connections with limits, and a stop that lets every request finish.

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

/// A request head that has not come by then is not coming (slowloris); also how long an idle connection is kept.
const HEAD_DEADLINE: Duration = Duration::from_secs(15);
/// A client that does not read its answer for so long is cut off.
const WRITE_DEADLINE: Duration = Duration::from_secs(20);
/// Largest request head, in bytes.
const HEAD_MAX: usize = 64 * 1024;
/// Connections at once; more wait in the kernel's queue until one goes.
const CONNECTIONS: usize = 16_384;
/// How long requests in flight may take to finish after the signal to stop.
const DRAIN: Duration = Duration::from_secs(9);

/// Serves until `stop` is done, then drains: no new connection, every request in flight answered, within ten seconds.
///
/// # Errors
/// When the listener's address cannot be told.
pub async fn serve(app: AppState, listener: TcpListener, stop: impl Future<Output = ()>) -> io::Result<()> {
    let router = router(&app);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let (draining, drain) = watch::channel(false);
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await;
            (listener.accept().await, place)
        };
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            (accepted, place) = next => match accepted {
                Ok((stream, peer)) => {
                    let connection = connection(stream, peer, router.clone(), drain.clone());
                    connections.spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    tracing::info!(connections = connections.len(), "draining");
    draining.send_replace(true);
    let drained = timeout(DRAIN, async { while connections.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!(connections = connections.len(), "cutting off what does not finish");
        connections.shutdown().await;
    }
    app.store.close().await;
    Ok(())
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, mut drain: watch::Receiver<bool>) {
    drop(stream.set_nodelay(true));
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_DEADLINE));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        let answer = router.clone().oneshot(request);
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .max_buf_size(HEAD_MAX)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = async { drop(drain.wait_for(|draining| *draining).await) } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
