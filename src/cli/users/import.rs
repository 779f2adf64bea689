//! `vestibule users import`. All rows are checked first, then applied. A second run changes nothing, no user is deleted, and a refused row
//! does not stop the others.
//!
//! ```text
//!   source (rows as written) ─▶ plan (desired user, or mistakes) ─▶ apply (one provisioning call each) ─▶ report
//! ```

pub(in crate::cli) mod adopt;
mod apply;
mod mistake;
mod not_carried_over;
mod password_options;
mod passwords;
mod plan;
mod product_options;
mod report;
mod source;

use std::{io::IsTerminal as _, path::PathBuf};

use clap::Args;
use futures_util::{StreamExt as _, stream};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::signal::unix::{Signal, SignalKind, signal};

use self::{
    apply::Apply,
    password_options::PasswordArgs,
    passwords::PasswordFile,
    plan::{PlanOptions, PlannedRow, plan},
    product_options::ProductArgs,
    report::{Report, RowResult},
    source::{Content, Format},
};
use super::actions::{provisioning, users_of};
use crate::{
    cli::{
        context::{blocking, config, event_chain, keys, store},
        failure::Failure,
        out::Out,
    },
    clock::Clock,
    login::password::{hasher::Hasher, policy::PasswordPolicy},
    provisioning::{Credentials, Mode},
    store::Create,
};

/// Create and update users from a CSV, JSON or NDJSON file.
///
/// Importing a file twice changes nothing the second time. No user is deleted. A row with a mistake is refused, all other rows are
/// imported.
///
/// Columns: username, email, emailVerified, displayName, roles (separated by `;`), password (plain text, or a hash of bcrypt, Argon2,
/// PBKDF2 or scrypt as frameworks write it), totpSecret (base32), mustChangePassword, id, status, issuer and subject (an identity at a
/// provider), locale, picture, and the columns of an export. A row needs username, id, or issuer and subject. An empty cell leaves the
/// field of an existing user unchanged.
#[derive(Args)]
pub(in crate::cli) struct Import {
    /// File to import; `-` reads stdin.
    file: PathBuf,
    /// Format of the file. By default the file name decides; stdin is CSV.
    #[arg(long)]
    format: Option<Format>,
    /// Print what would change, without changing anything.
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON document instead of lines.
    #[arg(long)]
    json: bool,
    /// New file for generated passwords, with the columns username and password and mode 0600
    /// [default: vestibule-passwords-TIME.csv].
    #[arg(long, value_name = "FILE", conflicts_with = "no_passwords")]
    passwords_out: Option<PathBuf>,
    /// Create users without a password if the file has none. They can sign in only through a provider.
    #[arg(long)]
    no_passwords: bool,
    /// Link identities also if the user has unlinked them.
    #[arg(long)]
    relink_identities: bool,
    #[command(flatten)]
    password_args: PasswordArgs,
    #[command(flatten)]
    product_args: ProductArgs,
}

impl Import {
    pub(in crate::cli) async fn run(self) -> Result<(), Failure> {
        // One listener for the whole run, so that a Ctrl-C between two rows is not lost.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let settings = config()?;
        let options = PlanOptions {
            passwords: self.password_args.options(PasswordPolicy::of(&settings))?,
            providers: settings
                .providers
                .iter()
                .map(|known| (known.issuer.clone(), known.name.clone()))
                .collect(),
            may_relink: self.relink_identities,
        };
        let issuers = settings.providers.iter().map(|provider| provider.issuer.clone()).collect();
        let products = self.product_args.options(issuers, options.passwords.firebase.clone());
        let products = products.map_err(Failure::Usage)?;
        let content = tokio::select! {
            content = blocking(move || source::read(&self.file, self.format, &products)) => content?,
            _ = interrupt.recv() => return Err(Failure::Interrupted),
        };
        require_fitting(&content, &self.product_args, options.passwords.are_plain)?;
        let Content { rows, notes, .. } = content;
        let rows = plan(rows, &options);
        let create = if self.dry_run { Create::Never } else { Create::IfMissing };
        let (config, store) = store(create).await?;
        let (keys, hasher, clock) = (keys(&config)?, Hasher::start(config.hashing), Clock::system());
        let passwords = PasswordFile::new(self.passwords_out, clock.now())?;
        if !self.dry_run && !self.no_passwords && rows.iter().any(PlannedRow::has_no_password) {
            passwords.require_new()?;
        }
        let mode = if self.dry_run { Mode::DryRun } else { Mode::Write };
        let users = users_of(&store);
        let chain = event_chain(&config, &store, &clock)?;
        let apply = Apply {
            store: &store,
            provisioning: provisioning(&chain, &users, &clock, mode),
            checks: provisioning(&chain, &users, &clock, Mode::DryRun),
            may_change_existing: self.product_args.may_change_existing(),
            credentials: Credentials { hasher: &hasher, keys: &keys },
            passwords: &passwords,
            generates_passwords: !self.no_passwords,
        };
        // Twice as many rows as threads: while one row waits for the store, the threads stay busy.
        let parallel = config.hashing.threads * 2;
        let (results, stopped) = apply_all(&apply, rows, parallel, &mut interrupt).await;
        let report = Report::of(results, mode, notes);
        if self.json {
            Out::json(&report)?;
        } else {
            report.print()?;
        }
        if let Some(file) = passwords.written() {
            Out::error(&format!(
                "the generated passwords are in {}; give them to the users, then delete the file",
                file.display()
            ))?;
        }
        store.close().await;
        match stopped {
            Some(failure) => Err(failure),
            None if report.has_refused_rows() => Err(Failure::SomeRows),
            None => Ok(()),
        }
    }
}

/// Refuses options that have no meaning for a file. Without the option, a file that is not recognised as an export would be imported
/// differently than the administrator expects.
fn require_fitting(content: &Content, products: &ProductArgs, are_plain: bool) -> Result<(), Failure> {
    match products.given() {
        Some(option) if !content.is_export => Err(Failure::Usage(format!(
            "{option} is for exports of other products, and the file is none; name the product with --format"
        ))),
        // A hash of another product never becomes a password.
        Some(_) | None if content.is_export && are_plain => Err(Failure::Usage(
            "--plain-passwords is not for exports of other products: they contain hashes".to_owned(),
        )),
        Some(_) | None => Ok(()),
    }
}

/// Applies the rows in order. Returns the results of all rows that were applied, also after a failure or a Ctrl-C.
async fn apply_all(
    apply: &Apply<'_>,
    rows: Vec<PlannedRow>,
    parallel: usize,
    interrupt: &mut Signal,
) -> (Vec<RowResult>, Option<Failure>) {
    let bar = progress_bar(rows.len());
    let mut applied = stream::iter(rows).map(|row| apply.row(row)).buffered(parallel);
    let mut results = Vec::new();
    let stopped = loop {
        let next = tokio::select! {
            next = applied.next() => next,
            _ = interrupt.recv() => Some(Err(Failure::Interrupted)),
        };
        match next {
            Some(Ok(result)) => results.push(result),
            Some(Err(failure)) => break Some(failure),
            None => break None,
        }
        bar.inc(1);
    };
    bar.finish_and_clear();
    (results, stopped)
}

/// Creates a progress bar; it is hidden if stderr is not a terminal.
fn progress_bar(rows: usize) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(rows as u64), target);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} users, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
