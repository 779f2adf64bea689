//! The text of an export, in each format.

use clap::ValueEnum;
use zeroize::Zeroizing;

use crate::{
    cli::{failure::Failure, out::Out},
    provisioning::{Content, ExportedUser, Field, Member},
    web::csv,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// One object per line.
    Ndjson,
    /// An array of objects.
    Json,
    /// With a header row. Structured members are cells with JSON.
    Csv,
}

/// Writes users as rows.
pub(super) struct Rows {
    format: Format,
    columns: Vec<Field>,
    is_first: bool,
}

impl Rows {
    pub(super) fn new(format: Format, content: Content<'_>) -> Self {
        Self { format, columns: content.columns().collect(), is_first: true }
    }

    /// Returns what stands before the first row.
    pub(super) fn start(&self) -> String {
        match self.format {
            Format::Ndjson => String::new(),
            Format::Json => "[".to_owned(),
            Format::Csv => csv::importable_line(self.columns.iter().map(|column| column.name())),
        }
    }

    /// Returns a row. It can contain secrets.
    pub(super) fn row(&mut self, user: &ExportedUser) -> Result<Zeroizing<String>, Failure> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        Ok(Zeroizing::new(match self.format {
            Format::Ndjson => format!("{}\n", Out::json_text(user)?),
            Format::Json => format!("{}\n{}", if is_first { "" } else { "," }, Out::json_text(user)?),
            Format::Csv => {
                let cells = user.cells(self.columns.iter().copied()).map(cell);
                let cells = cells.collect::<Result<Vec<_>, _>>()?;
                csv::importable_line(cells.iter().map(|cell| cell.as_str()))
            }
        }))
    }

    /// Returns what stands after the last row.
    pub(super) fn end(&self) -> &'static str {
        match self.format {
            Format::Ndjson | Format::Csv => "",
            Format::Json => "\n]\n",
        }
    }
}

fn cell(member: Option<&Member>) -> Result<Zeroizing<String>, Failure> {
    Ok(Zeroizing::new(match member {
        None => String::new(),
        Some(Member::Text(text)) => text.clone(),
        Some(Member::Boolean(value)) => value.to_string(),
        Some(Member::List(texts)) => texts.join(";"),
        Some(Member::Structure(json)) => Out::json_text(json)?,
    }))
}
