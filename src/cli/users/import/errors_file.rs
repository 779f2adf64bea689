//! The file of refused rows: each as it is in the source, with the reason in front, so that it can be corrected and imported again.

use std::{
    fs::{File, OpenOptions},
    io::{BufWriter, Write as _},
    ops::Range,
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
};

use super::source::{REASON, Source};
use crate::cli::{failure::Failure, out::Out};

/// File of refused rows. The first one creates it, readable only for its owner: it contains the secrets of its rows.
pub(super) struct ErrorsFile {
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl ErrorsFile {
    /// Fails if the file exists. It runs before the first row, so that an import does not stop in the middle.
    pub(super) fn new(path: PathBuf) -> Result<Self, Failure> {
        if path.exists() {
            let path = path.display();
            return Err(Failure::Failed(format!(
                "{path} exists and is not overwritten; name a new file with --errors-file"
            )));
        }
        Ok(Self { path, file: None })
    }

    /// Writes a refused row.
    pub(super) fn write(
        &mut self,
        source: &Source,
        raw: Range<usize>,
        username: &str,
        reason: &str,
    ) -> Result<(), Failure> {
        let path = self.path.display().to_string();
        let failed = |error: std::io::Error| Failure::Failed(format!("{path}: {error}"));
        let raw = source.raw(raw);
        let header = source.csv_header();
        let row = match header {
            Some((_, separator)) => [csv_cell(reason).as_bytes(), &[separator], raw, b"\n"].concat(),
            None => json_row(raw, username, reason),
        };
        if self.file.is_none() {
            let mut options = OpenOptions::new();
            let new = options.write(true).create_new(true).mode(0o600).open(&self.path).map_err(failed)?;
            let mut new = BufWriter::new(new);
            if let Some((header, separator)) = header {
                let start = [REASON.as_bytes(), &[separator], header, b"\n"].concat();
                new.write_all(&start).map_err(failed)?;
            }
            self.file = Some(new);
        }
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(&row)).map_err(failed)
    }

    /// Completes the file, and says where it is.
    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        let path = self.path.display();
        file.flush().map_err(|error| Failure::Failed(format!("{path}: {error}")))?;
        Ok(Out::error(&format!(
            "the refused rows are in {path}; correct and import them, then delete the file"
        ))?)
    }
}

/// Returns a CSV cell that every separator leaves whole.
fn csv_cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Returns an object in one line. A line that is no object stays as it is.
fn json_row(raw: &[u8], username: &str, reason: &str) -> Vec<u8> {
    // Only white space: a text in JSON contains no line break.
    let line: Vec<u8> =
        raw.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }).collect();
    let line = line.trim_ascii();
    let member = |text: &str| serde_json::Value::from(text).to_string();
    match line.strip_prefix(b"{") {
        _ if line.is_empty() => {
            let name = member(username);
            format!("{{\"{REASON}\":{},\"username\":{name}}}\n", member(reason)).into_bytes()
        }
        Some(rest) => {
            let comma = if rest.trim_ascii_start().starts_with(b"}") { "" } else { "," };
            [format!("{{\"{REASON}\":{}{comma}", member(reason)).as_bytes(), rest, b"\n"].concat()
        }
        None => [line, b"\n"].concat(),
    }
}
