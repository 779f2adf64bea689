//! Failures: broken connections, hanging servers, killed processes, locked files.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{TryStreamExt as _, future::join_all};
use mongodb::bson::{Bson, doc};
use rusqlite::Connection;
use uuid::Uuid;
use vestibule::store::{Changed, Collection, Document, DocumentId, Store, StoreError, Stored};

use super::{Note, TestSession};
use crate::harness::{
    eventually,
    stores::{StoreLocation, TestStore},
};

/// The store times out after some seconds, the driver after 30. A loaded machine needs more than the store.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The time within which each writer succeeds after the last cut. An attempt takes five seconds at most.
const RECOVERED: Duration = Duration::from_mins(1);
/// Store URL for the test binary that runs as a child process.
const CHILD: &str = "VESTIBULE_TEST_CHILD_STORE";

#[on_mongo]
async fn acknowledged_writes_survive_a_cut_connection() {
    let location = StoreLocation::replica_set();
    let (proxy, url) = location.behind_cut_proxy().await;
    let store = Store::open(&url).await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> =
        (0..8).map(|writer| tokio::spawn(write_until(store.clone(), writer, Arc::clone(&stop)))).collect();
    for _ in 0..12 {
        tokio::time::sleep(Duration::from_millis(170)).await;
        proxy.cut();
    }
    stop.store(true, Ordering::SeqCst);
    let ended = tokio::time::timeout(RECOVERED, join_all(writers)).await.expect("the store recovers");
    let attempts = ended.into_iter().flat_map(Result::unwrap).collect::<Vec<_>>();
    let direct = Store::open(location.url()).await.unwrap();
    for attempt in attempts {
        let by_id: Option<Stored<Note>> = direct.get(&attempt.note.id()).await.unwrap();
        let by_key: Option<Stored<Note>> = direct.find(&attempt.note.keys()[0]).await.unwrap();
        assert_eq!(by_id, by_key, "the document and its keys are written together");
        assert!(attempt.took < TIMEOUT, "{:?}", attempt.took);
        match attempt.result {
            Ok(written) => assert_eq!(by_id, Some(written), "an acknowledged write is stored"),
            Err(StoreError::Unavailable(_)) => {
                assert!(by_id.is_none_or(|stored| stored.text == attempt.note.text));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

struct Attempt {
    note: Note,
    result: Result<Stored<Note>, StoreError>,
    took: Duration,
}

/// Writes until a write that began after the stop is acknowledged.
async fn write_until(store: Store, writer: u128, stop: Arc<AtomicBool>) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    loop {
        let is_last = stop.load(Ordering::SeqCst);
        let number = writer << 32 | attempts.len() as u128;
        let note = Note::numbered(number).named(&number.to_string()).about("x");
        let start = Instant::now();
        let result = store.insert(note.clone()).await;
        let is_done = is_last && result.is_ok();
        attempts.push(Attempt { note, result, took: start.elapsed() });
        if is_done {
            return attempts;
        }
    }
}

#[on_mongo]
async fn write_with_lost_acknowledgement_is_done_once() {
    let location = StoreLocation::replica_set();
    let (proxy, url) = location.behind_cut_proxy().await;
    let direct = Store::open(location.url()).await.unwrap();
    let note = Note::new("sent twice, done once").named("ada");
    let id = note.id();
    // The server has done the first attempt when the connection breaks. Only its response is lost.
    let cut_when_done = |revision: Option<i64>| {
        let (direct, id, proxy) = (&direct, &id, &proxy);
        async move {
            eventually(TIMEOUT, "the server has done the write", || async {
                direct.get::<Note>(id).await.unwrap().map(|note| note.revision) == revision
            })
            .await;
            proxy.cut();
        }
    };
    // Connecting would need a response: the pool must have idle connections. A store that has seen a cut may close them at any time.
    let open = || async {
        proxy.open();
        let store = Store::open(&url).await.unwrap();
        eventually(TIMEOUT, "the pool has idle connections", || async {
            store.watch().synced_until().is_some()
                && join_all((0..8).map(|_| store.ping())).await.iter().all(Result::is_ok)
        })
        .await;
        proxy.lose_answers();
        store
    };
    let store = open().await;
    let (inserted, ()) = tokio::join!(store.insert(note), cut_when_done(Some(1)));
    let mut note = inserted.unwrap();
    let store = open().await;
    let (replaced, ()) = tokio::join!(store.replace(&mut note), cut_when_done(Some(2)));
    assert!(replaced.unwrap(), "the retry must not conflict with the first attempt");
    assert_eq!(note.revision, 2);
    let store = open().await;
    let (taken, ()) = tokio::join!(store.take::<Note>(&id), cut_when_done(None));
    assert_eq!(
        taken.unwrap(),
        Some(note.document),
        "the retry returns the document that the first attempt took"
    );
    assert_eq!(store.take::<Note>(&id).await.unwrap(), None);
}

#[on_mongo]
async fn frozen_database_is_unavailable_in_time() {
    let location = StoreLocation::replica_set();
    let (proxy, url) = location.behind_cut_proxy().await;
    let store = Store::open(&url).await.unwrap();
    let watch = store.watch();
    eventually(TIMEOUT, "the change feed is in sync", || async { watch.synced_until().is_some() }).await;
    proxy.freeze();
    let id = TestSession::new(2).id();
    let out_of_sync =
        eventually(TIMEOUT, "the change feed is out of sync", || async { watch.synced_until().is_none() });
    let read = timed(store.get::<TestSession>(&id));
    let written = timed(store.insert(TestSession::new(1)));
    let pinged = timed(store.ping());
    // In this order, so that operations of a machine that paused can be distinguished.
    let (pinged, read, written, ()) = tokio::join!(biased; pinged, read, written, out_of_sync);
    assert!(matches!(read.0, Err(StoreError::Unavailable(_))), "{read:?}");
    assert!(matches!(written.0, Err(StoreError::Unavailable(_))), "{written:?}");
    assert!(matches!(pinged.0, Err(StoreError::Unavailable(_))), "{pinged:?}");
    assert!(pinged.1 < read.1 && pinged.1 < written.1, "the ping fails first: {pinged:?}");
    let mut changes = watch.subscribe();
    proxy.open();
    eventually(TIMEOUT, "the store recovers", || async { watch.synced_until().is_some() }).await;
    assert_eq!(changes.try_recv(), Ok(Changed::Everything), "all cached documents are dropped");
    eventually(TIMEOUT, "the store recovers", || async { store.get::<TestSession>(&id).await.is_ok() }).await;
}

#[on_mongo]
async fn cut_change_stream_is_reopened_with_a_gap() {
    let location = StoreLocation::replica_set();
    let (proxy, url) = location.behind_cut_proxy().await;
    let store = Store::open(&url).await.unwrap();
    let watch = store.watch();
    eventually(TIMEOUT, "the change feed is in sync", || async { watch.synced_until().is_some() }).await;
    for number in 0..3 {
        let mut changes = watch.subscribe();
        proxy.cut();
        let direct = Store::open(location.url()).await.unwrap();
        let session = direct.insert(TestSession::new(number)).await.unwrap();
        let change = Changed::Document { collection: Collection::Sessions, id: session.id() };
        let received = tokio::time::timeout(TIMEOUT, async {
            while ![&change, &Changed::Everything]
                .contains(&&changes.recv().await.expect("the subscriber reads fast enough"))
            {}
        });
        assert!(received.await.is_ok(), "the change was missed");
    }
}

#[on_mongo]
async fn standalone_server_works_without_change_feed() {
    let store = TestStore::standalone().await;
    let second_store = store.open_again().await;
    let mut note = store.insert(Note::new("alone").named("ada")).await.unwrap();
    assert!(second_store.replace(&mut note).await.unwrap());
    assert_eq!(store.find("name:ada").await.unwrap(), Some(note.clone()));
    let refused = second_store.insert(Note::new("other").named("ada")).await;
    assert!(matches!(refused, Err(StoreError::Taken { .. })), "{refused:?}");
    assert_eq!(store.take(&note.id()).await.unwrap(), Some(note.document));
    // No signal says that a feed will never start: a replica set's is in sync within this time.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(store.watch().synced_until(), None);
}

// A write may time out after seconds. A start waits longer, for a slow replica set.
#[on_mongo]
async fn start_waits_for_a_majority_to_have_indexes() {
    let location = StoreLocation::replica_set();
    let database = location.database().await;
    database.run_command(doc! { "profile": 2 }).await.unwrap();
    Store::open(location.url()).await.unwrap();
    database.run_command(doc! { "profile": 0 }).await.unwrap();
    let profile = database.collection::<Bson>("system.profile");
    let created = profile.find(doc! { "command.createIndexes": { "$exists": true } });
    let created: Vec<Bson> = created.await.unwrap().try_collect().await.unwrap();
    assert!(created.len() >= Collection::ALL.len(), "{created:?}");
    for command in created {
        let command = command.as_document().unwrap().get_document("command").unwrap();
        let write_concern = command.get_document("writeConcern").unwrap();
        assert_eq!(
            (write_concern.get_str("w").unwrap(), write_concern.get_bool("j").unwrap()),
            ("majority", true)
        );
        let limit =
            write_concern.get("wtimeout").and_then(|limit| limit.as_i64().or(limit.as_i32().map(i64::from)));
        assert_eq!(limit, Some(60_000));
    }
}

#[tokio::test]
async fn unreachable_server_error_hides_the_password() {
    let urls = [
        "mongodb://ada:s3cr3t@127.0.0.1:1/vestibule",
        "mongodb://ada:p@s3cr3t:x@127.0.0.1:1/vestibule",
        "mongodb://ada:s3cr3t/@127.0.0.1:1/vestibule",
        "mongodb+srv://ada:s3cr3t@nowhere.invalid/vestibule",
        "postgres://ada:s3cr3t@127.0.0.1/vestibule",
    ];
    for url in urls {
        let opened = in_time(Store::open(url)).await;
        let refusal = opened.expect_err("no server listens there");
        assert!(matches!(refusal, StoreError::Unavailable(_)), "{refusal:?}");
        assert!(!refusal.to_string().contains("s3cr3t"), "{refusal}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn acknowledged_writes_of_a_killed_process_are_in_the_file() {
    let store = TestStore::sqlite().await;
    let mut changes = store.watch().subscribe();
    let mut child = Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "store::faults::child_process_writer", "--ignored", "--nocapture"])
        .env(CHILD, store.url())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a second process");
    let output = BufReader::new(child.stdout.take().expect("the output of the child"));
    let acknowledged = output.lines().map_while(Result::ok).filter_map(|line| line.parse::<Uuid>().ok());
    let acknowledged: Vec<Uuid> = acknowledged.take(40).collect();
    child.kill().expect("the child is killed");
    child.wait().expect("the child has ended");
    assert_eq!(acknowledged.len(), 40, "the child has written enough");
    for id in &acknowledged {
        assert!(store.get::<Note>(&DocumentId::Uuid(*id)).await.unwrap().is_some(), "{id} is lost");
    }
    let first = in_time(changes.recv()).await.unwrap();
    assert_eq!(
        first,
        Changed::Document { collection: Collection::Users, id: DocumentId::Uuid(acknowledged[0]) }
    );
    store.insert(Note::new("after")).await.unwrap();
    let file = Connection::open(store.location().name()).unwrap();
    assert_eq!(file.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap(), "ok");
}

#[tokio::test]
#[ignore = "run by acknowledged_writes_of_a_killed_process_are_in_the_file, in a process of its own"]
async fn child_process_writer() {
    let Some(url) = std::env::var_os(CHILD) else { return };
    let store = Store::open(url.to_str().expect("an address")).await.unwrap();
    loop {
        let note = store.insert(Note::new("from a child").about("x")).await.unwrap();
        println!("\n{}", note.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn locked_file_is_unavailable_until_released() {
    let store = TestStore::sqlite().await;
    let note = store.insert(Note::new("before").named("ada")).await.unwrap();
    let other = Connection::open(store.location().name()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let locked_out = Note::new("locked out");
    let refused = in_time(store.insert(locked_out.clone())).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert_eq!(store.find("name:ada").await.unwrap(), Some(note), "reads still work");
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    store.insert(Note::new("after")).await.unwrap();
    // The caller of a write that timed out cannot know its result. On a paused machine it may be written later.
    let again = store.insert(locked_out.clone()).await;
    assert!(matches!(again, Ok(_) | Err(StoreError::Taken { .. })), "{again:?}");
    let stored: Stored<Note> = store.get(&locked_out.id()).await.unwrap().expect("a stored document");
    assert_eq!(stored.text, "locked out");
}

#[tokio::test]
async fn unusable_file_is_unavailable() {
    let location = StoreLocation::file();
    std::fs::write(location.name(), "this is not a database, and long enough to be read ".repeat(100))
        .unwrap();
    for url in ["sqlite:", "sqlite::memory:", "sqlite:/", "sqlite:/proc/no/such/place.db", location.url()] {
        let refusal = Store::open(url).await.expect_err(url);
        assert!(matches!(refusal, StoreError::Unavailable(_) | StoreError::Unusable(_)), "{refusal:?}");
    }
}

/// Returns the result and when it was available.
async fn timed<T>(action: impl Future<Output = T>) -> (T, Instant) {
    (in_time(action).await, Instant::now())
}

/// Asserts that the store times out by itself before this limit.
async fn in_time<T>(action: impl Future<Output = T>) -> T {
    tokio::time::timeout(TIMEOUT, action).await.unwrap_or_else(|_| panic!("no answer within {TIMEOUT:?}"))
}
