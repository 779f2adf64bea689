//! `vestibule migrate`: moves all data from one store to another one while the service runs.
//!
//! ```text
//!   claim the source ─▶ claim the target ─▶ capture changes ─▶ copy ─▶ verify ─▶ catch up
//!                                                                                    │
//!   target complete ◀─ counts, indexes ◀─ last changes ◀─ wait for open writes ◀─ seal the source      (the pause)
//! ```
//!
//! Services refuse a target before it is complete, and a source after its seal. So each write is in exactly one store that is in use.
//! Every step can be repeated: an interrupted migration starts with the comparison of both stores.

mod copy;
mod digest;
mod lease;
mod pause;
mod places;
mod plan;
mod progress;
mod report;
mod types;

use clap::Args;

use self::{
    copy::{Copier, Walk},
    lease::{Lease, Seal},
    pause::{pause, withdraw},
    places::Places,
    plan::{Plan, is_complete},
    report::{Outcome, Report},
    types::with_type,
};
use super::{failure::Failure, out::Out};
use crate::{
    clock::Clock,
    store::{Collection, MigrationState},
};

/// Changes that are few enough for the last step.
const FEW: usize = 200;
/// Rounds of catching up before the last step is tried anyway.
const ROUNDS: usize = 20;

/// Move all data to another database, also while the service runs. Sessions stay valid.
///
/// Each document is copied and compared. At the end, services of the source are closed for up to ten seconds: they answer 503. Then the
/// source refuses services, and the target accepts them. Run the same command again after an interruption.
#[derive(Args)]
#[command(
    after_help = "The prefix in VESTIBULE_COLLECTION_PREFIX belongs to MongoDB databases. The keys are not copied: the service needs the same \
                  keys with the new database, and the command prints where they are."
)]
pub(super) struct Migrate {
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    instead: Instead,
    /// Leave documents behind that cannot be read.
    #[arg(long)]
    skip_unreadable: bool,
    /// Print one JSON document instead of lines.
    #[arg(long)]
    json: bool,
}

/// What the command does instead of a migration.
#[derive(Args)]
struct Instead {
    /// Read the source and check the target, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Give up an interrupted migration: the target is deleted, and services use the source again.
    #[arg(long, conflicts_with = "dry_run")]
    abandon: bool,
}

impl Migrate {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let plan = Plan::new(&self.places).await?;
        if self.instead.abandon {
            return plan.abandon().await;
        }
        if plan.record.state == MigrationState::Moved {
            return Report::of(&plan, Outcome::Moved).print(self.json);
        }
        plan.check_target().await?;
        if self.instead.dry_run {
            return self.dry_run(&plan).await;
        }
        let report = self.migrate(&plan).await?;
        plan.source.close().await;
        report.print(self.json)
    }

    async fn dry_run(&self, plan: &Plan) -> Result<(), Failure> {
        let mut report = Report::of(plan, Outcome::DryRun);
        for &collection in Collection::ALL {
            with_type!(collection, D => {
                report.documents.push((collection.name(), plan.source.estimated_count::<D>().await?));
            });
        }
        report.print(self.json)
    }

    async fn migrate(&self, plan: &Plan) -> Result<Report, Failure> {
        let lease = Lease::take(&plan.source, &plan.record).await?;
        let mut copier = match start(plan, &lease).await {
            Ok(Some(copier)) => copier,
            // The process ended between the last two steps.
            Ok(None) => return finish(&lease, Report::of(plan, Outcome::Moved)).await,
            Err(failure) => {
                // If the last process ended during the pause, the target may be complete.
                give_back(&lease, Seal::Keep).await;
                return Err(failure);
            }
        };
        match self.copy(plan, &mut copier).await {
            Ok(report) => finish(&lease, report).await,
            Err(failure) => {
                let is_withdrawn = withdraw(&copier).await.is_ok_and(|is_withdrawn| is_withdrawn);
                give_back(&lease, if is_withdrawn { Seal::Open } else { Seal::Keep }).await;
                Err(failure)
            }
        }
    }

    /// Copies everything and completes the target.
    async fn copy(&self, plan: &Plan, copier: &mut Copier<'_>) -> Result<Report, Failure> {
        copier.walk(Walk::Copy).await?;
        copier.catch_up().await?;
        copier.walk(Walk::Verify).await?;
        self.check_unreadable(copier)?;
        for _ in 0..ROUNDS {
            if copier.catch_up().await? < FEW {
                break;
            }
        }
        copier.lease.check()?;
        drop(Out::error("all documents are compared, the pause begins: start the new replicas now"));
        let (pause, documents) = pause(plan, copier).await?;
        let mut report = Report::of(plan, Outcome::Moved);
        (report.pause, report.documents, report.written) = (Some(pause), documents, copier.written);
        report.skipped = copier.unreadable.len();
        Ok(report)
    }

    fn check_unreadable(&self, copier: &Copier<'_>) -> Result<(), Failure> {
        if self.skip_unreadable || copier.unreadable.is_empty() {
            return Ok(());
        }
        for ((collection, id), cause) in copier.unreadable.iter().take(20) {
            Out::error(&format!("{collection} {id}: {cause}"))?;
        }
        Err(Failure::Failed(format!(
            "{} documents cannot be read and would be lost; repair or delete them, or leave them behind with --skip-unreadable. The source \
             is in use as before",
            copier.unreadable.len()
        )))
    }
}

/// Opens the target, opens the source again if the last process ended during the pause, and starts to capture changes. Returns `None` if the
/// target is complete.
async fn start<'a>(plan: &Plan, lease: &'a Lease) -> Result<Option<Copier<'a>>, Failure> {
    let record = lease.record().await;
    let target = plan.open_target(&record).await?;
    if is_complete(&target).await? {
        return match record.state {
            MigrationState::Sealed | MigrationState::Moved => Ok(None),
            // Without a copy, the writes to the source would be lost.
            MigrationState::Copying
            | MigrationState::Incomplete
            | MigrationState::Complete
            | MigrationState::Adopting => Err(Failure::Failed(format!(
                "the target {} is complete, and services use the source: both may have newer data. Stop the services, delete the target, \
                     then run the command again",
                plan.to.place()
            ))),
        };
    }
    if record.state == MigrationState::Sealed {
        lease.reopen(true).await?;
    }
    let clock = Clock::system();
    plan.source.synchronize(&clock).await?;
    let capture = plan.source.capture(&record.owner).await?;
    let target = (target, plan.record_of_target(&record));
    Ok(Some(Copier::new(plan.source.clone(), target, lease, clock, capture)))
}

/// Gives the source up after a failure, which the caller reports.
async fn give_back(lease: &Lease, seal: Seal) {
    let was_sealed = lease.record().await.state == MigrationState::Sealed;
    drop(Out::error(match (lease.release(seal).await, seal) {
        (Ok(()), _) if !was_sealed => return,
        (Ok(()), Seal::Open) => "the source is in use again",
        (Ok(()), Seal::Keep) => {
            "the source stays closed, because the target may be complete: run the same command again"
        }
        // Also without a known seal: the answer to it may be lost.
        (Err(_), _) => {
            "the source may still be closed: run the same command again, or end the migration with --abandon"
        }
    }));
}

/// Marks the source as moved.
async fn finish(lease: &Lease, report: Report) -> Result<Report, Failure> {
    let marked = lease.set_state(MigrationState::Moved).await;
    if marked.is_err() {
        drop(Out::error(
            "the target is complete, and the source stays closed: run the same command again to mark it",
        ));
    }
    marked.map(|()| report)
}
