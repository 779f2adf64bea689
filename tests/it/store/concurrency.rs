//! Concurrent writers in one process and in two.

use std::time::Duration;

use futures_util::future::join_all;
use vestibule::store::{Change, Document, Store, StoreError, Stored};

use super::{Note, TestCounter, TestSession};
use crate::harness::stores::{StoreLocation, TestStore};

#[on_every_store]
async fn concurrent_inserts_of_one_key_have_one_winner(store: TestStore) {
    let second_store = store.open_again().await;
    let inserts = (0..64).map(|number| {
        let store = pick(number, &store, &second_store);
        tokio::spawn(async move { store.insert(Note::new("first!").named("ada")).await })
    });
    let winner = only_success(join_all(inserts).await.into_iter().map(Result::unwrap), "name:ada");
    assert_eq!(store.find("name:ada").await.unwrap(), Some(winner));
}

#[on_every_store]
async fn concurrent_inserts_of_one_id_have_one_winner(store: TestStore) {
    let second_store = store.open_again().await;
    let inserts = (0..64).map(|number| {
        let store = pick(number, &store, &second_store);
        tokio::spawn(
            async move { store.insert(Note { text: number.to_string(), ..Note::numbered(1) }).await },
        )
    });
    let id = Note::numbered(1).id();
    let winner = only_success(join_all(inserts).await.into_iter().map(Result::unwrap), &id.to_string());
    assert_eq!(store.get(&id).await.unwrap(), Some(winner));
}

#[on_every_store]
async fn concurrent_increments_lose_nothing(store: TestStore) {
    let second_store = store.open_again().await;
    let session = store.insert(TestSession::new(1)).await.unwrap();
    let increments = (0..30).map(|number| {
        let store = pick(number, &store, &second_store);
        tokio::spawn(async move { touch(&store).await.expect("the update succeeds") })
    });
    let seen: Vec<Option<i64>> = join_all(increments).await.into_iter().map(Result::unwrap).collect();
    let mut seen: Vec<i64> = seen.into_iter().flatten().collect();
    seen.sort_unstable();
    assert_eq!(seen, (1..=30).collect::<Vec<_>>(), "each increment saw the one before it");
    let stored: Stored<TestSession> = store.get(&session.id()).await.unwrap().unwrap();
    assert_eq!((stored.touched, stored.revision), (30, 31));
}

#[on_every_store]
async fn concurrent_upserts_lose_nothing(store: TestStore) {
    let second_store = store.open_again().await;
    let counts = (0..30).map(|number| {
        let store = pick(number, &store, &second_store);
        tokio::spawn(async move {
            let raise = |counter: Option<TestCounter>| {
                let mut counter = counter.unwrap_or_else(|| TestCounter::new("t"));
                counter.count += 1;
                Ok::<_, StoreError>((Some(counter), ()))
            };
            store.upsert(&TestCounter::new("t").id(), raise).await.expect("the update succeeds");
        })
    });
    join_all(counts).await.into_iter().for_each(Result::unwrap);
    let stored: Stored<TestCounter> = store.get(&TestCounter::new("t").id()).await.unwrap().unwrap();
    assert_eq!(stored.count, 30);
}

#[on_every_store]
async fn concurrent_takes_have_one_winner(store: TestStore) {
    let second_store = store.open_again().await;
    for number in 0..5 {
        let note = store.insert(Note::numbered(number)).await.unwrap();
        let takes = (0..32).map(|number| {
            let (store, id) = (pick(number, &store, &second_store), note.id());
            tokio::spawn(async move { store.take::<Note>(&id).await.expect("the update succeeds") })
        });
        let taken: Vec<Note> = join_all(takes).await.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(taken, [note.into_document()]);
    }
}

#[on_every_store]
async fn ended_session_stays_ended(store: TestStore) {
    let second_store = store.open_again().await;
    for number in 0..10 {
        let session = store.insert(TestSession::new(number)).await.unwrap();
        let id = session.id();
        let touches = (0..8).map(|number| {
            let (store, id) = (pick(number, &store, &second_store), id.clone());
            tokio::spawn(async move {
                while touch_session(&store, &id).await.expect("the update succeeds").is_some() {}
            })
        });
        let touches: Vec<_> = touches.collect();
        tokio::time::sleep(Duration::from_millis(5)).await;
        let end = |session: &mut TestSession| {
            session.ended = true;
            Ok::<_, StoreError>(Change::Write(session.touched))
        };
        let (last, count) = store.update(&id, end).await.unwrap().unwrap();
        join_all(touches).await.into_iter().for_each(Result::unwrap);
        let stored: Stored<TestSession> = second_store.get(&id).await.unwrap().unwrap();
        assert_eq!(stored, last);
        assert_eq!(stored.touched, count);
    }
}

#[on_every_store]
async fn taken_document_stays_gone(store: TestStore) {
    let second_store = store.open_again().await;
    for number in 0..10 {
        let session = store.insert(TestSession::new(number)).await.unwrap();
        let id = session.id();
        let touches = (0..8).map(|number| {
            let (store, id) = (pick(number, &store, &second_store), id.clone());
            tokio::spawn(async move {
                while touch_session(&store, &id).await.expect("the update succeeds").is_some() {}
            })
        });
        let touches: Vec<_> = touches.collect();
        assert!(store.take::<TestSession>(&id).await.unwrap().is_some());
        join_all(touches).await.into_iter().for_each(Result::unwrap);
        assert_eq!(second_store.get::<TestSession>(&id).await.unwrap(), None);
    }
}

#[on_every_store]
async fn moving_key_has_one_owner(store: TestStore) {
    let second_store = store.open_again().await;
    let mut notes = Vec::new();
    for number in 0..8 {
        notes.push(store.insert(Note::numbered(number)).await.unwrap());
    }
    let replaces = notes.into_iter().enumerate().map(|(number, mut note)| {
        let store = pick(number, &store, &second_store);
        tokio::spawn(async move {
            note.names = vec!["free".to_owned()];
            store.replace(&mut note).await.map(|_| note)
        })
    });
    let winner = only_success(join_all(replaces).await.into_iter().map(Result::unwrap), "name:free");
    assert_eq!(store.find("name:free").await.unwrap(), Some(winner));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn new_file_can_be_opened_concurrently() {
    open_eight_stores(&StoreLocation::file()).await;
}

#[on_mongo]
async fn new_database_can_be_opened_concurrently() {
    let location = StoreLocation::replica_set();
    open_eight_stores(&location).await;
    let names =
        location.database().await.collection::<bson::Document>("users").list_index_names().await.unwrap();
    assert_eq!(names, ["_id_", "tags", "purge", "handles", "username", "email", "createdAt", "lastLoginAt"]);
}

async fn open_eight_stores(location: &StoreLocation) {
    let opened = join_all((0..8).map(|_| {
        let url = location.url().to_owned();
        tokio::spawn(async move { Store::open(&url).await.expect("the store opens") })
    }));
    for (number, store) in opened.await.into_iter().map(Result::unwrap).enumerate() {
        store.insert(Note::numbered(number as u128)).await.unwrap();
    }
}

fn pick(number: usize, one: &Store, other: &Store) -> Store {
    if number.is_multiple_of(2) { one.clone() } else { other.clone() }
}

/// Increments the counter of the first session. `None` if it has ended or does not exist.
async fn touch(store: &Store) -> Result<Option<i64>, StoreError> {
    touch_session(store, &TestSession::new(1).id()).await
}

async fn touch_session(store: &Store, id: &vestibule::store::DocumentId) -> Result<Option<i64>, StoreError> {
    let touch = |session: &mut TestSession| {
        if session.ended {
            return Ok(Change::Keep(None));
        }
        session.touched += 1;
        Ok::<_, StoreError>(Change::Write(Some(session.touched)))
    };
    Ok(store.update(id, touch).await?.and_then(|(_, touched)| touched))
}

fn only_success(results: impl Iterator<Item = Result<Stored<Note>, StoreError>>, key: &str) -> Stored<Note> {
    let (mut successes, mut refused) = (Vec::new(), 0);
    for result in results {
        match result {
            Ok(document) => successes.push(document),
            Err(StoreError::Taken { key: taken }) if taken == key => refused += 1,
            Err(error) => panic!("neither written nor refused: {error}"),
        }
    }
    assert_eq!(successes.len(), 1, "beside {refused} refused writes");
    successes.remove(0)
}
