//! Errors of SQLite.

use rusqlite::ErrorCode;

use crate::store::document::StoreError;

/// Converts every error (locked, full, unreadable) to `Unavailable`: no operation can succeed until it is fixed.
pub(super) fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::unavailable(error)
}

/// Converts the error of the first access to a file.
pub(super) fn unusable(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::Unusable(
            "the file is not a SQLite database; nothing was changed. Name another file in VESTIBULE_DATABASE_URL".to_owned(),
        ),
        Some(ErrorCode::DatabaseCorrupt) => {
            StoreError::Unusable("the file is damaged; restore it from a backup".to_owned())
        }
        _ => StoreError::unavailable(error),
    }
}
