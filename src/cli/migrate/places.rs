//! The two databases of a migration, as the arguments name them.

use std::path::{Path, PathBuf};

use clap::Args;

use super::super::failure::Failure;
use crate::{
    config::{Config, Database},
    secrets::read_secret_file,
};

#[derive(Args)]
pub(super) struct Places {
    /// The source, `sqlite:FILE` or `mongodb://…`. Without it, the database of the settings.
    #[arg(long, value_name = "URL", conflicts_with = "from_file")]
    from: Option<String>,
    /// A file with the URL of the source, for a URL with a password.
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,
    /// The target, a database or file without data of Vestibule.
    #[arg(long, value_name = "URL", required_unless_present = "to_file")]
    to: Option<String>,
    /// A file with the URL of the target, for a URL with a password.
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    to_file: Option<PathBuf>,
}

impl Places {
    pub(super) fn read(&self, config: &Config) -> Result<(Database, Database), Failure> {
        let from = database("--from", self.from.as_deref(), self.from_file.as_deref())?;
        let from = from.unwrap_or_else(|| config.database.clone());
        let to = database("--to", self.to.as_deref(), self.to_file.as_deref())?;
        let to = to.ok_or_else(|| Failure::Usage("--to: name the target".to_owned()))?;
        if from.place() == to.place() {
            return Err(Failure::Usage(format!("source and target are the same database: {}", to.place())));
        }
        Ok((from, to))
    }
}

fn database(name: &str, url: Option<&str>, file: Option<&Path>) -> Result<Option<Database>, Failure> {
    let mistake = |text: String| Failure::Usage(format!("{name}: {text}"));
    if let Some(file) = file {
        let url = read_secret_file(file)
            .map_err(|problem| mistake(format!("the file {} {problem}", file.display())))?;
        return Database::parse(url.trim()).map(Some).map_err(mistake);
    }
    let Some(url) = url else { return Ok(None) };
    let database = Database::parse(url).map_err(mistake)?;
    if database.has_password() {
        // Every user of the machine can read the arguments of a process.
        return Err(mistake(format!(
            "the URL contains a password, which other users of this machine can read in the list of processes; write the URL to a \
             file of mode 0600 and use {name}-file"
        )));
    }
    Ok(Some(database))
}
