//! What a file looks like. It is opened for reading only.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{
    failure::unavailable,
    file,
    schema::{self, Content},
};
use crate::store::{
    document::StoreError,
    inspection::{Inspection, Ownership},
    marker::Create,
    migration::Opening,
};

/// Reads what a file looks like.
pub(super) fn inspect(path: &Path) -> Result<Inspection, StoreError> {
    if !path.exists() {
        return Ok(Inspection::default());
    }
    let opening = Opening::Service(Create::IfMissing);
    let ownership = match file::check(path, &opening) {
        Ok(()) => None,
        Err(StoreError::Unusable(text)) if text.contains(schema::FOREIGN) => Some(Ownership::Foreign(text)),
        Err(StoreError::Unusable(text)) => Some(Ownership::Unusable(text)),
        Err(error) => return Err(error),
    };
    if let Some(ownership) = ownership {
        return Ok(Inspection { ownership, ..Inspection::default() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(unavailable)?;
    if schema::check(&connection, &opening)? == Content::Nothing {
        return Ok(Inspection::default());
    }
    Ok(Inspection {
        ownership: Ownership::Ours,
        missing_indexes: schema::missing_indexes(&connection).map_err(unavailable)?,
        newest_time: schema::newest_time(&connection),
        ..Inspection::default()
    })
}
