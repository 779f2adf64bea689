//! A store that a migration has closed refuses every operation of services that have it open.

use std::time::{Duration, Instant};

use vestibule::{
    clock::Clock,
    store::{Change, CollectionPrefix, Document, Migration, MigrationState, Page, Store, StoreError},
};

use super::Note;
use crate::harness::{
    eventually, holds_within,
    stores::{StoreLocation, TestStore},
};

fn record(state: MigrationState) -> Migration {
    Migration {
        id: "one".to_owned(),
        state,
        peer: "sqlite:/elsewhere.db".to_owned(),
        owner: String::new(),
        beat: 0,
    }
}

#[track_caller]
fn assert_closed<T>(operation: &str, result: Result<T, StoreError>) {
    match result {
        Err(StoreError::Unavailable(cause)) => {
            assert!(cause.contains("/elsewhere.db"), "{operation}: {cause}");
        }
        Err(error) => panic!("{operation}: {error}"),
        Ok(_) => panic!("{operation} used a store whose data is elsewhere"),
    }
}

// Attack and accident: a replica that continues on the old store would accept sessions that have ended in the new one, and lose writes.
#[on_every_store]
async fn closed_store_refuses_every_operation(store: TestStore) {
    let mut note = store.insert(Note::new("before").named("ada").about("greeting")).await.unwrap();
    let migration = Store::open_source(store.url(), &CollectionPrefix::default()).await.unwrap();
    let sealed = record(MigrationState::Sealed);
    assert!(migration.set_migration(None, Some(&record(MigrationState::Copying))).await.unwrap());
    store.get::<Note>(&note.id()).await.expect("a source is in use while its data is copied");
    assert!(migration.set_migration(Some(&record(MigrationState::Copying)), Some(&sealed)).await.unwrap());
    // The limit that the last step of a migration waits for.
    let limit = Duration::from_millis(1200);
    let is_closed = || async { store.get::<Note>(&note.id()).await.is_err() };
    holds_within(limit, Instant::now(), "the store is closed", is_closed).await;
    assert_eq!(store.watch().synced_until(), None, "no cache answers from memory");

    let id = note.id();
    assert_closed("get", store.get::<Note>(&id).await);
    assert_closed("get_expendable", store.get_expendable::<Note>(&id).await);
    assert_closed("find", store.find::<Note>("name:ada").await);
    assert_closed("page", store.page::<Note>(Page { limit: 10, ..Page::default() }).await);
    assert_closed("newest_id", store.newest_id::<Note>("topic:greeting", 0).await);
    assert_closed("count_of_tag", store.count_of_tag::<Note>("topic:greeting").await);
    assert_closed("estimated_count", store.estimated_count::<Note>().await);
    assert_closed("insert", store.insert(Note::new("after")).await);
    assert_closed("replace", store.replace(&mut note).await);
    assert_closed("take", store.take::<Note>(&id).await);
    let written = |_: &mut Note| Ok::<_, StoreError>(Change::Write(()));
    assert_closed("update", store.update(&id, written).await);
    let kept = |current: Option<Note>| Ok::<_, StoreError>((current, ()));
    assert_closed("upsert", store.upsert(&id, kept).await);
    assert_closed("synchronize", store.synchronize(&Clock::system()).await);
    assert_closed("ping", store.ping().await);

    assert!(migration.set_migration(Some(&sealed), None).await.unwrap());
    eventually(Duration::from_secs(30), "the store is open again", || async {
        store.get::<Note>(&id).await.is_ok()
    })
    .await;
    assert_eq!(store.get::<Note>(&id).await.unwrap(), Some(note), "nothing was written");
    assert_eq!(store.estimated_count::<Note>().await.unwrap(), 1);
}

// A process that was stopped and continues later must not overwrite what services have written since.
#[tokio::test]
async fn complete_file_refuses_copies() {
    let store = TestStore::sqlite().await;
    let note = store.insert(Note::new("newer")).await.unwrap();
    let migration = Store::open_source(store.url(), &CollectionPrefix::default()).await.unwrap();
    let mut older = note.clone();
    "older".clone_into(&mut older.document.text);
    for state in [MigrationState::Complete, MigrationState::Copying] {
        let present = migration.migration().await.unwrap();
        assert!(migration.set_migration(present.as_ref(), Some(&record(state))).await.unwrap());
        assert!(migration.copy(std::slice::from_ref(&older), || true).await.is_err());
        assert!(migration.remove::<Note>(&note.id(), || true).await.is_err());
        assert_eq!(store.get::<Note>(&note.id()).await.unwrap(), Some(note.clone()));
    }
}

#[on_mongo]
async fn copy_stops_as_soon_as_another_process_continues() {
    let store = TestStore::mongo().await;
    let other = store.insert(Note::new("other")).await.unwrap();
    store.take::<Note>(&other.id()).await.unwrap();
    let note = store.insert(Note::new("newer")).await.unwrap();
    let mut older = note.clone();
    "older".clone_into(&mut older.document.text);
    assert!(store.copy(std::slice::from_ref(&older), || false).await.is_err());
    // Without a document in its way, all copies are one request.
    assert!(store.copy(&[other], || false).await.is_err());
    assert!(store.remove::<Note>(&note.id(), || false).await.is_err());
    assert_eq!(store.estimated_count::<Note>().await.unwrap(), 1);
    assert_eq!(store.get::<Note>(&note.id()).await.unwrap(), Some(note));
    assert!(store.copy(std::slice::from_ref(&older), || true).await.unwrap().is_empty());
    assert_eq!(store.get::<Note>(&older.id()).await.unwrap(), Some(older.clone()));
    store.remove::<Note>(&older.id(), || true).await.unwrap();
    assert_eq!(store.get::<Note>(&older.id()).await.unwrap(), None);
}

// A process that was stopped between its last check and the completion would complete the target while another process has opened the source
// again: services write there, and the next run would not copy those writes.
#[on_every_store]
async fn replaced_process_cannot_complete_the_target(location: StoreLocation) {
    let of = |owner: &str, state| Migration { owner: owner.to_owned(), ..record(state) };
    let open = async |owner: &str| {
        let claim = of(owner, MigrationState::Incomplete);
        Store::open_target(location.url(), &CollectionPrefix::default(), claim).await.unwrap()
    };
    let complete = async |target: &Store, owner: &str| {
        let (claim, new) = (of(owner, MigrationState::Incomplete), of(owner, MigrationState::Complete));
        target.set_migration(Some(&claim), Some(&new)).await.unwrap()
    };
    let (first, second) = (open("first").await, open("second").await);
    assert!(!complete(&first, "first").await);
    assert_eq!(first.migration().await.unwrap(), Some(of("second", MigrationState::Incomplete)));
    assert!(complete(&second, "second").await);
    // A target in use stays in use.
    let third = open("third").await;
    assert_eq!(third.migration().await.unwrap(), Some(of("second", MigrationState::Complete)));
}

// Another process captures changes: without its triggers, it would lose them.
#[tokio::test]
async fn replaced_process_starts_no_capture() {
    let store = TestStore::sqlite().await;
    let migration = Store::open_source(store.url(), &CollectionPrefix::default()).await.unwrap();
    let owned = Migration { owner: "second".to_owned(), ..record(MigrationState::Copying) };
    assert!(migration.set_migration(None, Some(&owned)).await.unwrap());
    let mut capture = migration.capture("second").await.unwrap();
    let note = store.insert(Note::new("captured")).await.unwrap();
    assert!(migration.capture("first").await.is_err());
    let changed = capture.drain().await.unwrap();
    assert_eq!(changed.into_iter().map(|captured| captured.id).collect::<Vec<_>>(), [note.id()]);
    // The end of the record is the end of the capture.
    let given_up = Migration { owner: String::new(), ..owned.clone() };
    assert!(migration.set_migration(Some(&owned), Some(&given_up)).await.unwrap());
    assert!(capture.drain().await.is_err(), "nothing is captured any more");
}
