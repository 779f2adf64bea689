//! Parts of documents: some of their fields, for counts.

use serde::Deserialize;
use vestibule::store::{Collection, Document as _, DocumentId, Page, Readable};

use super::Note;
use crate::harness::stores::TestStore;

/// The number of a note.
#[derive(Debug, Deserialize)]
struct NumberOfNote {
    #[serde(skip)]
    id: Option<DocumentId>,
    count: i64,
}

impl Readable for NumberOfNote {
    const SOURCE: Collection = Collection::Users;
    const FIELDS: Option<&'static [&'static str]> = Some(&["count"]);

    fn set_id_of_read(&mut self, id: DocumentId) {
        self.id = Some(id);
    }
}

/// A part whose list of fields has a mistake.
#[derive(Debug, Deserialize)]
struct WithoutField {
    #[serde(rename = "count")]
    _count: i64,
}

impl Readable for WithoutField {
    const SOURCE: Collection = Collection::Users;
    const FIELDS: Option<&'static [&'static str]> = Some(&["text"]);
}

#[on_every_store]
async fn parts_are_read_page_by_page_like_whole_documents(store: TestStore) {
    // More documents than the first answer of MongoDB has without a batch size.
    let notes: Vec<Note> =
        (1..=250_u8).map(|n| Note { count: n.into(), ..Note::numbered(n.into()) }).collect();
    for note in &notes {
        store.insert(note.clone()).await.unwrap();
    }
    let (mut read, mut after) = (Vec::new(), None);
    loop {
        let page = Page { newest_first: true, after, limit: 120, ..Page::default() };
        let page = store.scan::<NumberOfNote>(page).await.unwrap();
        assert!(page.unreadable.is_empty() && page.documents.len() <= 120);
        assert!(page.documents.iter().all(|part| part.revision == 1));
        read.extend(page.documents.iter().map(|part| (part.id.clone(), part.count)));
        match page.next {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    let expected: Vec<_> = notes.iter().rev().map(|note| (Some(note.id()), note.count)).collect();
    assert_eq!(read, expected);
}

// A damage outside of the part does not matter, one inside is reported like that of a whole document.
#[on_every_store]
async fn part_that_cannot_be_read_hides_no_other_one(store: TestStore) {
    for (number, text) in [(1, "alpha"), (2, "beta"), (3, "gamma")] {
        store.insert(Note { text: text.to_owned(), ..Note::numbered(number) }).await.unwrap();
    }
    store.location().corrupt("users", "alpha", "text", &serde_json::json!(7)).await;
    store.location().corrupt("users", "beta", "count", &serde_json::json!("many")).await;
    let id = |number| Note::numbered(number).id();
    let page = store.scan::<NumberOfNote>(Page { limit: 9, ..Page::default() }).await.unwrap();
    let read: Vec<_> = page.documents.iter().map(|part| part.id.clone()).collect();
    assert_eq!(read, [Some(id(1)), Some(id(3))]);
    let unreadable: Vec<_> = page.unreadable.iter().map(|damaged| damaged.document_id.clone()).collect();
    assert_eq!(unreadable, [Some(id(2))]);
}

// SQLite parses the text of the whole document, so that only MongoDB can show the mistake.
#[on_mongo]
async fn mongodb_sends_only_the_fields_of_the_part() {
    let store = TestStore::mongo().await;
    store.insert(Note::numbered(1)).await.unwrap();
    let page = store.scan::<WithoutField>(Page { limit: 9, ..Page::default() }).await.unwrap();
    assert_eq!((page.documents.len(), page.unreadable.len()), (0, 1));
    assert!(page.unreadable[0].cause.contains("count"), "{page:?}");
}
