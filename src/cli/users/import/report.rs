//! What became of each row, for people and for scripts.

use serde::Serialize;

use crate::cli::{failure::Failure, out::Out};

/// What is wrong with one cell.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FieldError {
    pub(super) field: &'static str,
    pub(super) code: &'static str,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Outcome {
    Created,
    Updated,
    Unchanged,
    Refused,
}

/// One row.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Result {
    pub(super) line: u64,
    pub(super) username: String,
    pub(super) outcome: Outcome,
    pub(super) fields: Vec<&'static str>,
    pub(super) errors: Vec<FieldError>,
    /// The person shows an address that nobody vouched for.
    #[serde(skip)]
    pub(super) unverified: bool,
}

/// All rows.
#[derive(Serialize)]
pub(super) struct Report {
    rows: usize,
    created: usize,
    updated: usize,
    unchanged: usize,
    refused: usize,
    unverified: usize,
    results: Vec<Result>,
}

impl Report {
    pub(super) fn of(results: Vec<Result>) -> Self {
        let count = |outcome| results.iter().filter(|result| result.outcome == outcome).count();
        Self {
            rows: results.len(),
            created: count(Outcome::Created),
            updated: count(Outcome::Updated),
            unchanged: count(Outcome::Unchanged),
            refused: count(Outcome::Refused),
            unverified: results.iter().filter(|result| result.unverified).count(),
            results,
        }
    }

    pub(super) fn is_refused(&self) -> bool {
        self.refused > 0
    }

    /// One line per row that is not unchanged, then the sums.
    pub(super) fn print(&self) -> std::result::Result<(), Failure> {
        for result in &self.results {
            let name = &result.username;
            match result.outcome {
                Outcome::Unchanged => {}
                Outcome::Created => Out::line(&format!("created {name}"))?,
                Outcome::Updated => Out::line(&format!("updated {name}: {}", result.fields.join(", ")))?,
                Outcome::Refused => {
                    let errors: Vec<_> =
                        result.errors.iter().map(|e| format!("{}: {}", e.field, e.code)).collect();
                    Out::line(&format!("refused line {}: {}", result.line, errors.join(", ")))?;
                }
            }
        }
        if self.unverified > 0 {
            Out::line(&format!(
                "{} with an address that is not verified: people who come through a provider will not find those accounts",
                self.unverified
            ))?;
        }
        let Self { rows, created, updated, unchanged, refused, .. } = self;
        Ok(Out::line(&format!(
            "{rows} rows: {created} created, {updated} updated, {unchanged} unchanged, {refused} refused"
        ))?)
    }
}
