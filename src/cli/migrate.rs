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
    lease::Lease,
    pause::pause,
    places::Places,
    plan::{Plan, is_complete},
    report::{Outcome, Report},
    types::with_type,
};
use super::{failure::Failure, out::Out};
use crate::store::{Collection, MigrationState, Store};

/// Attempts of the last step.
const ATTEMPTS: u32 = 3;
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
        let record = lease.record().await;
        let target = match plan.open_target(&record).await {
            Ok(target) => target,
            Err(error) => {
                if plan.is_new { lease.reopen(false).await } else { lease.release().await }?;
                return Err(error.into());
            }
        };
        // The process ended between the last two steps.
        if is_complete(&target).await? {
            return finish(plan, &lease, Report::of(plan, Outcome::Moved)).await;
        }
        let mut copier = match start(plan, target, lease).await {
            Ok(copier) => copier,
            Err((lease, error)) => {
                drop(lease.release().await);
                return Err(error);
            }
        };
        match self.copy(plan, &mut copier).await {
            Ok(report) => finish(plan, &copier.lease, report).await,
            Err(error) => {
                // If the target is complete, the next run finishes. Otherwise services use the source at once.
                if !is_complete(&copier.target).await.unwrap_or(true) {
                    drop(copier.lease.release().await);
                }
                Err(error)
            }
        }
    }

    /// Copies everything and completes the target.
    async fn copy(&self, plan: &Plan, copier: &mut Copier) -> Result<Report, Failure> {
        copier.walk(Walk::Copy).await?;
        copier.catch_up().await?;
        copier.walk(Walk::Verify).await?;
        for attempt in 1.. {
            self.check_unreadable(copier)?;
            for _ in 0..ROUNDS {
                if copier.catch_up().await? < FEW {
                    break;
                }
            }
            copier.lease.check()?;
            drop(Out::error("all documents are compared, the pause begins: start the new replicas now"));
            match pause(plan, copier).await? {
                Some((pause, documents)) => {
                    let mut report = Report::of(plan, Outcome::Moved);
                    (report.pause, report.documents, report.written) =
                        (Some(pause), documents, copier.written);
                    report.skipped = copier.unreadable.len();
                    return Ok(report);
                }
                None if attempt < ATTEMPTS => {
                    drop(Out::error(
                        "the last step would take longer than 10 s: the source is open again, trying once more",
                    ));
                }
                None => break,
            }
        }
        Err(Failure::Failed(
            "the last step takes longer than 10 s; the source is in use again. Run the command at a time with fewer requests, or stop the \
             service for it"
                .to_owned(),
        ))
    }

    fn check_unreadable(&self, copier: &Copier) -> Result<(), Failure> {
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

/// Opens the source again if the last process ended during the pause, and starts to capture changes.
async fn start(plan: &Plan, target: Store, lease: Lease) -> Result<Copier, (Lease, Failure)> {
    if lease.record().await.state == MigrationState::Sealed
        && let Err(error) = lease.reopen(true).await
    {
        return Err((lease, error));
    }
    match plan.source.capture().await {
        Ok(capture) => Ok(Copier::new(plan.source.clone(), target, lease, capture)),
        Err(error) => Err((lease, error.into())),
    }
}

/// Marks the source as moved.
async fn finish(plan: &Plan, lease: &Lease, report: Report) -> Result<Report, Failure> {
    lease.set_state(MigrationState::Moved).await?;
    plan.source.stop_capture().await?;
    Ok(report)
}
