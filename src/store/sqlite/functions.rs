//! SQL functions of our own.

use rusqlite::{Connection, functions::FunctionFlags};

/// Adds `contains_text(text, part)` to a connection that reads. SQLite itself ignores the case of ASCII letters only.
pub(super) fn add_functions(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("contains_text", 2, flags, |values| {
        let part = values.get_or_create_aux(1, |part| {
            Ok::<_, rusqlite::types::FromSqlError>(part.as_str()?.to_lowercase())
        })?;
        // A value that is no text, or no UTF-8, contains nothing.
        let text = values.get_raw(0).as_str().unwrap_or_default();
        Ok(text.to_lowercase().contains(part.as_str()))
    })
}
