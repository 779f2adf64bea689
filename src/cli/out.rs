//! How commands speak: lines on stdout and stderr that survive a closed pipe, tables, logs.

use std::io::{self, IsTerminal as _, Write as _};

use tracing_subscriber::EnvFilter;

/// Where commands write.
pub(crate) struct Out;

impl Out {
    /// One line of data.
    pub(crate) fn line(text: &str) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{text}")
    }

    /// One line for people.
    pub(crate) fn error(text: &str) -> io::Result<()> {
        writeln!(io::stderr().lock(), "{text}")
    }

    /// One JSON document.
    pub(crate) fn json(value: &impl serde::Serialize) -> io::Result<()> {
        Self::line(&serde_json::to_string_pretty(value)?)
    }

    /// Columns under their names.
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

/// Sends the log to stderr, where it does not mix with data. Control characters in what strangers sent are escaped (log injection).
pub(crate) fn log_to_stderr(filter: &str, json: bool) {
    let filter = EnvFilter::try_new(filter).unwrap_or_default();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    if json {
        log.json().flatten_event(true).with_current_span(false).init();
    } else {
        log.with_ansi(io::stderr().is_terminal()).init();
    }
}
