//! Rows of users as written in a file, before they are validated.
//!
//! ```text
//!   bytes ─▶ encoding (UTF-8 text) ─┬▶ csv or json (rows with line numbers) ─▶ plan
//!                                   │    └─▶ columns (name of a column ─▶ field)
//!                                   └▶ products (exports of other products) ─▶ plan
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
mod products;
mod row;
mod text;

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use clap::ValueEnum;

use self::products::Product;
pub(super) use self::products::row_of_document;
pub(super) use self::row::Row;
use super::product_options::ProductOptions;
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
    /// Auth0: the file of a users-exports job, of password hashes, or of a bulk import.
    Auth0,
    /// Keycloak: a realm with its users.
    Keycloak,
    /// Firebase: the JSON or CSV file of `firebase auth:export`.
    Firebase,
    /// Django: `dumpdata auth.user`, or the table `auth_user` as CSV.
    Django,
    /// Mongoose: the file of `mongoexport`.
    #[value(alias = "mongodb")]
    Mongoose,
}

impl Format {
    fn product(self) -> Option<Product> {
        match self {
            Self::Csv | Self::Json | Self::Ndjson => None,
            Self::Auth0 => Some(Product::Auth0),
            Self::Keycloak => Some(Product::Keycloak),
            Self::Firebase => Some(Product::Firebase),
            Self::Django => Some(Product::Django),
            Self::Mongoose => Some(Product::Mongoose),
        }
    }
}

/// Content of a file.
pub(super) struct Content {
    pub(super) rows: Vec<Row>,
    /// Whether another product wrote the file.
    pub(super) is_export: bool,
    /// What is left out as a whole, for the report.
    pub(super) notes: Vec<String>,
}

/// Reads all rows. A row that cannot be read is marked as broken, and the rows after it are read.
pub(super) fn read(
    file: &Path,
    format: Option<Format>,
    options: &ProductOptions,
) -> Result<Content, Failure> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return content(bytes, format, None, options);
    }
    let name = quoted(&file.to_string_lossy());
    let bytes = fs::read(file).map_err(|error| Failure::Usage(format!("cannot read {name}: {error}")))?;
    let suffix = file.extension().and_then(|suffix| suffix.to_str());
    content(bytes, format, suffix, options).map_err(|failure| match failure {
        Failure::Usage(text) => Failure::Usage(format!("{name}: {text}")),
        other => other,
    })
}

fn content(
    bytes: Vec<u8>,
    format: Option<Format>,
    suffix: Option<&str>,
    options: &ProductOptions,
) -> Result<Content, Failure> {
    let text = encoding::to_utf8(bytes)?;
    let product = match format {
        Some(format) => format.product(),
        None => products::detect(&text),
    };
    if let Some(product) = product {
        let products::Export { rows, notes } = products::read(product, &text, options)?;
        return Ok(Content { rows, is_export: true, notes });
    }
    let rows = match format.unwrap_or_else(|| guess(&text, suffix)) {
        Format::Csv => csv::rows(&text),
        Format::Json => json::rows(&text, true),
        Format::Ndjson
        | Format::Auth0
        | Format::Keycloak
        | Format::Firebase
        | Format::Django
        | Format::Mongoose => json::rows(&text, false),
    };
    Ok(Content { rows: rows?, is_export: false, notes: Vec::new() })
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
