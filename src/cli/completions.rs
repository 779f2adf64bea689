//! `vestibule completions`

use clap::{Args, Command};
use clap_complete::{Shell, generate};

use super::{failure::Failure, out::Out};

/// Print a script with which a shell completes commands and options.
///
/// For bash: `vestibule completions bash > /etc/bash_completion.d/vestibule`
#[derive(Args)]
pub(super) struct Completions {
    shell: Shell,
}

impl Completions {
    /// Prints the script. `command` is the definition of the whole command line.
    pub(super) fn run(self, mut command: Command) -> Result<(), Failure> {
        // The script is made in memory: its generator panics if the pipe is closed.
        let mut script = Vec::new();
        generate(self.shell, &mut command, "vestibule", &mut script);
        Ok(Out::text(&String::from_utf8_lossy(&script))?)
    }
}
