//! The question before an act that is hard to take back.

use std::io::{self, IsTerminal as _};

use clap::Args;

use super::{context::blocking, failure::Failure, out::Out};

/// Answers that an operator gives as arguments.
#[derive(Args)]
pub(super) struct GivenAnswers {
    /// Do it also if no active administrator is left after it.
    #[arg(long)]
    pub(super) force: bool,
    /// Do not ask.
    #[arg(long)]
    pub(super) yes: bool,
}

/// Asks on the terminal, unless the answer was given as an argument.
///
/// # Errors
/// [`Failure::Usage`] without a terminal, [`Failure::Failed`] if the answer is not `y`.
pub(super) async fn confirm(question: &str, is_given: bool) -> Result<(), Failure> {
    if is_given {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage("without a terminal, --yes or --dry-run is needed".to_owned()));
    }
    Out::error(&format!("{question} [y/N]"))?;
    let answer = blocking(|| {
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(answer)
    });
    match answer.await?.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => Err(Failure::Failed("nothing was changed".to_owned())),
    }
}
