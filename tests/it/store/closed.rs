//! A store that a migration has closed refuses every operation of services that have it open.

use std::time::{Duration, Instant};

use vestibule::{
    clock::Clock,
    store::{Change, CollectionPrefix, Document, Migration, MigrationState, Page, Store, StoreError},
};

use super::Note;
use crate::harness::{eventually, stores::TestStore};

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
    let closed = Instant::now();
    while store.get::<Note>(&note.id()).await.is_ok() {
        assert!(closed.elapsed() < Duration::from_millis(1200), "the store is not closed in time");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
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
    eventually(Duration::from_secs(2), "the store is open again", || async {
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
        assert_eq!(store.get::<Note>(&note.id()).await.unwrap(), Some(note.clone()));
    }
}

#[on_mongo]
async fn copy_stops_as_soon_as_another_process_continues() {
    let store = TestStore::mongo().await;
    let note = store.insert(Note::new("newer")).await.unwrap();
    let mut older = note.clone();
    "older".clone_into(&mut older.document.text);
    assert!(store.copy(std::slice::from_ref(&older), || false).await.is_err());
    assert_eq!(store.get::<Note>(&note.id()).await.unwrap(), Some(note));
    assert!(store.copy(std::slice::from_ref(&older), || true).await.unwrap().is_empty());
    assert_eq!(store.get::<Note>(&older.id()).await.unwrap(), Some(older));
}
