//! One process copies at a time: it owns the record of the source, and raises its beat every second.
//!
//! Another process becomes the owner if the beat stands still for five seconds. It compares beats, not clocks. A process that was stopped and
//! continues later finds that its last beat is too old, or that the record has another owner. Then it writes nothing more.
//!
//! The owner identifies the record, not only the expected content: an answer of the store can be lost after the write was done.

use std::{
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rustix::process::Signal;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::Mutex,
    task::AbortHandle,
};

use super::super::{failure::Failure, out::Out, stop_signal::stop_signal};
use crate::{
    secrets,
    store::{Migration, MigrationState, Store, StoreError},
};

const BEAT: Duration = Duration::from_secs(1);
/// How long the last beat allows to write.
const VALID: Duration = Duration::from_secs(3);
/// How long a beat stands still before another process becomes the owner.
const TAKEOVER: Duration = Duration::from_secs(5);
/// How long the end of a migration tries to give the record up. While the source is sealed, no service works.
const RELEASE_LIMIT: Duration = Duration::from_secs(30);
/// Time between two of these attempts.
const RELEASE_INTERVAL: Duration = Duration::from_millis(250);
/// Attempts of one change, if earlier ones were done late.
const ATTEMPTS: u32 = 3;

pub(super) struct Lease {
    shared: Arc<Shared>,
    beating: AbortHandle,
}

struct Shared {
    source: Store,
    record: Mutex<Migration>,
    /// When the last successful beat began.
    beaten: std::sync::Mutex<Instant>,
    /// Another process is the owner.
    is_lost: AtomicBool,
    /// Ctrl-C was pressed, or the process was asked to end.
    is_interrupted: AtomicBool,
}

/// What happens to a sealed source when its record is given up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seal {
    /// Services use the source again. The target must never be complete.
    Open,
    /// The target may be complete.
    Keep,
}

impl Lease {
    /// Takes the record of the source: a new one with this id, or the one of an interrupted migration to the same place.
    pub(super) async fn take(source: &Store, new: &Migration) -> Result<Self, Failure> {
        let owner = secrets::hex(&secrets::random::<8>());
        loop {
            let found = source.migration().await?;
            let taken = match &found {
                // Another command has started at the same time: its target has what was copied until now.
                Some(found) if is_of_source(found) && found.peer != new.peer => {
                    return Err(is_elsewhere(found));
                }
                Some(found) if is_of_source(found) => {
                    wait_for_silence(source, found).await?;
                    Migration { owner: owner.clone(), beat: found.beat + 1, ..found.clone() }
                }
                _ => Migration { owner: owner.clone(), ..new.clone() },
            };
            let began = Instant::now();
            if source.set_migration(found.as_ref(), Some(&taken)).await? {
                return Ok(Self::start(source.clone(), taken, began));
            }
        }
    }

    fn start(source: Store, record: Migration, began: Instant) -> Self {
        let shared = Arc::new(Shared {
            source,
            record: Mutex::new(record),
            beaten: std::sync::Mutex::new(began),
            is_lost: AtomicBool::new(false),
            is_interrupted: AtomicBool::new(false),
        });
        let beating = tokio::spawn(beat(shared.clone())).abort_handle();
        tokio::spawn(listen(shared.clone()));
        Self { shared, beating }
    }

    /// Fails if this process must not write any more.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.shared.is_interrupted.load(Ordering::Acquire) {
            return Err(Failure::Interrupted);
        }
        let beaten = *self.shared.beaten.lock().unwrap_or_else(PoisonError::into_inner);
        if self.shared.is_lost.load(Ordering::Acquire) || beaten.elapsed() > VALID {
            return Err(Failure::Failed(
                "another `vestibule migrate` continues this migration, or the source did not answer for 3 s; run the command again"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    pub(super) async fn record(&self) -> Migration {
        self.shared.record.lock().await.clone()
    }

    /// Changes the state of the source.
    pub(super) async fn set_state(&self, state: MigrationState) -> Result<(), Failure> {
        self.shared.change(|record| Some(Migration { state, ..record.clone() })).await
    }

    /// Opens the source for services again. With `keep`, the migration can be continued; without, it is over.
    pub(super) async fn reopen(&self, keep: bool) -> Result<(), Failure> {
        let reopened =
            |record: &Migration| keep.then(|| Migration { state: MigrationState::Copying, ..record.clone() });
        self.shared.change(reopened).await
    }

    /// Gives the record up, so that the next process does not wait. A source that does not answer is asked again.
    pub(super) async fn release(&self, seal: Seal) -> Result<(), Failure> {
        let released = |record: &Migration| {
            let state = match record.state {
                MigrationState::Sealed if seal == Seal::Open => MigrationState::Copying,
                other => other,
            };
            Some(Migration { state, owner: String::new(), ..record.clone() })
        };
        // Waits for a beat that is being written, and holds back the next one.
        let mut record = self.shared.record.lock().await;
        let until = Instant::now() + RELEASE_LIMIT;
        let mut is_announced = false;
        let given_up = loop {
            match self.shared.replace(&mut record, released).await {
                Err(Failure::Store(StoreError::Unavailable(_))) if Instant::now() < until => {
                    if !is_announced {
                        drop(Out::error("the source does not answer; trying for 30 s to give it back"));
                    }
                    is_announced = true;
                    tokio::time::sleep(RELEASE_INTERVAL).await;
                }
                given_up => break given_up,
            }
        };
        self.beating.abort();
        given_up
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.beating.abort();
    }
}

impl Shared {
    async fn change(&self, change: impl Fn(&Migration) -> Option<Migration>) -> Result<(), Failure> {
        let mut record = self.record.lock().await;
        self.replace(&mut record, change).await
    }

    /// Replaces the record, whatever this process has written to it before.
    async fn replace(
        &self,
        record: &mut Migration,
        change: impl Fn(&Migration) -> Option<Migration>,
    ) -> Result<(), Failure> {
        let began = Instant::now();
        for _ in 0..ATTEMPTS {
            let new = change(record);
            let replaced = self.source.set_migration(Some(record), new.as_ref()).await;
            let found = match &replaced {
                Ok(true) => new.clone(),
                // A request may have been done, now or later, although its answer was lost.
                Ok(false) | Err(StoreError::Unavailable(_)) => self.source.migration().await?,
                Err(_) => return replaced.map(drop).map_err(Failure::from),
            };
            if found == new {
                if let Some(new) = new {
                    *record = new;
                }
                *self.beaten.lock().unwrap_or_else(PoisonError::into_inner) = began;
                return Ok(());
            }
            let Some(found) = found.filter(|found| found.owner == record.owner) else {
                self.is_lost.store(true, Ordering::Release);
                return Err(Failure::Failed(
                    "another `vestibule migrate` continues this migration".to_owned(),
                ));
            };
            *record = found;
            replaced?;
        }
        Err(StoreError::Unavailable("its record changes again and again".to_owned()).into())
    }
}

async fn beat(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(BEAT).await;
        // A failure shows in `check`: the last beat gets too old.
        let _ = shared.change(|record| Some(Migration { beat: record.beat + 1, ..record.clone() })).await;
    }
}

/// Listens for signals that end the migration.
async fn listen(shared: Arc<Shared>) {
    let Ok(stop) = stop_signal() else { return };
    // With a listener, Ctrl-Z has no effect. A stopped process would keep the source sealed, and continue beside another one.
    let _stop = signal(SignalKind::from_raw(Signal::TSTP.as_raw()));
    stop.await;
    shared.is_interrupted.store(true, Ordering::Release);
}

pub(super) fn is_of_source(record: &Migration) -> bool {
    match record.state {
        MigrationState::Copying | MigrationState::Sealed | MigrationState::Moved => true,
        MigrationState::Incomplete | MigrationState::Complete | MigrationState::Adopting => false,
    }
}

/// Returns the refusal of a source whose migration has another target.
pub(super) fn is_elsewhere(found: &Migration) -> Failure {
    let state = if found.state == MigrationState::Moved { "was moved" } else { "is being moved" };
    Failure::Failed(format!(
        "this database {state} to {}; continue with that target, or give up with `--to` of that target and --abandon",
        found.peer
    ))
}

/// Waits until it is certain that no other process copies.
async fn wait_for_silence(source: &Store, found: &Migration) -> Result<(), Failure> {
    if found.owner.is_empty() {
        return Ok(());
    }
    drop(Out::error(
        "continuing an interrupted migration; waiting 5 s to be sure that no other process copies",
    ));
    let began = Instant::now();
    while began.elapsed() < TAKEOVER {
        tokio::time::sleep(Duration::from_millis(250)).await;
        if source.migration().await?.as_ref() != Some(found) {
            return Err(Failure::Failed(
                "another `vestibule migrate` copies this database at the moment; wait for it".to_owned(),
            ));
        }
    }
    Ok(())
}
