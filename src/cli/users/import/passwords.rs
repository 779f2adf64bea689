//! The file for generated passwords.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{self, PathBuf},
    sync::{Mutex, PoisonError},
};

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::{
    cli::{failure::Failure, out::Out},
    clock::Timestamp,
};

/// File for generated passwords. The first password creates it.
pub(super) struct PasswordFile {
    path: PathBuf,
    file: Mutex<Option<File>>,
}

impl PasswordFile {
    /// Sets the path without creating the file. By default, the file is in the current folder and its name contains the time.
    pub(super) fn new(path: Option<PathBuf>, now: Timestamp) -> Result<Self, Failure> {
        let path = path::absolute(path.unwrap_or_else(|| default_path(now)))?;
        Ok(Self { path, file: Mutex::new(None) })
    }

    /// Fails if the file exists. It runs before the first row, so that an import does not stop in the middle.
    pub(super) fn require_new(&self) -> Result<(), Failure> {
        if self.path.exists() {
            let path = self.path.display();
            return Err(Failure::Failed(format!(
                "{path} exists and is not overwritten; name a new file with --passwords-out"
            )));
        }
        Ok(())
    }

    /// Writes passwords before their users are created. After a crash the file may contain unused lines, but no user is left with an
    /// unknown password.
    pub(super) fn write(&self, generated: &[(String, SecretString)]) -> Result<(), Failure> {
        if generated.is_empty() {
            return Ok(());
        }
        let failed = |error: std::io::Error| Failure::Failed(format!("{}: {error}", self.path.display()));
        let lines = csv_lines(generated)?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.is_none() {
            let mut options = OpenOptions::new();
            let mut new =
                options.write(true).create_new(true).mode(0o600).open(&self.path).map_err(failed)?;
            new.write_all(b"username,password\n").map_err(failed)?;
            Out::error(&format!("writing generated passwords to {}", self.path.display()))?;
            *file = Some(new);
        }
        match file.as_mut() {
            Some(file) => file.write_all(&lines).and_then(|()| file.sync_data()).map_err(failed),
            None => Ok(()),
        }
    }

    /// Returns the path if a password was written.
    pub(super) fn written(&self) -> Option<&PathBuf> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.is_some().then_some(&self.path)
    }
}

fn csv_lines(generated: &[(String, SecretString)]) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut lines = csv::Writer::from_writer(Vec::new());
    for (username, password) in generated {
        lines
            .write_record([username, password.expose_secret()])
            .map_err(|error| Failure::Failed(error.to_string()))?;
    }
    lines.into_inner().map(Zeroizing::new).map_err(|error| Failure::Failed(error.to_string()))
}

fn default_path(now: Timestamp) -> PathBuf {
    let time: String = now.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
    PathBuf::from(format!("vestibule-passwords-{time}.csv"))
}
