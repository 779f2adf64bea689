//! New audit events as server-sent events (HTML Standard §9.2).

use std::time::Duration;

use tokio::{
    sync::{
        broadcast::error::{RecvError, TryRecvError},
        watch,
    },
    time::{Instant, Interval, interval_at},
};

use crate::{
    admin::{Permission, is_still_permitted},
    app::AppState,
    audit::{Event, Query, feed::Subscription},
    session::{
        CurrentSession,
        event_streams::{Notice, OpenStream},
    },
};

/// Proxies close a connection without traffic, often after a minute.
const COMMENT_INTERVAL: Duration = Duration::from_secs(15);
/// A browser connects again after this many milliseconds.
const RECONNECT: u32 = 2000;
/// Events that are sent after one check of the permission.
const AT_ONCE: usize = 200;

/// The events of one stream.
pub(crate) struct Events {
    app: AppState,
    current: CurrentSession,
    /// `None`: no event can match.
    query: Option<Query>,
    subscription: Subscription,
    /// The end of the session.
    session: OpenStream,
    comments: Interval,
    shutdown: watch::Receiver<bool>,
    is_first: bool,
}

impl Events {
    pub(crate) fn new(
        app: AppState,
        current: CurrentSession,
        query: Option<Query>,
        (subscription, session): (Subscription, OpenStream),
    ) -> Self {
        let comments = interval_at(Instant::now() + COMMENT_INTERVAL, COMMENT_INTERVAL);
        let shutdown = app.shutdown.subscribe();
        Self { app, current, query, subscription, session, comments, shutdown, is_first: true }
    }

    /// Returns the next text. `None`: the stream ends.
    pub(crate) async fn next(&mut self) -> Option<String> {
        if std::mem::take(&mut self.is_first) {
            // The session may have ended before the stream was in the list.
            return self.is_permitted().await.then(|| format!("retry: {RECONNECT}\n\n"));
        }
        loop {
            let received = tokio::select! {
                biased;
                // Clients of a replica that stops connect to another one at once.
                _ = self.shutdown.wait_for(|has_begun| *has_begun) => return None,
                changed = self.session.notice.changed() => {
                    changed.ok()?;
                    match *self.session.notice.borrow_and_update() {
                        Notice::Open { .. } => continue,
                        Notice::Ended(_) | Notice::Closed => return None,
                    }
                }
                _ = self.comments.tick() => None,
                received = self.subscription.events.recv() => Some(received),
            };
            let text = match received {
                None => ":\n\n".to_owned(),
                Some(Ok(event)) => self.text_of(&event),
                Some(Err(RecvError::Lagged(count))) => lost(count),
                Some(Err(RecvError::Closed)) => return None,
            };
            if !text.is_empty() {
                // Before each text: a user who loses the role must not get further events.
                return self.is_permitted().await.then_some(text);
            }
        }
    }

    async fn is_permitted(&self) -> bool {
        is_still_permitted(&self.app, &self.current, Permission::Read).await
    }

    /// Returns this event and those that wait behind it, as far as the filters select them.
    fn text_of(&mut self, first: &Event) -> String {
        let mut text = self.selected(first);
        for _ in 1..AT_ONCE {
            match self.subscription.events.try_recv() {
                Ok(event) => text += &self.selected(&event),
                Err(TryRecvError::Lagged(count)) => text += &lost(count),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        text
    }

    fn selected(&self, event: &Event) -> String {
        if !self.query.as_ref().is_some_and(|query| query.matches(event)) {
            return String::new();
        }
        let data = serde_json::to_string(&event.clone().view()).unwrap_or_default();
        format!("event: audit\ndata: {data}\n\n")
    }
}

/// Says how many events a slow client has missed. A gap in a list of security events must be visible.
fn lost(count: u64) -> String {
    format!("event: lost\ndata: {{\"count\":{count}}}\n\n")
}
