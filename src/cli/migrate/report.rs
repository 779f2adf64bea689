//! What a migration has done, and what to do next.

use std::{path::PathBuf, time::Duration};

use serde_json::{Value, json};

use super::{
    super::{failure::Failure, out::Out},
    plan::Plan,
};
use crate::config::KeySource;

pub(super) struct Report {
    outcome: Outcome,
    from: String,
    to: String,
    /// Where the keys of the source are.
    keys: String,
    pub(super) documents: Vec<(&'static str, u64)>,
    pub(super) written: u64,
    pub(super) skipped: usize,
    pub(super) pause: Option<Duration>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    DryRun,
    Moved,
}

impl Report {
    pub(super) fn of(plan: &Plan, outcome: Outcome) -> Self {
        Self {
            outcome,
            from: plan.from.place(),
            to: plan.to.place(),
            keys: keys(plan),
            documents: Vec::new(),
            written: 0,
            skipped: 0,
            pause: None,
        }
    }

    pub(super) fn print(&self, json: bool) -> Result<(), Failure> {
        if json {
            return Ok(Out::json(&self.to_json())?);
        }
        let total: u64 = self.documents.iter().map(|(_, documents)| documents).sum();
        let list = self.documents.iter().filter(|(_, documents)| *documents > 0);
        let list: Vec<String> = list.map(|(name, documents)| format!("{name} {documents}")).collect();
        let list = if list.is_empty() { String::new() } else { format!(": {}", list.join(", ")) };
        if self.outcome == Outcome::DryRun {
            Out::line(&format!("would move {total} documents{list}"))?;
            return Ok(Out::line(&format!("from {} to {}; nothing was changed", self.from, self.to))?);
        }
        if let Some(pause) = self.pause {
            Out::line(&format!("moved {total} documents{list}"))?;
            Out::line(
                "verified: the hash of each document, the number of documents and the indexes of each collection",
            )?;
            Out::line(&format!("pause: {:.1} s", pause.as_secs_f64()))?;
        }
        if self.skipped > 0 {
            Out::line(&format!("left behind, because they cannot be read: {} documents", self.skipped))?;
        }
        Out::line(&format!("the data is in {}, and services are refused at {}", self.to, self.from))?;
        Out::line("next: set VESTIBULE_DATABASE_URL to the new database and restart every replica")?;
        Ok(Out::line(&self.keys)?)
    }

    fn to_json(&self) -> Value {
        let documents: serde_json::Map<String, Value> = self
            .documents
            .iter()
            .map(|(name, documents)| ((*name).to_owned(), (*documents).into()))
            .collect();
        json!({
            "from": self.from,
            "to": self.to,
            "dryRun": self.outcome == Outcome::DryRun,
            "complete": self.outcome == Outcome::Moved,
            "documents": documents,
            "written": self.written,
            "skipped": self.skipped,
            "pauseMs": self.pause.map(|pause| u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)),
            "keys": self.keys,
        })
    }
}

/// Says where the keys are. It never prints one.
fn keys(plan: &Plan) -> String {
    let is_own = plan.from.place() == plan.config.database.place();
    let beside = plan.from.file().map(|file| {
        let mut keys = file.into_os_string();
        keys.push(".keys");
        PathBuf::from(keys)
    });
    let file = match &plan.config.keys {
        KeySource::Given(_) if is_own => {
            return "keys: the new database needs the keys of the old one; keep VESTIBULE_SECRET_KEYS as it is"
                .to_owned();
        }
        KeySource::Beside(file) if is_own => Some(file.clone()),
        // The settings are those of another database.
        KeySource::Beside(_) | KeySource::Given(_) => beside.filter(|file| file.exists()),
    };
    match file {
        Some(file) => format!(
            "keys: the new database needs the keys in {file}; set VESTIBULE_SECRET_KEYS_FILE to a copy of mode 0600 that belongs to \
             the user of the service, for example `install -m 600 -o vestibule -g vestibule {file} /etc/vestibule/keys`",
            file = file.display()
        ),
        None => "keys: the new database needs the keys of the old one; set VESTIBULE_SECRET_KEYS as its services have it"
            .to_owned(),
    }
}
