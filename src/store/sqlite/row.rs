//! The row of a document: its body as JSON text, and the metadata of the store.

use rusqlite::{
    ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Value, ValueRef},
};
use uuid::Uuid;

use crate::{
    clock::Timestamp,
    store::{
        collection::Collection,
        document::{Document, DocumentId, StoreError, Stored},
        envelope::{self, Envelope},
    },
};

pub(super) struct Row {
    pub(super) collection: Collection,
    pub(super) envelope: Envelope,
    pub(super) body: String,
}

impl Row {
    pub(super) fn of<D: Document>(document: &D, revision: i64) -> Result<Self, StoreError> {
        let body = serde_json::to_string(document)
            .map_err(|error| StoreError::Corrupt { collection: D::COLLECTION, cause: error.to_string() })?;
        Ok(Self { collection: D::COLLECTION, envelope: Envelope::of(document, revision), body })
    }
}

/// Deserializes the body of a row.
pub(super) fn open<D: Document>(body: &str, id: DocumentId, revision: i64) -> Result<Stored<D>, StoreError> {
    envelope::open(serde_json::from_str(body).map_err(|error| error.to_string()), id, revision)
}

/// UUIDs and hashes are blobs and differ in length. A text is text.
impl ToSql for DocumentId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Uuid(uuid) => ToSqlOutput::Owned(Value::Blob(uuid.as_bytes().to_vec())),
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

impl Envelope {
    pub(super) fn purge_millis(&self) -> Option<i64> {
        self.purge_at.map(Timestamp::as_millis)
    }
}
