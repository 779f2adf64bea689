//! CSV (RFC 4180) as spreadsheets, exports and editors write it.
//!
//! Written here, and not taken from the crate `csv`: that reader takes everything after a quote that is not closed as one cell, knows no
//! lone `\r`, and does not report the line of a record exactly.

use super::{
    columns,
    row::Row,
    text::{after_line_break, end_of_line, trim},
};
use crate::{
    cli::{failure::Failure, quoted::quoted, users::import::mistake::Mistake},
    provisioning::Field,
};

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// A cell with more lines or bytes is a quote that is not closed. The limit keeps the time linear in the size of the file.
const MAX_CELL_LINES: u64 = 1000;
const MAX_CELL_BYTES: usize = 256 * 1024;

pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, Failure> {
    let mut records = Records::new(bytes)?;
    let Some(header) = records.next() else {
        return Err(Failure::Usage(format!("the file has no header row; {}", columns::known())));
    };
    let columns = header_columns(&header)?;
    let is_semicolon = records.separator == b';';
    Ok(records.filter_map(|record| row(record, &columns, is_semicolon)).collect())
}

fn header_columns(header: &Record) -> Result<Vec<Option<Field>>, Failure> {
    let line = header.line;
    let cells =
        header.cells.as_ref().map_err(|mistake| Failure::Usage(format!("line {line}: {}", mistake.text)))?;
    let mut columns = Vec::new();
    let (mut unknown, mut is_header) = (Vec::new(), false);
    for name in cells.iter().map(|cell| trim(cell)) {
        let field = columns::field(name);
        if field.is_none() && !name.is_empty() {
            unknown.push(name);
        }
        is_header |= field.is_some() || columns::suggestion(name).is_some();
        columns.push(field);
    }
    // Without a header row the line contains a user, and its text may be a password.
    if !is_header {
        return Err(Failure::Usage(format!(
            "line {line} names no column; the first line must be the header row: {}",
            columns::known()
        )));
    }
    if !unknown.is_empty() {
        return Err(columns::unknown(line, &unknown));
    }
    let twice =
        columns.iter().enumerate().find(|(at, column)| column.is_some() && columns[..*at].contains(column));
    if let Some((_, Some(field))) = twice {
        return Err(Failure::Usage(format!(
            "line {line}: the header row has the column `{}` twice; remove one",
            field.name()
        )));
    }
    if !columns::can_name(&columns) {
        return Err(Failure::Usage(format!(
            "line {line}: the header row has no column `username`; add it, or `id`, or `issuer` and `subject`"
        )));
    }
    Ok(columns)
}

/// Returns the row of a record, or `None` for a record without content.
fn row(record: Record, columns: &[Option<Field>], is_semicolon: bool) -> Option<Row> {
    let line = record.line;
    let cells = match record.cells {
        Ok(cells) => cells,
        Err(mistake) => return Some(Row::broken(line, mistake)),
    };
    if cells.iter().all(|cell| trim(cell).is_empty()) || is_header_again(&cells, columns) {
        return None;
    }
    let has_more = cells.iter().skip(columns.len()).any(|cell| !trim(cell).is_empty());
    if has_more || cells.len() < columns.len() {
        return Some(Row::broken(line, wrong_number(&cells, columns, is_semicolon)));
    }
    let mut row = Row { line, ..Row::default() };
    for (cell, column) in cells.iter().zip(columns) {
        match column {
            Some(field) => set(&mut row, *field, cell),
            None if trim(cell).is_empty() => {}
            None => {
                row.broken = Some(Mistake::of_row(
                    "cell_without_column",
                    "a cell is in a column without a name; name the column or empty the cell",
                ));
            }
        }
    }
    Some(row)
}

/// Returns whether a record is the header row of a second file, as in `cat a.csv b.csv`.
fn is_header_again(cells: &[String], columns: &[Option<Field>]) -> bool {
    columns.len() > 1
        && cells.len() == columns.len()
        && cells.iter().zip(columns).all(|(cell, column)| columns::field(cell) == *column)
}

fn wrong_number(cells: &[String], columns: &[Option<Field>], is_semicolon: bool) -> Mistake {
    let advice = if cells.first().is_some_and(|cell| cell.starts_with('#')) {
        "CSV has no comments, so remove the line"
    } else if is_semicolon && columns.contains(&Some(Field::Roles)) {
        "put a cell that contains the separator in quotes, for example roles: \"admin;staff\""
    } else {
        "put a cell that contains the separator in quotes, and write the separators of empty cells"
    };
    let text =
        format!("the row has {} cells, and the header row has {}; {advice}", cells.len(), columns.len());
    Mistake::of_row("wrong_number_of_cells", text)
}

/// Sets a cell. Some exports write `="0123"`, so that a spreadsheet keeps the zero.
fn set(row: &mut Row, field: Field, cell: &str) {
    let formula = trim(cell).strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    match formula {
        Some(_) if field == Field::Password => {
            let text = "the cell is a formula of a spreadsheet (=\"…\"); write the password itself";
            row.broken = Some(Mistake::of_row("formula", text));
        }
        Some(text) => row.set(field, &text.replace("\"\"", "\"")),
        None => row.set(field, cell),
    }
}

pub(super) struct Record {
    pub(super) line: u64,
    pub(super) cells: Result<Vec<String>, Mistake>,
}

/// Returns the records of a file, without empty lines. The first one is the header row, if the file has one.
pub(super) fn records(bytes: &[u8]) -> Result<impl Iterator<Item = Record>, Failure> {
    Records::new(bytes)
}

/// Records of a file, without empty lines.
struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
    separator: u8,
}

/// Why a record has no cells.
enum Broken {
    OpenQuote,
    QuoteInsideQuotes,
    LineBreak,
}

impl<'a> Records<'a> {
    /// Skips what stands before the header row: empty lines, comments and the line `sep=;`. The separator is the one of that line, or
    /// the most frequent one of the header row: no name of a column contains one.
    fn new(bytes: &'a [u8]) -> Result<Self, Failure> {
        let mut records = Self { bytes, at: 0, line: 1, separator: b',' };
        let mut given = None;
        while records.at < bytes.len() {
            let line = &bytes[records.at..end_of_line(bytes, records.at)];
            let bare = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
            let sep = bare.split_at_checked(4).filter(|(name, _)| name.eq_ignore_ascii_case(b"sep="));
            if let Some((_, value)) = sep {
                given = Some(named_separator(value, records.line)?);
            } else if !line.trim_ascii().is_empty() && !line.starts_with(b"#") {
                records.separator = given.unwrap_or_else(|| most_frequent_separator(line));
                break;
            }
            records.skip_line(records.at);
        }
        Ok(records)
    }

    /// Continues after the line that contains `at`.
    fn skip_line(&mut self, at: usize) {
        let end = end_of_line(self.bytes, at);
        self.at = if end < self.bytes.len() { after_line_break(self.bytes, end) } else { end };
        self.line += 1;
    }

    fn record(&mut self) -> Record {
        let (start, line) = (self.at, self.line);
        let cells = self.cells().and_then(|cells| {
            let text = |cell: Vec<u8>| String::from_utf8_lossy(&cell).into_owned();
            match Mistake::of_bytes(&self.bytes[start..self.at]) {
                Some(mistake) => Err(mistake),
                None => Ok(cells.into_iter().map(text).collect()),
            }
        });
        Record { line, cells }
    }

    /// Reads the cells of one record and continues after it. A quote that is not closed, or is closed in the middle of a cell, costs its
    /// line: the next record starts in the next line.
    fn cells(&mut self) -> Result<Vec<Vec<u8>>, Mistake> {
        let (start, first_line) = (self.at, self.line);
        let mut cells = Vec::new();
        let mut line_break = false;
        loop {
            match self.cell(start, &mut line_break) {
                Ok(cell) => cells.push(cell),
                Err(broken) => {
                    (self.at, self.line) = (start, first_line);
                    self.skip_line(start);
                    return Err(broken_quote(&broken, first_line, first_line));
                }
            }
            if self.bytes.get(self.at) == Some(&self.separator) {
                self.at += 1;
                continue;
            }
            let last_line = self.line;
            self.skip_line(self.at);
            return if line_break {
                Err(broken_quote(&Broken::LineBreak, first_line, last_line))
            } else {
                Ok(cells)
            };
        }
    }

    /// Reads one cell up to its separator or the end of the line.
    fn cell(&mut self, record: usize, line_break: &mut bool) -> Result<Vec<u8>, Broken> {
        let quote = self.after_blanks(self.at);
        if self.bytes.get(quote) != Some(&b'"') {
            // A quote inside a cell without quotes is text: `Server 19" rack`.
            let rest = &self.bytes[self.at..];
            let length =
                rest.iter().position(|byte| *byte == self.separator || matches!(byte, b'\n' | b'\r'));
            let cell = &rest[..length.unwrap_or(rest.len())];
            self.at += cell.len();
            return Ok(cell.to_vec());
        }
        self.at = quote + 1;
        let mut cell = Vec::new();
        let first_line = self.line;
        loop {
            if self.at - record > MAX_CELL_BYTES || self.line - first_line > MAX_CELL_LINES {
                return Err(Broken::OpenQuote);
            }
            match self.bytes.get(self.at..) {
                Some([b'"', b'"', ..]) => {
                    cell.push(b'"');
                    self.at += 2;
                }
                Some([b'"', ..]) => break,
                Some([b'\n' | b'\r', ..]) => {
                    *line_break = true;
                    self.at = after_line_break(self.bytes, self.at);
                    self.line += 1;
                }
                Some([byte, ..]) => {
                    cell.push(*byte);
                    self.at += 1;
                }
                Some([]) | None => return Err(Broken::OpenQuote),
            }
        }
        self.at = self.after_blanks(self.at + 1);
        match self.bytes.get(self.at) {
            None | Some(b'\n' | b'\r') => Ok(cell),
            Some(byte) if *byte == self.separator => Ok(cell),
            // In a later line it is the start of another quoted cell, so the first quote is not closed.
            Some(_) if self.line > first_line => Err(Broken::OpenQuote),
            Some(_) => Err(Broken::QuoteInsideQuotes),
        }
    }

    fn after_blanks(&self, at: usize) -> usize {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t') && *byte != self.separator;
        at + self.bytes[at..].iter().take_while(|byte| is_blank(byte)).count()
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while self.at < self.bytes.len() {
            if self.bytes[self.at..end_of_line(self.bytes, self.at)].trim_ascii().is_empty() {
                self.skip_line(self.at);
                continue;
            }
            return Some(self.record());
        }
        None
    }
}

fn broken_quote(broken: &Broken, first: u64, last: u64) -> Mistake {
    match broken {
        Broken::OpenQuote => Mistake::of_row(
            "open_quote",
            "a quote at the start of a cell is not closed; close it, and write a quote inside a cell as two quotes",
        ),
        Broken::QuoteInsideQuotes => Mistake::of_row(
            "open_quote",
            "text follows the closing quote of a cell; write a quote inside a cell as two quotes",
        ),
        Broken::LineBreak => Mistake::of_row(
            "line_break_in_a_cell",
            format!(
                "a quoted cell starts in line {first} and ends in line {last}; close the quote in its line, or remove the line break"
            ),
        ),
    }
}

fn named_separator(value: &[u8], line: u64) -> Result<u8, Failure> {
    match value {
        [separator] if SEPARATORS.contains(separator) => Ok(*separator),
        other => Err(Failure::Usage(format!(
            "line {line}: {} is not a separator; use a comma, a semicolon, a tab or |",
            quoted(&String::from_utf8_lossy(other))
        ))),
    }
}

fn most_frequent_separator(line: &[u8]) -> u8 {
    let count = |separator: u8| line.split(|byte| *byte == separator).count();
    // `max_by_key` returns the last maximum: the comma comes last.
    SEPARATORS.into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::{super::row::summaries, *};

    fn read(text: impl AsRef<[u8]>) -> Vec<String> {
        summaries(rows(text.as_ref()))
    }

    fn failure(text: &str) -> String {
        let mut lines = read(text);
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines.remove(0)
    }

    #[test]
    fn lines_are_numbered_as_an_editor_shows_them() {
        for (text, expected) in [
            ("username\nada\n\nlinus\n", &["2 ada", "4 linus"][..]),
            ("username\r\nada\r\n\r\nlinus", &["2 ada", "4 linus"]),
            ("username\rada\r\rlinus\r", &["2 ada", "4 linus"]),
            ("username\nada\r\n\rlinus", &["2 ada", "4 linus"]),
            ("\n\n# exported today\nusername\nada\n", &["5 ada"]),
            ("sep=;\r\nusername;email\r\nada;a@corp.example\r\n", &["3 ada|a@corp.example"]),
            (
                "username,displayName\nada,\"two\r\nlines\"\nlinus,\"a\n\nb\nc\"\ngrace,\n",
                &["2 line_break_in_a_cell", "4 line_break_in_a_cell", "8 grace"],
            ),
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn separator_comes_from_the_first_line() {
        for text in [
            "username,displayName\nada,Ada L.\n",
            "username;displayName\nada;Ada L.\n",
            "username\tdisplayName\nada\tAda L.\n",
            "username|displayName\nada|Ada L.\n",
            "sep=;\nusername;displayName\nada;Ada L.\n",
            "\"sep=|\"\nusername|displayName\nada|Ada L.\n",
            "SEP=\t\nusername\tdisplayName\nada\tAda L.\n",
            "\"username\";\"displayName\"\n\"ada\";\"Ada L.\"\n",
        ] {
            let cells: Vec<String> =
                read(text).iter().map(|row| row.split_once(' ').expect("a line").1.to_owned()).collect();
            assert_eq!(cells, ["ada|Ada L."], "{text:?}");
        }
        assert_eq!(
            read("username;roles\nada;\"admin;staff\"\nbob;admin;staff\n"),
            ["2 ada|admin;staff", "3 wrong_number_of_cells"]
        );
        assert_eq!(read("username,displayName\nada,a;b;c\n"), ["2 ada|a;b;c"]);
        assert!(failure("sep=x\nusername\n").contains("\"x\" is not a separator"));
    }

    #[test]
    fn empty_columns_cells_and_rows_are_ignored() {
        for (text, expected) in [
            ("username,email,,\nada,a@corp.example,,\n,,,\n , ,,\n", &["2 ada|a@corp.example"][..]),
            ("username,email\nada,a@corp.example,,, \n", &["2 ada|a@corp.example"]),
            (
                "username,,email\nada,x,a@corp.example\nbob,,b@corp.example\n",
                &["2 cell_without_column", "3 bob|b@corp.example"],
            ),
            ("USERNAME , Email\nada, a@corp.example \n", &["2 ada|a@corp.example"]),
            (
                "username,email\nada,\nusername,email\n\u{feff}Username,EMAIL\n\u{feff}bob,\n",
                &["2 ada", "5 bob"],
            ),
            ("username,email\nada\n", &["2 wrong_number_of_cells"]),
            ("username,email\nada,a@corp.example,x\n", &["2 wrong_number_of_cells"]),
            ("username,email\n# note\nada,\n", &["2 wrong_number_of_cells", "3 ada"]),
            ("username\n", &[]),
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn one_bad_quote_costs_one_row() {
        for (text, expected) in [
            ("username,displayName\nada,Server 19\" rack\nbob,\n", &["2 ada|Server 19\" rack", "3 bob"][..]),
            (
                "username,displayName\nada,\"Ada\nbob,Bob\neve,Eve\n",
                &["2 open_quote", "3 bob|Bob", "4 eve|Eve"],
            ),
            (
                "username,displayName\nada,\"Ada\nbob,\"Bob\"\neve,\"Eve\"\n",
                &["2 open_quote", "3 bob|Bob", "4 eve|Eve"],
            ),
            ("username,displayName\n\"ada\",\"19\" rack\"\nbob,Bob\n", &["2 open_quote", "3 bob|Bob"]),
            (
                "username,displayName\nada,\"Ada\nbob,\"\"\neve,\"Eve\"\n",
                &["2 open_quote", "3 bob", "4 eve|Eve"],
            ),
            (
                "username,displayName\nada,\"a \"\"b\"\" c\"\nbob, \"Bob\" \n",
                &["2 ada|a \"b\" c", "3 bob|Bob"],
            ),
            ("username,displayName\nada,\"", &["2 open_quote"]),
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
        let open = "\"".to_owned() + &"x\n".repeat(2000);
        assert_eq!(read(format!("username\n{open}"))[..2], ["2 open_quote", "3 x"]);
    }

    #[test]
    fn quote_that_is_not_closed_reads_no_user_from_inside_a_cell() {
        let text = "username,displayName\nada,\"note:\nbob,Bob\nend\"\ncarol,\n";
        assert_eq!(read(text), ["2 line_break_in_a_cell", "5 carol"]);
    }

    #[test]
    fn bytes_that_are_no_text_cost_their_row() {
        let latin = b"username,displayName\nodd,Zo\xeb\ngood,Zoe\n";
        assert_eq!(read(latin), ["2 not_utf8", "3 good|Zoe"]);
        let Ok(rows) = rows(latin) else { panic!("rows") };
        let text = &rows[0].broken.as_ref().expect("broken").text;
        assert!(text.contains("0xEB") && text.contains("UTF-8"), "{text}");
        assert_eq!(read("username\na\0da\nb\u{1b}[31m\n"), ["2 control_character", "3 control_character"]);
    }

    #[test]
    fn cell_that_a_program_wrote_as_a_formula_is_its_text() {
        assert_eq!(read("username,password\n=\"0123\",\n\"=\"\"0456\"\"\",\n"), ["2 0123", "3 0456"]);
        assert_eq!(read("username,password\nada,=\"0123456789\"\n"), ["2 formula"]);
    }

    #[test]
    fn blanks_are_dropped_except_around_passwords() {
        assert_eq!(read("username,password\n ada\u{a0}, secret  \nbob,   \n"), ["2 ada| secret  ", "3 bob"]);
    }

    #[test]
    fn header_row_with_a_mistake_is_refused() {
        for (text, part) in [
            ("", "no header row"),
            ("\n \n", "no header row"),
            ("username,passwort\n", "unknown column \"passwort\" (did you mean `password`?)"),
            ("User Name,mail\n", "did you mean `username`?), \"mail\" (did you mean `email`?)"),
            ("username,department,cost\n", "unknown columns \"department\", \"cost\""),
            ("username,Username\n", "column `username` twice"),
            ("email\n", "no column `username`"),
            ("username,\"email\n", "is not closed"),
        ] {
            let text = failure(text);
            assert!(text.contains(part), "{text}");
        }
        // A file without a header row starts with a user: its password must not be printed.
        let text = failure("ada,hunter2hunter2\nbob,x\n");
        assert!(text.contains("line 1 names no column") && !text.contains("hunter2"), "{text}");
    }
}
