//! The command line. Data goes to stdout, progress and errors to stderr. A password is never an argument.

mod backup;
mod check;
mod completions;
mod context;
mod doctor;
mod events;
mod explain;
mod failure;
mod healthcheck;
mod keys;
mod layout;
mod mail;
mod man;
mod migrate;
mod new_file;
mod openapi;
mod out;
mod providers;
mod question;
mod quoted;
mod reference;
mod serve;
mod stop_signal;
mod users;
mod webhooks;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use rustix::process::{Resource, Rlimit, setrlimit};

use self::failure::{EXIT_CODES, Failure};
use crate::log::{self, Format};

/// Login and sessions for web applications: local accounts with an authenticator app, and accounts of any OpenID Connect provider.
#[derive(Parser)]
#[command(name = "vestibule", version, arg_required_else_help = true, after_help = after_help())]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service until SIGTERM or Ctrl-C.
    Serve,
    Check(check::Check),
    Healthcheck(healthcheck::Healthcheck),
    Doctor(doctor::Doctor),
    /// Create, import, export, list, show, disable, unlock and reset users.
    #[command(subcommand)]
    Users(users::Users),
    Explain(explain::Explain),
    Events(events::Events),
    /// Move the identities of a provider that has a new issuer.
    #[command(subcommand)]
    Providers(providers::Providers),
    /// Create and rotate keys.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Show and retry mail that is not delivered, and test the mail server.
    #[command(subcommand)]
    Mail(mail::Mail),
    /// Show messages to webhooks, send them again, and test a receiver.
    #[command(subcommand)]
    Webhooks(webhooks::Webhooks),
    Migrate(migrate::Migrate),
    Adopt(users::Adopt),
    Backup(backup::Backup),
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    Completions(completions::Completions),
    Man(man::ManualPages),
    #[command(hide = true)]
    Reference(reference::Reference),
}

fn after_help() -> String {
    let codes = EXIT_CODES.map(|(code, meaning)| format!("  {code:>3}  {meaning}\n"));
    format!(
        "Settings come from the environment (VESTIBULE_…) and from the file .env. .env.example lists them, `vestibule check` \
         prints the settings in effect.\n\nExit codes:\n{}",
        codes.concat()
    )
}

/// Runs the command of the arguments.
#[must_use]
pub fn run() -> ExitCode {
    let command = Cli::parse().command;
    keep_memory_private();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = runtime.map_err(Failure::from).and_then(|runtime| {
        let result = runtime.block_on(execute(command));
        // Does not wait for a thread that still reads from a terminal or a pipe.
        runtime.shutdown_background();
        result
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Forbids core files, and reading of the memory by other processes of the same user. The memory contains keys and passwords. Linux
/// only; root can still read the memory.
fn keep_memory_private() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

async fn execute(command: Command) -> Result<(), Failure> {
    // `serve` starts its log after it has read the settings.
    let _log = (!matches!(command, Command::Serve)).then(|| {
        // Findings say it; a line of the log would say it a second time.
        let filter = if matches!(command, Command::Doctor(_)) { "off" } else { "warn" };
        log::start(filter, Format::Text { colours: false })
    });
    match command {
        // These two handle Ctrl-C themselves: the service drains, the import reports the rows it has applied.
        Command::Serve => serve::run().await,
        Command::Users(users::Users::Import(import)) => Box::pin(import.run()).await,
        Command::Users(users) => {
            tokio::select! {
                result = users.run() => result,
                _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
            }
        }
        Command::Events(events) => {
            tokio::select! {
                result = events.run() => result,
                _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
            }
        }
        Command::Explain(explain) => explain.run().await,
        Command::Check(check) => check.run(),
        Command::Healthcheck(healthcheck) => healthcheck.run().await,
        Command::Doctor(doctor) => {
            tokio::select! {
                result = doctor.run() => result,
                _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
            }
        }
        Command::Providers(providers) => {
            tokio::select! {
                result = providers.run() => result,
                _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
            }
        }
        Command::Keys(keys) => keys.run().await,
        Command::Mail(mail) => mail.run().await,
        Command::Webhooks(webhooks) => webhooks.run().await,
        Command::Backup(backup) => backup.run().await,
        // Handles Ctrl-C itself: it reopens the source.
        Command::Migrate(migrate) => migrate.run().await,
        Command::Adopt(adopt) => adopt.run().await,
        Command::OpenApi(_) => openapi::OpenApi::run(),
        Command::Completions(completions) => completions.run(Cli::command()),
        Command::Man(pages) => pages.run(Cli::command()),
        Command::Reference(reference) => reference.run(Cli::command()),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior};

    use super::*;

    #[test]
    fn other_processes_cannot_read_the_memory() {
        keep_memory_private();
        assert_eq!(dumpable_behavior().expect("a behaviour"), DumpableBehavior::NotDumpable);
    }
}
