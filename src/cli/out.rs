//! Output of commands: lines, tables and JSON on stdout, errors on stderr. A closed pipe is an error, not a panic.
//!
//! Every line is printable, whatever it contains: a user name, a claim or a CSV header must not control the terminal (escape sequences).

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    iter,
};

use super::layout;
use crate::log::printable;

/// Columns of a line if stdout is not a terminal.
const WIDTH: usize = 120;
/// Width of tables whose values must be complete.
const UNLIMITED: usize = usize::MAX;

pub(crate) struct Out;

impl Out {
    /// Prints one line of data. Text with line breaks is printed as several lines.
    pub(crate) fn line(text: &str) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{}", printable_lines(text))
    }

    /// Prints lines of data.
    pub(crate) fn lines(lines: impl IntoIterator<Item = String>) -> io::Result<()> {
        lines.into_iter().try_for_each(|line| Self::line(&line))
    }

    /// Prints text that ends with a line break.
    pub(crate) fn text(text: &str) -> io::Result<()> {
        io::stdout().lock().write_all(text.as_bytes())
    }

    /// Prints one line to stderr. Text with line breaks is printed as several lines.
    pub(crate) fn error(text: &str) -> io::Result<()> {
        writeln!(io::stderr().lock(), "{}", printable_lines(text))
    }

    /// Prints one JSON document. Characters that a terminal does not show as they are have the form `\u001b`.
    pub(crate) fn json(value: &impl serde::Serialize) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{}", printable_json(&serde_json::to_string_pretty(value)?))
    }

    /// Returns a JSON document on one line, in which every character is printable.
    pub(crate) fn json_text(value: &impl serde::Serialize) -> io::Result<String> {
        Ok(printable_json(&serde_json::to_string(value)?))
    }

    /// Prints one JSON document on one line (NDJSON).
    pub(crate) fn json_line(value: &impl serde::Serialize) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{}", printable_json(&serde_json::to_string(value)?))
    }

    /// Prints columns under their names. No value is shortened.
    pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        Self::lines(layout::table(header, rows, UNLIMITED))
    }

    /// Returns the columns of a line: the width of the terminal, or 120 if stdout is not a terminal.
    pub(crate) fn width() -> usize {
        let size = rustix::termios::tcgetwinsize(io::stdout()).ok();
        size.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0).unwrap_or(WIDTH)
    }
}

fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// Escapes the characters of a JSON text that are not printable. JSON has them in strings only, except line breaks.
fn printable_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    let mut buffer = [0; 2];
    for c in json.chars() {
        if c.is_ascii_graphic()
            || matches!(c, ' ' | '\n')
            || iter::once(c).eq(printable(&c.to_string()).chars())
        {
            shown.push(c);
        } else {
            for unit in c.encode_utf16(&mut buffer) {
                // Writing to a text cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn json_is_printable_and_has_the_same_value() {
        let value = json!({ "a\u{1b}[2J": "\u{9b}x\u{202e}\n\u{e0041}\u{7f} Jürgen 木", "b": ["\u{2028}", null, true] });
        let text = printable_json(&serde_json::to_string_pretty(&value).expect("JSON"));
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
        assert_eq!(printable_lines(&text), text);
        assert!(text.contains("Jürgen 木"), "{text}");
    }

    #[test]
    fn lines_keep_their_breaks_and_lose_escape_sequences() {
        assert_eq!(printable_lines("one\n  two\u{1b}[31m\r"), "one\n  two\\u{1b}[31m\\u{d}");
    }
}
