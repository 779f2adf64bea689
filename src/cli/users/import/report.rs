//! Report of an import, as lines or as JSON. The rows are printed when they are done: a report of a million rows is not kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use serde::Serialize;

use super::{
    errors_file::ErrorsFile,
    mistake::Mistake,
    not_carried_over::{Kind, NotCarriedOver},
    source::Source,
};
use crate::{
    cli::{failure::Failure, out::Out},
    log::printable,
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
    /// The user exists and differs, and existing users are left as they are.
    Skipped,
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
    pub(super) raw: Range<usize>,
    #[serde(skip)]
    pub(super) has_unverified_email: bool,
    #[serde(skip)]
    pub(super) has_blank_around_password: bool,
}

impl RowResult {
    /// Returns why the row was refused.
    pub(super) fn reason(&self) -> String {
        self.errors.iter().map(|error| error.text.as_str()).collect::<Vec<_>>().join("; ")
    }
}

/// How a report is printed.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) is_json: bool,
    /// Only refused rows and totals.
    pub(super) is_quiet: bool,
    pub(super) mode: Mode,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Totals {
    rows: usize,
    created: usize,
    updated: usize,
    unchanged: usize,
    skipped: usize,
    refused: usize,
    unverified: usize,
    dry_run: bool,
    /// What the file contains and no row has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

pub(super) struct Report<'a> {
    style: Style,
    source: &'a Source,
    errors_file: Option<ErrorsFile>,
    totals: Totals,
    /// Lines with a blank around the password: the first ones, and how many there are.
    blanks: (Vec<String>, usize),
    /// Users who have not everything that they have in another product, by kind.
    not_carried_over: BTreeMap<Kind, usize>,
}

impl<'a> Report<'a> {
    pub(super) fn new(style: Style, source: &'a Source, errors_file: Option<ErrorsFile>) -> Self {
        let (dry_run, notes) = (style.mode == Mode::DryRun, source.notes().to_vec());
        let totals = Totals { dry_run, notes, ..Totals::default() };
        let (blanks, not_carried_over) = ((Vec::new(), 0), BTreeMap::new());
        Self { style, source, errors_file, totals, blanks, not_carried_over }
    }

    pub(super) fn has_refused_rows(&self) -> bool {
        self.totals.refused > 0
    }

    /// Prints rows and counts them.
    pub(super) fn add(&mut self, results: &[RowResult]) -> Result<(), Failure> {
        let mut text = String::new();
        for result in results {
            if self.style.is_json {
                text.push_str(if self.totals.rows == 0 { "{\"results\":[\n" } else { ",\n" });
                text.push_str(&Out::json_text(result)?);
            } else if let Some(line) = self.line(result) {
                text.push_str(&printable(&line));
                text.push('\n');
                if matches!(result.outcome, RowOutcome::Created | RowOutcome::Updated) {
                    for left in &result.not_carried_over {
                        text.push_str("    not carried over: ");
                        text.push_str(&printable(&left.text));
                        text.push('\n');
                    }
                }
            }
            self.count(result);
            if let (RowOutcome::Refused, Some(file)) = (result.outcome, &mut self.errors_file) {
                file.write(self.source, result.raw.clone(), &result.username, &result.reason())?;
            }
        }
        Ok(Out::text(&text)?)
    }

    fn count(&mut self, result: &RowResult) {
        let Totals { rows, created, updated, unchanged, skipped, refused, unverified, dry_run: _, notes: _ } =
            &mut self.totals;
        *rows += 1;
        *match result.outcome {
            RowOutcome::Created => created,
            RowOutcome::Updated => updated,
            RowOutcome::Unchanged => unchanged,
            RowOutcome::Skipped => skipped,
            RowOutcome::Refused => refused,
        } += 1;
        if result.outcome != RowOutcome::Refused {
            let kinds: BTreeSet<Kind> = result.not_carried_over.iter().map(|left| left.kind).collect();
            for kind in kinds {
                *self.not_carried_over.entry(kind).or_default() += 1;
            }
        }
        *unverified += usize::from(result.has_unverified_email);
        if result.has_blank_around_password {
            if self.blanks.0.len() < LISTED_LINES {
                self.blanks.0.push(result.line.to_string());
            }
            self.blanks.1 += 1;
        }
    }

    /// Returns the line of a row. An unchanged one has none.
    fn line(&self, result: &RowResult) -> Option<String> {
        let RowResult { line, item, username, outcome, fields, .. } = result;
        let (create, update) = match self.style.mode {
            Mode::DryRun => ("would create", "would update"),
            Mode::Write => ("created", "updated"),
        };
        match outcome {
            RowOutcome::Refused => {
                let item = item.map(|item| format!(" (item {item})")).unwrap_or_default();
                Some(format!("refused line {line}{item}: {}", result.reason()))
            }
            RowOutcome::Created | RowOutcome::Updated | RowOutcome::Skipped if self.style.is_quiet => None,
            RowOutcome::Unchanged => None,
            RowOutcome::Created => Some(format!("{create} {username}")),
            RowOutcome::Updated => Some(format!("{update} {username}: {}", fields.join(", "))),
            RowOutcome::Skipped => Some(format!("skipped {username}: {}", fields.join(", "))),
        }
    }

    /// Prints the totals.
    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        if let Some(file) = &mut self.errors_file {
            file.finish()?;
        }
        if self.style.is_json {
            let start = if self.totals.rows == 0 { "{\"results\":[" } else { "\n" };
            let totals = Out::json_text(&self.totals)?;
            return Ok(Out::text(&format!("{start}],{}\n", totals.strip_prefix('{').unwrap_or_default()))?);
        }
        self.print_notes()?;
        let Totals { rows, created, updated, unchanged, skipped, refused, unverified: _, dry_run, notes: _ } =
            &self.totals;
        let skipped = if *skipped > 0 { format!("{skipped} skipped, ") } else { String::new() };
        Ok(Out::line(&if *dry_run {
            format!(
                "{rows} rows: would create {created}, would update {updated}, {unchanged} unchanged, {skipped}{refused} refused (dry run, nothing was written)"
            )
        } else {
            format!(
                "{rows} rows: {created} created, {updated} updated, {unchanged} unchanged, {skipped}{refused} refused"
            )
        })?)
    }

    /// Prints what is accepted and may be a mistake.
    fn print_notes(&self) -> Result<(), Failure> {
        for note in &self.totals.notes {
            Out::line(note)?;
        }
        let left = self.not_carried_over.iter().map(|(kind, users)| format!("{} of {users}", kind.noun()));
        let left: Vec<String> = left.collect();
        if !left.is_empty() {
            Out::line(&format!("not carried over, by number of users: {}", left.join(", ")))?;
        }
        let (lines, count) = &self.blanks;
        if !lines.is_empty() {
            let more = if *count > lines.len() { ", …" } else { "" };
            Out::line(&format!(
                "{count} with a blank at the start or the end of the password, which is part of it: line {}{more}",
                lines.join(", ")
            ))?;
        }
        if self.totals.unverified > 0 {
            Out::line(&format!(
                "{} with an address that is not verified: a federated login with the address does not find the account",
                self.totals.unverified
            ))?;
        }
        Ok(())
    }
}
