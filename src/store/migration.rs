//! The record of a migration: a store keeps one beside its marker while it is, or was, the source or the target of a migration.
//!
//! ```text
//!   source   (none) ─▶ Copying ─▶ Sealed ─▶ Moved          open for services: Copying
//!                         ▲          │
//!                         └──────────┘ the last step took too long, or the migration is continued
//!   target   Incomplete ─▶ Complete                        open for services: Complete
//!   adopted  Adopting ─▶ (none)                            open for services: none
//! ```
//!
//! A service reads the record at its start, and every 400 ms while it runs ([`super::gate`]). Every transition is a compare-and-set on
//! owner, beat and state. A process that continues a migration becomes the owner of both records, first of the source, then of the target:
//! a process that another one has replaced cannot seal or complete anything.

use serde::{Deserialize, Serialize};

use super::{
    document::StoreError,
    marker::{Create, SCHEMA, SCHEMA_WHILE_CLOSED, written_by_newer},
};

/// Name of the record: a table of the embedded store, or a member of the marker in MongoDB.
pub(super) const RECORD: &str = "migration";

/// What a store knows about its migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// The same in source and target.
    pub id: String,
    pub state: MigrationState,
    /// The other store, without user name and password.
    pub peer: String,
    /// The process that copies.
    pub owner: String,
    /// Of a source, raised by the owner every second. It shows that the process still runs, without a comparison of clocks.
    pub beat: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MigrationState {
    /// Of a source: services write, and their changes are copied.
    Copying,
    /// Of a source: no service writes, the last changes are copied.
    Sealed,
    /// Of a source: the data is in the target.
    Moved,
    /// Of a target: parts of the data are missing.
    Incomplete,
    /// Of a target: services use it.
    Complete,
    /// Collections of another application are being adopted, or given back ([`super::adoption`]).
    Adopting,
}

impl Migration {
    /// Returns why services must not use this store. `None` if they may.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let peer = &self.peer;
        match self.state {
            MigrationState::Copying | MigrationState::Complete => None,
            MigrationState::Sealed => Some(format!(
                "a migration to {peer} is in its last step; if it was interrupted, run the same `vestibule migrate` again, or end it with \
                 --abandon"
            )),
            MigrationState::Moved => {
                Some(format!("its data was moved to {peer}; set VESTIBULE_DATABASE_URL to that database"))
            }
            MigrationState::Incomplete => Some(format!(
                "a migration from {peer} into it is not complete; wait for it, or run the same `vestibule migrate` again"
            )),
            MigrationState::Adopting => Some(
                "the adoption of its collections is not complete; run `vestibule adopt` again, or give the collections back with \
                 `vestibule adopt --undo`"
                    .to_owned(),
            ),
        }
    }

    /// Returns whether the owner of this record captures the changes of the store.
    pub(super) fn needs_capture(&self) -> bool {
        match self.state {
            MigrationState::Copying | MigrationState::Sealed => !self.owner.is_empty(),
            MigrationState::Moved
            | MigrationState::Incomplete
            | MigrationState::Complete
            | MigrationState::Adopting => false,
        }
    }

    /// Returns whether services must not use this store.
    pub(super) fn closes(&self) -> bool {
        self.refusal().is_some()
    }
}

/// Returns the schema version of a store with this record.
pub(super) fn schema_of(migration: Option<&Migration>) -> i64 {
    if migration.is_some_and(Migration::closes) { SCHEMA_WHILE_CLOSED } else { SCHEMA }
}

/// Who opens a store.
#[derive(Clone)]
pub(super) enum Opening {
    /// The service, or a command on its data.
    Service(Create),
    /// A migration out of this store.
    Source,
    /// This migration into this store.
    Target(Migration),
}

impl Opening {
    pub(super) fn create(&self) -> Create {
        match self {
            Self::Service(create) => *create,
            Self::Source => Create::Never,
            Self::Target(_) => Create::IfMissing,
        }
    }

    /// Returns whether the record does not close the store for this one.
    pub(super) fn is_migration(&self) -> bool {
        !matches!(self, Self::Service(_))
    }

    /// Checks the record of a store that has our data.
    pub(super) fn check(&self, schema: i64, found: Option<&Migration>) -> Result<(), StoreError> {
        // Only a closing record explains this version. Otherwise another program has written it.
        if schema == SCHEMA_WHILE_CLOSED && schema_of(found) != schema {
            return Err(written_by_newer(schema));
        }
        let refusal = match (self, found) {
            (Self::Service(_), Some(migration)) => migration.refusal(),
            (Self::Source, Some(migration))
                if matches!(migration.state, MigrationState::Incomplete | MigrationState::Adopting) =>
            {
                migration.refusal()
            }
            (Self::Target(wanted), Some(found)) if found.id == wanted.id => None,
            (Self::Target(_), _) => Some(
                "the target contains data of Vestibule already; name a new database or another file"
                    .to_owned(),
            ),
            (Self::Service(_) | Self::Source, _) => None,
        };
        refusal.map_or(Ok(()), |why| Err(StoreError::Unusable(why)))
    }
}
