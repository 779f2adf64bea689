//! `vestibule check`

use std::io;

use clap::Args;
use serde_json::{Value, json};

use super::{failure::Failure, out::Out};
use crate::config::{Config, Environment, Report};

/// Print the settings in effect with warnings, or every mistake in them.
///
/// Only the settings are read: no database is opened and no provider is contacted. Secrets are not printed. A warning does not change
/// the exit code.
#[derive(Args)]
pub(super) struct Check {
    /// Print one JSON document instead of a table.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<(), Failure> {
        let environment = Environment::of_process();
        match Config::read(&environment) {
            Ok((_, report)) if self.json => Out::json(&json!({
                "settings": report.settings,
                "mistakes": [],
                "warnings": report.warnings,
                "ignored": report.ignored,
                "dotenv": dotenv_json(&environment),
                "files": report.files,
            }))?,
            Ok((_, report)) => print(&environment, report)?,
            Err(mistakes) => {
                if self.json {
                    Out::json(&json!({
                        "settings": [],
                        "mistakes": mistakes,
                        "warnings": [],
                        "ignored": [],
                        "dotenv": dotenv_json(&environment),
                        "files": [],
                    }))?;
                } else if let Some(line) = dotenv_line(&environment) {
                    Out::error(&line)?;
                }
                return Err(Failure::Settings(mistakes));
            }
        }
        Ok(())
    }
}

fn print(environment: &Environment, report: Report) -> io::Result<()> {
    let rows: Vec<_> =
        report.settings.into_iter().map(|e| vec![e.name, e.value, e.origin.to_owned()]).collect();
    Out::table(&["setting", "value", "origin"], &rows)?;
    Out::line("")?;
    if let Some(line) = dotenv_line(environment) {
        Out::line(&line)?;
    }
    for file in report.files {
        Out::line(&format!("file of {}: {}", file.name, file.path.display()))?;
    }
    if !report.ignored.is_empty() {
        Out::line(&format!("ignored, set by Kubernetes or Docker: {}", report.ignored.join(", ")))?;
    }
    report.warnings.iter().try_for_each(|warning| {
        Out::line(&format!("{}: {}: {}", warning.level(), warning.name, warning.text()))
    })
}

/// Says which `.env` was read. It depends on the working directory.
fn dotenv_line(environment: &Environment) -> Option<String> {
    let file = environment.dotenv()?;
    let path = file.path.display();
    Some(if file.found { format!("file .env: {path}") } else { format!("file .env: none at {path}") })
}

fn dotenv_json(environment: &Environment) -> Value {
    let file = environment.dotenv();
    json!(file.map(|file| json!({ "path": file.path.display().to_string(), "found": file.found })))
}
