//! Copies the documents of one collection: a walk through both stores in the order of the ids, and single documents that were changed.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashSet},
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    super::failure::Failure,
    digest::{bytes_of, digest},
    lease::Lease,
    progress::Progress,
    types::with_type,
};
use crate::{
    clock::{Clock, Timestamp},
    store::{
        Captured, Collection, Document, DocumentId, Migration, Page, Store, StoreError, Stored, Unreadable,
        transfer::Capture,
    },
};

/// Documents per read and write.
const PAGE: usize = 500;
/// Reads of single documents at the same time.
const CONCURRENT: usize = 16;
/// Time between two reads of the captured changes. A change stream that is not read expires.
const DRAIN: Duration = Duration::from_secs(5);

/// Copies from one store to another one.
pub(super) struct Copier<'a> {
    pub(super) source: Store,
    pub(super) target: Store,
    /// The record that this process has written to the target.
    pub(super) claim: Migration,
    /// A request to complete the target was sent, and may be done later.
    pub(super) is_completing: bool,
    pub(super) lease: &'a Lease,
    /// The time by which documents expire, as the source knows it.
    pub(super) clock: Clock,
    capture: Capture,
    drained: Instant,
    /// Changed documents that are not copied yet.
    changed: HashSet<Captured>,
    /// Documents of the source that cannot be read.
    pub(super) unreadable: BTreeMap<(&'static str, String), String>,
    pub(super) progress: Progress,
    /// Documents that were written to the target.
    pub(super) written: u64,
}

/// Whether the written documents are read back and compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    Copy,
    Verify,
}

impl<'a> Copier<'a> {
    pub(super) fn new(
        source: Store,
        (target, claim): (Store, Migration),
        lease: &'a Lease,
        clock: Clock,
        capture: Capture,
    ) -> Self {
        Self {
            source,
            target,
            claim,
            is_completing: false,
            lease,
            clock,
            capture,
            drained: Instant::now(),
            changed: HashSet::new(),
            unreadable: BTreeMap::new(),
            progress: Progress::new(),
            written: 0,
        }
    }

    /// Walks through all collections. Afterwards the target has every document that was not changed during the walk.
    pub(super) async fn walk(&mut self, walk: Walk) -> Result<(), Failure> {
        let mut documents = 0;
        for &collection in Collection::ALL {
            documents += with_type!(collection, D => self.source.estimated_count::<D>().await?);
        }
        self.progress.begin(if walk == Walk::Copy { "copied" } else { "verified" }, documents);
        for &collection in Collection::ALL {
            with_type!(collection, D => self.walk_through::<D>(walk).await?);
        }
        self.progress.end();
        Ok(())
    }

    async fn walk_through<D: Document>(&mut self, walk: Walk) -> Result<(), Failure> {
        let mut from = Cursor::<D>::new(self.source.clone());
        let mut to = Cursor::<D>::new(self.target.clone());
        let mut batch = Vec::new();
        loop {
            // Also where nothing differs and no batch fills: an interruption and the captured changes do not wait for the end.
            self.lease.check()?;
            let (next, there) = (from.peek().await?, to.peek().await?);
            let order = match (&next, &there) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(next), Some(there)) => bytes_of(&next.id()).cmp(bytes_of(&there.id())),
            };
            match (order, next, there) {
                (Ordering::Greater, _, Some(there)) => {
                    let id = there.id();
                    to.advance();
                    self.target.remove::<D>(&id, || self.lease.check().is_ok()).await?;
                }
                (order, Some(next), there) => {
                    if order.is_eq() {
                        to.advance();
                    }
                    from.advance();
                    self.progress.add(1);
                    let is_same = match there.filter(|_| order.is_eq()) {
                        Some(there) => digest(&next)? == digest(&there)?,
                        None => is_expired(&next, self.clock.certain()),
                    };
                    if !is_same {
                        batch.push(next);
                    }
                }
                (_, None, _) => break,
            }
            if batch.len() >= PAGE || self.drained.elapsed() > DRAIN {
                self.write(std::mem::take(&mut batch), walk).await?;
            }
        }
        self.write(batch, walk).await?;
        for Unreadable { id, cause, .. } in from.unreadable {
            self.unreadable.insert((D::COLLECTION.name(), id), cause);
        }
        Ok(())
    }

    async fn write<D: Document>(&mut self, batch: Vec<Stored<D>>, walk: Walk) -> Result<(), Failure> {
        if self.drained.elapsed() > DRAIN {
            self.drain().await?;
        }
        self.lease.check()?;
        if batch.is_empty() {
            return Ok(());
        }
        let copied = self.target.copy(&batch, || self.lease.check().is_ok()).await;
        self.lease.check()?;
        let displaced = copied?;
        self.written += u64::try_from(batch.len()).unwrap_or_default();
        self.changed.extend(displaced.into_iter().map(|id| Captured { collection: D::COLLECTION, id }));
        match walk {
            Walk::Copy => Ok(()),
            Walk::Verify => self.verify(&batch).await,
        }
    }

    /// Reads documents back from the target and compares their hashes.
    async fn verify<D: Document>(&mut self, batch: &[Stored<D>]) -> Result<(), Failure> {
        let (source, target, changed, now) =
            (&self.source, &self.target, &self.changed, self.clock.certain());
        let different = stream::iter(batch).map(|copy| async move {
            let wanted = digest(copy)?;
            let captured = Captured { collection: D::COLLECTION, id: copy.id() };
            let is_wanted = |stored: Option<Stored<D>>| match stored {
                Some(stored) => digest(&stored).map(|found| found == wanted),
                None => Ok(is_expired(copy, now)),
            };
            if is_wanted(target.get::<D>(&copy.id()).await?)? {
                return Ok(None);
            }
            // Changed since the read, or its key was taken by a newer document: it is copied again.
            if changed.contains(&captured) || !is_wanted(source.get::<D>(&copy.id()).await?)? {
                return Ok(Some(captured));
            }
            Err(Failure::Failed(format!(
                "the document {} of {} is different after it was copied. Report this as a defect",
                copy.id(),
                D::COLLECTION.name()
            )))
        });
        let different: Vec<_> = different.buffer_unordered(CONCURRENT).try_collect().await?;
        self.changed.extend(different.into_iter().flatten());
        Ok(())
    }

    async fn drain(&mut self) -> Result<(), Failure> {
        self.drained = Instant::now();
        self.changed.extend(self.capture.drain().await?);
        Ok(())
    }

    /// Copies the documents that were changed before this call. Returns how many there were.
    pub(super) async fn catch_up(&mut self) -> Result<usize, Failure> {
        self.drain().await?;
        let mut by_collection: BTreeMap<&str, (Collection, Vec<DocumentId>)> = BTreeMap::new();
        for Captured { collection, id } in std::mem::take(&mut self.changed) {
            by_collection.entry(collection.name()).or_insert_with(|| (collection, Vec::new())).1.push(id);
        }
        let mut count = 0;
        for (collection, ids) in by_collection.into_values() {
            count += ids.len();
            for ids in ids.chunks(PAGE) {
                with_type!(collection, D => self.copy_changed::<D>(ids).await?);
            }
        }
        Ok(count)
    }

    async fn copy_changed<D: Document>(&mut self, ids: &[DocumentId]) -> Result<(), Failure> {
        let (source, now) = (&self.source, self.clock.certain());
        let found: Vec<_> = stream::iter(ids)
            .map(|id| async move { (id, source.get::<D>(id).await) })
            .buffer_unordered(CONCURRENT)
            .collect()
            .await;
        let (mut copies, mut deleted) = (Vec::new(), Vec::new());
        for (id, found) in found {
            match found {
                Ok(Some(stored)) if !is_expired(&stored, now) => copies.push(stored),
                Ok(_) => deleted.push(id),
                Err(StoreError::Corrupt { id, cause, .. }) => {
                    self.unreadable.insert((D::COLLECTION.name(), id), cause);
                }
                Err(error) => return Err(error.into()),
            }
        }
        // First: a key of a deleted document may belong to another one now.
        for id in deleted {
            self.lease.check()?;
            self.target.remove::<D>(id, || self.lease.check().is_ok()).await?;
        }
        self.write(copies, Walk::Verify).await
    }
}

/// Returns whether a store may have deleted the document already.
fn is_expired<D: Document>(document: &Stored<D>, now: Timestamp) -> bool {
    document.purge_at().is_some_and(|at: Timestamp| at <= now)
}

/// The documents of a collection in the order of their ids.
struct Cursor<D> {
    store: Store,
    page: std::vec::IntoIter<Stored<D>>,
    peeked: Option<Stored<D>>,
    after: Option<DocumentId>,
    is_last: bool,
    unreadable: Vec<Unreadable>,
}

impl<D: Document> Cursor<D> {
    fn new(store: Store) -> Self {
        let page = Vec::new().into_iter();
        Self { store, page, peeked: None, after: None, is_last: false, unreadable: Vec::new() }
    }

    async fn peek(&mut self) -> Result<Option<Stored<D>>, StoreError> {
        while self.peeked.is_none() {
            self.peeked = self.page.next();
            if self.peeked.is_some() || self.is_last {
                break;
            }
            let page = Page { tag: None, after: self.after.take(), newest_first: false, limit: PAGE };
            let found = self.store.scan::<D>(page).await?;
            self.is_last = found.next.is_none();
            self.after = found.next;
            self.unreadable.extend(found.unreadable);
            self.page = found.documents.into_iter();
        }
        Ok(self.peeked.clone())
    }

    fn advance(&mut self) {
        self.peeked = None;
    }
}
