//! `vestibule events verify`

use std::{fs, path::PathBuf};

use clap::Args;
use serde_json::Value;

use super::super::{
    context::{keys, store},
    failure::Failure,
    layout::count_of,
    out::Out,
};
use crate::{
    audit::{
        Witness,
        verify::{Report, Rules, verify},
    },
    clock::Clock,
    store::Create,
};

/// Findings that are printed as lines.
const PRINTED: usize = 20;

/// Check that no audit event was altered, removed or inserted in the database, also while the service runs.
#[derive(Args)]
#[command(
    after_help = "The exit code is 1 if an event is not as it was written, is missing, or cannot be checked because its key is missing.\n\
                  Keep the output of --json outside the database, and give it to a later check with --against: a database that was replaced \
                  with an older copy of itself is then found, too."
)]
pub(super) struct Verify {
    /// Output of an earlier check with --json.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Print one JSON document instead of lines.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let earlier = self.earlier()?;
        let (config, store) = store(Create::Never).await?;
        let keys = keys(&config)?;
        let rules =
            Rules { keys: &keys, now: Clock::system().system_time(), retention: config.event_retention };
        let report = verify(&store, rules, &earlier).await?;
        store.close().await;
        if self.json {
            Out::json(&report)?;
        } else {
            Out::lines(lines(&report))?;
        }
        if report.is_clean() { Ok(()) } else { Err(Failure::SomeRows) }
    }

    /// Reads the heads of an earlier report.
    fn earlier(&self) -> Result<Vec<Witness>, Failure> {
        let Some(file) = &self.against else { return Ok(Vec::new()) };
        let shown = file.display();
        let text = fs::read_to_string(file).map_err(|error| Failure::Failed(format!("{shown}: {error}")))?;
        serde_json::from_str::<Value>(&text)
            .and_then(|mut report| serde_json::from_value(report["heads"].take()))
            .map_err(|error| {
                Failure::Failed(format!(
                    "{shown} is not the output of `vestibule events verify --json`: {error}"
                ))
            })
    }
}

fn lines(report: &Report) -> Vec<String> {
    let count = |count: u64, noun: &str| count_of(usize::try_from(count).unwrap_or(usize::MAX), noun);
    let mut lines =
        vec![format!("verified {} of {}", count(report.verified, "event"), count(report.chains, "chain"))];
    let mut note = |number: u64, text: &str| {
        lines.extend((number > 0).then(|| format!("{}: {text}", count(number, "event"))));
    };
    note(report.before_chain, "written before the chain began, by an earlier version");
    note(report.expired, "removed at the end of the retention");
    note(report.lost, "missing, because the database did not confirm the write; the log has them");
    note(report.unconfirmed, "missing from the last moment of a process that was killed; the log has them");
    for (key, events) in &report.keys_missing {
        let events = if *events == 0 { "heads of chains".to_owned() } else { count(*events, "event") };
        lines.push(format!(
            "not verified: {events} with the key {key}, which is missing in VESTIBULE_SECRET_KEYS; add the key again behind the others"
        ));
    }
    let found = report.findings.len() as u64 + report.more_findings;
    lines.extend(report.findings.iter().take(PRINTED).map(|finding| {
        let at = finding.at.map(|at| format!(" ({at})")).unwrap_or_default();
        format!("{}: {}{at}", finding.problem.code(), finding.text())
    }));
    if found > PRINTED as u64 {
        lines.push(format!("and {} more; --json lists them", found - PRINTED as u64));
    }
    lines.push(match (found, report.is_clean()) {
        (_, true) => "no event was altered, removed or inserted".to_owned(),
        (0, false) => "some events could not be checked".to_owned(),
        (found, _) => count(found, "finding"),
    });
    lines
}
