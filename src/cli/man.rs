//! `vestibule man`

use std::{fs, io, path::PathBuf};

use clap::{Args, Command};
use clap_mangen::{Man, generate_to};

use super::{failure::Failure, out::Out};

/// Print the manual page of `vestibule`, or write the pages of all commands into a folder.
///
/// To read it: `vestibule man > vestibule.1 && man ./vestibule.1`
#[derive(Args)]
pub(super) struct ManualPages {
    /// Folder for one page for each command, such as /usr/local/share/man/man1. It is created if it is missing.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

impl ManualPages {
    /// Prints or writes the pages. `command` is the definition of the whole command line.
    pub(super) fn run(self, command: Command) -> Result<(), Failure> {
        let Some(folder) = self.out else {
            // The page is made in memory, as the completions are.
            let mut page = Vec::new();
            Man::new(command).render(&mut page)?;
            return Ok(Out::text(&String::from_utf8_lossy(&page))?);
        };
        let failed = |error: io::Error| {
            Failure::Failed(format!("cannot write the pages to {}: {error}", folder.display()))
        };
        fs::create_dir_all(&folder).map_err(failed)?;
        generate_to(command, &folder).map_err(failed)
    }
}
