//! Transactions of processes that were killed, on MongoDB. The server itself ends them after 60 seconds.

use mongodb::{
    Client, ClientSession,
    bson::{Document, doc},
    options::{ClientOptions, DriverInfo},
};
use tokio::runtime::Builder;
use vestibule::store::{Batch, Change, Document as _, Store, StoreError, Stored};

use super::{Note, TestCounter};
use crate::harness::stores::{StoreLocation, TestStore};

/// Gives the only note another key in a transaction, and does not end it. The name is that of the application in the handshake.
async fn open_transaction(url: &str, database: &str, name: Option<&str>) -> ClientSession {
    let mut options = ClientOptions::parse(url).await.unwrap();
    options.driver_info = name.map(|name| DriverInfo::builder().name(name).build());
    let client = Client::with_options(options).unwrap();
    let mut session = client.start_session().await.unwrap();
    session.start_transaction().await.unwrap();
    let notes = client.database(database).collection::<Document>("users");
    let change = doc! { "$set": { "handles": ["name:new"] }, "$inc": { "transactions": 1 } };
    let changed = notes.update_many(doc! {}, change).session(&mut session).await.unwrap();
    assert_eq!(changed.modified_count, 1);
    session
}

/// Does the same in a process that is killed afterwards: its connections are closed, and its transaction stays.
async fn open_transaction_and_die(location: &StoreLocation) {
    let (url, database) = (location.url().to_owned(), location.name().to_owned());
    let process = move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let session = runtime.block_on(open_transaction(&url, &database, Some("vestibule")));
        // Without it, the session would end its transaction.
        std::mem::forget(session);
    };
    tokio::task::spawn_blocking(process).await.unwrap();
}

async fn touch(store: &Store, note: &Stored<Note>) -> Result<(), StoreError> {
    let touch = |note: &mut Note| {
        note.count += 1;
        Ok::<_, StoreError>(Change::Write(()))
    };
    store.update(&note.id(), touch).await.map(drop)
}

#[on_mongo]
async fn transaction_of_a_killed_process_does_not_stop_writes() {
    let store = TestStore::mongo().await;
    let note = store.insert(Note::numbered(1)).await.unwrap();
    open_transaction_and_die(store.location()).await;
    touch(&store, &note).await.expect("one document");
    open_transaction_and_die(store.location()).await;
    let touched: Stored<Note> = store.get(&note.id()).await.unwrap().unwrap();
    let batch = Batch::new().insert(Note::numbered(2)).take(&touched);
    assert!(store.write_together(&batch).await.expect("several documents"));
    open_transaction_and_die(store.location()).await;
    assert!(store.take::<Note>(&Note::numbered(2).id()).await.expect("a deletion").is_some());
}

#[on_mongo]
async fn transaction_of_a_killed_import_does_not_stop_the_next_import() {
    let store = TestStore::mongo().await;
    store.insert(Note::numbered(1)).await.unwrap();
    open_transaction_and_die(store.location()).await;
    let rows = [Note::numbered(2).named("new"), Note::numbered(3)];
    store.insert_together(&rows, &[TestCounter::new("event")]).await.expect("the same key");
}

#[on_mongo]
async fn transaction_of_another_application_or_a_slow_process_is_not_ended() {
    let store = TestStore::mongo().await;
    let note = store.insert(Note::numbered(1)).await.unwrap();
    for name in [None, Some("vestibule-reports"), Some("vestibule")] {
        let location = store.location();
        let mut other = open_transaction(location.url(), location.name(), name).await;
        let refused = touch(&store, &note).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        other.commit_transaction().await.expect("the transaction is still open");
    }
}
