//! The file itself: who may read it, and how a connection to it is set up.

use std::{
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{self, Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::unavailable;
use crate::store::StoreError;

/// How long one connection waits for another's write, which may be another process's.
const BUSY: Duration = Duration::from_secs(5);
/// The log is cut back to this size when a burst of writes is over.
const LOG_BYTES: i64 = 64 << 20;

/// Makes the file, readable by its owner only, if there is none yet. Its permissions are SQLite's model for the `-wal` and
/// `-shm` files beside it, whatever the umask says. A file that exists keeps the permissions its owner gave it.
pub(super) fn prepared(path: &str) -> Result<PathBuf, StoreError> {
    if path.is_empty() || path == ":memory:" {
        return Err(StoreError::Unavailable("its address names no file after sqlite:".to_owned()));
    }
    // Absolute, so that SQLite reads no other meaning into it, and it stays the same file wherever the process goes.
    let path = path::absolute(path).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    make(&path)
        .map_err(|error| StoreError::Unavailable(format!("{} cannot be made: {error}", path.display())))?;
    Ok(path)
}

fn make(path: &Path) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => fs::set_permissions(path, Permissions::from_mode(0o600)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// A connection that may write.
pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(unavailable)?;
    connection.busy_timeout(BUSY).map_err(unavailable)?;
    let setup = || {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES)
    };
    patiently(setup).map_err(unavailable)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// A connection that only reads. It is not opened read-only, since it may have to mend what a killed process left behind.
pub(super) fn connect_to_read(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", true).map_err(unavailable)?;
    Ok(connection)
}

/// Two processes that turn a fresh file into a WAL file at once, or mend one, are refused at once: the busy timeout is
/// no help there, since waiting inside SQLite could last forever.
fn patiently(mut setup: impl FnMut() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let until = Instant::now() + BUSY;
    loop {
        match setup() {
            Err(error) if is_passing(&error) && Instant::now() < until => {
                thread::sleep(Duration::from_millis(5));
            }
            done => return done,
        }
    }
}

fn is_passing(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed)
    )
}
