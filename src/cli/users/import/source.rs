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
mod row;
mod text;

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use clap::ValueEnum;

pub(super) use self::row::Row;
use crate::cli::{failure::Failure, quoted::quoted};

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
