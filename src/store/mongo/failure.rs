//! What the driver's errors mean here: one of them is a refusal, all others are an outage.

use mongodb::error::{ErrorKind, WriteFailure};

use crate::store::{StoreError, envelope::Envelope};

pub(super) use mongodb::error::Error as Failure;

const DUPLICATE_KEY: i32 = 11000;

/// Only the kind is told: the server's whole answer, which the error carries too, may quote documents.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn unavailable(failure: Failure) -> StoreError {
    StoreError::Unavailable(failure.kind.to_string())
}

/// The refusal, if the failure is that another document has this id or one of these keys.
pub(super) fn taken(failure: &Failure, wanted: &Envelope) -> Option<StoreError> {
    match &*failure.kind {
        ErrorKind::Write(WriteFailure::WriteError(error)) if error.code == DUPLICATE_KEY => {
            Some(StoreError::Taken { key: taken_key(&error.message, wanted) })
        }
        _ => None,
    }
}

/// The server says which index and which value, in a sentence only:
/// `E11000 duplicate key error collection: db.users index: handles dup key: { handles: "name:ada" }`.
/// The value is quoted without escapes, so it is compared with each of the keys that were asked for.
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
