//! Why a command fails.

use crate::{config::Mistake, store::StoreError};

/// Reason for a failed command; it decides the exit code.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The act failed (exit code 1).
    Failed(String),
    /// Some rows were refused; the output names them (1).
    SomeRows,
    /// The arguments make no sense (2).
    Usage(String),
    /// The settings have mistakes (3).
    Settings(Vec<Mistake>),
    /// The store cannot be reached (4).
    Store(StoreError),
    /// Ctrl-C (130).
    Interrupted,
    /// The reader of the output has closed the pipe (0).
    ClosedPipe,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Store(error),
            StoreError::Taken { .. } | StoreError::Corrupt { .. } => Self::Failed(error.to_string()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            std::io::ErrorKind::Interrupted => Self::Interrupted,
            _ => Self::Failed(error.to_string()),
        }
    }
}
