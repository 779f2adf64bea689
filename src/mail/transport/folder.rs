//! `file:FOLDER`: each mail becomes a file that mail programs open. For development.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use lettre::Message;

use super::{super::queue::OutgoingMail, delivery::Delivery, probe::MailProblem, reply::clean};

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Checks that a file can be written, without leaving one.
    pub(super) fn probe(&self) -> Result<(), MailProblem> {
        // The folder is created with the first mail.
        let folder = self.0.ancestors().find(|folder| folder.exists()).unwrap_or(&self.0);
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let name = folder.join(format!(".vestibule-doctor-{}", std::process::id()));
        let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&name);
        let removed = written.and_then(|_| fs::remove_file(&name));
        removed.map_err(|error| MailProblem::Folder(format!("{}: {error}", folder.display())))
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
