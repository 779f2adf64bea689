//! `vestibule check`

use clap::Args;
use serde_json::json;

use super::{failure::Failure, out::Out};
use crate::config::{Config, Environment};

/// Print the settings in effect, or every mistake in them.
///
/// Only the settings are read: no database is opened and no provider is contacted. Secrets are not printed.
#[derive(Args)]
pub(super) struct Check {
    /// Print one JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<(), Failure> {
        match Environment::of_process().and_then(|environment| Config::read(&environment)) {
            Ok((_, effective)) if self.json => Out::json(&json!({ "settings": effective, "mistakes": [] }))?,
            Ok((_, effective)) => {
                let rows: Vec<_> =
                    effective.into_iter().map(|e| vec![e.name, e.value, e.origin.to_owned()]).collect();
                Out::table(&["setting", "value", "origin"], &rows)?;
            }
            Err(mistakes) => {
                if self.json {
                    Out::json(&json!({ "settings": [], "mistakes": mistakes }))?;
                }
                return Err(Failure::Settings(mistakes));
            }
        }
        Ok(())
    }
}
