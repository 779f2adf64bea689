//! Rows of users as written in a file, before they are validated.
//!
//! ```text
//!   bytes ─▶ encoding (UTF-8 text) ─▶ csv or json (rows with line numbers) ─▶ plan
//!                                        └─▶ columns (name of a column ─▶ field)
//! ```
//!
//! The content decides what the file name leaves open: spreadsheets, exports and editors choose encodings, separators and suffixes of
//! their own. A line number is the one that an editor shows. A row that cannot be read costs one row.

mod columns;
mod csv;
mod encoding;
#[cfg(test)]
mod fuzz;
mod json;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::Path,
};

use clap::ValueEnum;

use super::mistake::Mistake;
use crate::{
    cli::{failure::Failure, quoted::quoted},
    provisioning::Field,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// RFC 4180, with a header row. The separator is `,`, `;`, a tab or `|`.
    #[value(alias = "tsv")]
    Csv,
    /// An array of objects, or an object with the array `users`.
    Json,
    /// One object per line.
    #[value(alias = "jsonl")]
    Ndjson,
}

/// One user as written in the file.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Line of the file where the row starts, from 1.
    pub(super) line: u64,
    /// Number of the item in a JSON array, from 1: several items may be in one line.
    pub(super) item: Option<u64>,
    cells: BTreeMap<Field, String>,
    pub(super) broken: Option<Mistake>,
}

impl Row {
    /// Returns a cell. An empty cell counts as not given.
    pub(super) fn get(&self, field: Field) -> Option<&str> {
        self.cells.get(&field).map(String::as_str)
    }

    pub(super) fn broken(line: u64, mistake: Mistake) -> Self {
        Self { line, broken: Some(mistake), ..Self::default() }
    }

    /// Sets a cell. Blanks around it are dropped, except around a password: there they may be meant.
    fn set(&mut self, field: Field, text: &str) {
        if let Some(c) = text.chars().find(|c| c.is_control() && *c != '\t') {
            self.broken.get_or_insert_with(|| {
                Mistake::of_row(
                    "control_character",
                    format!(
                        "{} contains the control character U+{:04X}; remove it",
                        field.name(),
                        u32::from(c)
                    ),
                )
            });
            return;
        }
        let trimmed = trim(text);
        if !trimmed.is_empty() {
            let kept = if field == Field::Password { text } else { trimmed };
            self.cells.insert(field, kept.to_owned());
        }
    }
}

#[cfg(test)]
impl Row {
    pub(super) fn of(cells: &[(Field, &str)]) -> Self {
        let mut row = Self { line: 2, ..Self::default() };
        cells.iter().for_each(|(field, cell)| row.set(*field, cell));
        row
    }

    /// Returns the row in one line: its line number, and its cells or the code of its mistake.
    fn summary(&self) -> String {
        let cells: Vec<&str> = self.cells.values().map(String::as_str).collect();
        let content = self.broken.as_ref().map_or_else(|| cells.join("|"), |mistake| mistake.code.to_owned());
        format!("{} {content}", self.line)
    }
}

/// Returns the summaries of the rows, or the text of the failure.
#[cfg(test)]
fn summaries(rows: Result<Vec<Row>, Failure>) -> Vec<String> {
    match rows {
        Ok(rows) => rows.iter().map(Row::summary).collect(),
        Err(Failure::Usage(text)) => vec![text],
        Err(other) => panic!("{other:?}"),
    }
}

/// Removes blanks and byte order marks, which appear inside a file after `cat a.csv b.csv`.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Reads all rows. A row that cannot be read is marked as broken, and the rows after it are read.
pub(super) fn read(file: &Path, format: Option<Format>) -> Result<Vec<Row>, Failure> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return rows(bytes, format, None);
    }
    let name = quoted(&file.to_string_lossy());
    let bytes = fs::read(file).map_err(|error| Failure::Usage(format!("cannot read {name}: {error}")))?;
    let suffix = file.extension().and_then(|suffix| suffix.to_str());
    rows(bytes, format, suffix).map_err(|failure| match failure {
        Failure::Usage(text) => Failure::Usage(format!("{name}: {text}")),
        other => other,
    })
}

fn rows(bytes: Vec<u8>, format: Option<Format>, suffix: Option<&str>) -> Result<Vec<Row>, Failure> {
    let text = encoding::to_utf8(bytes)?;
    match format.unwrap_or_else(|| guess(&text, suffix)) {
        Format::Csv => csv::rows(&text),
        Format::Json => json::rows(&text, true),
        Format::Ndjson => json::rows(&text, false),
    }
}

/// Returns the format of a file. No header row starts with a bracket or a brace, so such a file is JSON whatever its name.
fn guess(text: &[u8], suffix: Option<&str>) -> Format {
    let suffix = suffix.map(str::to_ascii_lowercase);
    match suffix.as_deref() {
        Some("json") => Format::Json,
        Some("ndjson" | "jsonl" | "jsonlines" | "ldjson") => Format::Ndjson,
        Some(_) | None => match text.trim_ascii_start().first() {
            Some(b'[' | b'{') => Format::Json,
            Some(_) | None => Format::Csv,
        },
    }
}

/// Returns the position after the line break at `at`: `\r\n`, `\n`, or a lone `\r` as old programs write it.
fn after_line_break(bytes: &[u8], at: usize) -> usize {
    if bytes[at..].starts_with(b"\r\n") { at + 2 } else { at + 1 }
}

/// Returns the end of the line that contains `at`, without its line break.
fn end_of_line(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .map_or(bytes.len(), |length| at + length)
}

/// Counts lines up to positions that only grow.
struct LineCounter<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> LineCounter<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    /// Returns the line of a position, from 1.
    fn line_of(&mut self, position: usize) -> u64 {
        loop {
            let end = end_of_line(self.bytes, self.at);
            if end >= position || end == self.bytes.len() {
                return self.line;
            }
            self.at = after_line_break(self.bytes, end);
            self.line += 1;
        }
    }
}
