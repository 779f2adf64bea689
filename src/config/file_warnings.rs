//! Files with secrets that other users of the machine can read or change.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::{
    database::{Database, KeySource},
    report::Report,
    warning::Warning,
};
use crate::finding::FindingCode;

const OTHERS: u32 = 0o006;
const GROUP: u32 = 0o060;

/// Returns the warnings about the files of a configuration. A file that does not exist yet is created with the right permissions.
pub(super) fn of(
    keys: &KeySource,
    database: &Database,
    report: &Report,
    dotenv: Option<&Path>,
) -> Vec<Warning> {
    let keys = match keys {
        KeySource::Given(_) => None,
        KeySource::Beside(path) => Some(("the keys", path.clone())),
    };
    let has_secret = has_secret_of_dotenv(database, report);
    let database = database.file().map(|path| ("the database", path));
    let secrets = report.files.iter().map(|file| ("a secret", file.path.clone()));
    let dotenv = dotenv.filter(|_| has_secret).map(|path| ("secrets", path.to_owned()));
    keys.into_iter()
        .chain(database)
        .chain(secrets)
        .chain(dotenv)
        .filter_map(|(what, path)| warning(what, path))
        .collect()
}

/// Returns whether a secret, or a URL with a password, is in `.env`.
fn has_secret_of_dotenv(database: &Database, report: &Report) -> bool {
    report.settings.iter().filter(|setting| setting.origin == ".env").any(|setting| {
        setting.value == "(set)" || setting.name == "VESTIBULE_DATABASE_URL" && database.has_password()
    })
}

fn warning(what: &str, path: PathBuf) -> Option<Warning> {
    let metadata = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
    let mode = metadata.permissions().mode();
    // The files of Kubernetes and Docker are often readable for a group of the container alone.
    let (code, who) = match (mode & OTHERS, mode & GROUP) {
        (0, 0) => return None,
        (0, _) => (FindingCode::FileOpenToGroup, "its group"),
        (_, _) => (FindingCode::FileOpenToAll, "all users of the machine"),
    };
    let path = std::path::absolute(&path).unwrap_or(path).display().to_string();
    let problem =
        format!("the file contains {what} and can be read or changed by {who} (mode {:04o})", mode & 0o777);
    let fix = format!("run chmod 600 {path}, and change what others may have read");
    Some(Warning::new(code, path, problem, fix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_others_can_read_or_change_is_reported() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("v.db.keys");
        assert_eq!(warning("the keys", path.clone()), None, "no file");
        fs::write(&path, "").expect("written");
        for (mode, code) in [
            (0o600, None),
            (0o400, None),
            (0o700, None),
            (0o640, Some(FindingCode::FileOpenToGroup)),
            (0o620, Some(FindingCode::FileOpenToGroup)),
            (0o644, Some(FindingCode::FileOpenToAll)),
            (0o604, Some(FindingCode::FileOpenToAll)),
            (0o602, Some(FindingCode::FileOpenToAll)),
            (0o666, Some(FindingCode::FileOpenToAll)),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("changed");
            let found = warning("the keys", path.clone());
            assert_eq!(found.as_ref().map(|warning| warning.code), code, "{mode:o}");
            assert!(found.is_none_or(|warning| warning.name.ends_with("v.db.keys")), "{mode:o}");
        }
    }
}
