//! A document as MongoDB has it: its own fields in their native types, and the store's own beside them.
//!
//! ```text
//! { _id, …the document's fields…, revision, handles: [unique keys], tags: [], purgeAt }
//! ```
//! `handles`, `tags` and `purgeAt` are left out when there are none. A field of the document that has one of these names
//! gives way to the store's, which means the same; so a document may have such a field, and read it.

use bson::{
    Binary, Bson, RawArrayBuf, RawBsonRef, RawDocument, RawDocumentBuf, raw::cstr, spec::BinarySubtype,
};
use uuid::Uuid;

use crate::store::{
    Document, DocumentId, StoreError,
    envelope::{self, Envelope},
};

const OURS: [&str; 5] = ["_id", "revision", "handles", "tags", "purgeAt"];

/// A document ready to be written under this revision.
pub(super) fn sealed<D: Document>(
    document: &D,
    revision: i64,
) -> Result<(Envelope, RawDocumentBuf), StoreError> {
    let corrupt = |cause: String| StoreError::Corrupt { collection: D::COLLECTION, cause };
    let body = bson::serialize_to_raw_document_buf(document).map_err(|error| corrupt(error.to_string()))?;
    let envelope = Envelope::of(document, revision);
    let mut sealed = RawDocumentBuf::new();
    sealed.append(cstr!("_id"), raw_id(&envelope.id));
    for field in body.iter_elements() {
        let field = field.map_err(|error| corrupt(error.to_string()))?;
        if !OURS.contains(&field.key().as_str()) {
            sealed.append(field.key(), field.value().map_err(|error| corrupt(error.to_string()))?);
        }
    }
    append_metadata(&mut sealed, &envelope);
    Ok((envelope, sealed))
}

fn append_metadata(sealed: &mut RawDocumentBuf, envelope: &Envelope) {
    sealed.append(cstr!("revision"), envelope.revision);
    if let Some(keys) = array(&envelope.keys) {
        sealed.append(cstr!("handles"), keys);
    }
    if let Some(tags) = array(&envelope.tags) {
        sealed.append(cstr!("tags"), tags);
    }
    if let Some(purge_at) = envelope.purge_at {
        sealed.append(cstr!("purgeAt"), bson::DateTime::from_millis(purge_at.as_millis()));
    }
}

fn array(names: &[String]) -> Option<RawArrayBuf> {
    (!names.is_empty()).then(|| names.iter().map(String::as_str).collect())
}

/// The document that was read.
pub(super) fn opened<D: Document>(raw: &RawDocument) -> Result<D, StoreError> {
    let missing = |field: &str| StoreError::Corrupt {
        collection: D::COLLECTION,
        cause: format!("its {field} is missing, or not of a type that is written there"),
    };
    let id = raw.get("_id").ok().flatten().and_then(id).ok_or_else(|| missing("_id"))?;
    let revision = match raw.get("revision") {
        Ok(Some(RawBsonRef::Int64(revision))) => revision,
        // As an operator's shell writes it.
        Ok(Some(RawBsonRef::Int32(revision))) => i64::from(revision),
        _ => return Err(missing("revision")),
    };
    let body = bson::deserialize_from_slice(raw.as_bytes()).map_err(|error| error.to_string());
    envelope::opened(body, id, revision)
}

/// The id that is stored like this, if it is one of ours.
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
