//! Many documents in one request.

use vestibule::store::{Document as _, Page, StoreError};

use super::{Note, TestCounter};
use crate::harness::stores::TestStore;

#[on_every_store]
async fn documents_are_inserted_together_or_not_at_all(store: TestStore) {
    assert!(store.has_transactions().await.unwrap());
    let notes = |names: &[&str]| names.iter().map(|name| Note::new("x").named(name)).collect::<Vec<_>>();
    store.insert_together(&notes(&["ada", "bob"]), &[TestCounter::new("first")]).await.unwrap();
    for names in [&["eve", "bob"][..], &["eve", "eve"]] {
        let refused = store.insert_together(&notes(names), &[TestCounter::new("second")]).await;
        let taken = format!("name:{}", names[1]);
        assert!(matches!(refused, Err(StoreError::Taken { key }) if key == taken), "{names:?}");
        let refused = store.insert_together(&[TestCounter::new("second")], &notes(names)).await;
        assert!(matches!(refused, Err(StoreError::Taken { .. })), "{names:?}");
    }
    let same_id = store.find::<Note>("name:ada").await.unwrap().unwrap().into_document();
    let refused = store.insert_together(&[same_id], &notes(&["eve"])).await;
    assert!(matches!(refused, Err(StoreError::Taken { .. })));
    assert_eq!(store.find::<Note>("name:eve").await.unwrap(), None);
    assert_eq!(store.get::<TestCounter>(&TestCounter::new("second").id()).await.unwrap(), None);
    let stored = store.find::<Note>("name:ada").await.unwrap().unwrap();
    assert_eq!(stored.revision, 1);
    let all = store.page::<Note>(Page { limit: 10, ..Page::default() }).await.unwrap();
    assert_eq!(all.len(), 2);
}

#[on_every_store]
async fn all_documents_with_one_of_the_keys_are_found_once(store: TestStore) {
    for name in ["ada", "bob", "eve"] {
        store.insert(Note::new(name).named(name).named(&format!("{name}2"))).await.unwrap();
    }
    let keys = ["name:ada", "name:unknown", "name:ada2", "name:eve2"].map(str::to_owned);
    let found = store.find_all::<Note>(&keys).await.unwrap();
    let mut texts: Vec<_> = found.documents.iter().map(|note| note.text.clone()).collect();
    texts.sort();
    assert_eq!(texts, ["ada", "eve"]);
    assert!(found.unreadable.is_empty() && found.next.is_none());
    assert!(store.find_all::<Note>(&[]).await.unwrap().is_empty());
}
