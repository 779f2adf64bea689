//! One writer: every operation and every refusal.

use std::time::{Duration, Instant};

use tokio::sync::broadcast::Receiver;
use vestibule::store::{
    Change, Changed, Collection, Document, DocumentId, Page, Store, StoreError, Stored, Watch,
};

use super::{Note, TestCounter, TestSession};
use crate::harness::{eventually, stores::TestStore};

const TIMEOUT: Duration = Duration::from_secs(30);

#[on_every_store]
async fn inserted_document_is_read_by_id(store: TestStore) {
    let note = store.insert(Note::new("hello").named("ada").about("greeting")).await.unwrap();
    assert_eq!(note.revision, 1);
    assert_eq!(store.get(&note.id()).await.unwrap(), Some(note));
}

#[on_every_store]
async fn missing_document_is_none(store: TestStore) {
    let id = Note::new("").id();
    assert_eq!(store.get::<Note>(&id).await.unwrap(), None);
    assert_eq!(store.find::<Note>("name:unknown").await.unwrap(), None);
    assert_eq!(store.take::<Note>(&id).await.unwrap(), None);
    assert!(store.page::<Note>(Page { limit: 10, ..Page::default() }).await.unwrap().is_empty());
    let updated = store.update(&id, |_: &mut Note| Ok::<_, StoreError>(Change::Write(()))).await.unwrap();
    assert_eq!(updated, None);
}

#[on_every_store]
async fn document_is_found_by_each_key(store: TestStore) {
    let note = store.insert(Note::new("two names").named("ada").named("countess")).await.unwrap();
    assert_eq!(store.find("name:ada").await.unwrap(), Some(note.clone()));
    assert_eq!(store.find("name:countess").await.unwrap(), Some(note));
    assert_eq!(store.find::<Note>("name:ADA").await.unwrap(), None, "keys are case-sensitive");
}

#[on_every_store]
async fn ids_of_every_kind_round_trip(store: TestStore) {
    let session = store.insert(TestSession::new(7)).await.unwrap();
    assert_eq!(store.get(&session.id()).await.unwrap(), Some(session));
    let counter = store.insert(TestCounter::new("wrong passwords of 192.0.2.1")).await.unwrap();
    assert_eq!(store.get(&counter.id()).await.unwrap(), Some(counter));
}

#[on_every_store]
async fn duplicate_id_is_refused(store: TestStore) {
    let first = store.insert(Note::new("first")).await.unwrap();
    let second = Note { text: "second".to_owned(), ..first.document.clone() };
    let refusal = store.insert(second).await.unwrap_err();
    assert!(matches!(&refusal, StoreError::Taken { key } if *key == first.id().to_string()), "{refusal}");
    assert_eq!(store.get(&first.id()).await.unwrap(), Some(first));
}

#[on_every_store]
async fn duplicate_key_is_refused_by_name(store: TestStore) {
    store.insert(Note::new("ada").named("ada")).await.unwrap();
    let other = Note::new("other").named("grace").named("ada").named("linus");
    assert_taken(store.insert(other.clone()).await, "name:ada");
    assert_eq!(store.find::<Note>("name:grace").await.unwrap(), None, "a refused document writes no keys");
    assert_eq!(store.get::<Note>(&other.id()).await.unwrap(), None);
}

#[on_every_store]
async fn key_may_contain_any_text(store: TestStore) {
    for name in ["with \"quotes\"", "ünï|cödé }", "back\\slash", "https://op.example/a?b={c: \"d\"}|sub"]
    {
        let first = store.insert(Note::new("first").named("x").named(name)).await.unwrap();
        let second = Note::new("second").named("y").named(name);
        assert_taken(store.insert(second).await, &format!("name:{name}"));
        assert_eq!(store.find(&format!("name:{name}")).await.unwrap(), Some(first.clone()));
        store.take::<Note>(&first.id()).await.unwrap();
    }
}

#[on_every_store]
async fn documents_without_keys_do_not_conflict(store: TestStore) {
    for _ in 0..3 {
        store.insert(Note::new("nameless")).await.unwrap();
    }
}

#[on_every_store]
async fn repeated_key_counts_once(store: TestStore) {
    let mut note =
        store.insert(Note::new("ada").named("ada").named("ada").about("x").about("x")).await.unwrap();
    assert!(store.replace(&mut note).await.unwrap());
    assert_eq!(store.find("name:ada").await.unwrap(), Some(note));
}

#[on_every_store]
async fn documents_of_a_tag_are_counted(store: TestStore) {
    for tag in ["x", "x", "y"] {
        store.insert(Note::new(tag).about(tag).about("all")).await.unwrap();
    }
    let taken = store.insert(Note::new("x").about("x")).await.unwrap();
    store.take::<Note>(&taken.id()).await.unwrap();
    store.insert(TestCounter::new("x")).await.unwrap();
    for (tag, count) in [("topic:x", 2), ("topic:y", 1), ("topic:all", 3), ("topic:z", 0)] {
        assert_eq!(store.count_of_tag::<Note>(tag).await.unwrap(), count, "{tag}");
    }
    assert_eq!(store.count_of_tag::<TestCounter>("topic:x").await.unwrap(), 0, "of another collection");
}

#[on_every_store]
async fn keys_are_unique_per_collection(store: TestStore) {
    store.insert(Note::new("x").named("x")).await.unwrap();
    store.insert(TestCounter::new("x")).await.unwrap();
    assert_eq!(store.find::<TestCounter>("name:x").await.unwrap(), None);
}

#[on_every_store]
async fn replace_increments_the_revision(store: TestStore) {
    let mut note = store.insert(Note::new("one")).await.unwrap();
    note.text.push_str(" and two");
    assert!(store.replace(&mut note).await.unwrap());
    assert_eq!(note.revision, 2);
    assert_eq!(store.get(&note.id()).await.unwrap(), Some(note));
}

#[on_every_store]
async fn stale_revision_replaces_nothing(store: TestStore) {
    let mut note = store.insert(Note::new("one")).await.unwrap();
    let mut stale = note.clone();
    assert!(store.replace(&mut note).await.unwrap());
    stale.text.push_str(" but stale");
    assert!(!store.replace(&mut stale).await.unwrap());
    assert_eq!(stale.revision, 1);
    assert_eq!(store.get(&note.id()).await.unwrap(), Some(note));
}

#[on_every_store]
async fn replace_does_not_recreate_a_document(store: TestStore) {
    let mut note = store.insert(Note::new("gone").named("ada")).await.unwrap();
    store.take::<Note>(&note.id()).await.unwrap();
    assert!(!store.replace(&mut note).await.unwrap());
    assert_eq!(store.get::<Note>(&note.id()).await.unwrap(), None);
    let mut unknown = Stored { document: Note::new("never written").named("grace"), revision: 1 };
    assert!(!store.replace(&mut unknown).await.unwrap());
    assert_eq!(store.find::<Note>("name:grace").await.unwrap(), None);
}

#[on_every_store]
async fn replace_moves_keys_and_tags(store: TestStore) {
    let mut note =
        store.insert(Note::new("").named("old").named("kept").about("old").about("kept")).await.unwrap();
    note.names = vec!["kept".to_owned(), "new".to_owned()];
    note.topics = vec!["kept".to_owned(), "new".to_owned()];
    assert!(store.replace(&mut note).await.unwrap());
    assert_eq!(store.find::<Note>("name:old").await.unwrap(), None);
    assert_eq!(store.find("name:kept").await.unwrap(), Some(note.clone()));
    assert_eq!(store.find("name:new").await.unwrap(), Some(note.clone()));
    assert_eq!(tagged(&store, "topic:old").await, []);
    assert_eq!(tagged(&store, "topic:kept").await, [note.clone()]);
    assert_eq!(tagged(&store, "topic:new").await, [note]);
    store.insert(Note::new("the released name").named("old")).await.unwrap();
}

#[on_every_store]
async fn replace_cannot_take_a_used_key(store: TestStore) {
    store.insert(Note::new("ada").named("ada")).await.unwrap();
    let mut grace = store.insert(Note::new("grace").named("grace")).await.unwrap();
    let before = grace.clone();
    grace.names.push("ada".to_owned());
    assert_taken(store.replace(&mut grace).await, "name:ada");
    assert_eq!(grace.revision, 1);
    assert_eq!(store.get(&before.id()).await.unwrap(), Some(before));
}

#[on_every_store]
async fn take_removes_keys_and_tags(store: TestStore) {
    let note = store.insert(Note::new("once").named("ada").about("x")).await.unwrap();
    assert_eq!(store.take(&note.id()).await.unwrap(), Some(note.document.clone()));
    assert_eq!(store.take::<Note>(&note.id()).await.unwrap(), None);
    assert_eq!(store.find::<Note>("name:ada").await.unwrap(), None);
    assert_eq!(tagged(&store, "topic:x").await, []);
    store.insert(Note::new("again").named("ada")).await.unwrap();
}

#[on_every_store]
async fn pages_work_in_both_directions(store: TestStore) {
    for number in [3, 1, 5, 2, 4] {
        store
            .insert(Note::numbered(number).about(if number % 2 == 0 { "even" } else { "odd" }))
            .await
            .unwrap();
    }
    let after = |number: u128| Some(Note::numbered(number).id());
    assert_eq!(texts(&store, Page { limit: 2, ..Page::default() }).await, ["1", "2"]);
    assert_eq!(texts(&store, Page { limit: 2, after: after(2), ..Page::default() }).await, ["3", "4"]);
    assert_eq!(
        texts(&store, Page { limit: 9, after: after(5), ..Page::default() }).await,
        Vec::<String>::new()
    );
    let newest = Page { limit: 2, newest_first: true, ..Page::default() };
    assert_eq!(texts(&store, newest.clone()).await, ["5", "4"]);
    assert_eq!(texts(&store, Page { after: after(4), ..newest.clone() }).await, ["3", "2"]);
    let odd = Page { tag: Some("topic:odd"), limit: 9, ..Page::default() };
    assert_eq!(texts(&store, odd.clone()).await, ["1", "3", "5"]);
    assert_eq!(texts(&store, Page { after: after(1), limit: 1, ..odd.clone() }).await, ["3"]);
    assert_eq!(texts(&store, Page { newest_first: true, after: after(5), ..odd.clone() }).await, ["3", "1"]);
    assert_eq!(texts(&store, Page { limit: 0, ..odd }).await, Vec::<String>::new());
}

#[on_every_store]
async fn update_returns_document_and_result(store: TestStore) {
    let note = store.insert(Note::new("one")).await.unwrap();
    let change = |note: &mut Note| {
        note.count += 5;
        Ok::<_, StoreError>(Change::Write("written"))
    };
    let (written, result) = store.update(&note.id(), change).await.unwrap().unwrap();
    assert_eq!((written.count, written.revision, result), (5, 2, "written"));
    assert_eq!(store.get(&note.id()).await.unwrap(), Some(written));
}

#[on_every_store]
async fn unchanged_or_failed_update_writes_nothing(store: TestStore) {
    let note = store.insert(Note::new("one")).await.unwrap();
    let id = note.id();
    let kept = store.update(&id, |note: &mut Note| {
        note.text.push_str(" not written");
        Ok::<_, StoreError>(Change::Keep(42))
    });
    assert_eq!(kept.await.unwrap().unwrap().1, 42);
    let failed = store.update(&id, |_: &mut Note| Err::<Change<()>, _>(Refused::ByChange));
    assert!(matches!(failed.await, Err(Refused::ByChange)));
    assert_eq!(store.get(&note.id()).await.unwrap(), Some(note));
}

#[on_every_store]
async fn upsert_inserts_updates_and_keeps(store: TestStore) {
    let count = |counter: Option<TestCounter>| {
        let mut counter = counter.unwrap_or_else(|| TestCounter::new("t"));
        counter.count += 1;
        let count = counter.count;
        Ok::<_, StoreError>(if count > 2 { (None, count) } else { (Some(counter), count) })
    };
    let id = TestCounter::new("t").id();
    for expected in [1, 2, 3, 3] {
        assert_eq!(store.upsert(&id, count).await.unwrap(), expected);
    }
    let stored: Stored<TestCounter> = store.get(&id).await.unwrap().unwrap();
    assert_eq!((stored.count, stored.revision), (2, 2));
}

#[on_every_store]
async fn upsert_can_replace_the_document(store: TestStore) {
    store.insert(TestCounter { count: 9, ..TestCounter::new("t") }).await.unwrap();
    let replace_all = |_: Option<TestCounter>| Ok::<_, StoreError>((Some(TestCounter::new("t")), ()));
    store.upsert(&TestCounter::new("t").id(), replace_all).await.unwrap();
    let stored: Stored<TestCounter> = store.get(&TestCounter::new("t").id()).await.unwrap().unwrap();
    assert_eq!((stored.count, stored.revision), (0, 2));
}

#[on_every_store]
async fn upsert_reports_a_used_key(store: TestStore) {
    store.insert(Note::new("").named("ada")).await.unwrap();
    let other = Note::new("").named("ada");
    let result = store.upsert(&other.id(), |_| Ok::<_, StoreError>((Some(other.clone()), ()))).await;
    assert_taken(result, "name:ada");
}

#[on_every_store]
async fn large_document_is_stored(store: TestStore) {
    let note = store.insert(Note::new(&"x".repeat(1 << 20))).await.unwrap();
    assert_eq!(store.get(&note.id()).await.unwrap(), Some(note));
}

#[on_every_store]
async fn ping_works_until_close(store: TestStore) {
    store.ping().await.unwrap();
    store.close().await;
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    let refused = store.insert(Note::new("too late")).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    let refused = store.get::<Note>(&Note::new("").id()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    store.close().await;
}

#[on_every_store]
async fn second_handle_sees_writes(store: TestStore) {
    let second_store = store.open_again().await;
    let mut note = store.insert(Note::new("seen").named("ada")).await.unwrap();
    assert_eq!(second_store.get(&note.id()).await.unwrap(), Some(note.clone()));
    assert!(second_store.replace(&mut note).await.unwrap());
    assert_eq!(store.find("name:ada").await.unwrap(), Some(note));
}

#[on_every_store]
async fn acknowledged_write_survives_a_drop_without_close(store: TestStore) {
    let second_store = store.open_again().await;
    let note = second_store.insert(Note::new("durable")).await.unwrap();
    drop(second_store);
    assert_eq!(store.open_again().await.get(&note.id()).await.unwrap(), Some(note));
}

#[on_every_store]
async fn change_of_another_handle_is_published(store: TestStore) {
    let second_store = store.open_again().await;
    let mut changes = subscribe_when_synced(&store.watch()).await;
    let mut note = second_store.insert(Note::new("changes")).await.unwrap();
    assert_published(&mut changes, Collection::Users, &note.id()).await;
    assert!(second_store.replace(&mut note).await.unwrap());
    assert_published(&mut changes, Collection::Users, &note.id()).await;
    second_store.take::<Note>(&note.id()).await.unwrap();
    assert_published(&mut changes, Collection::Users, &note.id()).await;
    let session = second_store.insert(TestSession::new(1)).await.unwrap();
    assert_published(&mut changes, Collection::Sessions, &session.id()).await;
}

#[on_every_store]
async fn unwatched_collections_are_not_published(store: TestStore) {
    let mut changes = subscribe_when_synced(&store.watch()).await;
    store.insert(TestCounter::new("t")).await.unwrap();
    let session = store.insert(TestSession::new(1)).await.unwrap();
    let first = tokio::time::timeout(TIMEOUT, changes.recv()).await.expect("a change in time").unwrap();
    assert!(invalidates(&first, Collection::Sessions, &session.id()), "{first:?}");
}

#[on_every_store]
async fn changes_are_published_before_synced_until(store: TestStore) {
    let second_store = store.open_again().await;
    let watch = store.watch();
    let mut changes = subscribe_when_synced(&watch).await;
    for number in 0..20 {
        let note = second_store.insert(Note::numbered(number)).await.unwrap();
        let acknowledged = Instant::now();
        eventually(TIMEOUT, "the sync time advances", || async {
            watch.synced_until().is_some_and(|synced| synced > acknowledged)
        })
        .await;
        let published: Vec<Changed> = std::iter::from_fn(|| changes.try_recv().ok()).collect();
        let is_published =
            published.iter().any(|changed| invalidates(changed, Collection::Users, &note.id()));
        assert!(is_published, "{published:?}");
    }
}

#[derive(Debug)]
enum Refused {
    ByChange,
    ByStore,
}

impl From<StoreError> for Refused {
    fn from(_: StoreError) -> Self {
        Self::ByStore
    }
}

fn assert_taken<T: std::fmt::Debug>(result: Result<T, StoreError>, expected: &str) {
    match result {
        Err(StoreError::Taken { key }) => assert_eq!(key, expected),
        other => panic!("{expected} should be taken: {other:?}"),
    }
}

async fn tagged(store: &Store, tag: &str) -> Vec<Stored<Note>> {
    store.page(Page { tag: Some(tag), limit: 10, ..Page::default() }).await.unwrap()
}

async fn texts(store: &Store, page: Page<'_>) -> Vec<String> {
    store.page::<Note>(page).await.unwrap().into_iter().map(|note| note.into_document().text).collect()
}

/// Subscribes to an open change feed.
pub(crate) async fn subscribe_when_synced(watch: &Watch) -> Receiver<Changed> {
    eventually(TIMEOUT, "the change feed is in sync", || async { watch.synced_until().is_some() }).await;
    watch.subscribe()
}

/// Returns whether this change invalidates the document. A machine that pauses for a second loses its feed and gets
/// [`Changed::Everything`].
fn invalidates(changed: &Changed, collection: Collection, id: &DocumentId) -> bool {
    let wanted = Changed::Document { collection, id: id.clone() };
    [&wanted, &Changed::Everything].contains(&changed)
}

async fn assert_published(changes: &mut Receiver<Changed>, collection: Collection, id: &DocumentId) {
    let received = tokio::time::timeout(TIMEOUT, async {
        while !invalidates(&changes.recv().await.expect("the subscriber reads fast enough"), collection, id) {
        }
    });
    assert!(received.await.is_ok(), "no change of {id}");
}
