//! Adoption: a MongoDB database keeps the collections of another application that has the names of ours, under other names, and ours take
//! their place.
//!
//! ```text
//!   foreign ─ begin ─▶ Adopting ─ switch ─▶ Adopted ─ finish ─▶ Finishing ─▶ (no record)
//!      ▲                  │                    │
//!      └───── Undoing ◀───┴──── undo ──────────┘
//! ```
//!
//! A collection is renamed in one atomic step, with all its documents and indexes: it is given back byte for byte. The record in the marker
//! says which step is in progress, so that a process that was killed can be continued or undone. Services are refused in the steps
//! `Adopting` and `Undoing`.

use serde::{Deserialize, Serialize};

use super::document::StoreError;
pub use super::mongo::adoption::Adopter;
use crate::clock::Timestamp;

/// Member of the marker.
pub(super) const ADOPTION: &str = "adoption";

/// What a database knows about its adoption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Adoption {
    pub step: Step,
    /// Collections of the other application that have, or had, names of ours, without prefix.
    pub collections: Vec<String>,
    /// Users that were adopted.
    pub users: u64,
    /// Documents of the other application that were left out.
    pub left_out: u64,
    /// Digest of the documents from which the users were made.
    pub digest: String,
    pub at: Timestamp,
    /// Services may have created collections of ours.
    pub opened: bool,
    /// The audit event is written.
    pub audited: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// The collections are being renamed.
    Adopting,
    /// Services use our collections; those of the other application are kept.
    Adopted,
    /// The collections of the other application are being given back.
    Undoing,
    /// The collections of the other application are being deleted.
    Finishing,
}

/// Collections of another application that have names of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foreign {
    /// Names without prefix, `users` first.
    pub names: Vec<String>,
}

impl Foreign {
    /// Returns whether there are users to adopt.
    #[must_use]
    pub fn has_users(&self) -> bool {
        self.names.iter().any(|name| name == super::Collection::Users.name())
    }
}

/// Returns the refusal of a process that another one has replaced.
pub(super) fn replaced() -> StoreError {
    StoreError::Unusable(
        "another process has changed the adoption; run `vestibule adopt` to see its state".to_owned(),
    )
}
