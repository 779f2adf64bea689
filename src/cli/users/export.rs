//! `vestibule users export`. An import of the file into an empty store, and an export of that store, give the same bytes (of a sealed file:
//! the same text, because each seal has a random key).
//!
//! ```text
//!   recipients, target ─▶ audit event ─▶ pages of users ─▶ rows (text) ─┬──────────▶ file or stdout
//!                                                                      └─▶ seal ─▶
//! ```

mod output;
mod rows;

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
};

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use self::{
    output::Output,
    rows::{Format, Rows},
};
use crate::{
    audit::{EventKind, Recorder, StatedReason},
    cli::{
        context::{event_chain, keys, store},
        failure::Failure,
        out::Out,
    },
    clock::Clock,
    config::Config,
    provisioning::{Content, ExportPage, UserExport},
    secrets::Recipients,
    store::{Create, Store},
    user::User,
};

/// Write all users to a file that `users import` reads.
///
/// An import into an empty store gives the same users, with their ids, times, roles, identities and former ids. Without --with-secrets the
/// file has no password hash, no secret of an authenticator app, no recovery code, no passkey and no phone number.
///
/// With --with-secrets it has all of them, and is sealed with age (age-encryption.org) to the public keys that you name. Create a
/// key pair with `age-keygen -o FILE`; `users import --identity FILE` opens the export.
///
/// Sessions, known devices, waits and changes that are not complete are not exported. A user who cannot be read is reported, and the
/// others are exported: the exit code is 1 then.
#[derive(Args)]
pub(in crate::cli) struct Export {
    #[arg(long, value_enum, default_value_t = Format::Ndjson)]
    format: Format,
    /// New file, with mode 0600; `-` writes to stdout. It appears when it is complete.
    #[arg(long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Replace the output file if it exists.
    #[arg(long)]
    force: bool,
    /// Export password hashes, secrets of authenticator apps, passkeys, codes by message and hashes of recovery codes. Requires a recipient.
    #[arg(long)]
    with_secrets: bool,
    // Not parsed by the type: a message of the parser would repeat a secret key that was given by mistake.
    /// Public key `age1…` to which the file is sealed. Can be repeated.
    #[arg(long, value_name = "KEY")]
    recipient: Vec<String>,
    /// File with public keys, one per line.
    #[arg(long, value_name = "FILE")]
    recipients_file: Option<PathBuf>,
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[arg(long, value_name = "TEXT")]
    reason: Option<StatedReason>,
}

impl Export {
    pub(in crate::cli) async fn run(self) -> Result<(), Failure> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let recipients = self.recipients()?;
        let (config, store) = store(Create::Never).await?;
        let keys = keys(&config)?;
        let content = if self.with_secrets { Content::WithSecrets(&keys) } else { Content::WithoutSecrets };
        let output = Output::create((self.output.as_os_str() != "-").then_some(&*self.output), self.force)?;
        self.record(&config, &store, &recipients).await?;
        let exported = tokio::select! {
            exported = self.write(output, &recipients, UserExport::new(&store, content), content) => exported?,
            // The file that is not complete is deleted.
            _ = interrupt.recv() => return Err(Failure::Interrupted),
        };
        store.close().await;
        report(&exported)
    }

    /// Returns the keys to which the file is sealed. Secrets are never written in a form that any user of the machine can read: not to a file without a
    /// key, and not to a terminal, whose lines are kept and shared.
    fn recipients(&self) -> Result<Recipients, Failure> {
        let recipients = Recipients::parse(&self.recipient, self.recipients_file.as_deref());
        let recipients = recipients.map_err(Failure::Usage)?;
        if self.with_secrets && recipients.is_empty() {
            return Err(Failure::Usage(
                "--with-secrets needs the public key that the file is sealed to: --recipient age1… or --recipients-file FILE; create a \
                 key pair with `age-keygen -o FILE`"
                    .to_owned(),
            ));
        }
        if !recipients.is_empty() && self.output.as_os_str() == "-" && io::stdout().is_terminal() {
            return Err(Failure::Usage(
                "a sealed export is not written to a terminal; name a file with --output".to_owned(),
            ));
        }
        Ok(recipients)
    }

    /// Records the act before the first byte is written, or refuses it: users must not be taken away without an audit event.
    async fn record(&self, config: &Config, store: &Store, recipients: &Recipients) -> Result<(), Failure> {
        let clock = Clock::system();
        let users = store.estimated_count::<User>().await?;
        let secrets = if self.with_secrets { "with secrets" } else { "without secrets" };
        let sealed = if recipients.is_empty() { String::new() } else { format!(", sealed to {recipients}") };
        let details = format!("about {users} users, {secrets}{sealed}");
        let chain = event_chain(config, store, &clock)?;
        let audit = Recorder::of_command_line(&chain, &clock).stating(self.reason.clone());
        let event = audit.success(EventKind::UsersExported).details(details);
        event.record_or_fail().await.map_err(|error| {
            Failure::Failed(format!(
                "nothing was exported, because the audit event cannot be stored: {error}"
            ))
        })
    }

    async fn write(
        &self,
        output: Output,
        recipients: &Recipients,
        mut users: UserExport<'_>,
        content: Content<'_>,
    ) -> Result<Exported, Failure> {
        let mut output = output.sealed_to(recipients)?;
        let mut rows = Rows::new(self.format, content);
        let mut exported = Exported::default();
        output.write_all(rows.start().as_bytes())?;
        while let Some(ExportPage { users, left_out }) = users.next_page().await? {
            for user in &users {
                output.write_all(rows.row(user)?.as_bytes())?;
            }
            exported.users += users.len();
            exported.left_out.extend(left_out);
        }
        output.write_all(rows.end().as_bytes())?;
        output.finish()?;
        Ok(exported)
    }
}

/// What an export contains.
#[derive(Default)]
struct Exported {
    users: usize,
    /// Id and cause.
    left_out: Vec<(String, String)>,
}

/// Prints the number of users, and those who are missing. The rows may be on stdout, so it goes to stderr.
fn report(exported: &Exported) -> Result<(), Failure> {
    for (id, cause) in &exported.left_out {
        Out::error(&format!("user {id} cannot be exported: {cause}"))?;
    }
    let users = if exported.users == 1 { "user" } else { "users" };
    Out::error(&format!("exported {} {users}", exported.users))?;
    if exported.left_out.is_empty() {
        return Ok(());
    }
    let missing = exported.left_out.len();
    Out::error(&format!(
        "{missing} not in the export; see `vestibule doctor`, restore them from a backup or add their keys, and export again"
    ))?;
    Err(Failure::SomeRows)
}
