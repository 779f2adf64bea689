//! `vestibule users import`. All rows are checked first, then applied. A second run changes nothing, no user is deleted, and a refused row
//! does not stop the others.
//!
//! ```text
//!   source (the file in memory) ─┬─▶ check: every row once, no plan is kept
//!                                └─▶ plan (desired user, or mistakes) ─▶ batches ─▶ apply (look-up, transaction) ─▶ report
//! ```
//!
//! The report has the rows in the order in which they were applied. After an interruption, also by `kill -9`, the same import continues: each
//! user is complete or absent.

pub(in crate::cli) mod adopt;
mod apply;
mod batches;
mod errors_file;
mod mistake;
mod not_carried_over;
mod password_options;
mod passwords;
mod plan;
mod product_options;
mod progress;
mod report;
mod source;

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use clap::Args;
use futures_util::{StreamExt as _, stream};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};

use self::{
    apply::{Apply, OnConflict, Removals},
    batches::{Input, ROWS, ROWS_WITHOUT_USERS},
    errors_file::ErrorsFile,
    password_options::PasswordArgs,
    passwords::PasswordFile,
    plan::{PlanOptions, PlannedRow},
    product_options::{ProductArgs, ProductOptions},
    progress::Progress,
    report::{Report, Style},
    source::{ColumnMap, Format, ImportFile, Source},
};
use super::actions::users_of;
use crate::{
    administrators::Administrators,
    audit::{Recorder, StatedReason},
    cli::{
        context::{blocking, config, event_chain, keys, store},
        failure::Failure,
        layout::count_of,
        out::Out,
    },
    clock::Clock,
    config::Config,
    login::password::{hasher::Hasher, policy::PasswordPolicy},
    provisioning::{Credentials, Mode, Provisioning},
    store::Create,
};

/// Batches that are applied at the same time: while one waits for the disk, the next one is prepared.
const PARALLEL_BATCHES: usize = 3;

/// Create and update users from a CSV, JSON or NDJSON file, or from an export of Auth0, Keycloak, Firebase, Django or Mongoose.
///
/// Importing a file twice changes nothing the second time. No user is deleted. A row with a mistake is refused, all other rows are
/// imported.
///
/// Columns: username, email, emailVerified, displayName, roles (separated by `;`), password (plain text, or a hash of bcrypt, Argon2,
/// PBKDF2 or scrypt as frameworks write it), totpSecret (base32), mustChangePassword, id, status, issuer and subject (an identity at a
/// provider), locale, picture, and the columns of an export. A row needs username, id, or issuer and subject. An empty cell leaves the
/// field of an existing user unchanged.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
pub(in crate::cli) struct Import {
    /// File to import; `-` reads stdin.
    file: PathBuf,
    /// Format of the file. By default the content decides, and the file name if the content leaves it open.
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
    /// What happens to a user who exists and differs from the row [default: update]. Without the option, the export of another product
    /// changes only users who have one of its identities.
    #[arg(long, value_enum)]
    on_conflict: Option<OnConflict>,
    /// New file for refused rows, each with the reason, to be corrected and imported again. Its mode is 0600.
    #[arg(long, value_name = "FILE")]
    errors_file: Option<PathBuf>,
    /// Read this column or member as this field, for example `--map mail=email`. Can be repeated.
    #[arg(long, value_name = "COLUMN=FIELD")]
    map: Vec<String>,
    /// Identity file of age that opens a sealed export of `users export`.
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// Show no progress, and print only refused rows and the totals.
    #[arg(long)]
    quiet: bool,
    /// Link identities also if the user has unlinked them.
    #[arg(long)]
    relink_identities: bool,
    /// Also apply rows after which no active administrator is left.
    #[arg(long)]
    force: bool,
    /// Why you do this: 1 to 500 characters, stored with the audit events.
    #[arg(long, value_name = "TEXT")]
    reason: Option<StatedReason>,
    #[command(flatten)]
    password_args: PasswordArgs,
    #[command(flatten)]
    product_args: ProductArgs,
}

impl Import {
    pub(in crate::cli) async fn run(self) -> Result<(), Failure> {
        // One listener for the whole run, so that a Ctrl-C between two rows is not lost.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let map = ColumnMap::parse(&self.map)?;
        let options = self.options()?;
        let products = self.products(&options)?;
        let file =
            ImportFile { path: self.file.clone(), identity: self.identity.clone(), format: self.format };
        let read = move || {
            let input = Input { source: Source::read(&file, map, &products)?, options };
            let checked = input.check()?;
            Ok((Arc::new(input), checked))
        };
        let (input, checked) = tokio::select! {
            read = blocking(read) => read?,
            _ = interrupt.recv() => return Err(Failure::Interrupted),
        };
        self.require_fitting(&input)?;
        let errors_file = self.errors_file.clone().map(ErrorsFile::new).transpose()?;
        let mode = if self.dry_run { Mode::DryRun } else { Mode::Write };
        let create = if self.dry_run { Create::Never } else { Create::IfMissing };
        let (config, store) = store(create).await?;
        let generates_passwords = !self.no_passwords && config.local_passwords;
        let (keys, hasher, clock) = (keys(&config)?, Hasher::start(config.hashing), Clock::system());
        let passwords = PasswordFile::new(self.passwords_out.clone(), clock.now())?;
        if !self.dry_run && generates_passwords && checked.needs_passwords {
            passwords.require_new()?;
        }
        let users = users_of(&store);
        let chain = event_chain(&config, &store, &clock)?;
        let audit = Recorder::of_command_line(&chain, &clock).stating(self.reason);
        // The operator owns the machine and may do without an administrator.
        let administrators = (!self.force).then(|| Administrators::new(&store, &users, &config.providers));
        let provisioning = Provisioning::new(&users, &clock, audit, mode).protecting(administrators);
        let has_users = provisioning.has_users().await?;
        let rows = if config.database.file().is_some() && !has_users { ROWS_WITHOUT_USERS } else { ROWS };
        let apply = Apply {
            finds_users: AtomicBool::new(has_users),
            removals: Removals::default(),
            provisioning,
            credentials: Credentials { hasher: &hasher, keys: &keys },
            passwords: &passwords,
            generates_passwords,
            on_conflict: self.on_conflict.unwrap_or(OnConflict::Update),
            requires_identity: input.source.is_export() && self.on_conflict.is_none(),
            // Twice as many rows as threads: while one row waits for the store, the threads stay busy.
            parallel: config.hashing.threads * 2,
        };
        let style = Style { is_json: self.json, is_quiet: self.quiet, mode };
        let mut report = Report::new(style, &input.source, errors_file);
        let mut progress = Progress::new(checked.rows, self.quiet);
        let batches = Input::batches(&input, checked, rows);
        let stopped = apply_all(&apply, batches, &mut report, &mut progress, &mut interrupt).await;
        progress.finish();
        report.finish()?;
        report_passwords(&config, &passwords, checked.with_password)?;
        store.close().await;
        stopped?;
        if report.has_refused_rows() { Err(Failure::SomeRows) } else { Ok(()) }
    }

    /// Refuses options that have no meaning for a file. Without the option, a file that is not recognised as an export would be imported
    /// differently than the administrator expects.
    fn require_fitting(&self, input: &Input) -> Result<(), Failure> {
        let is_export = input.source.is_export();
        match self.product_args.given() {
            Some(option) if !is_export => Err(Failure::Usage(format!(
                "{option} is for exports of other products, and the file is none; name the product with --format"
            ))),
            // A hash of another product never becomes a password.
            Some(_) | None if is_export && input.options.passwords.are_plain => Err(Failure::Usage(
                "--plain-passwords is not for exports of other products: they contain hashes".to_owned(),
            )),
            Some(_) | None => Ok(()),
        }
    }

    fn products(&self, options: &PlanOptions) -> Result<ProductOptions, Failure> {
        let issuers = options.providers.iter().map(|(issuer, _)| issuer.clone()).collect();
        let firebase = options.passwords.firebase.clone();
        self.product_args.options(issuers, firebase).map_err(Failure::Usage)
    }

    fn options(&self) -> Result<PlanOptions, Failure> {
        let settings = config()?;
        if self.passwords_out.is_some() && !settings.local_passwords {
            return Err(Failure::Usage(
                "--passwords-out: this service has no passwords (VESTIBULE_LOCAL_PASSWORDS is off), so none is generated; leave the option out"
                    .to_owned(),
            ));
        }
        let providers = settings.providers.iter();
        Ok(PlanOptions {
            passwords: self.password_args.options(PasswordPolicy::of(&settings))?,
            providers: providers.map(|known| (known.issuer.clone(), known.name.clone())).collect(),
            may_relink: self.relink_identities,
        })
    }
}

/// Reports where the generated passwords are, or what a service without passwords does with those of the file. They are kept: the file may be
/// the only copy, and the setting can be turned on again.
fn report_passwords(config: &Config, generated: &PasswordFile, rows: usize) -> Result<(), Failure> {
    if let Some(file) = generated.written() {
        Out::error(&format!(
            "the generated passwords are in {}; give them to the users, then delete the file",
            file.display()
        ))?;
    }
    if config.local_passwords {
        return Ok(());
    }
    if rows > 0 {
        Out::error(&format!(
            "{} with a password: it is stored and opens nothing while VESTIBULE_LOCAL_PASSWORDS is off",
            count_of(rows, "row")
        ))?;
    }
    Out::error(
        "a new user signs in through a linked provider, or adds a passkey with a link of `vestibule users reset-password NAME`",
    )?;
    Ok(())
}

/// Applies the batches in order, then the rows that wait for all others. Rows that were applied are reported also after a failure or a
/// Ctrl-C.
async fn apply_all(
    apply: &Apply<'_>,
    batches: mpsc::Receiver<Result<Vec<PlannedRow>, Failure>>,
    report: &mut Report<'_>,
    progress: &mut Progress,
    interrupt: &mut Signal,
) -> Result<(), Failure> {
    let batches = stream::unfold(batches, |mut batches| async { Some((batches.recv().await?, batches)) });
    let applied = batches.map(|batch| async { apply.batch(batch?).await }).buffered(PARALLEL_BATCHES);
    let removals = stream::once(async { stream::iter(apply.due_removals()) }).flatten();
    let applied = applied.chain(removals.then(|row| apply.batch(vec![row])));
    let mut applied = std::pin::pin!(applied);
    loop {
        let next = tokio::select! {
            next = applied.next() => next,
            _ = interrupt.recv() => return Err(Failure::Interrupted),
        };
        let Some(results) = next.transpose()? else { return Ok(()) };
        report.add(&results)?;
        progress.advance(results.len());
    }
}
