//! Errors of SQLite.

use crate::store::document::StoreError;

/// Converts every error (locked, full, unreadable) to `Unavailable`: no operation can succeed until it is fixed.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::unavailable(error)
}
