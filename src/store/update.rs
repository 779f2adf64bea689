//! Read, change, write back, start over if someone else was faster: the only way to change a document that exists.
//!
//! Within this process the writers of one document queue up, so a hundred of them cost a hundred writes and not thousands of
//! lost races. Between replicas the revision decides, and the loser waits a little longer each time.

use std::{
    hash::{BuildHasher, RandomState},
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, MutexGuard};

use super::{Collection, Document, DocumentId, Store, StoreError};

/// How many documents can be changed at once without queueing by chance behind one another.
const STRIPES: usize = 256;
/// How long a writer queues and races before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);
/// The wait after the first lost race; it doubles up to `LONGEST_WAIT`.
const FIRST_WAIT: Duration = Duration::from_millis(2);
const LONGEST_WAIT: Duration = Duration::from_millis(64);

/// What a change of a document came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<R> {
    /// Nothing to write.
    Keep(R),
    /// Write it back.
    Write(R),
}

impl Store {
    /// Reads a document, changes it and replaces it, starting over with the newest one as long as somebody else was
    /// faster. `change` may therefore run several times. `None`: there is no such document.
    ///
    /// # Errors
    /// What `change` returns; [`StoreError::Taken`] if it added a key that is another document's;
    /// [`StoreError::Unavailable`], also after ten seconds of lost races.
    pub async fn update<D, R, E>(
        &self,
        id: &DocumentId,
        mut change: impl FnMut(&mut D) -> Result<Change<R>, E> + Send,
    ) -> Result<Option<(D, R)>, E>
    where
        D: Document,
        E: From<StoreError> + Send,
        R: Send,
    {
        let mut race = self.0.races.enter(D::COLLECTION, id).await?;
        loop {
            let Some(mut document) = self.get::<D>(id).await? else { return Ok(None) };
            match change(&mut document)? {
                Change::Keep(result) => return Ok(Some((document, result))),
                Change::Write(result) => {
                    if self.replace(&mut document).await? {
                        return Ok(Some((document, result)));
                    }
                }
            }
            race.lost().await?;
        }
    }

    /// Like [`Store::update`], for a document that need not exist: `change` gets `None` then, and what it returns is
    /// inserted. It returns the document to write, if any, and its result.
    ///
    /// # Errors
    /// As for [`Store::update`].
    pub async fn upsert<D, R, E>(
        &self,
        id: &DocumentId,
        mut change: impl FnMut(Option<D>) -> Result<(Option<D>, R), E> + Send,
    ) -> Result<R, E>
    where
        D: Document,
        E: From<StoreError> + Send,
        R: Send,
    {
        let mut race = self.0.races.enter(D::COLLECTION, id).await?;
        loop {
            let current = self.get::<D>(id).await?;
            let revision = current.as_ref().map(D::revision);
            let (changed, result) = change(current)?;
            let Some(mut document) = changed else { return Ok(result) };
            if self.put(&mut document, revision).await? {
                return Ok(result);
            }
            race.lost().await?;
        }
    }

    /// Replaces the document of this revision, or inserts it if there was none; `false` if that is no longer so.
    async fn put<D: Document>(&self, document: &mut D, revision: Option<i64>) -> Result<bool, StoreError> {
        if let Some(revision) = revision {
            document.set_revision(revision);
            return self.replace(document).await;
        }
        match self.insert(document).await {
            Ok(()) => Ok(true),
            // Either somebody else has just inserted it, or one of its keys is another document's: only the first is a
            // reason to start over.
            Err(taken @ StoreError::Taken { .. }) => match self.get::<D>(&document.id()).await? {
                Some(_) => Ok(false),
                None => Err(taken),
            },
            Err(error) => Err(error),
        }
    }
}

/// Where the writers of one document queue up.
pub(super) struct Races {
    stripes: Vec<Mutex<()>>,
    hasher: RandomState,
}

/// One writer's turn.
struct Race<'a> {
    _turn: MutexGuard<'a, ()>,
    until: Instant,
    wait: Duration,
    hasher: &'a RandomState,
}

impl Races {
    pub(super) fn new() -> Self {
        Self { stripes: (0..STRIPES).map(|_| Mutex::new(())).collect(), hasher: RandomState::new() }
    }

    async fn enter(&self, collection: Collection, id: &DocumentId) -> Result<Race<'_>, StoreError> {
        let until = Instant::now() + PATIENCE;
        let hash = self.hasher.hash_one((collection, id));
        let stripe = usize::try_from(hash % STRIPES as u64).unwrap_or_default();
        let turn =
            tokio::time::timeout(PATIENCE, self.stripes[stripe].lock()).await.map_err(|_| crowded())?;
        Ok(Race { _turn: turn, until, wait: FIRST_WAIT, hasher: &self.hasher })
    }
}

impl Race<'_> {
    /// Waits before the next attempt, between half and all of a time that doubles.
    async fn lost(&mut self) -> Result<(), StoreError> {
        if Instant::now() >= self.until {
            return Err(crowded());
        }
        let half = self.wait / 2;
        // No secret, only uneven: the moment, hashed with this process's key.
        let jitter = self.hasher.hash_one(Instant::now()) % (u64::from(half.subsec_micros()) + 1);
        tokio::time::sleep(half + Duration::from_micros(jitter)).await;
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        Ok(())
    }
}

fn crowded() -> StoreError {
    StoreError::Unavailable("too many concurrent writers".to_owned())
}
