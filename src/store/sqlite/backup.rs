//! A copy of the file while services write: one read transaction, written to a new file without the write-ahead log.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use rusqlite::{Connection, OpenFlags};

use super::{failure::unavailable, file};
use crate::store::document::StoreError;

/// Writes the copy and returns its size in bytes. A file that exists is not changed.
pub(super) fn write(path: &Path, copy: &Path) -> Result<u64, StoreError> {
    let failed = |error: &dyn std::fmt::Display| {
        StoreError::Unusable(format!("the copy {} cannot be written: {error}", copy.display()))
    };
    let name = copy.to_str().ok_or_else(|| failed(&"its name is not UTF-8"))?;
    // Before SQLite writes: the copy has the secrets of all users, whatever the umask is.
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(copy).map_err(|error| {
        match error.kind() {
            io::ErrorKind::AlreadyExists => failed(&"the file exists; name a new one"),
            _ => failed(&error),
        }
    })?;
    let written = copy_into(path, name).and_then(|()| check(copy));
    match written.and_then(|()| size_on_disk(copy).map_err(|error| failed(&error))) {
        Ok(bytes) => Ok(bytes),
        Err(error) => {
            // Half a copy must not look like a backup.
            let _ = fs::remove_file(copy);
            Err(error)
        }
    }
}

fn copy_into(path: &Path, name: &str) -> Result<(), StoreError> {
    file::connect(path)?.execute("VACUUM INTO ?1", [name]).map(drop).map_err(unavailable)
}

fn check(copy: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(copy, flags).map_err(unavailable)?;
    let verdict: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).map_err(unavailable)?;
    if verdict == "ok" {
        return Ok(());
    }
    Err(StoreError::Unusable(format!("the copy is damaged: {verdict}; check the disk")))
}

fn size_on_disk(copy: &Path) -> io::Result<u64> {
    let file = File::open(copy)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}
