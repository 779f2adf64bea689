use std::{fmt, path::PathBuf};

use crate::secrets::Keys;

/// `VESTIBULE_DATABASE_URL`. `Debug` hides the URL, which may contain a password.
#[derive(Clone)]
pub struct Database {
    url: String,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.file().is_some() { "Database(sqlite)" } else { "Database(mongodb)" })
    }
}

impl Database {
    /// Reads a URL. The mistake does not repeat it, because it may contain a password.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let known = text.strip_prefix("sqlite:").is_some_and(|path| !path.is_empty())
            || ["mongodb://", "mongodb+srv://"].iter().any(|scheme| text.starts_with(scheme));
        if known {
            Ok(Self { url: text.to_owned() })
        } else {
            Err("the value is not a database URL; write sqlite:FILE or mongodb://HOST/DATABASE".to_owned())
        }
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the file of an embedded database.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite:").map(PathBuf::from)
    }
}

/// Source of the key ring.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// `VESTIBULE_SECRET_KEYS`.
    Given(Keys),
    /// A file beside the embedded database, created at the first start.
    Beside(PathBuf),
}

impl KeySource {
    /// Returns the key ring, and creates it at the first start on an embedded database.
    pub fn load(&self) -> Result<Keys, String> {
        match self {
            Self::Given(keys) => Ok(keys.clone()),
            Self::Beside(path) => Keys::load_or_create(path, &path.with_extension("")),
        }
    }

    pub(super) fn beside(database: &Database) -> Option<Self> {
        let mut path = database.file()?.into_os_string();
        path.push(".keys");
        Some(Self::Beside(path.into()))
    }
}
