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
//! The name in the handshake distinguishes our transactions from those of other applications, and the connection of its last statement
//! shows whether its process is alive: the system closes the connections of a killed process. A process that is only slow keeps its
//! transaction, for its session may be in use again when the server kills it. The transactions of a machine that lost its power end
//! with the server's limit of 60 seconds. Each database user may list and kill its own sessions without a further permission.

use std::{collections::HashSet, time::Duration};

use bson::{Bson, Document, doc};
use futures_util::{TryStreamExt as _, future::BoxFuture};
use mongodb::{Client, Database, options::DriverInfo};
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

/// Ends our transactions that are idle and have lost their connection; returns how many.
async fn end_idle(client: &Client) -> Result<usize, Failure> {
    let admin = client.database("admin");
    // In this order, a connection that opens between the two lists cannot make its transaction look abandoned.
    let transactions = doc! {
        "type": "idleSession",
        "transaction.timeInactiveMicros": { "$gte": i64::try_from(USUAL_WAIT.as_micros()).unwrap_or(i64::MAX) },
        "clientMetadata.driver.name": { "$regex": format!("\\|{NAME}$") },
    };
    let idle = operations(&admin, doc! { "idleSessions": true }, transactions).await?;
    if idle.is_empty() {
        return Ok(0);
    }
    let connections = doc! { "type": "op", "connectionId": { "$exists": true } };
    let connected = operations(&admin, doc! { "idleConnections": true }, connections).await?;
    let connected: HashSet<i64> = connected.iter().filter_map(connection).collect();
    let abandoned = idle.iter().filter(|idle| connection(idle).is_some_and(|id| !connected.contains(&id)));
    let session = |idle: &Document| Some(doc! { "id": idle.get_document("lsid").ok()?.get("id")?.clone() });
    let sessions: Vec<Bson> = abandoned.filter_map(session).map(Bson::from).collect();
    let count = sessions.len();
    if count > 0 {
        admin.run_command(doc! { "killSessions": sessions }).await?;
    }
    Ok(count)
}

async fn operations(admin: &Database, options: Document, wanted: Document) -> Result<Vec<Document>, Failure> {
    let pipeline = [doc! { "$currentOp": options }, doc! { "$match": wanted }];
    admin.aggregate(pipeline).await?.try_collect().await
}

/// The connection of the last statement. The server counts in 32 or 64 bits.
fn connection(operation: &Document) -> Option<i64> {
    operation.get_i64("connectionId").ok().or_else(|| operation.get_i32("connectionId").ok().map(i64::from))
}
