//! The socket that accepts connections: TCP, or a unix socket, which is a file.

use std::{
    fs::{self, File},
    io,
    os::unix::{
        fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _},
        net::UnixStream as StdUnixStream,
    },
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::{
    fs::{FlockOperation, Mode, flock},
    process::umask,
};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use crate::{
    config::{Listen, ListenSettings},
    web::proxies::Peer,
};

/// How long a start waits for another one that creates a socket in the same folder.
const LOCK_ATTEMPTS: usize = 40;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// A socket that accepts connections.
pub enum Listener {
    Tcp(TcpListener),
    /// Fields are dropped in this order. While the socket is open, no other file can get the number of its file.
    Unix(SocketFile, UnixListener),
}

/// An accepted connection.
pub(super) enum Connection {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}

impl Listener {
    /// Opens the socket that the settings name.
    ///
    /// # Errors
    /// The address or the path is in use, or cannot be used.
    pub async fn open(settings: &ListenSettings) -> io::Result<Self> {
        match &settings.at {
            Listen::Address(address) => TcpListener::bind(address).await.map(Self::Tcp),
            Listen::Socket(path) => open_socket(path, settings.mode).await,
        }
    }

    /// Returns the address in use. Port 0 in the settings has become a port.
    ///
    /// # Errors
    /// The system does not know it.
    pub fn address(&self) -> io::Result<Listen> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(Listen::Address),
            Self::Unix(file, _) => Ok(Listen::Socket(file.path.clone())),
        }
    }

    pub(super) async fn accept(&self) -> io::Result<(Connection, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Small responses are sent at once.
                drop(stream.set_nodelay(true));
                Ok((Connection::Tcp(stream), Peer::of(peer.ip())))
            }
            Self::Unix(_, listener) => {
                listener.accept().await.map(|(stream, _)| (Connection::Unix(stream), Peer::Socket))
            }
        }
    }
}

/// The file of a unix socket. It is removed when this is dropped.
pub struct SocketFile {
    path: PathBuf,
    /// Device and number of the file.
    id: (u64, u64),
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // A service that started later may have replaced the file.
        if identity(&self.path).is_ok_and(|id| id == self.id) {
            drop(fs::remove_file(&self.path));
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let file = fs::symlink_metadata(path)?;
    Ok((file.dev(), file.ino()))
}

async fn open_socket(path: &Path, mode: u32) -> io::Result<Listener> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let folder = File::open(folder).map_err(|error| explained(&error, "its folder cannot be opened"))?;
    // Of two services that start together, the second would remove the socket of the first: between the check and the bind, nothing
    // listens yet. The lock ends with `folder`.
    lock(&folder).await?;
    remove_stale(path)?;
    // The file has its mode from the begin: no program can connect before the mode is set.
    let before = umask(Mode::from_raw_mode(0o177));
    let bound = UnixListener::bind(path);
    umask(before);
    let listener = bound?;
    let file = SocketFile { path: path.to_owned(), id: identity(path)? };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    Ok(Listener::Unix(file, listener))
}

async fn lock(folder: &File) -> io::Result<()> {
    for _ in 0..LOCK_ATTEMPTS {
        if flock(folder, FlockOperation::NonBlockingLockExclusive).is_ok() {
            return Ok(());
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    Err(io::Error::new(io::ErrorKind::ResourceBusy, "another program holds a lock on its folder"))
}

/// Removes the socket that a killed service has left. A file that is no socket, and a socket on which a program listens, stay.
fn remove_stale(path: &Path) -> io::Result<()> {
    let file = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    if !file.file_type().is_socket() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "a file that is no socket has this path"));
    }
    match StdUnixStream::connect(path) {
        Ok(_) => Err(io::Error::new(io::ErrorKind::AddrInUse, "another program listens there")),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        Err(error) => Err(explained(&error, "the socket that exists there cannot be checked")),
    }
}

fn explained(error: &io::Error, text: &str) -> io::Error {
    io::Error::new(error.kind(), format!("{text}: {error}"))
}
