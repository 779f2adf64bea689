//! Pages with documents that cannot be read.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
    sync::{Mutex, PoisonError},
};

use super::{
    collection::Collection,
    document::{Document, DocumentId, StoreError, Stored},
};

/// The largest document that is read or written. A document of another program can have 16 MiB, and a page of them would use up the
/// memory.
pub(super) const MAX_BYTES: usize = 2 << 20;
/// Longest cause of an unreadable document, in characters.
const LONGEST_CAUSE: usize = 200;
/// Unreadable documents that are logged. Further ones are counted as one.
const LOGGED: usize = 1000;

/// The documents of a page. One that cannot be read does not hide the others.
#[derive(Debug)]
pub struct Found<D> {
    pub documents: Vec<Stored<D>>,
    pub unreadable: Vec<Unreadable>,
    /// The id after which the next page begins. `None` after the last page.
    pub next: Option<DocumentId>,
}

/// A document that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The stored id as text.
    pub id: String,
    /// The id, if it has the type of this collection.
    pub document_id: Option<DocumentId>,
    pub cause: String,
}

impl<D> Found<D> {
    pub(super) fn new() -> Self {
        Self { documents: Vec::new(), unreadable: Vec::new(), next: None }
    }

    /// Adds the next document of the page.
    pub(super) fn add(
        &mut self,
        id: DocumentId,
        read: Result<Stored<D>, StoreError>,
    ) -> Result<(), StoreError> {
        match read {
            Ok(document) => self.documents.push(document),
            Err(StoreError::Corrupt { id: text, cause, .. }) => {
                self.unreadable.push(Unreadable { id: text, document_id: Some(id.clone()), cause });
            }
            Err(error) => return Err(error),
        }
        self.next = Some(id);
        Ok(())
    }

    /// Adds a document with an id that documents of this collection do not have.
    pub(super) fn add_foreign(&mut self, id: &str) {
        let cause = "another program wrote it: its id has a wrong type".to_owned();
        self.unreadable.push(Unreadable { id: shortened(id), document_id: None, cause });
    }
}

impl<D: Document> Found<D> {
    /// Returns all documents, for a decision that must not miss one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if one of them cannot be read.
    pub fn complete(self) -> Result<Vec<Stored<D>>, StoreError> {
        match self.unreadable.into_iter().next() {
            None => Ok(self.documents),
            Some(Unreadable { id, cause, .. }) => {
                Err(StoreError::Corrupt { collection: D::COLLECTION, id, cause })
            }
        }
    }

    /// Returns whether the page has no document, readable or not.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.unreadable.is_empty()
    }

    /// Returns the ids of all documents, readable or not.
    pub fn ids(&self) -> impl Iterator<Item = DocumentId> {
        let readable = self.documents.iter().map(|document| document.id());
        readable.chain(self.unreadable.iter().filter_map(|unreadable| unreadable.document_id.clone()))
    }
}

/// Creates the error of a document that cannot be read. Parsers quote the values that they found: those can be secrets, or megabytes.
pub(super) fn corrupt(collection: Collection, id: &str, cause: &str) -> StoreError {
    let quoted = cause.find('"').zip(cause.rfind('"')).filter(|(first, last)| first < last);
    let cause = match quoted {
        Some((first, last)) => format!("{}\"…\"{}", &cause[..first], &cause[last + 1..]),
        None => cause.to_owned(),
    };
    StoreError::Corrupt { collection, id: shortened(id), cause: shortened(&cause) }
}

/// Checks the size of a document before it is parsed or written.
pub(super) fn check_size(collection: Collection, id: &str, bytes: usize) -> Result<(), StoreError> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(corrupt(collection, id, "it is larger than 2 MiB"))
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST_CAUSE).collect()
}

/// Logs each unreadable document once: a page is read every few seconds, and a log full of one line hides the others.
pub(super) struct UnreadableLog {
    logged: Mutex<HashSet<u64>>,
    hasher: RandomState,
}

impl UnreadableLog {
    pub(super) fn new() -> Self {
        Self { logged: Mutex::default(), hasher: RandomState::new() }
    }

    /// Logs the documents that were not logged before.
    pub(super) fn report(&self, collection: Collection, unreadable: &[Unreadable]) {
        for Unreadable { id, cause, .. } in unreadable {
            if self.is_first(collection, id) {
                tracing::error!(
                    collection = collection.name(),
                    id,
                    cause,
                    "document skipped: it cannot be read"
                );
            }
        }
    }

    fn is_first(&self, collection: Collection, id: &str) -> bool {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        logged.len() < LOGGED && logged.insert(self.hasher.hash_one((collection, id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cause_quotes_no_value_and_has_a_limited_length() {
        for (cause, expected) in [
            (
                r#"invalid type: string "$argon2id$v=19$secret", expected u32"#,
                r#"invalid type: string "…", expected u32"#,
            ),
            (
                r#"invalid type: string "a "secret" b", expected u32"#,
                r#"invalid type: string "…", expected u32"#,
            ),
            ("missing field `status`", "missing field `status`"),
        ] {
            let StoreError::Corrupt { cause, .. } = corrupt(Collection::Users, "1", cause) else { panic!() };
            assert_eq!(cause, expected);
        }
        let long = format!("invalid type: {}", "x".repeat(100_000));
        let error = corrupt(Collection::Users, &"\u{1b}[2Jid\n".repeat(1000), &long).to_string();
        assert!(error.len() < 600 && !error.contains('\u{1b}') && !error.contains('\n'), "{error}");
    }

    #[test]
    fn unreadable_document_is_logged_once() {
        let log = UnreadableLog::new();
        assert!(log.is_first(Collection::Users, "1"));
        assert!(!log.is_first(Collection::Users, "1"));
        assert!(log.is_first(Collection::Users, "2") && log.is_first(Collection::Sessions, "1"));
        let count = (0..5000).filter(|number| log.is_first(Collection::Events, &number.to_string())).count();
        assert!(count < LOGGED, "{count}");
    }
}
