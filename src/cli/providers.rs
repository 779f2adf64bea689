//! `vestibule providers move-issuer`

use std::time::{Duration, Instant};

use clap::{Args, Subcommand};

use super::{
    context::{event_chain, store},
    failure::Failure,
    layout::count_of,
    out::Out,
    question::{GivenAnswers, confirm},
    users::{preview, provisioning, users_of},
};
use crate::{
    administrators::Administrators,
    audit::StatedReason,
    clock::Clock,
    config::Issuer,
    provisioning::{IssuerMove, Moved},
    store::Create,
};

/// Time between two lines of progress.
const PROGRESS: Duration = Duration::from_secs(2);

#[derive(Subcommand)]
pub(super) enum Providers {
    MoveIssuer(MoveIssuer),
}

/// Move the identities of all users to the new issuer of the same provider, such as a custom domain. The subjects must be the same.
#[derive(Args)]
#[command(
    after_help = "NEW must belong to the organisation that OLD belongs to. Otherwise the users of another tenant sign in as your users: they \
                  can have the same subjects. The command can be interrupted and repeated."
)]
pub(super) struct MoveIssuer {
    /// The old issuer, exactly as in `iss` of the ID tokens.
    old: String,
    /// The new issuer, exactly as in `iss`.
    new: String,
    /// Print what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// The reason, for the audit events.
    #[arg(long)]
    reason: Option<StatedReason>,
    #[command(flatten)]
    answers: GivenAnswers,
    /// Print one JSON document instead of lines.
    #[arg(long)]
    json: bool,
}

impl Providers {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::MoveIssuer(order) => order.run().await,
        }
    }
}

impl MoveIssuer {
    async fn run(self) -> Result<(), Failure> {
        if self.old == self.new {
            return Err(Failure::Usage("OLD and NEW are equal".to_owned()));
        }
        Issuer::new(&self.new, Vec::new()).map_err(Failure::Usage)?;
        let (config, store) = store(Create::Never).await?;
        let (clock, users) = (Clock::system(), users_of(&store));
        let chain = event_chain(&config, &store, &clock)?;
        if !config.accepts_issuer(&self.new) {
            Out::error(&format!(
                "no provider in the settings has the issuer {}: until one has it, these users cannot sign in through it",
                self.new
            ))?;
        }
        let order = IssuerMove { old: &self.old, new: &self.new, until: None };
        let mut shown = Instant::now();
        let mut progress = |seen: usize| {
            if shown.elapsed() > PROGRESS {
                shown = Instant::now();
                // A closed stderr must not stop the command.
                drop(Out::error(&format!("looked at {}", count_of(seen, "user"))));
            }
        };
        // The operator owns the machine and may do without an administrator.
        let administrators =
            (!self.answers.force).then(|| Administrators::new(&store, &users, &config.providers));
        let preview = preview(&chain, &users, &clock).protecting(administrators);
        let mut moved = preview.move_issuer(&store, order, &mut progress).await?;
        if !self.dry_run && moved.moved > 0 {
            let users_text = count_of(moved.moved, "user");
            let question = format!(
                "Do {} and {} belong to the same organisation, with the same subjects? Move {users_text}?",
                self.old, self.new
            );
            confirm(&question, self.answers.yes).await?;
            let writing =
                provisioning(&chain, &users, &clock, self.reason.clone()).protecting(administrators);
            moved = writing.move_issuer(&store, order, &mut progress).await?;
        }
        chain.close().await;
        store.close().await;
        self.report(&moved)
    }

    fn report(&self, moved: &Moved) -> Result<(), Failure> {
        if self.json {
            Out::json(moved)?;
        } else {
            let did = if self.dry_run { "would move" } else { "moved" };
            Out::line(&format!("{did} the identities of {}", count_of(moved.moved, "user")))?;
        }
        for conflict in &moved.conflicts {
            Out::error(&format!(
                "user {}: the subject {} at the new issuer belongs to user {}; merge them, or unlink one",
                conflict.user, conflict.subject, conflict.other
            ))?;
        }
        if moved.unreadable > 0 {
            Out::error(&format!("{} cannot be read", count_of(moved.unreadable, "user")))?;
        }
        let is_complete = moved.conflicts.is_empty() && moved.unreadable == 0;
        if is_complete { Ok(()) } else { Err(Failure::SomeRows) }
    }
}
