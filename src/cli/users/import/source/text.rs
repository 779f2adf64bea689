//! Blanks and lines of a text.

/// Removes blanks and byte order marks, which appear inside a file after `cat a.csv b.csv`.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Returns the position after the line break at `at`: `\r\n`, `\n`, or a lone `\r` as old programs write it.
pub(super) fn after_line_break(bytes: &[u8], at: usize) -> usize {
    if bytes[at..].starts_with(b"\r\n") { at + 2 } else { at + 1 }
}

/// Returns the end of the line that contains `at`, without its line break.
pub(super) fn end_of_line(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .map_or(bytes.len(), |length| at + length)
}

/// Counts lines up to positions that only grow.
pub(super) struct LineCounter<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> LineCounter<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    /// Returns the line of a position, from 1.
    pub(super) fn line_of(&mut self, position: usize) -> u64 {
        loop {
            let end = end_of_line(self.bytes, self.at);
            if end >= position || end == self.bytes.len() {
                return self.line;
            }
            self.at = after_line_break(self.bytes, end);
            self.line += 1;
        }
    }
}
