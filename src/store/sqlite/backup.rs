//! A copy of the file while services write: one read transaction, written to a new file without the write-ahead log.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    os::unix::fs::OpenOptionsExt as _,
    path::{self, Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};

use super::{failure::unavailable, file};
use crate::store::document::StoreError;

/// Writes the copy and returns its size in bytes. A file that exists is not changed.
///
/// Half a copy must not look like a backup, also after a kill: the copy gets its name when it is complete, checked and on the disk.
pub(super) fn write(path: &Path, copy: &Path) -> Result<u64, StoreError> {
    let failed = |error: &dyn std::fmt::Display| {
        StoreError::Unusable(format!("the copy {} cannot be written: {error}", copy.display()))
    };
    // Absolute: SQLite gives some names a special meaning, such as `:memory:`.
    let copy = &path::absolute(copy).map_err(|error| failed(&error))?;
    if copy.symlink_metadata().is_ok() {
        return Err(failed(&"the file exists; name a new one"));
    }
    let partial = partial(copy);
    let name = partial.to_str().ok_or_else(|| failed(&"its name is not UTF-8"))?;
    // Before SQLite writes: the copy has the secrets of all users, whatever the umask is.
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial).map_err(
        |error| match error.kind() {
            ErrorKind::AlreadyExists => failed(&format!(
                "{name} exists; another backup writes it, or was interrupted: then delete it"
            )),
            _ => failed(&error),
        },
    )?;
    let written = copy_into(path, name).and_then(|()| check(&partial)).and_then(|()| {
        let bytes = size_on_disk(&partial).map_err(|error| failed(&error))?;
        publish(&partial, copy).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => failed(&"the file exists; name a new one"),
            _ => failed(&error),
        })?;
        Ok(bytes)
    });
    if written.is_err() {
        let _ = fs::remove_file(&partial);
    }
    written
}

/// Returns the name of a copy that is not complete.
fn partial(copy: &Path) -> PathBuf {
    let mut name = copy.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// Gives the copy its name, and writes the folder to the disk.
fn publish(partial: &Path, copy: &Path) -> io::Result<()> {
    // A link replaces no file, but a rename does.
    match fs::hard_link(partial, copy) {
        Ok(()) => fs::remove_file(partial)?,
        // A file system without links, such as FAT.
        Err(error) if error.kind() != ErrorKind::AlreadyExists && !copy.exists() => {
            fs::rename(partial, copy)?;
        }
        Err(error) => return Err(error),
    }
    copy.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
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
