//! Where an export goes.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    cli::{failure::Failure, new_file::NewFile},
    secrets::{Recipients, SealingWriter},
};

/// A new file, or stdout.
pub(super) enum Output {
    File(NewFile),
    Stdout(io::BufWriter<io::Stdout>),
}

impl Output {
    /// Creates the file, or `None` for stdout. Nothing is written yet.
    pub(super) fn create(file: Option<&Path>, replaces: bool) -> Result<Self, Failure> {
        match file {
            Some(path) => NewFile::create(path, replaces).map(Self::File),
            None => Ok(Self::Stdout(io::BufWriter::new(io::stdout()))),
        }
    }

    pub(super) fn sealed_to(self, recipients: &Recipients) -> Result<SealedOutput, Failure> {
        if recipients.is_empty() {
            return Ok(SealedOutput::Plain(self));
        }
        Ok(SealedOutput::Sealed(Box::new(recipients.seal(self)?)))
    }

    fn publish(self) -> Result<(), Failure> {
        match self {
            Self::File(file) => file.publish(),
            Self::Stdout(mut stdout) => Ok(stdout.flush()?),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stdout(stdout) => stdout.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Stdout(stdout) => stdout.flush(),
        }
    }
}

/// An output that may be sealed.
pub(super) enum SealedOutput {
    Plain(Output),
    Sealed(Box<SealingWriter<Output>>),
}

impl SealedOutput {
    /// Completes the output.
    pub(super) fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Plain(output) => output.publish(),
            Self::Sealed(output) => output.finish()?.publish(),
        }
    }
}

impl Write for SealedOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(output) => output.write(bytes),
            Self::Sealed(output) => output.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(output) => output.flush(),
            Self::Sealed(output) => output.flush(),
        }
    }
}
