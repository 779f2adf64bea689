//! The connection's stream, which reads for a moment after the last response.
//!
//! If a connection is closed while the client still sends, the kernel resets it, and the client can lose the response (RFC 9112 §9.6).
//! So the stream closes its own direction first and discards what arrives, until the client closes or a limit is reached.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};
use tokio_io_timeout::TimeoutStream;

/// A client that reads nothing of its response for this time is disconnected.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);
/// How long, and how many bytes are read after the last response.
const LINGER_TIME: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1024 * 1024;

pub(super) struct Stream<S> {
    inner: Pin<Box<TimeoutStream<S>>>,
    /// Set when the last response has been sent.
    closing: Option<Closing>,
}

struct Closing {
    deadline: Pin<Box<Sleep>>,
    left: usize,
}

impl<S: AsyncRead + AsyncWrite> Stream<S> {
    pub(super) fn new(stream: S) -> Self {
        let mut inner = TimeoutStream::new(stream);
        inner.set_write_timeout(Some(WRITE_TIMEOUT));
        Self { inner: Box::pin(inner), closing: None }
    }

    /// Discards what arrives.
    fn poll_discard(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(Closing { deadline, left }) = &mut self.closing else { return Poll::Ready(()) };
        if deadline.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        let mut bytes = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = ready!(self.inner.as_mut().poll_read(context, &mut buffer));
            let size = buffer.filled().len();
            if read.is_err() || size == 0 || size > *left {
                return Poll::Ready(());
            }
            *left -= size;
        }
    }
}

impl<S: AsyncRead + AsyncWrite> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.inner.as_mut().poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite> AsyncWrite for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.inner.as_mut().poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.inner.as_mut().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.closing.is_none() {
            ready!(self.inner.as_mut().poll_shutdown(context))?;
            self.closing = Some(Closing { deadline: Box::pin(sleep(LINGER_TIME)), left: LINGER_BYTES });
        }
        self.poll_discard(context).map(Ok)
    }
}
