//! Transactions of processes that were killed.
//!
//! A process that is killed between two statements of a transaction leaves it open, and the server keeps its documents locked until
//! `transactionLifetimeLimitSeconds`: a user of a merge could not sign in for a minute. The server does not end a transaction with the
//! connection of its client.
//!
//! ```text
//!   write ─▶ waits for a second ─▶ list our idle transactions ─▶ kill their sessions ─▶ the server continues the write
//! ```
//!
//! The name in the handshake distinguishes our transactions from those of other applications. A process that was only slow finds its
//! transaction ended, and starts it again. Each database user may list and kill the own sessions without a further permission.

use std::time::Duration;

use bson::{Bson, Document, doc};
use futures_util::{TryStreamExt as _, future::BoxFuture};
use mongodb::{Client, options::DriverInfo};
use tokio::{sync::Mutex, time::sleep};

use super::{
    deadline::{DEADLINE, within},
    failure::Failure,
};

/// Name of this application in the handshake, after that of the driver. An application name in the URL does not change it.
const NAME: &str = "vestibule";
/// How long a write waits for another one as usual. A transaction of a process that is alive is idle for milliseconds.
const USUAL_WAIT: Duration = Duration::from_secs(1);
/// The wait before the next look at the transactions.
const INTERVAL: Duration = Duration::from_millis(250);

/// Ends abandoned transactions while a write waits.
#[derive(Default)]
pub(super) struct Abandoned {
    /// One write of this process at a time looks for them.
    turn: Mutex<()>,
}

pub(super) fn driver_info() -> DriverInfo {
    DriverInfo::builder().name(NAME).build()
}

impl Abandoned {
    /// Does a write. If it takes longer than usual, also ends the transactions that may be in its way.
    ///
    /// Both futures are on the heap: every request that writes would be larger by them.
    pub(super) async fn during<T>(&self, client: &Client, mut write: BoxFuture<'_, T>) -> T {
        tokio::select! {
            biased;
            done = &mut write => return done,
            () = sleep(USUAL_WAIT) => {}
        }
        tokio::select! {
            biased;
            done = write => done,
            never = Box::pin(self.end(client)) => match never {},
        }
    }

    async fn end(&self, client: &Client) -> std::convert::Infallible {
        let _turn = self.turn.lock().await;
        loop {
            match within(DEADLINE, end_idle(client)).await {
                Ok(0) => {}
                Ok(count) => tracing::warn!(count, "ended transactions of processes that stopped"),
                // The write reports a database that does not answer.
                Err(error) => tracing::debug!(%error, "could not look for abandoned transactions"),
            }
            sleep(INTERVAL).await;
        }
    }
}

/// Ends our transactions that are idle; returns how many.
async fn end_idle(client: &Client) -> Result<usize, Failure> {
    let admin = client.database("admin");
    let idle = doc! {
        "type": "idleSession",
        "transaction.timeInactiveMicros": { "$gte": i64::try_from(USUAL_WAIT.as_micros()).unwrap_or(i64::MAX) },
        "clientMetadata.driver.name": { "$regex": format!("\\|{NAME}$") },
    };
    let pipeline = [doc! { "$currentOp": { "idleSessions": true } }, doc! { "$match": idle }];
    let found: Vec<Document> = admin.aggregate(pipeline).await?.try_collect().await?;
    let session = |found: &Document| Some(doc! { "id": found.get_document("lsid").ok()?.get("id")?.clone() });
    let sessions: Vec<Bson> = found.iter().filter_map(session).map(Bson::from).collect();
    let count = sessions.len();
    if count > 0 {
        admin.run_command(doc! { "killSessions": sessions }).await?;
    }
    Ok(count)
}
