//! The change stream over users and sessions, and what it means when it is silent.
//!
//! ```text
//!   open ─▶ tell Everything ─▶ ask, at most 0.3 s ──▶ an answer ─▶ tell what it brought ─▶ heard up to the asking ─┐
//!    ▲                              ▲                                                                         │
//!    │                              └─────────────────────────────────────────────────────────────────────────┘
//!    └─ wait a little ◀─ nothing heard any more ◀── an error, or no answer in a second
//! ```
//! An answer has all that a majority had acknowledged when the server gave it, and so all that was acknowledged before it was
//! asked for. That moment, not the one when the answer came in, is what [`Watch::heard_at`] may claim.
//!
//! Two limits. A server that is cut off from the others, and does not know yet that it is no longer the primary, is believed
//! until it steps down (ten seconds at most). A sharded cluster may be late by its shards' own heartbeat.

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

use super::{DEADLINE, Failure, in_time, shape};
use crate::store::{Changed, Collection, Watch};

/// How long the server keeps a question that it has no news for.
const PATIENCE: Duration = Duration::from_millis(300);
/// The stream is given up after so long without an answer: less than the second after which caches stop believing it.
const SILENCE: Duration = Duration::from_millis(900);
/// Before it is opened again; doubles up to `LONGEST_WAIT`.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// The server's word for "change streams need a replica set".
const STANDALONE: i32 = 40573;

/// Listens until it is aborted. Each outage is logged once, however often it takes to open the stream again.
pub(super) async fn listen(database: Database, watch: Watch) {
    let (mut wait, mut is_out) = (FIRST_WAIT, false);
    loop {
        let lost = match open(&database).await {
            Ok(stream) => {
                if is_out {
                    tracing::info!("the change stream is open again");
                }
                (wait, is_out) = (FIRST_WAIT, false);
                Ear { stream, watch: &watch, told: None }.follow().await
            }
            Err(failure) => failure,
        };
        watch.lost();
        if is_standalone(&lost) {
            tracing::warn!(
                "MongoDB is no replica set: what ends on one replica ends within a second on the others"
            );
            return;
        }
        if !is_out {
            tracing::warn!(error = %lost.kind, "no change stream: caches believe nothing for longer than a second");
        }
        is_out = true;
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

fn is_standalone(failure: &Failure) -> bool {
    matches!(&*failure.kind, Command(error) if error.code == STANDALONE)
}

/// Only which document was changed, never what is in it. The two other kinds of event end the stream.
async fn open(database: &Database) -> Result<ChangeStream<RawDocumentBuf>, Failure> {
    let watched = [Collection::Users, Collection::Sessions].map(Collection::name).to_vec();
    let wanted = doc! { "$match": { "$or": [
        { "ns.coll": { "$in": watched } },
        { "operationType": { "$in": ["dropDatabase", "invalidate"] } },
    ] } };
    let wanted = [wanted, doc! { "$project": { "operationType": 1, "ns": 1, "documentKey": 1 } }];
    let stream = in_time(DEADLINE, database.watch().pipeline(wanted).max_await_time(PATIENCE)).await?;
    Ok(stream.with_type())
}

/// One stream, from its opening to its loss.
struct Ear<'a> {
    stream: ChangeStream<RawDocumentBuf>,
    watch: &'a Watch,
    /// When the answer was asked for whose changes are being told.
    told: Option<Instant>,
}

impl Ear<'_> {
    /// Until the stream is lost, and why.
    async fn follow(mut self) -> Failure {
        // Between the last stream and this one, anything may have happened.
        self.watch.tell(Changed::Everything);
        loop {
            let asked = Instant::now();
            match self.next(asked).await {
                Ok(Some(event)) => self.watch.tell(changed(&event)),
                Ok(None) if self.stream.is_alive() => self.watch.heard(asked),
                Ok(None) => return gone("the server has ended the stream"),
                Err(failure) => return failure,
            }
        }
    }

    /// The next change of the last answer, or else of a new one, or none if that is empty.
    async fn next(&mut self, asked: Instant) -> Result<Option<RawDocumentBuf>, Failure> {
        let mut next = pin!(tokio::task::unconstrained(self.stream.next_if_any()));
        // Ready without waiting: it is of the last answer. Otherwise that one has been told to its end, and the server is
        // being asked.
        if let Poll::Ready(next) = poll_fn(|context| Poll::Ready(next.as_mut().poll(context))).await {
            return next;
        }
        if let Some(told) = self.told.take() {
            self.watch.heard(told);
        }
        let answer =
            tokio::time::timeout(SILENCE, next).await.map_err(|_| gone("the server is silent"))??;
        self.told = answer.is_some().then_some(asked);
        Ok(answer)
    }
}

fn gone(why: &str) -> Failure {
    Io(std::sync::Arc::new(std::io::Error::other(why.to_owned()))).into()
}

/// What an event means. One without a document (a collection or the database was dropped) concerns all of them.
fn changed(event: &RawDocumentBuf) -> Changed {
    let document = || {
        let collection = Collection::named(event.get_document("ns").ok()?.get_str("coll").ok()?)?;
        let id = shape::id(event.get_document("documentKey").ok()?.get("_id").ok()??)?;
        Some(Changed::Document { collection, id })
    };
    document().unwrap_or(Changed::Everything)
}
