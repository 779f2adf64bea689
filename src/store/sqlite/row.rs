//! The row of a document: its body as JSON text, and the metadata of the store.

use rusqlite::{
    ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};
use uuid::Uuid;

use crate::{
    clock::Timestamp,
    store::{
        collection::{Collection, IdKind},
        document::{Document, DocumentId, Readable, StoreError, Stored},
        envelope::{self, Envelope},
        found::{check_size, corrupt},
    },
};

pub(super) struct Row {
    pub(super) collection: Collection,
    pub(super) envelope: Envelope,
    pub(super) body: String,
}

impl Row {
    pub(super) fn of<D: Document>(document: &D, revision: i64) -> Result<Self, StoreError> {
        let body = serde_json::to_string(document).map_err(|error| error.to_string());
        Self::new(D::COLLECTION, Envelope::of(document, revision), body)
    }

    /// Creates the row of a document that is serialized already.
    pub(super) fn new(
        collection: Collection,
        envelope: Envelope,
        body: Result<String, String>,
    ) -> Result<Self, StoreError> {
        let id = envelope.id.to_string();
        let body = body.map_err(|cause| corrupt(collection, &id, &cause))?;
        check_size(collection, &id, body.len())?;
        Ok(Self { collection, envelope, body })
    }
}

/// Deserializes the body of a row, which another program may have written.
pub(super) fn open<R: Readable>(body: &[u8], id: DocumentId, revision: i64) -> Result<Stored<R>, StoreError> {
    check_size(R::SOURCE, &id.to_string(), body.len())?;
    envelope::open(serde_json::from_slice(body).map_err(|error| error.to_string()), id, revision)
}

/// UUIDs and hashes are blobs and differ in length. A text is text.
impl ToSql for DocumentId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Uuid(uuid) => ToSqlOutput::Borrowed(ValueRef::Blob(uuid.as_bytes())),
            Self::Hash(hash) => ToSqlOutput::Borrowed(ValueRef::Blob(hash)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

impl FromSql for DocumentId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        if let ValueRef::Text(_) = value {
            return value.as_str().map(|text| Self::Text(text.to_owned()));
        }
        let bytes = value.as_blob()?;
        if let Ok(uuid) = Uuid::from_slice(bytes) {
            return Ok(Self::Uuid(uuid));
        }
        bytes.try_into().map(Self::Hash).map_err(|_| FromSqlError::InvalidType)
    }
}

/// Returns the SQL condition for ids of the type of this collection. A page cannot continue after another id.
pub(super) fn is_of_our_type(collection: Collection, column: &str) -> String {
    match collection.id_kind() {
        IdKind::Uuid => format!("typeof({column}) = 'blob' AND length({column}) = 16"),
        IdKind::Hash => format!("typeof({column}) = 'blob' AND length({column}) = 32"),
        IdKind::Text => format!("typeof({column}) = 'text'"),
    }
}

impl Envelope {
    pub(super) fn purge_millis(&self) -> Option<i64> {
        self.purge_at.map(Timestamp::as_millis)
    }
}
