//! One process copies at a time: it owns the record of the source, and raises its beat every second.
//!
//! Another process becomes the owner if the beat stands still for five seconds. It compares beats, not clocks. A process that was stopped and
//! continues later finds that its last beat is too old, or that the compare-and-set of its next one fails. Then it writes nothing more.

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

use super::super::{failure::Failure, out::Out};
use crate::{
    secrets,
    store::{Migration, MigrationState, Store},
};

const BEAT: Duration = Duration::from_secs(1);
/// How long the last beat allows to write.
const VALID: Duration = Duration::from_secs(3);
/// How long a beat stands still before another process becomes the owner.
const TAKEOVER: Duration = Duration::from_secs(5);

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

impl Lease {
    /// Takes the record of the source: a new one with this id, or the one of an interrupted migration to the same place.
    pub(super) async fn take(source: &Store, new: &Migration) -> Result<Self, Failure> {
        let owner = secrets::hex(&secrets::random::<8>());
        loop {
            let found = source.migration().await?;
            let taken = match &found {
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
        self.shared.replace(|record| Some(Migration { state, ..record.clone() })).await
    }

    /// Opens the source for services again. With `keep`, the migration can be continued; without, it is over.
    pub(super) async fn reopen(&self, keep: bool) -> Result<(), Failure> {
        let reopened =
            |record: &Migration| keep.then(|| Migration { state: MigrationState::Copying, ..record.clone() });
        self.shared.replace(reopened).await
    }

    /// Gives the record up, so that the next process does not wait.
    pub(super) async fn release(&self) -> Result<(), Failure> {
        self.beating.abort();
        let released = |record: &Migration| {
            let state = match record.state {
                MigrationState::Sealed => MigrationState::Copying,
                other => other,
            };
            Some(Migration { state, owner: String::new(), ..record.clone() })
        };
        self.shared.replace(released).await
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.beating.abort();
    }
}

impl Shared {
    async fn replace(&self, change: impl FnOnce(&Migration) -> Option<Migration>) -> Result<(), Failure> {
        let mut record = self.record.lock().await;
        let began = Instant::now();
        let new = change(&record);
        if !self.source.set_migration(Some(&record), new.as_ref()).await? {
            self.is_lost.store(true, Ordering::Release);
            return Err(Failure::Failed(
                "another `vestibule migrate` continues this migration; nothing was changed by this one"
                    .to_owned(),
            ));
        }
        if let Some(new) = new {
            *record = new;
        }
        *self.beaten.lock().unwrap_or_else(PoisonError::into_inner) = began;
        Ok(())
    }
}

async fn beat(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(BEAT).await;
        // A failure shows in `check`: the last beat gets too old.
        let _ = shared.replace(|record| Some(Migration { beat: record.beat + 1, ..record.clone() })).await;
    }
}

/// Listens for signals that end the migration.
async fn listen(shared: Arc<Shared>) {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    // With a listener, Ctrl-Z has no effect. A stopped process would keep the source sealed, and continue beside another one.
    let _stop = signal(SignalKind::from_raw(Signal::TSTP.as_raw()));
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    shared.is_interrupted.store(true, Ordering::Release);
}

pub(super) fn is_of_source(record: &Migration) -> bool {
    match record.state {
        MigrationState::Copying | MigrationState::Sealed | MigrationState::Moved => true,
        MigrationState::Incomplete | MigrationState::Complete => false,
    }
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
