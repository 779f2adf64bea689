//! Rows of users from CSV, JSON or NDJSON, before they are validated.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::Path,
};

use clap::ValueEnum;
use serde_json::Value;

use crate::{cli::failure::Failure, provisioning::Field};

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    /// RFC 4180, with a header row.
    Csv,
    /// An array of objects.
    Json,
    /// One object per line.
    Ndjson,
}

/// Returns the field of a column.
fn field(name: &str) -> Result<Field, Failure> {
    Field::ALL.into_iter().find(|field| field.name() == name).ok_or_else(|| {
        let known: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
        Failure::Usage(format!("unknown column `{name}`; the columns are {}", known.join(", ")))
    })
}

/// One user as written in the file. An empty cell counts as not given.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Line of a CSV or NDJSON file, or number of the item in a JSON array; from 1.
    pub(super) line: u64,
    pub(super) cells: BTreeMap<Field, String>,
    /// Code of a mistake of the row as a whole.
    pub(super) broken: Option<&'static str>,
}

impl Row {
    pub(super) fn get(&self, field: Field) -> Option<&str> {
        self.cells.get(&field).map(String::as_str).filter(|cell| !cell.is_empty())
    }
}

/// Reads all rows. A row that cannot be read is marked as broken, and the rows after it are read.
pub(super) fn read(file: &Path, format: Option<Format>) -> Result<Vec<Row>, Failure> {
    let (bytes, suffix) = if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        (bytes, None)
    } else {
        let bytes = fs::read(file).map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
        (bytes, file.extension().and_then(|suffix| suffix.to_str()))
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match format
        .or_else(|| suffix.and_then(|suffix| Format::from_str(suffix, true).ok()))
        .unwrap_or(Format::Csv)
    {
        Format::Csv => csv_rows(bytes),
        Format::Json => json_rows(bytes),
        Format::Ndjson => ndjson_rows(bytes),
    }
}

fn csv_rows(bytes: &[u8]) -> Result<Vec<Row>, Failure> {
    // RFC 4180: after a quote that is not closed, all following rows would be read as one cell.
    let pieces = bytes.split(|byte| *byte == b'"').count();
    if pieces % 2 == 0 {
        return Err(Failure::Usage(
            "not CSV: a quote is not closed; write a quote inside a cell as two quotes".to_owned(),
        ));
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let broken = |error: csv::Error| Failure::Usage(format!("not CSV: {error}"));
    let header = reader.headers().map_err(broken)?.clone();
    let columns: Vec<Field> = header.iter().map(|name| field(name.trim())).collect::<Result<_, _>>()?;
    if !columns.contains(&Field::Username) {
        return Err(Failure::Usage("the header row has no column `username`; add it".to_owned()));
    }
    if let Some(twice) = columns.iter().enumerate().find(|(at, column)| columns[..*at].contains(column)) {
        return Err(Failure::Usage(format!(
            "the header row has the column `{}` twice; remove one",
            twice.1.name()
        )));
    }
    let mut rows = Vec::new();
    for record in reader.byte_records() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Option<Vec<String>> =
            record.iter().map(|cell| std::str::from_utf8(cell).ok().map(ToOwned::to_owned)).collect();
        rows.push(match cells {
            None => Row { line, broken: Some("not_utf8"), ..Row::default() },
            Some(cells) if cells.len() != columns.len() => {
                Row { line, broken: Some("wrong_number_of_cells"), ..Row::default() }
            }
            Some(cells) if cells.iter().any(|cell| cell.contains(['\n', '\r'])) => {
                Row { line, broken: Some("line_break_in_a_cell"), ..Row::default() }
            }
            Some(cells) => Row { line, cells: columns.iter().copied().zip(cells).collect(), broken: None },
        });
    }
    Ok(rows)
}

fn json_rows(bytes: &[u8]) -> Result<Vec<Row>, Failure> {
    let items: Vec<Value> = serde_json::from_slice(bytes)
        .map_err(|error| Failure::Usage(format!("not a JSON array of objects: {error}")))?;
    items.iter().zip(1..).map(|(item, line)| object_row(item, line)).collect()
}

fn ndjson_rows(bytes: &[u8]) -> Result<Vec<Row>, Failure> {
    let lines = bytes.split(|byte| *byte == b'\n').zip(1..);
    lines
        .filter(|(text, _)| !text.trim_ascii().is_empty())
        .map(|(text, line)| match serde_json::from_slice(text) {
            Ok(item) => object_row(&item, line),
            Err(_) => Ok(Row { line, broken: Some("not_json"), ..Row::default() }),
        })
        .collect()
}

fn object_row(item: &Value, line: u64) -> Result<Row, Failure> {
    let Value::Object(members) = item else {
        return Ok(Row { line, broken: Some("not_an_object"), ..Row::default() });
    };
    let mut row = Row { line, ..Row::default() };
    for (name, value) in members {
        let column = field(name)?;
        match cell(value) {
            Some(cell) => drop(row.cells.insert(column, cell)),
            None => row.broken = Some("wrong_type"),
        }
    }
    Ok(row)
}

/// Returns a JSON value as a cell: a text, a boolean, or a list of texts without `;`.
fn cell(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> =
                items.iter().map(|item| item.as_str().filter(|text| !text.contains(';'))).collect();
            Some(texts?.join(";"))
        }
        Value::Number(_) | Value::Object(_) => None,
    }
}
