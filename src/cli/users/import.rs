//! `vestibule users import`: every row judged first, then applied; idempotent, never deleting, one bad row stops no other.
//!
//! ```text
//!   source (rows as written) ─▶ plan (what is said, or what is wrong) ─▶ apply (created, updated, unchanged, refused) ─▶ report
//! ```

mod apply;
mod plan;
mod report;

use std::{
    fs::{File, OpenOptions},
    io::{IsTerminal as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    sync::Mutex,
};

use clap::Args;
use futures_util::{StreamExt as _, stream};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::signal::unix::{SignalKind, signal};

use self::{apply::Apply, plan::Planned, report::Report};
use super::source::{self, Format};
use crate::{
    cli::{
        context::{blocking, keys, store},
        failure::Failure,
        out::Out,
    },
    clock::{Clock, Timestamp},
    login::password::hasher::Hasher,
};

/// Create and update users from a CSV, JSON or NDJSON file.
///
/// Importing a file twice changes nothing the second time. No user is deleted. A row with a mistake is refused, all other rows are
/// imported.
///
/// Columns: username, email, emailVerified, displayName, roles (separated by `;`), password (plain text, or an `$argon2…` or `$2…`
/// hash), totpSecret (base32), mustChangePassword. An empty cell leaves the field of an existing user unchanged.
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
}

impl Import {
    pub(in crate::cli) async fn run(self) -> Result<(), Failure> {
        // One listener for the whole run, so that no Ctrl-C falls between two rows.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let rows = tokio::select! {
            rows = blocking(move || source::read(&self.file, self.format)) => plan::all(rows?),
            _ = interrupt.recv() => return Err(Failure::Interrupted),
        };
        let (config, store) = store().await?;
        let keys = keys(&config)?;
        let clock = Clock::system();
        let passwords = Passwords::new(self.passwords_out.unwrap_or_else(|| default_file(clock.now())));
        if !self.dry_run && !self.no_passwords && rows.iter().any(Planned::lacks_password) {
            passwords.refuse_existing()?;
        }
        let apply = Apply {
            store: &store,
            keys: &keys,
            hasher: &Hasher::start(config.hashing),
            clock: &clock,
            passwords: &passwords,
            dry_run: self.dry_run,
            no_passwords: self.no_passwords,
        };
        let bar = progress(rows.len());
        // Twice as many rows as threads: while one waits for the store, the threads stay busy.
        let mut applied = stream::iter(rows).map(|row| apply.row(row)).buffered(config.hashing.threads * 2);
        let (mut results, mut stopped) = (Vec::new(), None);
        loop {
            // What is done is told, whatever ends it: a store that is lost, a full disk, Ctrl-C.
            let next = tokio::select! {
                next = applied.next() => next,
                _ = interrupt.recv() => Some(Err(Failure::Interrupted)),
            };
            match next {
                Some(Ok(result)) => results.push(result),
                Some(Err(failure)) => {
                    stopped = Some(failure);
                    break;
                }
                None => break,
            }
            bar.inc(1);
        }
        drop(applied);
        bar.finish_and_clear();
        let report = Report::of(results);
        if self.json {
            Out::json(&report)?;
        } else {
            report.print()?;
        }
        if let Some(file) = passwords.written() {
            Out::error(&format!(
                "the passwords that were made are in {}: hand them over, then delete the file",
                file.display()
            ))?;
        }
        store.close().await;
        match stopped {
            Some(failure) => Err(failure),
            None if report.is_refused() => Err(Failure::SomeRows),
            None => Ok(()),
        }
    }
}

fn default_file(now: Timestamp) -> PathBuf {
    let time: String = now.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
    PathBuf::from(format!("vestibule-passwords-{time}.csv"))
}

/// A bar on a terminal, nothing otherwise.
fn progress(rows: usize) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(rows as u64), target);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} people, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// The file for passwords that are made; it appears with the first one.
struct Passwords {
    path: PathBuf,
    file: Mutex<Option<File>>,
}

impl Passwords {
    fn new(path: PathBuf) -> Self {
        Self { path, file: Mutex::new(None) }
    }

    /// Before the first row, not in the middle of them.
    fn refuse_existing(&self) -> Result<(), Failure> {
        let there = self.path.exists();
        let refusal = || {
            Failure::Failed(format!(
                "{} exists, and is never overwritten: name another file",
                self.path.display()
            ))
        };
        if there { Err(refusal()) } else { Ok(()) }
    }

    /// Keeps a password before the person is made: a crash in between leaves a line too many, never a person nobody can be.
    fn keep(&self, username: &str, password: &SecretString) -> Result<(), Failure> {
        let failed = |error: std::io::Error| Failure::Failed(format!("{}: {error}", self.path.display()));
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if file.is_none() {
            let mut new = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&self.path)
                .map_err(failed)?;
            new.write_all(b"username,password\n").map_err(failed)?;
            *file = Some(new);
        }
        let mut line = csv::Writer::from_writer(Vec::new());
        let written = line.write_record([username, password.expose_secret()]);
        let bytes = written
            .map_err(|error| Failure::Failed(error.to_string()))
            .and_then(|()| line.into_inner().map_err(|error| Failure::Failed(error.to_string())))?;
        match file.as_mut() {
            Some(file) => file.write_all(&bytes).and_then(|()| file.sync_data()).map_err(failed),
            None => Ok(()),
        }
    }

    fn written(&self) -> Option<&PathBuf> {
        let file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.is_some().then_some(&self.path)
    }
}
