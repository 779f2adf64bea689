//! What a database looks like, for `vestibule doctor`. Nothing is written.

use crate::clock::Timestamp;

/// What was found at a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    pub ownership: Ownership,
    /// Indexes that the service needs, as `collection.index`.
    pub missing_indexes: Vec<String>,
    /// Indexes with the name of one of ours and other options.
    pub different_indexes: Vec<String>,
    /// The newest time that a process stored.
    pub newest_time: Option<Timestamp>,
    /// `None` for an embedded database.
    pub server: Option<Server>,
}

/// The database server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub version: String,
    pub time: Option<Timestamp>,
    /// The name of the replica set; `None` for a standalone server. A router of a sharded cluster counts as a replica set.
    pub replica_set: Option<String>,
    /// Why no majority of the replica set acknowledges writes; `None` if it does.
    pub majority_problem: Option<String>,
    /// Options of the URL that have no effect, as they are written.
    pub unused_options: Vec<String>,
}

/// Who uses the database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ownership {
    /// It has our marker.
    Ours,
    /// There is nothing of ours, and nothing that is in our way.
    #[default]
    Nothing,
    /// It belongs to another application: what was found.
    Foreign(String),
    /// Another version wrote it, or it is damaged: the problem and the next step.
    Unusable(String),
}
