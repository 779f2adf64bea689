//! Errors of SQLite.

use crate::store::document::StoreError;

/// Converts every error (locked, full, unreadable) to `Unavailable`: no operation can succeed until it is fixed.
pub(super) fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::unavailable(error)
}
