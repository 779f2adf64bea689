//! `vestibule adopt`: adopts the users of another application's MongoDB database in place.
//!
//! ```text
//!   documents of the other application ─▶ rows (as an import of Mongoose) ─▶ plan ─▶ our users, beside theirs ─▶ switch ─▶ audit event
//! ```
//!
//! All documents are planned before anything is written. [`crate::store::adoption`] has the steps of the switch.

mod plan;
mod report;

use clap::Args;

use self::{
    plan::{Planned, plan},
    report::Report,
};
use super::product_options::ProductArgs;
use crate::{
    audit::{EventKind, Recorder},
    cli::{
        context::{config, event_chain, keys, store},
        failure::Failure,
        out::Out,
    },
    clock::Clock,
    config::Config,
    store::{
        Create, StoreError,
        adoption::{Adopter, Adoption, Step},
    },
};

/// Adopt the users of another application's MongoDB database, in place.
///
/// `VESTIBULE_DATABASE_URL` names the database of a server with Mongoose. Stop that server first. Its collections that have names of ours are
/// renamed and kept, and its users become users here, with their passwords and authenticator apps. See deploy/docs/adopt.md.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
pub(in crate::cli) struct Adopt {
    /// Print what would change, without changing anything.
    #[arg(long, conflicts_with_all = ["undo", "finish"])]
    dry_run: bool,
    /// Print one JSON document instead of lines.
    #[arg(long)]
    json: bool,
    /// Adopt the other documents if some are refused. Refused ones stay in the kept collection.
    #[arg(long, conflicts_with_all = ["undo", "finish"])]
    leave_out_refused: bool,
    /// Give the collections back to the other application, byte for byte. What was written since the adoption is deleted.
    #[arg(long, conflicts_with = "finish")]
    undo: bool,
    /// Delete the kept collections of the other application. After that there is no undo.
    #[arg(long)]
    finish: bool,
    /// Change the database. Without it, only --dry-run works.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    products: ProductArgs,
}

impl Adopt {
    pub(in crate::cli) async fn run(self) -> Result<(), Failure> {
        if !self.dry_run && !self.yes {
            return Err(Failure::Usage(
                "the command changes the database; look at --dry-run first, then add --yes".to_owned(),
            ));
        }
        let config = config()?;
        if config.database.file().is_some() {
            return Err(Failure::Usage(
                "VESTIBULE_DATABASE_URL names a SQLite file, and the other application has a MongoDB database; name that database, or \
                 import its users with `vestibule users import --format mongoose`"
                    .to_owned(),
            ));
        }
        let adopter = Adopter::open(config.database.url(), &config.collection_prefix).await?;
        let done = self.run_on(&config, &adopter).await;
        adopter.close().await;
        done
    }

    async fn run_on(&self, config: &Config, adopter: &Adopter) -> Result<(), Failure> {
        let record = adopter.record().await?;
        if self.undo {
            return undo(adopter, record.flatten()).await;
        }
        if self.finish {
            return finish(adopter, record.flatten()).await;
        }
        match record {
            None => self.adopt(config, adopter).await,
            Some(Some(adoption)) => self.resume(adopter, &adoption).await,
            Some(None) => Err(Failure::Failed(format!(
                "the database `{}` is Vestibule's already; there is nothing to adopt",
                adopter.name()
            ))),
        }
    }

    async fn adopt(&self, config: &Config, adopter: &Adopter) -> Result<(), Failure> {
        let foreign = adopter.foreign().await?;
        if !foreign.has_users() {
            return Err(Failure::Failed(format!(
                "the database `{}` has no collection `{}`; check VESTIBULE_DATABASE_URL and VESTIBULE_COLLECTION_PREFIX",
                adopter.name(),
                adopter.prefixed("users")
            )));
        }
        let keys = keys(config)?;
        let clock = Clock::system();
        let planned = plan(config, &self.products, adopter, &keys, clock.now()).await?;
        let refused = planned.refused();
        let stops = self.dry_run || (refused > 0 && !self.leave_out_refused);
        let report = Report::of(&planned, &foreign.names, adopter, stops);
        if stops {
            report.print(self.json)?;
            return if refused == 0 { Ok(()) } else { Err(Failure::SomeRows) };
        }
        let Planned { users, digest, .. } = planned;
        let adoption = Adoption {
            step: Step::Adopting,
            collections: foreign.names,
            users: users.len() as u64,
            left_out: refused as u64,
            digest,
            at: clock.now(),
            opened: false,
            audited: false,
        };
        adopter.clear_staged().await?;
        adopter.stage(users).await?;
        adopter.begin(&adoption).await?;
        let done = adopter.switch(&adoption).await?;
        record_event(adopter, &done).await?;
        report.print(self.json)
    }

    /// Continues an adoption that was interrupted.
    async fn resume(&self, adopter: &Adopter, adoption: &Adoption) -> Result<(), Failure> {
        let done = match adoption.step {
            Step::Adopting if self.dry_run => {
                return Ok(Out::line(
                    "an adoption was interrupted; run the command again without --dry-run",
                )?);
            }
            // What takes the name was written completely before the record.
            Step::Adopting => adopter.switch(adoption).await?,
            Step::Adopted => adoption.clone(),
            Step::Undoing => {
                return Err(Failure::Failed(
                    "the collections are being given back; run `vestibule adopt --undo` again".to_owned(),
                ));
            }
            Step::Finishing => {
                return Err(Failure::Failed(
                    "the kept collections are being deleted; run `vestibule adopt --finish` again".to_owned(),
                ));
            }
        };
        if !done.audited && !self.dry_run {
            record_event(adopter, &done).await?;
        }
        let Adoption { users, at, .. } = done;
        Ok(Out::line(&format!(
            "adopted {users} users at {at}; `vestibule adopt --undo` gives the collections back, `--finish` deletes the kept ones"
        ))?)
    }
}

async fn undo(adopter: &Adopter, adoption: Option<Adoption>) -> Result<(), Failure> {
    let Some(adoption) = adoption else { return Err(nothing_to("undo")) };
    if adoption.step == Step::Finishing {
        return Err(Failure::Failed(
            "kept collections are deleted already; restore the backup that was made before the adoption"
                .to_owned(),
        ));
    }
    adopter.undo(&adoption).await?;
    Ok(Out::line(&format!(
        "the database `{}` belongs to the other application again: {}",
        adopter.name(),
        adoption.collections.join(", ")
    ))?)
}

async fn finish(adopter: &Adopter, adoption: Option<Adoption>) -> Result<(), Failure> {
    let Some(adoption) = adoption else { return Err(nothing_to("finish")) };
    match adoption.step {
        Step::Adopted | Step::Finishing => {}
        Step::Adopting | Step::Undoing => {
            return Err(Failure::Failed(
                "the adoption is not complete; run `vestibule adopt` or `vestibule adopt --undo` again"
                    .to_owned(),
            ));
        }
    }
    adopter.finish(&adoption).await?;
    Ok(Out::line("deleted the kept collections of the other application; there is no undo any more")?)
}

fn nothing_to(what: &str) -> Failure {
    Failure::Failed(format!("there is no adoption to {what}"))
}

/// Writes the audit event. The database is ours by now.
async fn record_event(adopter: &Adopter, adoption: &Adoption) -> Result<(), Failure> {
    let (config, store) = store(Create::Never).await?;
    let clock = Clock::system();
    let chain = event_chain(&config, &store, &clock)?;
    let Adoption { users, left_out, .. } = adoption;
    let details = format!("{users} users, {left_out} documents left out");
    Recorder::of_command_line(&chain, &clock)
        .success(EventKind::UsersAdopted)
        .details(details)
        .record()
        .await;
    store.close().await;
    match adopter.set_audited(adoption).await {
        // Another process has recorded it, too, or has begun the undo.
        Ok(()) | Err(StoreError::Unusable(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
