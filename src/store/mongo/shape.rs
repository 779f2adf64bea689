//! The BSON shape of a document: its own fields in native types, and the store's fields beside them.
//!
//! ```text
//! { _id, …the document's fields…, revision, handles: [unique keys], tags: [], purgeAt }
//! ```
//! Empty `handles`, `tags` and `purgeAt` are left out. If the document has a field of its own with one of these names, the store's
//! value is written instead. Both have the same meaning, so the document can read it back.

use bson::{
    Binary, Bson, RawArrayBuf, RawBsonRef, RawDocument, RawDocumentBuf, raw::cstr, spec::BinarySubtype,
};
use uuid::Uuid;

use crate::store::{
    collection::Collection,
    document::{Document, DocumentId, Readable, StoreError, Stored},
    envelope::{self, Envelope},
    found::{check_size, corrupt},
};

const STORE_FIELDS: [&str; 5] = ["_id", "revision", "handles", "tags", "purgeAt"];

/// Serializes a document with this revision.
pub(super) fn to_bson<D: Document>(
    document: &D,
    revision: i64,
) -> Result<(Envelope, RawDocumentBuf), StoreError> {
    let body = bson::serialize_to_raw_document_buf(document).map_err(|error| error.to_string());
    let envelope = Envelope::of(document, revision);
    let bson = with_metadata(D::COLLECTION, &envelope, body)?;
    Ok((envelope, bson))
}

/// Adds the fields of the store to a document that is serialized already.
pub(super) fn with_metadata(
    collection: Collection,
    envelope: &Envelope,
    body: Result<RawDocumentBuf, String>,
) -> Result<RawDocumentBuf, StoreError> {
    let id = envelope.id.to_string();
    let corrupt = |cause: String| corrupt(collection, &id, &cause);
    let body = body.map_err(corrupt)?;
    let mut bson = RawDocumentBuf::new();
    bson.append(cstr!("_id"), raw_id(&envelope.id));
    for field in body.iter_elements() {
        let field = field.map_err(|error| corrupt(error.to_string()))?;
        if !STORE_FIELDS.contains(&field.key().as_str()) {
            bson.append(field.key(), field.value().map_err(|error| corrupt(error.to_string()))?);
        }
    }
    append_metadata(&mut bson, envelope);
    check_size(collection, &id, bson.as_bytes().len())?;
    Ok(bson)
}

fn append_metadata(bson: &mut RawDocumentBuf, envelope: &Envelope) {
    bson.append(cstr!("revision"), envelope.revision);
    if let Some(keys) = array(&envelope.keys) {
        bson.append(cstr!("handles"), keys);
    }
    if let Some(tags) = array(&envelope.tags) {
        bson.append(cstr!("tags"), tags);
    }
    if let Some(purge_at) = envelope.purge_at {
        bson.append(cstr!("purgeAt"), bson::DateTime::from_millis(purge_at.as_millis()));
    }
}

fn array(names: &[String]) -> Option<RawArrayBuf> {
    (!names.is_empty()).then(|| names.iter().map(String::as_str).collect())
}

/// Deserializes a stored document, or a part of one.
pub(super) fn from_bson<R: Readable>(raw: &RawDocument) -> Result<Stored<R>, StoreError> {
    let (id, text) = stored_id(raw);
    check_size(R::SOURCE, &text, raw.as_bytes().len())?;
    let missing =
        |field: &str| corrupt(R::SOURCE, &text, &format!("field {field} is missing or has the wrong type"));
    let id = id.ok_or_else(|| missing("_id"))?;
    let revision = match raw.get("revision") {
        Ok(Some(RawBsonRef::Int64(revision))) => revision,
        // The MongoDB shell writes numbers as Int32.
        Ok(Some(RawBsonRef::Int32(revision))) => i64::from(revision),
        _ => return Err(missing("revision")),
    };
    let body = bson::deserialize_from_slice(raw.as_bytes()).map_err(|error| error.to_string());
    envelope::open(body, id, revision)
}

/// Returns the `_id` of a document, if it has one of our types, and as text.
pub(super) fn stored_id(raw: &RawDocument) -> (Option<DocumentId>, String) {
    let stored = raw.get("_id").ok().flatten();
    let ours = stored.and_then(id);
    let text = match (&ours, stored) {
        (Some(id), _) => id.to_string(),
        (None, Some(stored)) => {
            Bson::try_from(stored).map_or_else(|_| "unreadable id".to_owned(), |id| id.to_string())
        }
        (None, None) => "without id".to_owned(),
    };
    (ours, text)
}

/// Reads a stored `_id`, if it has one of the types of [`DocumentId`].
pub(super) fn id(stored: RawBsonRef<'_>) -> Option<DocumentId> {
    match stored {
        RawBsonRef::String(text) => Some(DocumentId::Text(text.to_owned())),
        RawBsonRef::Binary(binary) if binary.subtype == BinarySubtype::Uuid => {
            Uuid::from_slice(binary.bytes).ok().map(DocumentId::Uuid)
        }
        RawBsonRef::Binary(binary) => binary.bytes.try_into().ok().map(DocumentId::Hash),
        _ => None,
    }
}

fn raw_id(id: &DocumentId) -> bson::RawBson {
    match id {
        DocumentId::Uuid(uuid) => binary(BinarySubtype::Uuid, uuid.as_bytes()).into(),
        DocumentId::Hash(hash) => binary(BinarySubtype::Generic, hash).into(),
        DocumentId::Text(text) => text.clone().into(),
    }
}

impl From<&DocumentId> for Bson {
    fn from(id: &DocumentId) -> Self {
        match id {
            DocumentId::Uuid(uuid) => binary(BinarySubtype::Uuid, uuid.as_bytes()).into(),
            DocumentId::Hash(hash) => binary(BinarySubtype::Generic, hash).into(),
            DocumentId::Text(text) => text.clone().into(),
        }
    }
}

fn binary(subtype: BinarySubtype, bytes: &[u8]) -> Binary {
    Binary { subtype, bytes: bytes.to_vec() }
}
