//! The head of a chain: how many of its events are stored. Without it, a removal of the newest events could not be found.

use serde::{Deserialize, Serialize};

use super::link::{ChainId, Check, Lost, Position, Previous, Witness, check, sign};
use crate::{
    clock::Timestamp,
    secrets::Keys,
    store::{Collection, Document, DocumentId, Page, Store, StoreError},
};

/// How much longer than the newest event of its chain a head is kept.
pub(in crate::audit) const KEPT_AFTER: std::time::Duration = std::time::Duration::from_hours(7 * 24);
/// Heads of each kind of writer that another chain names.
const NAMED: usize = 32;
/// First element of the signed form. A record of another kind or version never has the same bytes.
const FORM: &str = "vestibule event chain 1";

/// The process that writes a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Writer {
    Service,
    /// A command. It waits for the head after each event.
    Command,
}

impl Writer {
    const ALL: [Self; 2] = [Self::Service, Self::Command];

    const fn tag(self) -> &'static str {
        match self {
            Self::Service => "writer:service",
            Self::Command => "writer:command",
        }
    }
}

/// The head document of a chain. Only the process that writes the chain changes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Head {
    #[serde(rename = "_id")]
    pub chain: ChainId,
    pub key: String,
    pub writer: Writer,
    pub opened_at: Timestamp,
    /// Every event up to this position is stored, or listed as lost.
    pub confirmed: Position,
    /// The event at that position.
    pub last: Previous,
    pub lost: Vec<Lost>,
    /// Heads of other chains.
    pub heads: Vec<Witness>,
    /// Whether the process ended and no event was being written.
    pub closed: bool,
    pub mac: String,
}

impl Head {
    /// Signs the head with the newest key.
    #[must_use]
    pub(super) fn signed(mut self, keys: &Keys) -> Self {
        keys.newest_id().clone_into(&mut self.key);
        self.mac = sign(keys, &self.record());
        self
    }

    #[must_use]
    pub(crate) fn check(&self, keys: &Keys) -> Check {
        check(keys, &self.key, &self.record(), &self.mac)
    }

    /// Returns until when the head is kept.
    #[must_use]
    pub(crate) fn kept_until(&self) -> Timestamp {
        self.last.kept_until + KEPT_AFTER
    }

    #[must_use]
    pub(crate) fn witness(&self) -> Witness {
        Witness { chain: self.chain, confirmed: self.confirmed, kept_until: self.kept_until() }
    }

    /// Returns the bytes that the MAC covers. Every member is listed: a new one cannot be left out.
    fn record(&self) -> Vec<u8> {
        let Self { chain, key, writer, opened_at, confirmed, last, lost, heads, closed, mac: _ } = self;
        serde_json::to_vec(&(FORM, chain, key, writer, opened_at, confirmed, last, lost, heads, closed))
            .expect("numbers and texts are JSON")
    }
}

impl Document for Head {
    const COLLECTION: Collection = Collection::EventChains;

    fn id(&self) -> DocumentId {
        self.chain.document_id()
    }

    fn tags(&self) -> Vec<String> {
        vec![self.writer.tag().to_owned()]
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.kept_until())
    }
}

/// Returns the newest heads of services and of commands, except that of one chain.
pub(super) async fn newest(store: &Store, except: ChainId) -> Result<Vec<Witness>, StoreError> {
    let mut heads = Vec::new();
    for writer in Writer::ALL {
        let page = Page { tag: Some(writer.tag()), after: None, newest_first: true, limit: NAMED };
        let found = store.scan::<Head>(page).await?;
        heads.extend(found.documents.iter().filter(|head| head.chain != except).map(|head| head.witness()));
    }
    Ok(heads)
}
