//! The baselines: what the same documents, or the same passwords, cost without Vestibule.

use std::{path::Path, process, thread, time::Instant};

use argon2::{Argon2, Block};
use bson::{RawDocumentBuf, doc};
use futures_util::TryStreamExt as _;
use mongodb::{
    Client,
    options::{Acknowledgment, WriteConcern},
};
use rusqlite::Connection;

use super::{
    Error,
    process::{Run, cpu_of},
};

/// Users of one transaction, as in the import into a file without users.
const SQLITE_BATCH: usize = 5000;
/// Documents of one request.
const MONGODB_BATCH: usize = 1000;
const COLLECTIONS: [&str; 2] = ["users", "events"];

/// Inserts the users and events of a file into a new file that has no other index than that of the ids. Each transaction waits for the
/// disk, as those of the import do.
pub(crate) fn sqlite(source: &Path, target: &Path) -> Result<Run, Error> {
    let source = Connection::open(source)?;
    let mut documents: Vec<Vec<(Vec<u8>, String)>> = Vec::new();
    for collection in COLLECTIONS {
        let mut query = source.prepare(&format!("SELECT id, body FROM {collection} ORDER BY id"))?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        documents.push(rows.collect::<Result<_, _>>()?);
    }
    let mut target = Connection::open(target)?;
    target.pragma_update(None, "journal_mode", "WAL")?;
    target.pragma_update(None, "synchronous", "FULL")?;
    for collection in COLLECTIONS {
        let columns = "id ANY NOT NULL PRIMARY KEY, body TEXT NOT NULL";
        target.execute_batch(&format!("CREATE TABLE {collection} ({columns}) STRICT"))?;
    }
    measured(documents.first().map_or(0, Vec::len), || {
        let [users, events] = documents.as_slice() else { return Ok(()) };
        for (users, events) in users.chunks(SQLITE_BATCH).zip(events.chunks(SQLITE_BATCH)) {
            let transaction = target.transaction()?;
            for (collection, documents) in COLLECTIONS.into_iter().zip([users, events]) {
                let insert = format!("INSERT INTO {collection} (id, body) VALUES (?1, ?2)");
                let mut insert = transaction.prepare_cached(&insert)?;
                for document in documents {
                    insert.execute((&document.0, &document.1))?;
                }
            }
            transaction.commit()?;
        }
        Ok(())
    })
}

/// Inserts the users and events of a database into new collections that have no other index than that of the ids, and drops the database.
pub(crate) async fn mongodb(url: &str, mongod: u32) -> Result<Run, Error> {
    let client = Client::with_uri_str(url).await?;
    let database = client.default_database().ok_or("the URL has no database")?;
    let mut documents: Vec<Vec<RawDocumentBuf>> = Vec::new();
    for collection in COLLECTIONS {
        let stored = database.collection::<RawDocumentBuf>(collection);
        documents.push(stored.find(doc! {}).sort(doc! { "_id": 1 }).await?.try_collect().await?);
    }
    let durable = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
    let (before, start, own) = (cpu_of(mongod)?, Instant::now(), cpu_of(process::id())?);
    if let [users, events] = documents.as_slice() {
        for (users, events) in users.chunks(MONGODB_BATCH).zip(events.chunks(MONGODB_BATCH)) {
            for (collection, documents) in COLLECTIONS.into_iter().zip([users, events]) {
                let bare = database.collection::<RawDocumentBuf>(&format!("bare_{collection}"));
                bare.insert_many(documents).write_concern(durable.clone()).await?;
            }
        }
    }
    let run = Run {
        rows: documents.first().map_or(0, Vec::len),
        seconds: start.elapsed().as_secs_f64(),
        cpu: cpu_of(process::id())? - own,
        server_cpu: Some(cpu_of(mongod)? - before),
        peak_mib: None,
    };
    database.drop().await?;
    Ok(run)
}

/// Hashes passwords on all cores, with the parameters of new passwords. Each thread keeps its memory.
pub(crate) fn hashing(count: usize) -> Result<Run, Error> {
    let threads = thread::available_parallelism()?.get();
    let each = count.div_ceil(threads);
    measured(each * threads, || {
        let workers: Vec<_> = (0..threads).map(|_| thread::spawn(move || hash(each))).collect();
        for worker in workers {
            worker.join().map_err(|_| "a hashing thread failed")??;
        }
        Ok(())
    })
}

fn hash(count: usize) -> Result<(), Error> {
    // The default of the crate is that of `VESTIBULE_HASH_*`.
    let argon2 = Argon2::default();
    let mut memory = vec![Block::default(); argon2.params().block_count()];
    let mut output = [0; 32];
    for _ in 0..count {
        argon2
            .hash_password_into_with_memory(b"correct horse battery", &[7; 16], &mut output, &mut memory)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn measured(rows: usize, work: impl FnOnce() -> Result<(), Error>) -> Result<Run, Error> {
    let (start, cpu) = (Instant::now(), cpu_of(process::id())?);
    work()?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(Run { rows, seconds, cpu: cpu_of(process::id())? - cpu, server_cpu: None, peak_mib: None })
}
