//! The form of a line.

use std::fmt::{self, Write as _};

use serde::Serializer as _;
use serde_json::Value;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer, time::FormatTime},
    registry::LookupSpan,
};

use crate::{invisible::is_invisible, trace};

/// Longest value in bytes. Clients choose paths, names and claims: a request must not be able to write megabytes of log.
const VALUE_MAX: usize = 2048;
/// Longest line in bytes, before JSON escapes. Further values of an event are left out.
const LINE_MAX: usize = 8192;
/// Mark of a value that was cut.
const CUT: char = '…';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    /// For terminals; colours only if the terminal shows them.
    Text {
        colours: bool,
    },
}

pub(super) struct LineFormat(pub(super) Format);

impl<S, N> FormatEvent<S, N> for LineFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = Line::new(*event.metadata().level(), event.metadata().target());
        event.record(&mut line);
        // Within the trace of a request, each line leads to it. The id is last and never left out.
        line.values.extend(trace::current_id().map(|id| ("trace_id", id.into())));
        line.write(self.0, out)
    }
}

/// One line before it is written.
pub(super) struct Line {
    level: Level,
    target: &'static str,
    message: String,
    values: Vec<(&'static str, Value)>,
    /// Bytes that further values may take.
    left: usize,
}

impl Line {
    pub(super) fn new(level: Level, target: &'static str) -> Self {
        Self { level, target, message: String::new(), values: Vec::new(), left: LINE_MAX }
    }

    pub(super) fn with(mut self, message: &str, name: &'static str, value: impl Into<Value>) -> Self {
        message.clone_into(&mut self.message);
        self.values.push((name, value.into()));
        self
    }

    pub(super) fn write(self, format: Format, mut out: Writer<'_>) -> fmt::Result {
        let mut time = String::new();
        tracing_subscriber::fmt::time::SystemTime.format_time(&mut Writer::new(&mut time))?;
        match format {
            Format::Json => {
                let first = [
                    ("timestamp", time.into()),
                    ("level", self.level.as_str().into()),
                    ("message", self.message.into()),
                ];
                let members = first.into_iter().chain(self.values).chain([("target", self.target.into())]);
                let mut json = Vec::new();
                serde_json::Serializer::new(&mut json).collect_map(members).map_err(|_| fmt::Error)?;
                writeln!(out, "{}", String::from_utf8(json).map_err(|_| fmt::Error)?)
            }
            Format::Text { colours } => {
                let (start, end) = if colours { (colour(self.level), "\u{1b}[0m") } else { ("", "") };
                write!(out, "{time} {start}{:>5}{end} {}: {}", self.level, self.target, self.message)?;
                for (name, value) in self.values {
                    write!(out, " {name}={value}")?;
                }
                writeln!(out)
            }
        }
    }

    fn add(&mut self, field: &Field, value: Value, size: usize) {
        let size = size + field.name().len();
        if let Some(left) = self.left.checked_sub(size) {
            self.left = left;
            self.values.push((field.name(), value));
        }
    }

    fn add_text(&mut self, field: &Field, text: fmt::Arguments<'_>) {
        let mut value = Bounded::default();
        // An error says that the value is cut. The rest of it is never formatted.
        let _ = value.write_fmt(text);
        let text = value.finish();
        if field.name() == "message" {
            self.message = text;
        } else {
            let size = text.len();
            self.add(field, text.into(), size);
        }
    }
}

impl Visit for Line {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value.into(), 20);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value.into(), 20);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value.into(), 20);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value.into(), 5);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add_text(field, format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add_text(field, format_args!("{value:?}"));
    }
}

/// Text up to [`VALUE_MAX`] bytes.
#[derive(Default)]
struct Bounded {
    text: String,
    is_cut: bool,
}

impl Bounded {
    fn finish(mut self) -> String {
        if self.is_cut {
            self.text.push(CUT);
        }
        self.text
    }
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.text.len() + c.len_utf8() > VALUE_MAX {
                self.is_cut = true;
                return Err(fmt::Error);
            }
            push_printable(&mut self.text, c);
        }
        Ok(())
    }
}

/// Returns text that comes from outside in a form that a terminal shows as it is: control characters, line breaks, invisible
/// characters and characters that change the text direction are written as `\u{…}`.
#[must_use]
pub fn printable(text: &str) -> String {
    // Most lines: a report of an import has one for each row.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|c| push_printable(&mut shown, c));
    shown
}

fn push_printable(shown: &mut String, c: char) {
    if is_invisible(c) {
        shown.extend(c.escape_unicode());
    } else {
        shown.push(c);
    }
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\u{1b}[31m",
        Level::WARN => "\u{1b}[33m",
        Level::INFO => "\u{1b}[32m",
        Level::DEBUG => "\u{1b}[34m",
        Level::TRACE => "\u{1b}[35m",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounded(text: &str) -> String {
        let mut value = Bounded::default();
        let _ = write!(value, "{text}");
        value.finish()
    }

    #[test]
    fn long_values_are_cut_at_a_character() {
        assert_eq!(bounded("short"), "short");
        for text in ["x".repeat(60_000), "ä".repeat(60_000), "🔑".repeat(60_000)] {
            let cut = bounded(&text);
            assert!(cut.ends_with(CUT) && cut.len() <= VALUE_MAX + CUT.len_utf8(), "{}", cut.len());
        }
    }

    #[test]
    fn characters_that_forge_lines_or_directions_are_escaped() {
        for c in
            ['\n', '\r', '\u{1b}', '\0', '\u{7f}', '\u{85}', '\u{2028}', '\u{202e}', '\u{200b}', '\u{feff}']
        {
            assert_eq!(printable(&format!("a{c}b")), format!("a{}b", c.escape_unicode()));
        }
        assert_eq!(printable("Jürgen \"O'Neil\" 木"), "Jürgen \"O'Neil\" 木");
    }

    #[test]
    fn json_line_is_one_object() {
        let mut out = String::new();
        let line = Line::new(Level::WARN, "vestibule::log").with("log lines lost", "count", 3);
        line.write(Format::Json, Writer::new(&mut out)).expect("a line");
        let read: Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!((&read["level"], &read["count"]), (&"WARN".into(), &3.into()));
        assert_eq!(out.matches('\n').count(), 1);
    }
}
