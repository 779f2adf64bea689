//! The change stream over the watched collections.
//!
//! ```text
//!   open ─▶ publish Everything ─▶ request, ≤ 0.3 s ───▶ answer ─▶ publish its changes ─▶ synced until the request ─┐
//!    ▲                                 ▲                                                                           │
//!    │                                 └───────────────────────────────────────────────────────────────────────────┘
//!    └─ wait a little ◀─ out of sync ◀── an error, or no answer in a second
//! ```
//! An answer contains every change that a majority had acknowledged when the server sent it. So it contains every change that was
//! acknowledged before the request. [`Watch::synced_until`] is therefore the time of the request, not of the answer.
//!
//! Two limits. A primary that is cut off from the other members answers until it steps down, at most ten seconds. A sharded cluster
//! can be late by the heartbeat of its shards.

use std::{
    future::poll_fn,
    pin::pin,
    task::Poll,
    time::{Duration, Instant},
};

use bson::{RawDocumentBuf, doc};
use mongodb::{
    Database,
    change_stream::ChangeStream,
    error::ErrorKind::{Command, Io},
};

use super::{
    deadline::{DEADLINE, within},
    failure::Failure,
    shape,
};
use crate::store::{
    collection::Collection,
    prefix::CollectionPrefix,
    watch::{Changed, Watch},
};

/// How long the server waits for changes before it sends an empty answer.
const MAX_AWAIT: Duration = Duration::from_millis(300);
/// The stream is closed after this time without an answer. Caches stop trusting their entries after about as long.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(900);
/// The wait before the stream is opened again. It doubles up to `LONGEST_WAIT`.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// The server's error code for "change streams need a replica set".
const NOT_A_REPLICA_SET: i32 = 40573;

/// Reads the stream until the task is aborted. Each outage is logged once.
pub(super) async fn listen(database: Database, prefix: CollectionPrefix, watch: Watch) {
    let (mut wait, mut is_down) = (FIRST_WAIT, false);
    loop {
        let failure = match open(&database, &prefix).await {
            Ok(stream) => {
                if is_down {
                    tracing::info!("change feed is available again");
                }
                (wait, is_down) = (FIRST_WAIT, false);
                ChangeReader { stream, prefix: &prefix, watch: &watch, answer_requested_at: None }.run().await
            }
            Err(failure) => failure,
        };
        watch.set_out_of_sync();
        if is_standalone(&failure) {
            tracing::warn!("MongoDB is not a replica set: revocation on other replicas can take up to 1 s");
            return;
        }
        if !is_down {
            tracing::warn!(error = %failure.kind, "change feed unavailable: cached sessions are re-read after 0.9 s");
        }
        is_down = true;
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

fn is_standalone(failure: &Failure) -> bool {
    matches!(&*failure.kind, Command(error) if error.code == NOT_A_REPLICA_SET)
}

/// Requests only the id of each changed document, not its content, and only of our collections. The two other kinds of event end the
/// stream.
async fn open(
    database: &Database,
    prefix: &CollectionPrefix,
) -> Result<ChangeStream<RawDocumentBuf>, Failure> {
    let watched = Collection::ALL.iter().filter(|collection| collection.is_watched());
    let watched: Vec<_> = watched.map(|collection| prefix.name(*collection)).collect();
    let filter = doc! { "$match": { "$or": [
        { "ns.coll": { "$in": watched } },
        { "operationType": { "$in": ["dropDatabase", "invalidate"] } },
    ] } };
    let pipeline = [filter, doc! { "$project": { "operationType": 1, "ns": 1, "documentKey": 1 } }];
    let stream = within(DEADLINE, database.watch().pipeline(pipeline).max_await_time(MAX_AWAIT)).await?;
    Ok(stream.with_type())
}

/// Reads one stream from its opening to its end.
struct ChangeReader<'a> {
    stream: ChangeStream<RawDocumentBuf>,
    prefix: &'a CollectionPrefix,
    watch: &'a Watch,
    /// Time of the request whose answer is being published.
    answer_requested_at: Option<Instant>,
}

impl ChangeReader<'_> {
    /// Publishes changes until the stream ends, and returns the cause.
    async fn run(mut self) -> Failure {
        // Changes between the last stream and this one are unknown.
        self.watch.publish(Changed::Everything);
        loop {
            let requested_at = Instant::now();
            match self.next(requested_at).await {
                Ok(Some(event)) => self.publish(&event),
                Ok(None) if self.stream.is_alive() => self.watch.set_synced_until(requested_at),
                Ok(None) => return stream_error("the server closed the stream"),
                Err(failure) => return failure,
            }
        }
    }

    fn publish(&self, event: &RawDocumentBuf) {
        if let Some(changed) = changed(event, self.prefix) {
            self.watch.publish(changed);
        }
    }

    /// Returns the next change: of the last answer, else of a new one. `None` if the new answer is empty.
    async fn next(&mut self, requested_at: Instant) -> Result<Option<RawDocumentBuf>, Failure> {
        let mut next = pin!(tokio::task::unconstrained(self.stream.next_if_any()));
        // A change that is ready without waiting belongs to the last answer. Otherwise all changes of the last answer have been
        // published, and the driver has sent a new request.
        if let Poll::Ready(next) = poll_fn(|context| Poll::Ready(next.as_mut().poll(context))).await {
            return next;
        }
        if let Some(published) = self.answer_requested_at.take() {
            self.watch.set_synced_until(published);
        }
        let answer = tokio::time::timeout(ANSWER_TIMEOUT, next)
            .await
            .map_err(|_| stream_error("the server did not answer in time"))??;
        self.answer_requested_at = answer.is_some().then_some(requested_at);
        Ok(answer)
    }
}

fn stream_error(why: &str) -> Failure {
    Io(std::sync::Arc::new(std::io::Error::other(why.to_owned()))).into()
}

/// Converts an event. An event without a document means that a collection or the database was dropped. A document with an id that is not
/// ours was written by another program, and no cache has it.
fn changed(event: &RawDocumentBuf, prefix: &CollectionPrefix) -> Option<Changed> {
    let document = || {
        let collection = prefix.collection(event.get_document("ns").ok()?.get_str("coll").ok()?)?;
        Some((collection, event.get_document("documentKey").ok()?.get("_id").ok()??))
    };
    match document() {
        Some((collection, id)) => Some(Changed::Document { collection, id: shape::id(id)? }),
        None => Some(Changed::Everything),
    }
}
