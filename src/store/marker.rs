//! The marker: what a database holds as the sign that it belongs to this program.
//!
//! A database without the marker that holds tables or collections of our names belongs to another application. Nothing is created, read
//! or deleted there: its documents would be misread, its indexes would refuse our writes, and our expiry would delete its documents.

use super::document::StoreError;
use crate::clock::Timestamp;

/// The name of the product in the marker, and of the collection that holds it.
pub(super) const PRODUCT: &str = "vestibule";

/// The schema version that this program writes.
///
/// Version 1 was written before the first release: its documents have other members and its tags other names.
pub(super) const SCHEMA: i64 = 2;

/// The schema version of a database that a migration has closed. Programs that do not know migrations refuse it: they would write to a
/// database whose data is elsewhere. No release will have such a high version, and 1000 less is the version of the data.
pub(super) const SCHEMA_WHILE_CLOSED: i64 = 1000 + SCHEMA;

/// Whether opening a store may create it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Create {
    #[default]
    IfMissing,
    /// A missing database is an error, and nothing is written.
    Never,
}

/// The newest time that a process stored, and the present time of the database server, if it has a clock of its own.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NewestTime {
    pub(super) stored: Option<Timestamp>,
    pub(super) server: Option<Timestamp>,
}

/// Checks the schema version of a database that is ours. The caller checks the record of a migration that has closed it.
pub(super) fn check_schema(schema: i64) -> Result<(), StoreError> {
    if schema == SCHEMA_WHILE_CLOSED {
        return Ok(());
    }
    if schema > SCHEMA {
        return Err(written_by_newer(schema));
    }
    if schema < SCHEMA {
        return Err(StoreError::Unusable(format!(
            "an older version wrote it (schema {schema}, supported {SCHEMA}), and its data cannot be read; use a new database, or \
             delete this one"
        )));
    }
    Ok(())
}

/// Returns the refusal of a database whose data this program may misread. After a rollback of the program, the backup has the old data.
pub(super) fn written_by_newer(schema: i64) -> StoreError {
    StoreError::Unusable(format!(
        "a newer version wrote it (schema {schema}, supported {SCHEMA}); start the newer program again, or restore the backup that was \
         made before the upgrade"
    ))
}
