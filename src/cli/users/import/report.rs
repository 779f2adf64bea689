//! Report of an import, as lines or as JSON.

use serde::Serialize;

use crate::cli::{failure::Failure, out::Out};

/// Mistake in one cell.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FieldError {
    pub(super) field: &'static str,
    pub(super) code: &'static str,
}

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
    pub(super) errors: Vec<FieldError>,
    #[serde(skip)]
    pub(super) has_unverified_email: bool,
}

impl RowResult {
    pub(super) fn refused(line: u64, username: String, errors: Vec<FieldError>) -> Self {
        let outcome = RowOutcome::Refused;
        Self { line, username, outcome, fields: Vec::new(), errors, has_unverified_email: false }
    }
}

#[derive(Serialize)]
pub(super) struct Report {
    rows: usize,
    created: usize,
    updated: usize,
    unchanged: usize,
    refused: usize,
    unverified: usize,
    results: Vec<RowResult>,
}

impl Report {
    pub(super) fn of(results: Vec<RowResult>) -> Self {
        let count = |outcome| results.iter().filter(|result| result.outcome == outcome).count();
        Self {
            rows: results.len(),
            created: count(RowOutcome::Created),
            updated: count(RowOutcome::Updated),
            unchanged: count(RowOutcome::Unchanged),
            refused: count(RowOutcome::Refused),
            unverified: results.iter().filter(|result| result.has_unverified_email).count(),
            results,
        }
    }

    pub(super) fn has_refused_rows(&self) -> bool {
        self.refused > 0
    }

    /// Prints one line per row that is not unchanged, then the totals.
    pub(super) fn print(&self) -> Result<(), Failure> {
        for RowResult { line, username, outcome, fields, errors, .. } in &self.results {
            match outcome {
                RowOutcome::Unchanged => {}
                RowOutcome::Created => Out::line(&format!("created {username}"))?,
                RowOutcome::Updated => Out::line(&format!("updated {username}: {}", fields.join(", ")))?,
                RowOutcome::Refused => {
                    let errors: Vec<_> = errors.iter().map(|e| format!("{}: {}", e.field, e.code)).collect();
                    Out::line(&format!("refused line {line}: {}", errors.join(", ")))?;
                }
            }
        }
        if self.unverified > 0 {
            Out::line(&format!(
                "{} with an address that is not verified: a federated login with the address does not find the account",
                self.unverified
            ))?;
        }
        let Self { rows, created, updated, unchanged, refused, .. } = self;
        Ok(Out::line(&format!(
            "{rows} rows: {created} created, {updated} updated, {unchanged} unchanged, {refused} refused"
        ))?)
    }
}
