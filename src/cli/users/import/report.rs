//! Report of an import, as lines or as JSON.

use serde::Serialize;

use super::{
    mistake::Mistake,
    not_carried_over::{Kind, NotCarriedOver},
};
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
    /// What the export of another product has and the user here has not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) not_carried_over: Vec<NotCarriedOver>,
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
    /// What the file contains and no row has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

impl Report {
    pub(super) fn of(results: Vec<RowResult>, mode: Mode, notes: Vec<String>) -> Self {
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
            notes,
        }
    }

    pub(super) fn has_refused_rows(&self) -> bool {
        self.refused > 0
    }

    /// Prints one line per row that is not unchanged, then the totals.
    pub(super) fn print(&self) -> Result<(), Failure> {
        let (create, update) =
            if self.dry_run { ("would create", "would update") } else { ("created", "updated") };
        for RowResult { line, item, username, outcome, fields, errors, not_carried_over, .. } in &self.results
        {
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
            if matches!(outcome, RowOutcome::Created | RowOutcome::Updated) {
                for left in not_carried_over {
                    Out::line(&format!("    not carried over: {}", left.text))?;
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

    /// Prints what other products have and the users here have not: the number of users by kind.
    fn print_not_carried_over(&self) -> Result<(), Failure> {
        let accepted = self.results.iter().filter(|result| result.outcome != RowOutcome::Refused);
        let left: Vec<_> = accepted.map(|result| &result.not_carried_over).collect();
        let count = |kind| left.iter().filter(|parts| parts.iter().any(|part| part.kind == kind)).count();
        let counts = Kind::ALL.into_iter().map(|kind| (kind, count(kind))).filter(|(_, count)| *count > 0);
        let counts: Vec<String> = counts.map(|(kind, count)| format!("{} of {count}", kind.noun())).collect();
        if !counts.is_empty() {
            Out::line(&format!("not carried over, by number of users: {}", counts.join(", ")))?;
        }
        Ok(())
    }

    /// Prints what is accepted and may be a mistake.
    fn print_notes(&self) -> Result<(), Failure> {
        for note in &self.notes {
            Out::line(note)?;
        }
        self.print_not_carried_over()?;
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
