//! `file:FOLDER`: each mail becomes a file that mail programs open. For development.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use lettre::Message;

use super::{super::queue::OutgoingMail, delivery::Delivery, reply::clean};

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Writes `TIME-ID.eml`. A mail that is written again replaces its file.
    pub(super) async fn deliver(&self, mail: &OutgoingMail, message: &Message) -> Delivery {
        let name = format!("{}-{}.eml", mail.created_at.to_string().replace([':', '.'], "-"), mail.id);
        let (folder, bytes) = (self.0.clone(), message.formatted());
        let written = tokio::task::spawn_blocking(move || write(&folder, &name, &bytes)).await;
        match written.map_err(io::Error::other).flatten() {
            Ok(()) => Delivery::Accepted,
            Err(error) => Delivery::ServerFailed(clean(&format!("cannot write the file: {error}"))),
        }
    }
}

/// Writes a file that only its owner can read: it contains links with tokens. A reader sees the whole file or none.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let (draft, file) = (folder.join(format!(".{name}")), folder.join(name));
    let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    out.write_all(bytes)?;
    fs::rename(&draft, &file)
}
