//! The writes of a batch, in one transaction.
//!
//! ```text
//!   start ─▶ writes ─▶ commit ─▶ acknowledged by a majority
//!     ▲         │         │
//!     │         │         └─ result unknown: commit again (the server does it once)
//!     └─────────┴─ transient: nothing was written, start again (see `abandoned.rs` for a conflict that stays)
//! ```
//! An election during the commit leaves all writes or none. The compare-and-set on each revision decides again in every attempt.

use std::time::Duration;

use bson::{RawDocumentBuf, doc};
use mongodb::{
    ClientSession,
    error::{ErrorKind, TRANSIENT_TRANSACTION_ERROR, UNKNOWN_TRANSACTION_COMMIT_RESULT},
    options::{Acknowledgment, ReadConcern, WriteConcern},
};

use super::{
    Mongo,
    deadline::{DEADLINE, within},
    failure::{Failure, taken, unavailable},
    shape::with_metadata,
};
use crate::store::{
    batch::{Act, Batch, Encode, Step},
    document::StoreError,
    envelope::Envelope,
};

/// How long the server waits for a majority. Shorter than [`DEADLINE`].
const MAJORITY_TIMEOUT: Duration = Duration::from_millis(4500);
/// The wait before another attempt.
pub(super) const WAIT: Duration = Duration::from_millis(20);
/// The server's error code for "transactions need a replica set".
const ILLEGAL_OPERATION: i32 = 20;

/// Why an attempt wrote nothing.
enum Rejected {
    /// A document has another revision.
    Conflict,
    Store(StoreError),
    Driver(Failure),
}

impl From<Failure> for Rejected {
    fn from(failure: Failure) -> Self {
        Self::Driver(failure)
    }
}

impl Mongo {
    /// Does all writes, or none. Returns `false` if a document has another revision.
    pub(in crate::store) async fn write_together(&self, batch: &Batch) -> Result<bool, StoreError> {
        let attempts = async { Ok::<_, Failure>(self.attempt_until_done(batch).await) };
        let attempts = Box::pin(within(DEADLINE, attempts));
        let attempts = self.abandoned.during(self.database.client(), attempts);
        attempts.await.map_err(unavailable)?
    }

    async fn attempt_until_done(&self, batch: &Batch) -> Result<bool, StoreError> {
        loop {
            let mut session = self.database.client().start_session().await.map_err(unavailable)?;
            match self.attempt(&mut session, batch).await {
                Ok(()) => return Ok(true),
                Err(rejected) => {
                    // The server keeps the locks of a transaction until it ends.
                    let _ = session.abort_transaction().await;
                    match rejected {
                        Rejected::Conflict => return Ok(false),
                        Rejected::Store(error) => return Err(error),
                        Rejected::Driver(failure) if failure.contains_label(TRANSIENT_TRANSACTION_ERROR) => {}
                        Rejected::Driver(failure) if is_standalone(&failure) => return Err(standalone()),
                        Rejected::Driver(failure) => return Err(unavailable(failure)),
                    }
                }
            }
            tokio::time::sleep(WAIT).await;
        }
    }

    async fn attempt(&self, session: &mut ClientSession, batch: &Batch) -> Result<(), Rejected> {
        let majority = WriteConcern::builder()
            .w(Acknowledgment::Majority)
            .journal(true)
            .w_timeout(MAJORITY_TIMEOUT)
            .build();
        session.start_transaction().read_concern(ReadConcern::snapshot()).write_concern(majority).await?;
        for step in batch.steps() {
            self.write(session, step).await?;
        }
        Ok(commit(session).await?)
    }

    async fn write(&self, session: &mut ClientSession, step: &Step) -> Result<(), Rejected> {
        let documents = self.database.collection::<RawDocumentBuf>(&self.prefix.name(step.collection));
        let at = |revision: i64| doc! { "_id": &step.id, "revision": revision };
        let (written, envelope) = match &step.act {
            Act::Insert(document) => {
                let (envelope, raw) = encoded(step, document.as_ref())?;
                (documents.insert_one(raw).session(session).await.map(|_| true), Some(envelope))
            }
            Act::Replace(revision, document) => {
                let (envelope, raw) = encoded(step, document.as_ref())?;
                let replaced = documents.replace_one(at(*revision), raw).session(session).await;
                (replaced.map(|done| done.matched_count == 1), Some(envelope))
            }
            Act::Take(revision) => {
                let deleted = documents.delete_one(at(*revision)).session(session).await;
                (deleted.map(|done| done.deleted_count == 1), None)
            }
        };
        match written {
            Ok(true) => Ok(()),
            Ok(false) => Err(Rejected::Conflict),
            Err(failure) => {
                let taken = envelope.and_then(|envelope| taken(&failure, &envelope));
                Err(taken.map_or(Rejected::Driver(failure), Rejected::Store))
            }
        }
    }
}

/// Commits a transaction. A commit whose result is unknown is sent again: the server does it only once. The caller has a deadline.
pub(super) async fn commit(session: &mut ClientSession) -> Result<(), Failure> {
    loop {
        match session.commit_transaction().await {
            Err(failure) if failure.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) => {
                tokio::time::sleep(WAIT).await;
            }
            result => return result,
        }
    }
}

fn encoded(step: &Step, document: &dyn Encode) -> Result<(Envelope, RawDocumentBuf), Rejected> {
    let envelope = document.envelope();
    let raw = with_metadata(step.collection, &envelope, document.bson()).map_err(Rejected::Store)?;
    Ok((envelope, raw))
}

fn is_standalone(failure: &Failure) -> bool {
    matches!(&*failure.kind, ErrorKind::Command(error) if error.code == ILLEGAL_OPERATION)
}

fn standalone() -> StoreError {
    StoreError::Unusable(
        "this MongoDB server is not a member of a replica set and cannot change two documents in one step; start mongod with --replSet and \
         run rs.initiate() once (a single member is enough)"
            .to_owned(),
    )
}
