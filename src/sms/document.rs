//! The document of an SMS in the queue.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    secrets::{Sealed, SealedField},
    store::{Collection, Document, DocumentId, Id},
    user::UserId,
};

/// The field name that the content is sealed for.
pub(super) const FIELD: SealedField = SealedField::SmsContent;
pub(super) const QUEUED: &str = "sms:queued";

/// An SMS that the gateway has not accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutgoingSms {
    #[serde(rename = "_id")]
    /// Also at the gateway.
    pub(super) id: Id,
    pub(super) user_id: UserId,
    /// Number and text. The text contains the code.
    pub(super) content: Sealed,
    /// The end of the code.
    pub(super) expires_at: Timestamp,
    /// The next attempt; while a replica sends the message, the end of its lease.
    pub(super) due_at: Timestamp,
    pub(super) attempts: u32,
}

impl Document for OutgoingSms {
    const COLLECTION: Collection = Collection::OutgoingSms;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }

    fn tags(&self) -> Vec<String> {
        vec![QUEUED.to_owned()]
    }

    /// A day after the code: until then, a worker records that it gave the message up.
    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at + std::time::Duration::from_hours(24))
    }
}
