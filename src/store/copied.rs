//! What a migration learns from the stores.

use super::{collection::Collection, document::DocumentId};

/// A document that was inserted, replaced or deleted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Captured {
    pub collection: Collection,
    pub id: DocumentId,
}

/// What a collection of a target contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Documents that do not expire before a time.
    pub documents: u64,
    /// Names of indexes that do not exist.
    pub missing_indexes: Vec<String>,
}
