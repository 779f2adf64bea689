//! The request body, shared between the handler and the server: the server reads the rest that a handler has left.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Bytes, HttpBody};
use http_body_util::BodyExt as _;
use hyper::body::{Frame, Incoming, SizeHint};

/// The largest rest that is read, in bytes, and for how long. With a larger rest the connection is closed.
const REST_MAX: u64 = 64 * 1024;
const REST_DEADLINE: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub(super) struct SharedBody(Arc<Mutex<Incoming>>);

impl SharedBody {
    pub(super) fn new(body: Incoming) -> Self {
        Self(Arc::new(Mutex::new(body)))
    }

    fn lock(&self) -> MutexGuard<'_, Incoming> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the rest of the body, and returns whether it has ended. Otherwise the connection cannot carry another request.
    pub(super) async fn read_rest(mut self) -> bool {
        if self.is_end_stream() {
            return true;
        }
        if self.size_hint().lower() > REST_MAX {
            return false;
        }
        let rest = async {
            let mut size = 0;
            while let Some(frame) = self.frame().await {
                let Ok(frame) = frame else { return false };
                size += frame.data_ref().map_or(0, |data| data.len() as u64);
                if size > REST_MAX {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(REST_DEADLINE, rest).await.unwrap_or(false)
    }
}

impl HttpBody for SharedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut *self.lock()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.lock().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.lock().size_hint()
    }
}
