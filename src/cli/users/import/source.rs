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
    ops::Range,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use zeroize::Zeroize as _;

use self::products::{Export, Product};
pub(super) use self::{
    columns::{ColumnMap, REASON},
    products::row_of_document,
    row::{Row, Rows},
};
use super::product_options::ProductOptions;
use crate::{
    cli::{failure::Failure, quoted::quoted},
    secrets::{is_sealed, open_sealed},
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

/// What to read.
pub(super) struct ImportFile {
    /// `-`: stdin.
    pub(super) path: PathBuf,
    /// Opens a sealed file.
    pub(super) identity: Option<PathBuf>,
    pub(super) format: Option<Format>,
}

impl ImportFile {
    /// Returns the suffix of the name; of a sealed file the one before `.age`.
    fn suffix(&self) -> Option<&str> {
        let suffix = self.path.extension()?.to_str()?;
        if suffix.eq_ignore_ascii_case("age") {
            return Path::new(self.path.file_stem()?).extension()?.to_str();
        }
        Some(suffix)
    }
}

/// A file in memory. Its rows are read twice, to check them and to apply them: a million rows would need several times as much memory.
pub(super) struct Source {
    name: Option<String>,
    text: Vec<u8>,
    format: Format,
    map: ColumnMap,
    /// The users of another product, if it wrote the file. They are kept: one user may be in several places of the file.
    export: Option<Export>,
}

impl Source {
    /// Reads a file, or stdin, and opens it if it is sealed.
    pub(super) fn read(file: &ImportFile, map: ColumnMap, options: &ProductOptions) -> Result<Self, Failure> {
        let ImportFile { path, identity, format } = file;
        if path == Path::new("-") {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes)?;
            return Self::of(opened(bytes, identity.as_deref())?, *format, None, map, options);
        }
        let name = quoted(&path.to_string_lossy());
        let bytes = fs::read(path).map_err(|error| Failure::Usage(format!("cannot read {name}: {error}")))?;
        let source = opened(bytes, identity.as_deref())
            .and_then(|bytes| Self::of(bytes, *format, file.suffix(), map, options));
        let source = source.map_err(|failure| named(&name, failure))?;
        Ok(Self { name: Some(name), ..source })
    }

    fn of(
        bytes: Vec<u8>,
        format: Option<Format>,
        suffix: Option<&str>,
        map: ColumnMap,
        options: &ProductOptions,
    ) -> Result<Self, Failure> {
        let text = encoding::to_utf8(bytes)?;
        let product = match format {
            Some(format) => format.product(),
            // A map says that the columns are the administrator's.
            None if map.is_empty() => products::detect(&text),
            None => None,
        };
        let export = product.map(|product| products::read(product, &text, options)).transpose()?;
        let format = format.unwrap_or_else(|| guess(&text, suffix));
        Ok(Self { name: None, text, format, map, export })
    }

    /// Returns whether another product wrote the file.
    pub(super) fn is_export(&self) -> bool {
        self.export.is_some()
    }

    /// Returns what is left out as a whole, for the report.
    pub(super) fn notes(&self) -> &[String] {
        self.export.as_ref().map(|export| export.notes.as_slice()).unwrap_or_default()
    }

    pub(super) fn rows(&self) -> Result<Rows<'_>, Failure> {
        if let Some(Export { rows, .. }) = &self.export {
            return Ok(Box::new(rows.iter().cloned().map(Ok)));
        }
        let rows = match self.format {
            Format::Csv => csv::rows(&self.text, &self.map),
            Format::Json => json::rows(&self.text, true, &self.map),
            Format::Ndjson
            | Format::Auth0
            | Format::Keycloak
            | Format::Firebase
            | Format::Django
            | Format::Mongoose => json::rows(&self.text, false, &self.map),
        };
        let Some(name) = &self.name else { return rows };
        let rows = rows.map_err(|failure| named(name, failure))?;
        Ok(Box::new(rows.map(|row| row.map_err(|failure| named(name, failure)))))
    }

    /// Returns the header row and the separator of a CSV file.
    pub(super) fn csv_header(&self) -> Option<(&[u8], u8)> {
        match self.format {
            Format::Csv if !self.is_export() => csv::header(&self.text),
            Format::Csv
            | Format::Json
            | Format::Ndjson
            | Format::Auth0
            | Format::Keycloak
            | Format::Firebase
            | Format::Django
            | Format::Mongoose => None,
        }
    }

    /// Returns a row as it is in the file.
    pub(super) fn raw(&self, range: Range<usize>) -> &[u8] {
        self.text.get(range).unwrap_or_default()
    }
}

/// Opens a sealed file with an identity file.
fn opened(mut bytes: Vec<u8>, identity: Option<&Path>) -> Result<Vec<u8>, Failure> {
    match (is_sealed(&bytes), identity) {
        (true, Some(identity)) => {
            let mut text = open_sealed(&bytes, identity)
                .map_err(|problem| Failure::Usage(format!("the file {problem}; nothing was imported")))?;
            Ok(std::mem::take(&mut *text))
        }
        (true, None) => Err(Failure::Usage(
            "the file is sealed with age; name the identity file that opens it with --identity".to_owned(),
        )),
        // Not read as it is: an attacker who replaces a sealed file by a plain one would choose the users.
        (false, Some(_)) => {
            bytes.zeroize();
            Err(Failure::Usage(
                "the file is not sealed with age, and --identity expects that; omit the option if this is the right file".to_owned(),
            ))
        }
        (false, None) => Ok(bytes),
    }
}

/// Adds the name of the file to a failure.
fn named(name: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Usage(text) => Failure::Usage(format!("{name}: {text}")),
        other => other,
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
