//! `GET /api/auth/events`: server-sent events (HTML Standard §9.2) about the session of the browser.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderName, header},
    response::{IntoResponse as _, Response},
};
use futures_util::stream;
use serde_json::json;
use tokio::{
    sync::watch,
    time::{Instant, Interval, interval_at},
};

use super::{Full, Notice, OpenStream};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    secrets,
    session::{check_against_store, check_signed_in},
    web::cookies::RequestCookies,
};

/// Proxies close a connection without traffic, often after a minute.
const COMMENT_INTERVAL: Duration = Duration::from_secs(15);
/// When a client without a free place should ask again.
const RETRY_AFTER: Duration = Duration::from_secs(30);
/// A browser connects again after this many milliseconds, and up to 2,048 more: after a restart of a replica, its clients come back over
/// two seconds.
const RECONNECT: u32 = 1000;

/// Opens the stream. It is no activity: an open tab must not keep a session alive.
pub(crate) async fn events(State(app): State<AppState>, cookies: RequestCookies) -> ApiResult<Response> {
    let current = check_signed_in(&app, &cookies).await?;
    let open = app.event_streams.open(&current.session)?;
    // The session may have ended before the stream was in the list.
    check_against_store(&app, &current).await?;
    let known = *open.notice.borrow();
    let first_comment = Instant::now() + COMMENT_INTERVAL;
    let events = Events {
        open,
        known,
        is_first: true,
        comments: interval_at(first_comment, COMMENT_INTERVAL),
        shutdown: app.shutdown.subscribe(),
    };
    let body = stream::unfold(Some(events), async |events| {
        let mut events = events?;
        let (text, continues) = events.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), continues.then_some(events)))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        // nginx would collect events in its buffer.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// The events of one stream.
struct Events {
    open: OpenStream,
    /// What the client knows.
    known: Notice,
    is_first: bool,
    comments: Interval,
    shutdown: watch::Receiver<bool>,
}

impl Events {
    /// Returns the next text, and whether the stream continues after it. `None` if the stream ends now.
    async fn next(&mut self) -> Option<(String, bool)> {
        if std::mem::take(&mut self.is_first) {
            let [a, b] = secrets::random::<2>();
            let jitter = u32::from(u16::from_le_bytes([a, b]) % 2048);
            return Some((format!("retry: {}\n\n", RECONNECT + jitter), true));
        }
        loop {
            tokio::select! {
                biased;
                // Clients of a replica that stops connect to another one at once.
                _ = self.shutdown.wait_for(|has_begun| *has_begun) => return None,
                changed = self.open.notice.changed() => changed.ok()?,
                _ = self.comments.tick() => return Some((":\n\n".to_owned(), true)),
            }
            let notice = *self.open.notice.borrow_and_update();
            if notice == self.known {
                continue;
            }
            self.known = notice;
            match notice {
                Notice::Open { expires_at, ends_at } => {
                    let data = json!({ "expiresAt": expires_at, "endsAt": ends_at });
                    return Some((event("session-extended", &data), true));
                }
                Notice::Ended(reason) => {
                    let data = json!({ "reason": reason.as_str() });
                    return Some((event("session-ended", &data), false));
                }
                Notice::Closed => return None,
            }
        }
    }
}

fn event(name: &str, data: &serde_json::Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

impl From<Full> for ApiError {
    fn from(full: Full) -> Self {
        let error = match full {
            Full::OfUser => {
                Self::new(ErrorCode::TooManyAttempts).because("too many event streams of the user")
            }
            Full::Total => Self::new(ErrorCode::Busy).because("too many event streams"),
        };
        error.retry_after(RETRY_AFTER)
    }
}
