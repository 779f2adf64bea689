//! Concurrent writers in one process and in two.

use std::time::Duration;

use futures_util::future::join_all;
use vestibule::store::{Change, Document, Store, StoreError, Stored};

use super::{Note, Tally, Visit};
use crate::harness::stores::{StoreLocation, TestStore};

#[on_every_store]
async fn concurrent_inserts_of_one_key_have_one_winner(store: TestStore) {
    let another = store.open_again().await;
    let inserts = (0..64).map(|number| {
        let store = pick(number, &store, &another);
        tokio::spawn(async move { store.insert(Note::new("first!").named("ada")).await })
    });
    let winner = one_winner(join_all(inserts).await.into_iter().map(Result::unwrap), "name:ada");
    assert_eq!(store.find("name:ada").await.unwrap(), Some(winner));
}

#[on_every_store]
async fn concurrent_inserts_of_one_id_have_one_winner(store: TestStore) {
    let another = store.open_again().await;
    let inserts = (0..64).map(|number| {
        let store = pick(number, &store, &another);
        tokio::spawn(
            async move { store.insert(Note { text: number.to_string(), ..Note::numbered(1) }).await },
        )
    });
    let id = Note::numbered(1).id();
    let winner = one_winner(join_all(inserts).await.into_iter().map(Result::unwrap), &id.to_string());
    assert_eq!(store.get(&id).await.unwrap(), Some(winner));
}

#[on_every_store]
async fn concurrent_increments_lose_nothing(store: TestStore) {
    let another = store.open_again().await;
    let visit = store.insert(Visit::new(1)).await.unwrap();
    let increments = (0..30).map(|number| {
        let store = pick(number, &store, &another);
        tokio::spawn(async move { touch(&store).await.expect("no refusal") })
    });
    let seen: Vec<Option<i64>> = join_all(increments).await.into_iter().map(Result::unwrap).collect();
    let mut seen: Vec<i64> = seen.into_iter().flatten().collect();
    seen.sort_unstable();
    assert_eq!(seen, (1..=30).collect::<Vec<_>>(), "each increment saw the one before it");
    let stored: Stored<Visit> = store.get(&visit.id()).await.unwrap().unwrap();
    assert_eq!((stored.touched, stored.revision), (30, 31));
}

#[on_every_store]
async fn concurrent_upserts_lose_nothing(store: TestStore) {
    let another = store.open_again().await;
    let counts = (0..30).map(|number| {
        let store = pick(number, &store, &another);
        tokio::spawn(async move {
            let raise = |tally: Option<Tally>| {
                let mut tally = tally.unwrap_or_else(|| Tally::new("t"));
                tally.count += 1;
                Ok::<_, StoreError>((Some(tally), ()))
            };
            store.upsert(&Tally::new("t").id(), raise).await.expect("no refusal");
        })
    });
    join_all(counts).await.into_iter().for_each(Result::unwrap);
    let stored: Stored<Tally> = store.get(&Tally::new("t").id()).await.unwrap().unwrap();
    assert_eq!(stored.count, 30);
}

#[on_every_store]
async fn concurrent_takes_have_one_winner(store: TestStore) {
    let another = store.open_again().await;
    for number in 0..5 {
        let note = store.insert(Note::numbered(number)).await.unwrap();
        let takers = (0..32).map(|taker| {
            let (store, id) = (pick(taker, &store, &another), note.id());
            tokio::spawn(async move { store.take::<Note>(&id).await.expect("no refusal") })
        });
        let taken: Vec<Note> = join_all(takers).await.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(taken, [note.into_document()]);
    }
}

#[on_every_store]
async fn ended_session_stays_ended(store: TestStore) {
    let another = store.open_again().await;
    for number in 0..10 {
        let visit = store.insert(Visit::new(number)).await.unwrap();
        let id = visit.id();
        let touches = (0..8).map(|toucher| {
            let (store, id) = (pick(toucher, &store, &another), id.clone());
            tokio::spawn(async move { while touch_of(&store, &id).await.expect("no refusal").is_some() {} })
        });
        let touches: Vec<_> = touches.collect();
        tokio::time::sleep(Duration::from_millis(5)).await;
        let end = |visit: &mut Visit| {
            visit.ended = true;
            Ok::<_, StoreError>(Change::Write(visit.touched))
        };
        let (last, count) = store.update(&id, end).await.unwrap().unwrap();
        join_all(touches).await.into_iter().for_each(Result::unwrap);
        let stored: Stored<Visit> = another.get(&id).await.unwrap().unwrap();
        assert_eq!(stored, last);
        assert_eq!(stored.touched, count);
    }
}

#[on_every_store]
async fn taken_document_stays_gone(store: TestStore) {
    let another = store.open_again().await;
    for number in 0..10 {
        let visit = store.insert(Visit::new(number)).await.unwrap();
        let id = visit.id();
        let touches = (0..8).map(|toucher| {
            let (store, id) = (pick(toucher, &store, &another), id.clone());
            tokio::spawn(async move { while touch_of(&store, &id).await.expect("no refusal").is_some() {} })
        });
        let touches: Vec<_> = touches.collect();
        assert!(store.take::<Visit>(&id).await.unwrap().is_some());
        join_all(touches).await.into_iter().for_each(Result::unwrap);
        assert_eq!(another.get::<Visit>(&id).await.unwrap(), None);
    }
}

#[on_every_store]
async fn moving_key_has_one_owner(store: TestStore) {
    let another = store.open_again().await;
    let mut people = Vec::new();
    for number in 0..8 {
        people.push(store.insert(Note::numbered(number)).await.unwrap());
    }
    let claims = people.into_iter().enumerate().map(|(number, mut person)| {
        let store = pick(number, &store, &another);
        tokio::spawn(async move {
            person.names = vec!["throne".to_owned()];
            store.replace(&mut person).await.map(|written| (written, person).1)
        })
    });
    let winner = one_winner(join_all(claims).await.into_iter().map(Result::unwrap), "name:throne");
    assert_eq!(store.find("name:throne").await.unwrap(), Some(winner));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn new_file_can_be_opened_concurrently() {
    eight_at_once(&StoreLocation::file()).await;
}

#[on_mongo]
async fn new_database_can_be_opened_concurrently() {
    let location = StoreLocation::replica_set();
    eight_at_once(&location).await;
    let names =
        location.database().await.collection::<bson::Document>("users").list_index_names().await.unwrap();
    assert_eq!(names, ["_id_", "tags", "purge", "handles"]);
}

async fn eight_at_once(location: &StoreLocation) {
    let opened = join_all((0..8).map(|_| {
        let url = location.url().to_owned();
        tokio::spawn(async move { Store::open(&url).await.expect("it opens") })
    }));
    for (number, store) in opened.await.into_iter().map(Result::unwrap).enumerate() {
        store.insert(Note::numbered(number as u128)).await.unwrap();
    }
}

fn pick(number: usize, one: &Store, other: &Store) -> Store {
    if number.is_multiple_of(2) { one.clone() } else { other.clone() }
}

/// Increments the counter of the first visit. `None` if it has ended or does not exist.
async fn touch(store: &Store) -> Result<Option<i64>, StoreError> {
    touch_of(store, &Visit::new(1).id()).await
}

async fn touch_of(store: &Store, id: &vestibule::store::DocumentId) -> Result<Option<i64>, StoreError> {
    let touch = |visit: &mut Visit| {
        if visit.ended {
            return Ok(Change::Keep(None));
        }
        visit.touched += 1;
        Ok::<_, StoreError>(Change::Write(Some(visit.touched)))
    };
    Ok(store.update(id, touch).await?.and_then(|(_, touched)| touched))
}

fn one_winner(results: impl Iterator<Item = Result<Stored<Note>, StoreError>>, key: &str) -> Stored<Note> {
    let (mut winners, mut losers) = (Vec::new(), 0);
    for result in results {
        match result {
            Ok(winner) => winners.push(winner),
            Err(StoreError::Taken { key: taken }) if taken == key => losers += 1,
            Err(error) => panic!("neither won nor lost: {error}"),
        }
    }
    assert_eq!(winners.len(), 1, "winners beside {losers} losers");
    winners.remove(0)
}
