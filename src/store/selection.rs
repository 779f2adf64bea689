//! Selections: documents that match conditions on their own fields, sorted by one of them, in pages.
//!
//! A page continues after the last document of the page before it: after its value of the sort field and its id. A document that is created
//! in between shifts no other document from one page to the next.

use std::time::Instant;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Backend, Store,
    collection::{Collection, IdKind, SortField, SortKind},
    document::{Document, DocumentId, StoreError, Stored},
    found::{Found, Unreadable},
};
use crate::clock::Timestamp;

/// Longest text of a cursor.
const CURSOR_MAX: usize = 4096;

/// Condition on the fields of a document. A field is a path of names: `identities[].provider` is the provider of any element of the list
/// `identities`. Paths come from the source code, never from a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A value of the field is this text.
    Equals(&'static str, String),
    /// A value of the field contains this text, in small or capital letters.
    Contains(&'static str, String),
    /// The field is neither missing nor `null` nor an empty list.
    Present(&'static str),
    /// The id is one of these.
    Id(Vec<DocumentId>),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

/// Order of a selection. Documents with equal values are in the order of their ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// `None`: by id, which is the order of creation. A document without a value comes before the others.
    pub field: Option<SortField>,
    pub descending: bool,
}

/// Documents to read.
#[derive(Clone, Debug)]
pub struct Selection {
    pub condition: Condition,
    pub order: Order,
    pub after: Option<Cursor>,
    pub limit: usize,
}

/// A page of a selection. Documents that cannot be read hide no other document.
#[derive(Debug)]
pub struct Selected<D> {
    pub documents: Vec<Stored<D>>,
    pub unreadable: Vec<Unreadable>,
    /// Where the next page begins. `None` after the last page.
    pub next: Option<Cursor>,
}

/// A position in a selection: the sort value and the id of the last document of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) value: Option<SortValue>,
    pub(super) id: DocumentId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SortValue {
    Text(String),
    Time(Timestamp),
}

/// A cursor as text, with the order that it belongs to.
#[derive(Serialize, Deserialize)]
struct CursorText(String, Option<String>, String);

impl Order {
    /// Reads `username` or `-username`: the name of a sort field of a collection, and whether it is descending.
    #[must_use]
    pub fn parse(collection: Collection, text: &str) -> Option<Self> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        Some(Self { field: Some(collection.sort_field(name)?), descending })
    }

    fn name(self) -> String {
        let name = self.field.map_or("", |field| field.name);
        format!("{}{name}", if self.descending { "-" } else { "" })
    }
}

impl Cursor {
    /// Returns the cursor as opaque text.
    #[must_use]
    pub fn to_text(&self, order: Order) -> String {
        let value = self.value.as_ref().map(|value| match value {
            SortValue::Text(text) => text.clone(),
            SortValue::Time(time) => time.as_millis().to_string(),
        });
        let id = match &self.id {
            DocumentId::Uuid(id) => id.as_bytes().to_vec(),
            DocumentId::Hash(hash) => hash.to_vec(),
            DocumentId::Text(text) => text.clone().into_bytes(),
        };
        let text = CursorText(order.name(), value, URL_SAFE_NO_PAD.encode(id));
        URL_SAFE_NO_PAD.encode(serde_json::to_string(&text).unwrap_or_default())
    }

    /// Reads a cursor of a selection with this order. `None` if the text is no cursor, or one of another order.
    #[must_use]
    pub fn parse(text: &str, collection: Collection, order: Order) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(Some(text).filter(|text| text.len() <= CURSOR_MAX)?).ok()?;
        let CursorText(name, value, id) = serde_json::from_slice(&bytes).ok()?;
        if name != order.name() {
            return None;
        }
        let value = match (value, order.field.map(|field| field.kind)) {
            (None, _) => None,
            (Some(text), Some(SortKind::Text)) => Some(SortValue::Text(text)),
            (Some(millis), Some(SortKind::Time)) => {
                Some(SortValue::Time(Timestamp::from_millis(millis.parse().ok()?)))
            }
            (Some(_), None) => return None,
        };
        let id = URL_SAFE_NO_PAD.decode(id).ok()?;
        let id = match collection.id_kind() {
            IdKind::Uuid => DocumentId::Uuid(Uuid::from_slice(&id).ok()?),
            IdKind::Hash => DocumentId::Hash(id.try_into().ok()?),
            IdKind::Text => DocumentId::Text(String::from_utf8(id).ok()?),
        };
        Some(Self { value, id })
    }
}

impl Store {
    /// Reads a page of a selection and skips documents that cannot be read. Each of them is logged once.
    pub async fn select<D: Document>(&self, selection: &Selection) -> Result<Selected<D>, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let selected = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.select(selection).await,
            Backend::Mongo(mongo) => mongo.select(selection).await,
        };
        let selected = self.measured::<D, _>("select", began, selected)?;
        self.0.unreadable.report(D::COLLECTION, &selected.unreadable);
        Ok(selected)
    }

    /// Counts the documents that match a condition, also those that cannot be read.
    pub async fn count_of<D: Document>(&self, condition: &Condition) -> Result<u64, StoreError> {
        self.ready().await?;
        let began = Instant::now();
        let count = match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.count_of::<D>(condition).await,
            Backend::Mongo(mongo) => mongo.count_of::<D>(condition).await,
        };
        self.measured::<D, _>("count", began, count)
    }
}

impl<D> Selected<D> {
    /// Creates a page of which one more document was read than wanted: `last` is the position of the last wanted one.
    pub(super) fn of(found: Found<D>, next: Option<Cursor>) -> Self {
        Self { documents: found.documents, unreadable: found.unreadable, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: DocumentId = DocumentId::Uuid(Uuid::from_u128(7));

    fn order(text: &str) -> Order {
        Order::parse(Collection::Users, text).expect("a sort field")
    }

    #[test]
    fn cursor_is_read_back_in_its_own_order_only() {
        let text = |text: &str| Some(SortValue::Text(text.to_owned()));
        let time = Some(SortValue::Time(Timestamp::from_millis(1_795_341_600_123)));
        for (name, value) in
            [("username", text("ada")), ("-email", None), ("-email", text("ä\"@x")), ("lastLoginAt", time)]
        {
            let cursor = Cursor { value, id: ID };
            let written = cursor.to_text(order(name));
            assert_eq!(Cursor::parse(&written, Collection::Users, order(name)), Some(cursor), "{name}");
            assert_eq!(Cursor::parse(&written, Collection::Users, order("createdAt")), None, "{name}");
        }
        for (collection, id) in [
            (Collection::Sessions, DocumentId::Hash([1; 32])),
            (Collection::Counters, DocumentId::Text("ä".to_owned())),
        ] {
            let cursor = Cursor { value: None, id };
            let written = cursor.to_text(Order::default());
            assert_eq!(Cursor::parse(&written, collection, Order::default()), Some(cursor));
            assert_eq!(Cursor::parse(&written, Collection::Users, Order::default()), None);
        }
    }

    #[test]
    fn text_that_is_no_cursor_is_refused() {
        let encoded = |json: &str| URL_SAFE_NO_PAD.encode(json);
        for text in [
            String::new(),
            "x".to_owned(),
            "%00".to_owned(),
            encoded("[]"),
            encoded(r#"["username","ada","AA"]"#),
            encoded(r#"["username",{"$ne":null},"AAAAAAAAAAAAAAAAAAAABw"]"#),
            encoded(&format!(r#"["username","{}","AAAAAAAAAAAAAAAAAAAABw"]"#, "x".repeat(5000))),
        ] {
            assert_eq!(Cursor::parse(&text, Collection::Users, order("username")), None, "{text}");
        }
        assert_eq!(Order::parse(Collection::Users, "password"), None);
        assert_eq!(Order::parse(Collection::Users, "--username"), None);
    }
}
