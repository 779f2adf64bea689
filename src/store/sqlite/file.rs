//! The database file: its permissions, and the options of a connection.

use std::{
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{self, Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{
    failure::unavailable,
    functions,
    schema::{self, Content},
};
use crate::store::{document::StoreError, marker::Create, migration::Opening};

/// How long a connection waits for a write of another connection or process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The write-ahead log is truncated to this size after a burst of writes.
const MAX_LOG_BYTES: i64 = 64 << 20;

/// Returns the absolute path of the file in a URL.
pub(super) fn absolute(path: &str) -> Result<PathBuf, StoreError> {
    if path.is_empty() || path == ":memory:" {
        return Err(StoreError::unavailable("its URL contains no file name after sqlite:"));
    }
    // Absolute: SQLite gives some relative names a special meaning, and the working directory may change.
    path::absolute(path).map_err(StoreError::unavailable)
}

/// Checks that a file is missing, empty, or ours. Reads only: a connection that can write would switch the file of another application
/// to WAL mode.
pub(super) fn check(path: &Path, opening: &Opening) -> Result<(), StoreError> {
    let content = if path.exists() { content(path, opening)? } else { Content::Nothing };
    match (content, opening.create()) {
        (Content::OurTables, _) | (Content::Nothing, Create::IfMissing) => Ok(()),
        (Content::Nothing, Create::Never) => Err(StoreError::Unusable(format!(
            "there is no database at {}; check VESTIBULE_DATABASE_URL and the working directory, or create it with `vestibule serve`",
            path.display()
        ))),
    }
}

fn content(path: &Path, opening: &Opening) -> Result<Content, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(unavailable)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(unavailable)?;
    let give_up_at = Instant::now() + BUSY_TIMEOUT;
    loop {
        // One snapshot: another process may create the tables between two reads, and a file without version would look like an old one.
        let snapshot = connection.unchecked_transaction().map_err(unavailable);
        match snapshot.and_then(|snapshot| schema::check(&snapshot, opening)) {
            // Another process creates the tables, or recovers the log, at the moment.
            Err(StoreError::Unavailable(_)) if Instant::now() < give_up_at => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(StoreError::Unusable(cause)) => {
                return Err(StoreError::Unusable(format!("{}: {cause}", path.display())));
            }
            result => return result,
        }
    }
}

/// Creates the file if it does not exist, readable only by its owner. SQLite copies its permissions to the `-wal` and `-shm`
/// files, regardless of the umask. An existing file keeps its permissions.
pub(super) fn create(path: &Path) -> Result<(), StoreError> {
    create_if_missing(path)
        .map_err(|error| StoreError::unavailable(format!("cannot create {}: {error}", path.display())))
}

fn create_if_missing(path: &Path) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => fs::set_permissions(path, Permissions::from_mode(0o600)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Opens a connection that can write.
pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(unavailable)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(unavailable)?;
    let setup = || {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "journal_size_limit", MAX_LOG_BYTES)
    };
    retry_while_busy(setup).map_err(unavailable)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Opens a connection for reads. It is not read-only at the file level: it may have to recover the log of a killed process.
pub(super) fn connect_to_read(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", true).map_err(unavailable)?;
    functions::add_functions(&connection).map_err(unavailable)?;
    Ok(connection)
}

/// Retries while the file is busy. If two processes switch a new file to WAL mode or recover its log at the same time, SQLite
/// fails at once and ignores the busy timeout.
fn retry_while_busy(mut setup: impl FnMut() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    let give_up_at = Instant::now() + BUSY_TIMEOUT;
    loop {
        match setup() {
            Err(error) if is_busy(&error) && Instant::now() < give_up_at => {
                thread::sleep(Duration::from_millis(5));
            }
            result => return result,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed)
    )
}
