//! Errors of the driver: a duplicate key is `Taken`, every other one is `Unavailable`.

use mongodb::error::{ErrorKind, WriteFailure};

use crate::store::{document::StoreError, envelope::Envelope};

pub(super) use mongodb::error::Error as Failure;

pub(super) const DUPLICATE_KEY: i32 = 11000;
const UNAUTHORIZED: i32 = 13;
const AUTHENTICATION_FAILED: i32 = 18;

/// Takes only the kind of the error: the full response of the server may quote documents.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn unavailable(failure: Failure) -> StoreError {
    match &*failure.kind {
        ErrorKind::Command(error) if error.code == UNAUTHORIZED => StoreError::Unusable(format!(
            "the database user lacks a permission: {}. Give it the role readWrite on this database",
            // The rest of the message quotes the command, which may contain an address.
            error.message.split(',').next().unwrap_or_default()
        )),
        // The driver reports a failed handshake as its own kind, and a failed command with this code.
        ErrorKind::Authentication { .. } => refused_login(),
        ErrorKind::Command(error) if error.code == AUTHENTICATION_FAILED => refused_login(),
        kind => StoreError::unavailable(kind),
    }
}

fn refused_login() -> StoreError {
    StoreError::Unusable(
        "MongoDB refused the user name or the password; check them and authSource in VESTIBULE_DATABASE_URL"
            .to_owned(),
    )
}

/// Returns whether another document has the same id or key.
pub(super) fn is_duplicate(failure: &Failure) -> bool {
    matches!(&*failure.kind, ErrorKind::Write(WriteFailure::WriteError(error)) if error.code == DUPLICATE_KEY)
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

#[cfg(test)]
mod tests {
    use bson::{Bson, doc};

    use super::*;

    fn refused(code: i32, message: &str) -> String {
        let error = doc! { "code": code, "codeName": "x", "errmsg": message };
        let error =
            bson::deserialize_from_bson(Bson::Document(error)).expect("an error as the server sends it");
        unavailable(ErrorKind::Command(error).into()).to_string()
    }

    #[test]
    fn missing_permission_is_named_without_the_command() {
        let message = "not authorized on app to execute command { find: \"users\", filter: { handles: \"email:ada@corp.example\" } }";
        let text = refused(UNAUTHORIZED, message);
        assert!(
            text.contains(
                "not authorized on app to execute command { find: \"users\". Give it the role readWrite"
            ),
            "{text}"
        );
        assert!(!text.contains("ada@"), "{text}");
        assert!(refused(AUTHENTICATION_FAILED, "Authentication failed.").contains("authSource"));
        assert!(refused(1, "other").starts_with("the store is unavailable"));
    }
}
