//! Errors of the driver: a duplicate key is `Taken`, every other one is `Unavailable`.

use mongodb::error::{ErrorKind, WriteFailure};

use crate::store::{document::StoreError, envelope::Envelope};

pub(super) use mongodb::error::Error as Failure;

const DUPLICATE_KEY: i32 = 11000;

/// Takes only the kind of the error: the full response of the server may quote documents.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn unavailable(failure: Failure) -> StoreError {
    StoreError::unavailable(&failure.kind)
}

/// Returns `Taken` if another document has this id or one of these keys.
pub(super) fn taken(failure: &Failure, wanted: &Envelope) -> Option<StoreError> {
    match &*failure.kind {
        ErrorKind::Write(WriteFailure::WriteError(error)) if error.code == DUPLICATE_KEY => {
            Some(StoreError::Taken { key: taken_key(&error.message, wanted) })
        }
        _ => None,
    }
}

/// Finds the key in the server's message, which is the only place that names it:
/// `E11000 duplicate key error collection: db.users index: handles dup key: { handles: "name:ada" }`.
/// The value is quoted without escapes, so it is compared with each key of the document.
fn taken_key(message: &str, wanted: &Envelope) -> String {
    let (index, value) = message.split_once(" dup key: ").unwrap_or((message, ""));
    if index.ends_with(" index: _id_") {
        return wanted.id.to_string();
    }
    let quoted = value.trim_end_matches([' ', '}']).split_once(": ").map_or(value, |(_, quoted)| quoted);
    let key = wanted.keys.iter().find(|key| quoted == format!("\"{key}\""));
    key.or_else(|| wanted.keys.iter().filter(|key| message.contains(*key)).max_by_key(|key| key.len()))
        .cloned()
        .unwrap_or_else(|| "a key".to_owned())
}
