//! Many documents in one request.

use std::time::Duration;

use bson::{RawDocumentBuf, doc};
use futures_util::TryStreamExt as _;
use mongodb::{
    ClientSession, Collection as Documents,
    error::{ErrorKind, TRANSIENT_TRANSACTION_ERROR},
};

use super::{
    Mongo,
    deadline::{DEADLINE, within},
    failure::{DUPLICATE_KEY, Failure, unavailable},
    shape::{from_bson, stored_id, to_bson},
    together::{WAIT, commit},
};
use crate::store::{
    document::{Document, StoreError},
    found::Found,
};

/// The limit for all attempts: thousands of documents take longer than one. The server itself ends a transaction after a minute.
const LIMIT: Duration = Duration::from_secs(20);

impl Mongo {
    pub(in crate::store) async fn find_all<D: Document>(
        &self,
        keys: &[String],
    ) -> Result<Found<D>, StoreError> {
        let mut found = Found::new();
        let documents = self.documents::<D>();
        let read = async {
            let mut cursor = documents.find(doc! { "handles": { "$in": keys } }).await?;
            let mut all = Vec::new();
            while let Some(raw) = cursor.try_next().await? {
                all.push(raw);
            }
            Ok(all)
        };
        for raw in within(DEADLINE, read).await.map_err(unavailable)? {
            if let Some(id) = stored_id(&raw).0 {
                found.add(id, from_bson(&raw))?;
            }
        }
        found.next = None;
        Ok(found)
    }

    /// Asks the server what it is, once: a member of a replica set and a router have transactions.
    pub(in crate::store) async fn has_transactions(&self) -> Result<bool, StoreError> {
        self.transactions.get_or_try_init(|| self.ask_for_transactions()).await.copied()
    }

    async fn ask_for_transactions(&self) -> Result<bool, StoreError> {
        let hello =
            within(DEADLINE, self.database.run_command(doc! { "hello": 1 })).await.map_err(unavailable)?;
        Ok(hello.contains_key("setName") || hello.get_str("msg").is_ok_and(|message| message == "isdbgrid"))
    }

    pub(in crate::store) async fn insert_together<A: Document, B: Document>(
        &self,
        first: &[A],
        second: &[B],
    ) -> Result<(), StoreError> {
        let (first, second) = (raw(first)?, raw(second)?);
        let (to_first, to_second) = (self.documents::<A>(), self.documents::<B>());
        let attempts = async {
            loop {
                let mut session = self.database.client().start_session().await?;
                let attempt = async {
                    session.start_transaction().await?;
                    insert(&to_first, &first, &mut session).await?;
                    insert(&to_second, &second, &mut session).await?;
                    commit(&mut session).await
                };
                match attempt.await {
                    // Another transaction has a key of the batch: that of a process that is alive ends soon, and `abandoned.rs` ends the others.
                    Err(failure) if failure.contains_label(TRANSIENT_TRANSACTION_ERROR) => {}
                    result => return result,
                }
                // The server keeps the locks of a transaction until it ends.
                let _ = session.abort_transaction().await;
                tokio::time::sleep(WAIT).await;
            }
        };
        let done = self.abandoned.during(self.database.client(), Box::pin(within(LIMIT, attempts))).await;
        done.map_err(|failure| taken(&failure).unwrap_or_else(|| unavailable(failure)))
    }
}

fn raw<D: Document>(documents: &[D]) -> Result<Vec<RawDocumentBuf>, StoreError> {
    documents.iter().map(|document| to_bson(document, 1).map(|(_, raw)| raw)).collect()
}

async fn insert(
    documents: &Documents<RawDocumentBuf>,
    raw: &[RawDocumentBuf],
    session: &mut ClientSession,
) -> Result<(), Failure> {
    if raw.is_empty() {
        return Ok(());
    }
    documents.insert_many(raw).session(session).await.map(drop)
}

/// Returns `Taken` if another document has an id or a key of the batch.
fn taken(failure: &Failure) -> Option<StoreError> {
    let ErrorKind::InsertMany(error) = &*failure.kind else { return None };
    let duplicate = error.write_errors.iter().flatten().find(|error| error.code == DUPLICATE_KEY)?;
    // The message quotes the key, and ends with it.
    let key = duplicate.message.rsplit('"').nth(1).unwrap_or("a key");
    Some(StoreError::Taken { key: key.to_owned() })
}
