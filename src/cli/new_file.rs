//! A file that a command writes: it gets its name when it is complete and on the disk, and only its owner can read it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{self, Path, PathBuf},
};

use super::failure::Failure;

/// A file that is not complete. Dropping it deletes it, and leaves a file of the same name as it was.
pub(super) struct NewFile {
    path: PathBuf,
    partial: PathBuf,
    file: Option<BufWriter<File>>,
    replaces: bool,
}

impl NewFile {
    /// Creates the file under another name. `replaces`: a file of the same name is replaced, otherwise it is a failure.
    pub(super) fn create(path: &Path, replaces: bool) -> Result<Self, Failure> {
        let path = path::absolute(path)?;
        let shown = path.display();
        match path.symlink_metadata() {
            // A rename would replace a device or a pipe by a file.
            Ok(known) if !known.is_file() => {
                return Err(Failure::Usage(format!("{shown} exists and is not a file; name a file")));
            }
            Ok(_) if !replaces => return Err(exists(&path)),
            Ok(_) | Err(_) => {}
        }
        let mut partial = path.clone().into_os_string();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial);
        let file = file.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Failure::Failed(format!(
                "{} exists; another command writes it, or was interrupted: then delete it",
                partial.display()
            )),
            _ => failed(&path, &error),
        })?;
        Ok(Self { path, partial, file: Some(BufWriter::new(file)), replaces })
    }

    /// Writes the file to the disk and gives it its name.
    pub(super) fn publish(mut self) -> Result<(), Failure> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let published = file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .and_then(|()| self.rename());
        if published.is_err() {
            drop(fs::remove_file(&self.partial));
        }
        published.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => exists(&self.path),
            _ => failed(&self.path, &error),
        })
    }

    fn rename(&self) -> io::Result<()> {
        if self.replaces {
            fs::rename(&self.partial, &self.path)?;
        } else {
            // A rename would replace a file that was created since then, a link does not.
            match fs::hard_link(&self.partial, &self.path) {
                Ok(()) => fs::remove_file(&self.partial)?,
                // A file system without links, such as FAT.
                Err(error) if error.kind() != ErrorKind::AlreadyExists && !self.path.exists() => {
                    fs::rename(&self.partial, &self.path)?;
                }
                Err(error) => return Err(error),
            }
        }
        self.path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(bytes.len()), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), BufWriter::flush)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            drop(fs::remove_file(&self.partial));
        }
    }
}

fn exists(path: &Path) -> Failure {
    Failure::Failed(format!(
        "{} exists and is not overwritten; name a new file, or add --force",
        path.display()
    ))
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::Failed(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tempfile::TempDir;

    use super::*;

    fn names(folder: &TempDir) -> Vec<String> {
        let entries = fs::read_dir(folder.path()).expect("a folder");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn file_has_its_name_when_it_is_complete() {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("users");
        let mut file = NewFile::create(&path, false).expect("created");
        file.write_all(b"half").expect("written");
        assert_eq!(names(&folder), ["users.partial"]);
        assert!(NewFile::create(&path, false).is_err(), "another command writes it");
        drop(file);
        assert_eq!(names(&folder), Vec::<String>::new());

        let mut file = NewFile::create(&path, false).expect("created");
        file.write_all(b"whole").expect("written");
        file.publish().expect("published");
        assert_eq!(names(&folder), ["users"]);
        assert_eq!(fs::read(&path).expect("a file"), b"whole");
        assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn file_is_replaced_only_on_request() {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("users");
        let late = NewFile::create(&path, false).expect("created");
        fs::write(&path, "before").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
        assert!(late.publish().is_err(), "created since then");
        assert!(NewFile::create(&path, false).is_err());
        assert_eq!(
            (fs::read(&path).expect("a file"), names(&folder)),
            (b"before".to_vec(), vec!["users".to_owned()])
        );
        let mut file = NewFile::create(&path, true).expect("created");
        file.write_all(b"after").expect("written");
        file.publish().expect("published");
        assert_eq!(fs::read(&path).expect("a file"), b"after");
        assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
        assert!(NewFile::create(Path::new("/dev/null"), true).is_err());
        assert!(NewFile::create(folder.path(), true).is_err());
    }
}
