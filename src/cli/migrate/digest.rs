//! The hash of a stored document. It is the same in both stores: it covers the document as JSON, its id, its revision and its expiry.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::failure::Failure;
use crate::{
    clock::Timestamp,
    store::{Document, DocumentId, Stored},
};

pub(super) fn digest<D: Document>(stored: &Stored<D>) -> Result<[u8; 32], Failure> {
    let body = serde_json::to_value(&stored.document).map_err(|error| Failure::Failed(error.to_string()))?;
    let mut hash = Sha256::new();
    add(&body, &mut hash);
    hash.update(bytes_of(&stored.document.id()));
    hash.update(stored.revision.to_be_bytes());
    hash.update(stored.document.purge_at().map_or(0, Timestamp::as_millis).to_be_bytes());
    Ok(hash.finalize().into())
}

/// Adds a value. The members of an object have no order.
fn add(value: &Value, hash: &mut Sha256) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            hash.update(b"{");
            for (name, value) in members {
                hash.update(Value::from(name.as_str()).to_string());
                add(value, hash);
            }
            hash.update(b"}");
        }
        Value::Array(values) => {
            hash.update(b"[");
            for value in values {
                add(value, hash);
            }
            hash.update(b"]");
        }
        scalar => {
            hash.update(scalar.to_string());
            hash.update(b",");
        }
    }
}

/// Returns the bytes by which both stores order the ids of one collection.
pub(super) fn bytes_of(id: &DocumentId) -> &[u8] {
    match id {
        DocumentId::Uuid(uuid) => uuid.as_bytes(),
        DocumentId::Hash(hash) => hash,
        DocumentId::Text(text) => text.as_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hash_of(value: &Value) -> [u8; 32] {
        let mut hash = Sha256::new();
        add(value, &mut hash);
        hash.finalize().into()
    }

    #[test]
    fn hash_depends_on_each_value_and_not_on_the_order_of_members() {
        let same = r#"{ "b": [1, "x"], "a": { "d": null, "c": true } }"#;
        let same: Value = serde_json::from_str(same).expect("JSON");
        let value = json!({ "a": { "c": true, "d": null }, "b": [1, "x"] });
        assert_eq!(hash_of(&value), hash_of(&same));
        for other in [
            json!({ "a": { "c": true, "d": null }, "b": ["x", 1] }),
            json!({ "a": { "c": true, "d": null }, "b": ["1", "x"] }),
            json!({ "a": { "c": true }, "d": null, "b": [1, "x"] }),
            json!({ "a": { "c": true, "d": null }, "b": [[1], "x"] }),
        ] {
            assert_ne!(hash_of(&value), hash_of(&other), "{other}");
        }
    }
}
