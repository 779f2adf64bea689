//! Layout of text for terminals: printable text, tables with aligned columns, and lines within a width. Pure.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::{clock::Timestamp, log::printable};

/// Mark of text that was shortened.
const CUT: char = '…';
/// Blanks between two columns.
const GAP: usize = 2;
/// Blanks before the lines of a list.
pub(super) const INDENT: usize = 2;
/// The narrowest column, if its content is wider.
const NARROWEST: usize = 5;

/// Returns the start of a text that is not wider than `width` columns. A shortened text ends with `…`.
pub(super) fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = |c: &char| match left.checked_sub(c.width().unwrap_or(0)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    cut.push(CUT);
    cut
}

/// Returns lines of at most `width` columns. Breaks are at blanks if possible; further lines begin with `indent` blanks.
pub(super) fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        if line.width() + word.trim_end().width() <= width {
            line.push_str(word);
            continue;
        }
        if !line.trim().is_empty() {
            lines.push(line.trim_end().to_owned());
            line = " ".repeat(indent);
        }
        for c in word.chars() {
            if line.width() + c.width().unwrap_or(0) > width && line.width() > indent {
                lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
            }
            line.push(c);
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// Returns the lines of a table: columns under their names, within `width`. The widest columns are shortened first.
pub(super) fn table(header: &[&str], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect();
    let mut widths: Vec<usize> = header.iter().map(|name| name.width()).collect();
    for row in &rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(cell.width());
        }
    }
    let available = width.saturating_sub(GAP * header.len().saturating_sub(1));
    while widths.iter().sum::<usize>() > available {
        let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > NARROWEST) else { break };
        *widest -= 1;
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells = cells.zip(&widths).map(|(cell, width)| {
            let cell = fit(cell, *width);
            let blanks = width.saturating_sub(cell.width());
            format!("{cell}{}", " ".repeat(blanks))
        });
        cells.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    let first = line(&mut header.iter().copied());
    std::iter::once(first).chain(rows.iter().map(|row| line(&mut row.iter().map(String::as_str)))).collect()
}

pub(super) fn indented(lines: Vec<String>) -> impl Iterator<Item = String> {
    lines.into_iter().map(|line| format!("{:INDENT$}{line}", ""))
}

/// Returns a time in UTC to the second.
pub(super) fn time(at: Timestamp) -> String {
    format!("{} UTC", short_time(at))
}

/// Returns a time in UTC to the second, without the name of the zone.
pub(super) fn short_time(at: Timestamp) -> String {
    at.to_string().replacen('T', " ", 1).split('.').next().unwrap_or_default().to_owned()
}

/// Returns the time of day in UTC, for times within the next hour.
pub(super) fn time_of_day(at: Timestamp) -> String {
    time(at).split_once(' ').map_or_else(String::new, |(_, time)| time.to_owned())
}

/// Returns the name of a value in the API.
pub(super) fn published_name(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Returns a number with its noun.
pub(super) fn count_of(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: [&str; 7] = [
        "\u{1b}[31mred\u{1b}[0m",
        "\u{9b}2J",
        "ada\u{202e}nimda",
        "two\r\nlines",
        "tab\tbell\u{7}",
        "\u{200b}\u{2066}\u{feff}\u{ad}",
        "\u{2028}\u{e0041}",
    ];

    fn is_harmless(line: &str) -> bool {
        line == printable(line)
    }

    #[test]
    fn text_from_outside_cannot_control_the_terminal() {
        for text in HOSTILE {
            let lines = table(&["name", "other"], &[vec![text.to_owned(), text.repeat(1000)]], 80);
            assert!(lines.len() == 2 && lines.iter().all(|line| is_harmless(line)), "{lines:?}");
        }
    }

    #[test]
    fn no_line_of_a_table_is_wider_than_the_terminal() {
        let long = "x".repeat(10_000);
        let wide = "木".repeat(10_000);
        for width in [60, 80, 120, 200] {
            let rows: Vec<Vec<String>> = [long.as_str(), wide.as_str(), "ada"]
                .iter()
                .map(|text| vec![(*text).to_owned(); 8])
                .collect();
            let lines = table(&["a", "b", "c", "d", "e", "f", "g", "h"], &rows, width);
            assert!(lines.iter().all(|line| line.width() <= width), "{width}: {lines:#?}");
            assert!(lines[1].contains(CUT));
        }
    }

    #[test]
    fn columns_are_aligned_for_wide_and_combining_characters() {
        let names = ["木村", "Jürgen", "Ju\u{308}rgen", "👩", "ada"];
        let rows: Vec<_> = names.iter().map(|name| vec![(*name).to_owned(), "|".to_owned()]).collect();
        for line in &table(&["username", "mfa"], &rows, 80)[1..] {
            let start = line.split_once('|').expect("a second column").0;
            assert_eq!(start.width(), "username".len() + GAP, "{line}");
        }
    }

    #[test]
    fn only_text_that_is_too_wide_is_shortened() {
        for (text, width, shown) in [
            ("ada", 3, "ada"),
            ("adam", 3, "ad…"),
            ("木村木村", 5, "木村…"),
            ("木村木村", 4, "木…"),
            ("", 0, ""),
        ] {
            assert_eq!(fit(text, width), shown);
        }
    }

    #[test]
    fn long_lines_are_wrapped_at_blanks() {
        assert_eq!(wrap("one two three", 8, 2), ["one two", "  three"]);
        assert_eq!(wrap("short", 8, 2), ["short"]);
        let lines = wrap(&"x".repeat(10_000), 40, 4);
        assert!(lines.iter().all(|line| line.width() <= 40), "{}", lines.len());
        assert_eq!(lines.concat().replace(' ', "").len(), 10_000, "nothing is lost");
    }
}
