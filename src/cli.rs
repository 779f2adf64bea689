//! The command line. Data on stdout, progress and errors on stderr; never a password in an argument.
//!
//! Exit codes of every command: 0 done · 1 some rows or the act failed · 2 usage · 3 settings · 4 store unreachable ·
//! 130 interrupted. A closed pipe is not an error.

mod check;
mod context;
mod explain;
mod failure;
mod keys;
mod out;
mod serve;
mod users;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::{failure::Failure, out::Out};
use crate::config::Mistake;

/// Two doors, one session: sign-in for an Angular app, for local people and for people of any OpenID Connect provider.
#[derive(Parser)]
#[command(
    name = "vestibule",
    version,
    arg_required_else_help = true,
    after_help = "Settings come from the environment (VESTIBULE_…) and from the file .env; `vestibule check` shows them, \
                  .env.example explains them.\n\
                  Exit codes: 0 done, 1 some rows or the act failed, 2 usage, 3 settings, 4 store unreachable, 130 interrupted."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or Ctrl-C.
    Serve,
    /// Show every setting as it holds, or every mistake in them.
    Check(check::Check),
    /// Make, change and look at people.
    #[command(subcommand)]
    Users(users::Users),
    /// Show why somebody came in through a provider or did not, or whether they would.
    Explain(explain::Explain),
    /// Make keys.
    #[command(subcommand)]
    Keys(keys::Keys),
}

/// Runs the command that the arguments ask for.
#[must_use]
pub fn run() -> ExitCode {
    let command = Cli::parse().command;
    let result =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::from).and_then(
            |runtime| {
                let result = runtime.block_on(execute(command));
                // Not waiting for a thread that still reads from a terminal or a pipe.
                runtime.shutdown_background();
                result
            },
        );
    let Err(failure) = result else { return ExitCode::SUCCESS };
    let (code, text) = match failure {
        Failure::ClosedPipe => return ExitCode::SUCCESS,
        Failure::SomeRows => return ExitCode::from(1),
        Failure::Interrupted => (130, "interrupted".to_owned()),
        Failure::Failed(text) => (1, text),
        Failure::Usage(text) => (2, text),
        Failure::Settings(mistakes) => (3, settings(&mistakes)),
        Failure::Store(error) => {
            (4, format!("{error}\nCheck VESTIBULE_DATABASE_URL and that the database runs."))
        }
    };
    drop(Out::error(&format!("vestibule: {text}")));
    ExitCode::from(code)
}

async fn execute(command: Command) -> Result<(), Failure> {
    if !matches!(command, Command::Serve) {
        out::log_to_stderr("warn", false);
    }
    match command {
        // These two listen for Ctrl-C themselves: one drains, the other tells what was done until then.
        Command::Serve => serve::run().await,
        Command::Users(users::Users::Import(import)) => import.run().await,
        Command::Users(users) => {
            tokio::select! {
                result = users.run() => result,
                _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
            }
        }
        Command::Explain(explain) => explain.run().await,
        Command::Check(check) => check.run(),
        Command::Keys(keys) => keys.run(),
    }
}

fn settings(mistakes: &[Mistake]) -> String {
    let lines: Vec<String> = mistakes.iter().map(|mistake| format!("  {mistake}")).collect();
    format!(
        "{} in the settings:\n{}",
        if lines.len() == 1 { "a mistake" } else { "mistakes" },
        lines.join("\n")
    )
}
