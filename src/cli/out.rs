//! Output of commands: lines, tables and JSON on stdout, errors on stderr. A closed pipe is an error, not a panic.

use std::io::{self, Write as _};

pub(crate) struct Out;

impl Out {
    /// Prints one line of data.
    pub(crate) fn line(text: &str) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{text}")
    }

    /// Prints text that ends with a line break.
    pub(crate) fn text(text: &str) -> io::Result<()> {
        io::stdout().lock().write_all(text.as_bytes())
    }

    /// Prints one line to stderr.
    pub(crate) fn error(text: &str) -> io::Result<()> {
        writeln!(io::stderr().lock(), "{text}")
    }

    /// Prints one JSON document.
    pub(crate) fn json(value: &impl serde::Serialize) -> io::Result<()> {
        Self::line(&serde_json::to_string_pretty(value)?)
    }

    /// Prints columns under their names.
    pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        let width = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([header[column].len()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..header.len()).map(width).collect();
        let print = |cells: &mut dyn Iterator<Item = &str>| {
            let padded: Vec<String> =
                cells.zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            Self::line(padded.join("  ").trim_end())
        };
        print(&mut header.iter().copied())?;
        rows.iter().try_for_each(|row| print(&mut row.iter().map(String::as_str)))
    }
}
