//! Lines of CSV files (RFC 4180) that administrators open in a spreadsheet.

use csv::{Terminator, WriterBuilder};

/// Characters with which a spreadsheet begins a formula, in both widths.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Returns one record with its line end.
///
/// A user agent or a user name is text of any client. A spreadsheet would run a cell that begins like a formula, and send other cells to an
/// attacker (CSV injection). Such a cell gets an apostrophe, which a spreadsheet takes for the mark of a text.
#[must_use]
pub fn line<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    record(cells, |cell| format!("'{cell}"))
}

/// Returns one record of a file that `users import` reads back, with its line end. A cell that begins like a formula gets the form `="…"`: a
/// spreadsheet shows its text, and the import takes it for its text.
#[must_use]
pub fn importable_line<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    record(cells, |cell| format!("=\"{}\"", cell.replace('"', "\"\"")))
}

fn record<'c>(cells: impl IntoIterator<Item = &'c str>, as_text: impl Fn(&str) -> String) -> String {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(Vec::<u8>::new());
    let cell = |cell: &str| if begins_formula(cell) { as_text(cell) } else { cell.to_owned() };
    let record: Vec<String> = cells.into_iter().map(cell).collect();
    // A vector accepts every write.
    let _ = writer.write_record(&record);
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn begins_formula(cell: &str) -> bool {
    cell.starts_with(['\t', '\r', '\n']) || cell.trim_start().starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use super::*;

    // CSV injection (CWE-1236).
    #[test]
    fn cell_that_begins_like_a_formula_is_text() {
        for (cell, written) in [
            ("ada", "ada"),
            ("2026-11-26T10:00:00.000Z", "2026-11-26T10:00:00.000Z"),
            ("a=b+c", "a=b+c"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            (" =1", "' =1"),
            ("\u{a0}@x", "'\u{a0}@x"),
            ("＝1", "'＝1"),
            ("=HYPERLINK(\"http://evil\")", "\"'=HYPERLINK(\"\"http://evil\"\")\""),
            ("\r=1", "\"'\r=1\""),
        ] {
            assert_eq!(line([cell, "x"]), format!("{written},x\r\n"), "{cell:?}");
        }
    }

    #[test]
    fn importable_cell_that_begins_like_a_formula_is_a_formula_of_its_text() {
        assert_eq!(importable_line(["=\"a\"+1", "ada"]), "\"=\"\"=\"\"\"\"a\"\"\"\"+1\"\"\",ada\r\n");
    }

    #[test]
    fn quotes_commas_and_line_ends_are_quoted() {
        assert_eq!(line(["a,b", "c\"d", "e\nf", ""]), "\"a,b\",\"c\"\"d\",\"e\nf\",\r\n");
    }
}
