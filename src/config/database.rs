use std::{fmt, path::PathBuf};

use mongodb::options::{ConnectionString, HostInfo, ServerAddress, Tls};

use super::{mistake::Mistake, public_url::is_loopback_name};
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
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            check_path(path).map_err(|problem| format!("{problem}; {WRITE_PATH}"))?;
        } else if !["mongodb://", "mongodb+srv://"].iter().any(|scheme| text.starts_with(scheme)) {
            return Err(
                "the value is not a database URL; write sqlite:FILE or mongodb://HOST/DATABASE".to_owned()
            );
        }
        Ok(Self { url: text.to_owned() })
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the URL without user name, password and options. A path is absolute.
    #[must_use]
    pub fn place(&self) -> String {
        if let Some(file) = self.file() {
            return format!("sqlite:{}", std::path::absolute(&file).unwrap_or(file).display());
        }
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("mongodb", &self.url));
        let rest = rest.split('?').next().unwrap_or_default();
        let hosts = rest.rsplit_once('@').map_or(rest, |(_, hosts)| hosts);
        let has_name = hosts.split_once('/').is_some_and(|(_, name)| !name.is_empty());
        let name = if has_name { "" } else { "/vestibule" };
        format!("{scheme}://{}{name}", hosts.trim_end_matches('/'))
    }

    /// Returns the file of an embedded database.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite:").map(PathBuf::from)
    }
}

const WRITE_PATH: &str = "write the path as it is after sqlite:, for example sqlite:data/vestibule.db or sqlite:/var/lib/vestibule/vestibule.db";

/// Refuses paths that mean something else in the URLs of other programs. A file with such a name would be created, and the
/// intended database would seem empty.
fn check_path(path: &str) -> Result<(), &'static str> {
    let has_percent_escape = path
        .as_bytes()
        .windows(3)
        .any(|part| part[0] == b'%' && part[1].is_ascii_hexdigit() && part[2].is_ascii_hexdigit());
    let is_drive =
        path.as_bytes().get(1) == Some(&b':') && path.starts_with(|c: char| c.is_ascii_alphabetic());
    if path.is_empty()
        || path.ends_with('/')
        || path.split('/').next_back().is_some_and(|name| matches!(name, "." | ".."))
    {
        Err("the value contains no file name")
    } else if path.starts_with("//") {
        Err("the path begins with two slashes, which other programs read in different ways")
    } else if path.contains(":memory:") || path.contains("mode=memory") {
        Err("a database in memory loses all users at the next start and is not supported")
    } else if path.starts_with("file:") || path.starts_with("sqlite:") {
        Err("the value contains two schemes")
    } else if path.starts_with('~') || path.contains('$') {
        Err("`~` and variables are not replaced")
    } else if path.contains(['?', '#', '*']) {
        Err("options and wildcards after the path are not supported")
    } else if has_percent_escape {
        Err("percent-escapes are not decoded")
    } else if is_drive || path.contains('\\') {
        Err("the path has the form of Windows")
    } else if path.contains(['"', '\'']) || path.contains(char::is_control) || path.trim() != path {
        Err("the path contains quotes, control characters, or blanks at its ends")
    } else {
        Ok(())
    }
}

/// How a MongoDB URL protects the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// SQLite, a server on this machine, or TLS with checked certificates.
    Protected,
    /// Another machine without TLS: passwords, hashes and sessions can be read on the network.
    WithoutTls,
    /// TLS that accepts every certificate: a server between the two can read the connection.
    UncheckedCertificates,
}

impl Database {
    pub(super) fn transport(&self) -> Transport {
        // The store reports a URL that the driver cannot parse.
        let Ok(url) = ConnectionString::parse(&self.url) else { return Transport::Protected };
        let (is_local, is_srv) = match &url.host_info {
            HostInfo::HostIdentifiers(hosts) => (hosts.iter().all(is_local), false),
            HostInfo::DnsRecord(_) => (false, true),
            _ => (false, false),
        };
        match &url.tls {
            _ if is_local => Transport::Protected,
            Some(Tls::Enabled(options)) if options.allow_invalid_certificates == Some(true) => {
                Transport::UncheckedCertificates
            }
            Some(Tls::Enabled(_)) => Transport::Protected,
            // The DNS form turns TLS on.
            None if is_srv => Transport::Protected,
            Some(Tls::Disabled) | None => Transport::WithoutTls,
        }
    }

    /// Returns whether the URL contains a password.
    pub(crate) fn has_password(&self) -> bool {
        ConnectionString::parse(&self.url)
            .is_ok_and(|url| url.credential.is_some_and(|credential| credential.password.is_some()))
    }
}

fn is_local(server: &ServerAddress) -> bool {
    match server {
        ServerAddress::Tcp { host, .. } => is_loopback_name(host),
        #[cfg(unix)]
        ServerAddress::Unix { .. } => true,
        _ => false,
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
    ///
    /// # Errors
    /// The problem, under the name of the keys file.
    pub fn load(&self) -> Result<Keys, Mistake> {
        match self {
            Self::Given(keys) => Ok(keys.clone()),
            Self::Beside(path) => Keys::load_or_create(path, &path.with_extension(""))
                .map_err(|text| Mistake::new(path.display().to_string(), text)),
        }
    }

    /// Creates a mistake about these keys.
    #[must_use]
    pub fn mistake(&self, text: String) -> Mistake {
        match self {
            Self::Given(_) => Mistake::new("VESTIBULE_SECRET_KEYS", text),
            Self::Beside(path) => Mistake::new(path.display().to_string(), text),
        }
    }

    pub(super) fn beside(database: &Database) -> Option<Self> {
        let mut path = database.file()?.into_os_string();
        path.push(".keys");
        Some(Self::Beside(path.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_another_notation_is_refused_instead_of_creating_an_odd_file() {
        for path in [
            "v.db?mode=rwc",
            "v.db?cache=shared",
            "v.db#main",
            "~/v.db",
            "~ada/v.db",
            "$HOME/v.db",
            "${HOME}/v.db",
            "//data/v.db",
            "///var/v.db",
            "////var/v.db",
            ":memory:",
            "",
            "data/",
            "..",
            "file:v.db",
            "file:/var/v.db?mode=ro",
            "sqlite:v.db",
            "C:\\data\\v.db",
            "C:/data/v.db",
            "data\\v.db",
            "my%20data/v.db",
            "\"v.db\"",
            "'v.db'",
            " v.db",
            "v\n.db",
        ] {
            let mistake = Database::parse(&format!("sqlite:{path}")).expect_err(path);
            assert!(mistake.contains("write the path as it is"), "{path}: {mistake}");
        }
        for path in
            ["v.db", "./v.db", "../v.db", "data/v.db", "/var/lib/v.db", "my data/v.db", "100%.db", "ab:c.db"]
        {
            let database = Database::parse(&format!("sqlite:{path}")).expect(path);
            assert_eq!(database.file(), Some(PathBuf::from(path)));
        }
        for url in ["file:v.db", "sqlite3:v.db", "SQLITE:v.db", "v.db", "postgres://h/db", "sqlite"] {
            assert!(Database::parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_server_on_another_machine_needs_tls() {
        for (url, transport) in [
            ("mongodb://db1/v", Transport::WithoutTls),
            ("mongodb://ada:pw@db1:27017,db2:27017/v?replicaSet=rs0", Transport::WithoutTls),
            ("mongodb://localhost,db2/v", Transport::WithoutTls),
            ("mongodb://db1/v?tls=false", Transport::WithoutTls),
            ("mongodb+srv://cluster.example/v?tls=false", Transport::WithoutTls),
            ("mongodb://10.0.0.1/v", Transport::WithoutTls),
            ("mongodb://db1/v?tls=true", Transport::Protected),
            ("mongodb://db1/v?ssl=true&replicaSet=rs0", Transport::Protected),
            ("mongodb+srv://cluster.example/v", Transport::Protected),
            ("mongodb://localhost/v", Transport::Protected),
            ("mongodb://127.0.0.1:27017,[::1]:27018/v", Transport::Protected),
            ("mongodb://db1/v?tls=true&tlsAllowInvalidCertificates=true", Transport::UncheckedCertificates),
            ("mongodb://db1/v?tls=true&tlsInsecure=true", Transport::UncheckedCertificates),
            ("sqlite:v.db", Transport::Protected),
        ] {
            assert_eq!(Database::parse(url).expect(url).transport(), transport, "{url}");
        }
    }

    #[test]
    fn place_of_a_database_has_no_password() {
        for (url, place) in [
            ("mongodb://ada:p%40w@db1:27017,db2/v?authSource=admin", "mongodb://db1:27017,db2/v"),
            ("mongodb://ada:p@w@db1/v", "mongodb://db1/v"),
            ("mongodb+srv://ada:pw@c.example/?tls=true", "mongodb+srv://c.example/vestibule"),
            ("mongodb://db1", "mongodb://db1/vestibule"),
            ("sqlite:/var/lib/v.db", "sqlite:/var/lib/v.db"),
        ] {
            assert_eq!(Database::parse(url).expect(url).place(), place, "{url}");
        }
    }
}
