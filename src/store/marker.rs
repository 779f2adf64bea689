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

/// Checks the schema version of a database that is ours.
pub(super) fn check_schema(schema: i64) -> Result<(), StoreError> {
    if schema > SCHEMA {
        return Err(StoreError::Unusable(format!(
            "a newer version wrote it (schema {schema}, supported {SCHEMA}); update this program"
        )));
    }
    if schema < SCHEMA {
        return Err(StoreError::Unusable(format!(
            "an older version wrote it (schema {schema}, supported {SCHEMA}), and its data cannot be read; use a new database, or \
             delete this one"
        )));
    }
    Ok(())
}
