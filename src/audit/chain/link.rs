//! The place of an event in its chain, and the MAC that covers the event and its place.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    secrets::{Keys, from_hex, hex},
    store::id_type,
};

id_type! {
    /// Id of a chain: the time of its start is part of it.
    ChainId
}

/// Position of an event in its chain. The first event has 1.
pub(crate) type Position = u64;

/// The chain member of a stored event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Link {
    pub place: Place,
    /// HMAC-SHA-256 over the event and its place, in hexadecimal.
    pub mac: String,
}

/// Where an event is in its chain. The MAC of the event covers every member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Place {
    pub chain: ChainId,
    pub position: Position,
    /// Id of the key that made the MAC.
    pub key: String,
    /// When the retention removes the event. Never earlier than for the event before it, so the oldest events go first.
    pub kept_until: Timestamp,
    /// The event before this one. `None` for the first event.
    pub previous: Option<Previous>,
    /// The last position that the head of the chain had confirmed. A head that is replaced with an older copy of it confirms less.
    pub confirmed: Position,
    /// Heads of other chains, in the first event only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<Witness>,
}

/// What an event, or a head, says about the event before it. The times show whether the retention may have removed that event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Previous {
    pub mac: String,
    pub at: Timestamp,
    pub kept_until: Timestamp,
}

/// What one chain says about another: it had at least this many events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Witness {
    pub chain: ChainId,
    pub confirmed: Position,
    pub kept_until: Timestamp,
}

/// Positions whose events may be missing: the store did not confirm their writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Lost {
    pub from: Position,
    pub to: Position,
    /// The event before them.
    pub previous: Option<Previous>,
}

/// Result of the check of a MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    Valid,
    Invalid,
    /// The key ring lacks the key.
    KeyMissing,
}

/// Computes the MAC of a record with the newest key.
pub(in crate::audit) fn sign(keys: &Keys, record: &[u8]) -> String {
    hex(&keys.sign_audit(record))
}

/// Checks the MAC of a record.
pub(in crate::audit) fn check(keys: &Keys, key: &str, record: &[u8], mac: &str) -> Check {
    let tag = from_hex::<32>(mac).unwrap_or_default();
    match keys.verify_audit(key, record, &tag) {
        Some(true) => Check::Valid,
        Some(false) => Check::Invalid,
        None => Check::KeyMissing,
    }
}
