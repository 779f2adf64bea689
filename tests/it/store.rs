//! Contract of the store. `#[on_every_store]` runs each test on both backends.

mod abandoned;
mod batch;
mod closed;
mod concurrency;
pub(crate) mod conformance;
mod faults;
mod foreign_file;
mod lease;
mod parts;
mod selection;
mod shapes;
mod together;
mod unreadable;

use serde::{Deserialize, Serialize};
use vestibule::{
    clock::Timestamp,
    store::{Collection, Document, DocumentId, Id},
};

/// Document with keys, tags, date and expiry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Note {
    id: Id,
    text: String,
    count: i64,
    names: Vec<String>,
    topics: Vec<String>,
    written_at: Timestamp,
    kept_until: Option<Timestamp>,
}

impl Note {
    /// Creates a note with a new id.
    pub(crate) fn new(text: &str) -> Self {
        Self {
            id: Id::new(Timestamp::from_millis(0)),
            text: text.to_owned(),
            count: 0,
            names: Vec::new(),
            topics: Vec::new(),
            written_at: Timestamp::from_millis(1_795_341_600_123),
            kept_until: None,
        }
    }

    fn numbered(number: u128) -> Self {
        Self { id: Id::from_bytes(number.to_be_bytes()), ..Self::new(&number.to_string()) }
    }

    fn named(mut self, name: &str) -> Self {
        self.names.push(name.to_owned());
        self
    }

    fn about(mut self, topic: &str) -> Self {
        self.topics.push(topic.to_owned());
        self
    }
}

impl Document for Note {
    const COLLECTION: Collection = Collection::Users;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }
    fn keys(&self) -> Vec<String> {
        self.names.iter().map(|name| format!("name:{name}")).collect()
    }
    fn tags(&self) -> Vec<String> {
        self.topics.iter().map(|topic| format!("topic:{topic}")).collect()
    }
    fn purge_at(&self) -> Option<Timestamp> {
        self.kept_until
    }
}

/// Document with a hash as id, outside the body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestSession {
    #[serde(skip)]
    hash: [u8; 32],
    ended: bool,
    touched: i64,
}

impl TestSession {
    pub(crate) fn new(hash: u8) -> Self {
        Self { hash: [hash; 32], ended: false, touched: 0 }
    }
}

impl Document for TestSession {
    const COLLECTION: Collection = Collection::Sessions;

    fn id(&self) -> DocumentId {
        DocumentId::Hash(self.hash)
    }
    fn set_id(&mut self, id: DocumentId) {
        if let DocumentId::Hash(hash) = id {
            self.hash = hash;
        }
    }
}

/// Document with a text as id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TestCounter {
    name: String,
    count: i64,
}

impl TestCounter {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), count: 0 }
    }
}

impl Document for TestCounter {
    const COLLECTION: Collection = Collection::Counters;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.name.clone())
    }
}
