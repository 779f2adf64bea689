//! Report of an import, as lines or as JSON.

use serde::Serialize;

use super::mistake::Mistake;
use crate::{
    cli::{failure::Failure, out::Out},
    provisioning::Mode,
};

/// Lines that a note lists.
const LISTED_LINES: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum RowOutcome {
    Created,
    Updated,
    Unchanged,
    Refused,
}

/// Result of one row.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RowResult {
    pub(super) line: u64,
    pub(super) username: String,
    pub(super) outcome: RowOutcome,
    pub(super) fields: Vec<&'static str>,
    pub(super) errors: Vec<Mistake>,
    #[serde(skip)]
    pub(super) item: Option<u64>,
    #[serde(skip)]
    pub(super) has_unverified_email: bool,
    #[serde(skip)]
    pub(super) has_blank_around_password: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    rows: usize,
    created: usize,
    updated: usize,
    unchanged: usize,
    refused: usize,
    unverified: usize,
    dry_run: bool,
    results: Vec<RowResult>,
}

impl Report {
    pub(super) fn of(results: Vec<RowResult>, mode: Mode) -> Self {
        let count = |outcome| results.iter().filter(|result| result.outcome == outcome).count();
        Self {
            rows: results.len(),
            created: count(RowOutcome::Created),
            updated: count(RowOutcome::Updated),
            unchanged: count(RowOutcome::Unchanged),
            refused: count(RowOutcome::Refused),
            unverified: results.iter().filter(|result| result.has_unverified_email).count(),
            dry_run: mode == Mode::DryRun,
            results,
        }
    }

    pub(super) fn has_refused_rows(&self) -> bool {
        self.refused > 0
    }

    /// Prints one line per row that is not unchanged, then the totals.
    pub(super) fn print(&self) -> Result<(), Failure> {
        let (create, update) =
            if self.dry_run { ("would create", "would update") } else { ("created", "updated") };
        for RowResult { line, item, username, outcome, fields, errors, .. } in &self.results {
            match outcome {
                RowOutcome::Unchanged => {}
                RowOutcome::Created => Out::line(&format!("{create} {username}"))?,
                RowOutcome::Updated => Out::line(&format!("{update} {username}: {}", fields.join(", ")))?,
                RowOutcome::Refused => {
                    let errors: Vec<_> = errors.iter().map(|error| error.text.as_str()).collect();
                    let item = item.map(|item| format!(" (item {item})")).unwrap_or_default();
                    Out::line(&format!("refused line {line}{item}: {}", errors.join("; ")))?;
                }
            }
        }
        self.print_notes()?;
        let Self { rows, created, updated, unchanged, refused, dry_run, .. } = self;
        Ok(Out::line(&if *dry_run {
            format!(
                "{rows} rows: would create {created}, would update {updated}, {unchanged} unchanged, {refused} refused (dry run, nothing was written)"
            )
        } else {
            format!(
                "{rows} rows: {created} created, {updated} updated, {unchanged} unchanged, {refused} refused"
            )
        })?)
    }

    /// Prints what is accepted and may be a mistake.
    fn print_notes(&self) -> Result<(), Failure> {
        let blanks: Vec<String> = self
            .results
            .iter()
            .filter(|result| result.has_blank_around_password)
            .map(|result| result.line.to_string())
            .collect();
        if !blanks.is_empty() {
            let first = blanks[..blanks.len().min(LISTED_LINES)].join(", ");
            let more = if blanks.len() > LISTED_LINES { ", …" } else { "" };
            Out::line(&format!(
                "{} with a blank at the start or the end of the password, which is part of it: line {first}{more}",
                blanks.len()
            ))?;
        }
        if self.unverified > 0 {
            Out::line(&format!(
                "{} with an address that is not verified: a federated login with the address does not find the account",
                self.unverified
            ))?;
        }
        Ok(())
    }
}
