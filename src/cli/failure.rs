use std::{io, process::ExitCode};

use super::out::Out;
use crate::{config::Mistake, store::StoreError};

/// The exit codes of every command.
pub(super) const EXIT_CODES: [(u8, &str); 6] = [
    (0, "success; also when the reader of the output closes the pipe"),
    (FAILED, "the command failed, some rows of a file were refused, or doctor found errors or warnings"),
    (USAGE, "invalid arguments, or an unknown column in a file"),
    (SETTINGS, "invalid settings"),
    (STORE, "the database is unreachable, or belongs to another application"),
    (INTERRUPTED, "interrupted with Ctrl-C"),
];
const FAILED: u8 = 1;
const USAGE: u8 = 2;
const SETTINGS: u8 = 3;
const STORE: u8 = 4;
const INTERRUPTED: u8 = 130;

/// Why a command failed. Decides the exit code.
#[derive(Debug)]
pub(crate) enum Failure {
    Failed(String),
    /// Some rows were refused. The command has reported them.
    SomeRows,
    Usage(String),
    Settings(Vec<Mistake>),
    Store(StoreError),
    Interrupted,
    /// The reader of the output has closed the pipe.
    ClosedPipe,
    /// The failure is in the log. The value is its exit code.
    Logged(u8),
    /// Findings are printed: some of them are errors or warnings.
    Findings,
    /// Findings are printed: the settings are invalid.
    InvalidSettings,
    /// Findings are printed: the database cannot be used.
    UnusableStore,
}

impl Failure {
    /// Prints the failure and returns its exit code.
    pub(super) fn report(self) -> ExitCode {
        let (code, text) = self.describe();
        if let Some(text) = text {
            // Without stderr there is no way to report that stderr is closed.
            drop(Out::error(&format!("vestibule: {text}")));
        }
        ExitCode::from(code)
    }

    /// Writes the failure to the log instead of stderr: programs that read JSON lines cannot read text.
    pub(super) fn into_log_line(self) -> Self {
        let (code, text) = self.describe();
        if let Some(text) = text {
            tracing::error!(error = text, exit_code = code, "could not run the service");
        }
        Self::Logged(code)
    }

    fn describe(self) -> (u8, Option<String>) {
        let (code, text) = match self {
            Self::ClosedPipe => return (0, None),
            Self::SomeRows | Self::Findings => return (FAILED, None),
            Self::InvalidSettings => return (SETTINGS, None),
            Self::UnusableStore => return (STORE, None),
            Self::Logged(code) => return (code, None),
            Self::Interrupted => (INTERRUPTED, "interrupted".to_owned()),
            Self::Failed(text) => (FAILED, text),
            Self::Usage(text) => (USAGE, text),
            Self::Settings(mistakes) => (SETTINGS, list(&mistakes)),
            Self::Store(error @ StoreError::Unusable(_)) => (STORE, error.to_string()),
            Self::Store(error) => {
                (STORE, format!("{error}\nCheck VESTIBULE_DATABASE_URL and whether the database is running."))
            }
        };
        (code, Some(text))
    }
}

fn list(mistakes: &[Mistake]) -> String {
    let count = match mistakes.len() {
        1 => "1 mistake".to_owned(),
        count => format!("{count} mistakes"),
    };
    let lines: Vec<String> = mistakes.iter().map(|mistake| format!("  {mistake}")).collect();
    format!("{count} in the settings:\n{}", lines.join("\n"))
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Unusable(_) => Self::Store(error),
            StoreError::Taken { .. } | StoreError::Corrupt { .. } => Self::Failed(error.to_string()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            io::ErrorKind::Interrupted => Self::Interrupted,
            _ => Self::Failed(error.to_string()),
        }
    }
}
