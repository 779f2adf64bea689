//! How far the audit events were read for a webhook.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    store::{Collection, Document, DocumentId, Store, StoreError},
};

/// The position of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cursor {
    #[serde(rename = "_id")]
    pub(super) webhook: String,
    /// When the webhook was first in the settings. It gets no earlier event.
    pub(super) started_at: Timestamp,
    /// Events up to this time were read, except those that were stored late.
    pub(super) read_until: Timestamp,
}

impl Document for Cursor {
    const COLLECTION: Collection = Collection::WebhookCursors;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.webhook.clone())
    }
}

/// Creates the cursor of a webhook that is new. Each replica does this at its start: the settings of the replica that holds the lease may be
/// older, and do not name the webhook yet.
pub(super) async fn start(store: &Store, webhook: &str, now: Timestamp) -> Result<(), StoreError> {
    let start = Cursor { webhook: webhook.to_owned(), started_at: now, read_until: now };
    match store.insert(start).await {
        Ok(_) | Err(StoreError::Taken { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

pub(super) async fn get(store: &Store, webhook: &str) -> Result<Option<Cursor>, StoreError> {
    let cursor = store.get_expendable::<Cursor>(&DocumentId::Text(webhook.to_owned())).await?;
    Ok(cursor.map(crate::store::Stored::into_document))
}

/// Moves the cursor of a webhook forward.
pub(super) async fn advance(store: &Store, webhook: &str, until: Timestamp) -> Result<(), StoreError> {
    let change = |cursor: &mut Cursor| {
        if cursor.read_until >= until {
            return Ok::<_, StoreError>(crate::store::Change::Keep(()));
        }
        cursor.read_until = until;
        Ok(crate::store::Change::Write(()))
    };
    store.update(&DocumentId::Text(webhook.to_owned()), change).await.map(drop)
}
