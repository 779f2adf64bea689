//! Several documents in one atomic step.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use vestibule::store::{Batch, Change, Changed, Collection, Document, Store, StoreError, Stored};

use super::{Note, TestCounter};
use crate::harness::{
    eventually,
    stores::{StoreLocation, TestStore},
};

const TIMEOUT: Duration = Duration::from_secs(15);
/// The time within which each writer succeeds after the last cut. An attempt takes five seconds at most.
const RECOVERED: Duration = Duration::from_mins(1);

/// Inserts two notes with one key each.
async fn two(store: &Store) -> (Stored<Note>, Stored<Note>) {
    let from = store.insert(Note::numbered(1).named("from")).await.unwrap();
    let into = store.insert(Note::numbered(2).named("into")).await.unwrap();
    (from, into)
}

/// Takes a note and gives its key to another one, with a record in another collection.
fn moved(from: &Stored<Note>, into: &Stored<Note>, record: &str) -> Batch {
    let mut into = into.clone();
    into.document.names.extend(from.names.clone());
    Batch::new().take(from).replace(into).insert(TestCounter::new(record))
}

async fn names(store: &Store, number: u128) -> Option<Vec<String>> {
    store.get::<Note>(&Note::numbered(number).id()).await.unwrap().map(|note| note.document.names)
}

async fn has_record(store: &Store, record: &str) -> bool {
    store.get::<TestCounter>(&TestCounter::new(record).id()).await.unwrap().is_some()
}

#[on_every_store]
async fn key_moves_from_one_document_to_another_in_one_step(store: TestStore) {
    let (from, into) = two(&store).await;
    assert!(store.write_together(&moved(&from, &into, "r")).await.unwrap());
    assert_eq!((names(&store, 1).await, has_record(&store, "r").await), (None, true));
    let found = store.find::<Note>("name:from").await.unwrap().unwrap();
    assert_eq!((found.id(), found.revision), (into.id(), 2));
    // And back: the key leaves the one document before the other one is inserted.
    let mut back = found;
    back.document.names.truncate(1);
    let restored = Stored { document: from.document.clone(), revision: 7 };
    let batch = Batch::new().replace(back).insert_with_revision(restored);
    assert!(store.write_together(&batch).await.unwrap());
    let found = store.find::<Note>("name:from").await.unwrap().unwrap();
    assert_eq!((found.id(), found.revision), (from.id(), 7));
    assert_eq!(names(&store, 2).await, Some(vec!["into".to_owned()]));
}

#[on_every_store]
async fn change_since_the_read_writes_nothing(store: TestStore) {
    let (from, into) = two(&store).await;
    let touch = |note: &mut Note| {
        note.count += 1;
        Ok::<_, StoreError>(Change::Write(()))
    };
    for changed in [&from, &into] {
        let (from, into) = (current(&store, &from).await, current(&store, &into).await);
        store.update(&changed.id(), touch).await.unwrap();
        assert!(!store.write_together(&moved(&from, &into, "r")).await.unwrap());
        assert_eq!(names(&store, 1).await, Some(vec!["from".to_owned()]));
        assert_eq!(names(&store, 2).await, Some(vec!["into".to_owned()]));
        assert!(!has_record(&store, "r").await);
    }
}

async fn current(store: &Store, note: &Stored<Note>) -> Stored<Note> {
    store.get(&note.id()).await.unwrap().unwrap()
}

#[on_every_store]
async fn taken_key_or_id_writes_nothing(store: TestStore) {
    let (from, mut into) = two(&store).await;
    store.insert(Note::numbered(3).named("third")).await.unwrap();
    store.insert(TestCounter::new("r")).await.unwrap();
    let by_id = store.write_together(&moved(&from, &into, "r")).await;
    assert!(matches!(by_id, Err(StoreError::Taken { key }) if key == "r"));
    into.document.names.push("third".to_owned());
    let by_key = store.write_together(&moved(&from, &into, "s")).await;
    assert!(matches!(by_key, Err(StoreError::Taken { key }) if key == "name:third"));
    assert_eq!(names(&store, 1).await, Some(vec!["from".to_owned()]));
    assert_eq!(names(&store, 2).await, Some(vec!["into".to_owned()]));
    assert!(!has_record(&store, "s").await);
}

#[on_every_store]
async fn every_document_of_a_batch_is_published(store: TestStore) {
    let (from, into) = two(&store).await;
    let watch = store.watch();
    eventually(TIMEOUT, "the change feed is in sync", || async { watch.synced_until().is_some() }).await;
    let mut changes = watch.subscribe();
    assert!(store.write_together(&moved(&from, &into, "r")).await.unwrap());
    let mut missing = vec![from.id(), into.id()];
    while !missing.is_empty() {
        match tokio::time::timeout(TIMEOUT, changes.recv()).await.expect("a change").unwrap() {
            Changed::Document { collection: Collection::Users, id } => missing.retain(|other| *other != id),
            Changed::Document { .. } => {}
            Changed::Everything => break,
        }
    }
}

/// Sixteen of them move the same document to others.
#[on_every_store]
async fn one_of_many_concurrent_batches_wins(store: TestStore) {
    let second_store = store.open_again().await;
    let (from, _) = two(&store).await;
    let mut others = Vec::new();
    for number in 10..26 {
        others.push(store.insert(Note::numbered(number)).await.unwrap());
    }
    let batches = others.iter().enumerate().map(|(number, other)| {
        let store = if number % 2 == 0 { (*store).clone() } else { second_store.clone() };
        let batch = moved(&from, other, &number.to_string());
        tokio::spawn(async move { store.write_together(&batch).await })
    });
    let results: Vec<_> = join_all(batches).await.into_iter().map(|result| result.unwrap()).collect();
    assert_eq!(results.iter().filter(|result| matches!(result, Ok(true))).count(), 1, "{results:?}");
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let mut owners = BTreeSet::new();
    for number in 10..26 {
        if names(&store, number).await.is_some_and(|names| !names.is_empty()) {
            owners.insert(number);
        }
    }
    assert_eq!(owners.len(), 1);
}

#[on_mongo]
async fn standalone_server_refuses_with_the_next_step() {
    let store = TestStore::standalone().await;
    let (from, into) = two(&store).await;
    let refused = store.write_together(&moved(&from, &into, "r")).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unusable(_)), "{refused}");
    assert!(refused.to_string().contains("--replSet"), "{refused}");
    assert_eq!(names(&store, 1).await, Some(vec!["from".to_owned()]));
}

#[on_mongo]
async fn cut_connections_leave_all_writes_or_none() {
    let location = StoreLocation::replica_set();
    let (proxy, url) = location.behind_cut_proxy().await;
    let store = Store::open(&url).await.unwrap();
    let direct = Store::open(location.url()).await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|writer| tokio::spawn(move_until(store.clone(), direct.clone(), writer, Arc::clone(&stop))))
        .collect();
    for round in 0..12 {
        tokio::time::sleep(Duration::from_millis(170)).await;
        if round % 3 == 0 {
            // The server commits, and the client does not learn of it.
            proxy.lose_answers();
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        proxy.cut();
    }
    stop.store(true, Ordering::SeqCst);
    let ended = tokio::time::timeout(RECOVERED, join_all(writers)).await.expect("the store works again");
    ended.into_iter().for_each(Result::unwrap);
}

/// Moves documents until a move that began after the stop is acknowledged. After each one the documents are in one state or the other.
async fn move_until(store: Store, direct: Store, writer: u128, stop: Arc<AtomicBool>) {
    let mut number = writer << 32;
    loop {
        let is_last = stop.load(Ordering::SeqCst);
        number += 2;
        let name = format!("n{number}");
        let from = direct.insert(Note::numbered(number).named(&name)).await.unwrap();
        let into = direct.insert(Note::numbered(number + 1)).await.unwrap();
        let result = store.write_together(&moved(&from, &into, &name)).await;
        let (from, into) = (names(&direct, number).await, names(&direct, number + 1).await.unwrap());
        let is_moved = from.is_none();
        assert_eq!(
            (into == [name.clone()], has_record(&direct, &name).await),
            (is_moved, is_moved),
            "{result:?}"
        );
        match result {
            Ok(written) => {
                assert!(written && is_moved);
                if is_last {
                    return;
                }
            }
            Err(StoreError::Unavailable(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
}
