//! The check of all chains of audit events, for `vestibule events verify`.
//!
//! ```text
//!   heads ─▶ what must be stored ─┐
//!   events, page by page ─────────┴─▶ Chains (per chain: ranges of positions) ─▶ findings
//! ```
//!
//! The heads are read before the events: an event that is stored during the check is no finding. Memory grows with the number of chains and of
//! gaps, not with the number of events.

mod chains;
mod report;
mod rules;
mod spans;

use self::chains::Chains;
pub use self::{
    report::{Finding, Problem, Report},
    rules::Rules,
};
use super::{
    chain::{head::Head, link::Witness},
    event::Event,
};
use crate::store::{Document, Page, Store, StoreError, Stored, Unreadable};

/// Documents per read of the store.
const PAGE: usize = 500;

/// Checks all events. `earlier` are the heads of an earlier report that was kept outside the database.
pub async fn verify(store: &Store, rules: Rules<'_>, earlier: &[Witness]) -> Result<Report, StoreError> {
    let mut chains = Chains::new(rules);
    let (mut heads, mut unreadable) = (Vec::new(), Vec::new());
    each::<Head>(store, |head| chains.add_head(head), |id| heads.push(id)).await?;
    for document in heads {
        chains.add_unreadable_head(&document);
    }
    each::<Event>(store, |event| chains.add_event(&event), |id| unreadable.push(id)).await?;
    for document in unreadable {
        chains.add_unreadable(&document);
    }
    chains.add_witnesses(earlier);
    // Heads that were written during the check.
    for chain in chains.chains_to_read_again() {
        let head = store.get::<Head>(&chain.document_id()).await?;
        chains.add_newer_head(chain, head.map(Stored::into_document));
    }
    Ok(chains.into_report())
}

/// Reads a collection page by page.
async fn each<D: Document>(
    store: &Store,
    mut add: impl FnMut(D),
    mut skip: impl FnMut(Unreadable),
) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let page = store.scan::<D>(Page { tag: None, after, newest_first: false, limit: PAGE }).await?;
        page.documents.into_iter().map(Stored::into_document).for_each(&mut add);
        page.unreadable.into_iter().for_each(&mut skip);
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
    }
}
