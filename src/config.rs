//! Settings: one struct per concern, read once from an [`Environment`], every mistake shown in one go.
//!
//! The table of names, defaults and meanings is [`settings::ALL`]; `.env.example` is held to it by a test, in both directions.

mod dotenv;
pub mod env;
pub mod issuer;
pub mod providers;
pub mod settings;

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    thread,
    time::Duration,
};

use ipnet::IpNet;
use url::{Host, Url};

use self::{env::Reader, settings as s};
pub use self::{
    env::{Effective, Environment, Mistake},
    issuer::Issuer,
    providers::{FieldPolicy, ProfilePolicy, ProviderConfig, ProviderKind},
};
use crate::secrets::Keys;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// The origin people see.
    pub public_url: PublicUrl,
    /// Where documents current.
    pub database: Database,
    /// Where the key ring comes from.
    pub keys: KeySource,
    /// How long a session lives.
    pub session: SessionLimits,
    /// Who needs a second factor.
    pub mfa: Mfa,
    /// Other origins of the same site whose pages may call the API with the cookie.
    pub allowed_origins: Vec<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Threads that hash passwords, and how many wait for them.
    pub hashing: Hashing,
    /// Sessions kept in memory, at most.
    pub session_cache: usize,
    /// What is logged, and how.
    pub log: Log,
    /// Address of the listener for `/metrics`.
    pub metrics_listen: Option<SocketAddr>,
    /// The federated doors, in the order of their buttons.
    pub providers: Vec<ProviderConfig>,
}

/// `VESTIBULE_PUBLIC_URL`: an origin, https or http on loopback only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// `https://id.example.org`, without a slash at the end.
    pub origin: String,
    /// Decides the cookie's name and `Secure`.
    pub https: bool,
    /// Shown in authenticator apps.
    pub host: String,
}

/// `VESTIBULE_DATABASE_URL`. Does not print: the address may hold a password.
#[derive(Clone)]
pub struct Database {
    url: String,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.file().is_some() { "Database(sqlite)" } else { "Database(mongodb)" })
    }
}

impl Database {
    /// As the store takes it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The file of an embedded database.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite:").map(PathBuf::from)
    }
}

/// Where the key ring comes from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// `VESTIBULE_SECRET_KEYS`.
    Given(Keys),
    /// Made once, beside the embedded database.
    Beside(PathBuf),
}

impl KeySource {
    /// The key ring; made now if this is the first start on an embedded database.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn load(&self) -> Result<Keys, String> {
        match self {
            Self::Given(keys) => Ok(keys.clone()),
            Self::Beside(path) => Keys::load_or_create(path, &path.with_extension("")),
        }
    }
}

/// The two deadlines of a session.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// Without activity, 10 s to 24 h.
    pub idle: Duration,
    /// In any case, at most 30 d.
    pub max: Duration,
}

/// Who needs a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mfa {
    /// Who has one is asked for it.
    Optional,
    /// Who has none sets one up before anything else.
    Required,
}

/// Threads that hash passwords, and how many requests wait for them.
#[derive(Clone, Copy, Debug)]
pub struct Hashing {
    /// Dedicated threads, nice 19.
    pub threads: usize,
    /// Waiting requests per thread; one more is answered 503.
    pub queue: usize,
}

/// What is logged, and how.
#[derive(Clone, Debug)]
pub struct Log {
    /// A `tracing` filter.
    pub filter: String,
    /// None: text on a terminal, else JSON.
    pub json: Option<bool>,
}

impl Config {
    /// Returns whether pages of this origin may call the API.
    #[must_use]
    pub fn is_allowed_origin(&self, origin: &str) -> bool {
        self.public_url.origin == origin || self.allowed_origins.iter().any(|allowed| allowed == origin)
    }

    /// Reads all settings.
    ///
    /// # Errors
    /// Every mistake there is, each with what to change.
    pub fn read(environment: &Environment) -> Result<(Self, Vec<Effective>), Vec<Mistake>> {
        let mut reader = Reader::new(environment);
        let database = reader.get(&s::DATABASE_URL, database);
        let keys = key_source(&mut reader, &database);
        let config = Self {
            listen: reader.get(&s::LISTEN, address),
            public_url: reader.get(&s::PUBLIC_URL, public_url),
            database,
            keys,
            session: session_limits(&mut reader),
            mfa: reader.get(&s::MFA, |text| match text {
                "optional" => Ok(Mfa::Optional),
                "required" => Ok(Mfa::Required),
                _ => Err("is neither `optional` nor `required`".to_owned()),
            }),
            allowed_origins: reader.get(&s::ALLOWED_ORIGINS, |text| {
                list(text).map(|item| public_url(item).map(|url| url.origin)).collect()
            }),
            trusted_proxies: reader.get(&s::TRUSTED_PROXIES, |text| list(text).map(network).collect()),
            hashing: Hashing {
                threads: reader.get(&s::HASH_THREADS, |text| match text {
                    "" => Ok(thread::available_parallelism().map_or(1, usize::from)),
                    text => number(text, 1, 256),
                }),
                queue: reader.get(&s::HASH_QUEUE, |text| number(text, 1, 100_000)),
            },
            session_cache: reader.get(&s::SESSION_CACHE, |text| number(text, 1, 100_000_000)),
            log: Log {
                filter: reader.get(&s::LOG, |text| {
                    tracing_subscriber::EnvFilter::try_new(text)
                        .map(|_| text.to_owned())
                        .map_err(|_| "is not a log filter like `info` or `vestibule=debug,info`".to_owned())
                }),
                json: reader.get(&s::LOG_FORMAT, |text| match text {
                    "" => Ok(None),
                    "text" => Ok(Some(false)),
                    "json" => Ok(Some(true)),
                    _ => Err("is neither `text` nor `json`".to_owned()),
                }),
            },
            metrics_listen: reader.get(&s::METRICS_LISTEN, |text| match text {
                "" => Ok(None),
                text => address(text).map(Some),
            }),
            providers: providers::read(&mut reader),
        };
        reader.finish().map(|effective| (config, effective))
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "is not an address with a port, like 127.0.0.1:3000".to_owned())
}

fn database(text: &str) -> Result<Database, String> {
    let known = text.strip_prefix("sqlite:").is_some_and(|path| !path.is_empty())
        || ["mongodb://", "mongodb+srv://"].iter().any(|scheme| text.starts_with(scheme));
    if known {
        Ok(Database { url: text.to_owned() })
    } else {
        Err("starts with neither `sqlite:` and a file nor `mongodb://`".to_owned())
    }
}

fn key_source(reader: &mut Reader<'_>, database: &Database) -> KeySource {
    let beside = database.file().map(|file| {
        let mut path = file.into_os_string();
        path.push(".keys");
        KeySource::Beside(path.into())
    });
    let given = reader.get(&s::SECRET_KEYS, |text| match text {
        "" => Ok(None),
        text => Keys::parse(text).map(Some),
    });
    match (given, beside) {
        (Some(keys), _) => KeySource::Given(keys),
        (None, Some(beside)) => beside,
        (None, None) => {
            if !reader.is_set(s::SECRET_KEYS.name) {
                reader.mistake(
                    s::SECRET_KEYS.name,
                    "is needed with MongoDB, so that every replica has the same: make one with `vestibule keys new`",
                );
            }
            KeySource::Beside(PathBuf::new())
        }
    }
}

fn session_limits(reader: &mut Reader<'_>) -> SessionLimits {
    const DAY: u64 = 24 * 60 * 60;
    let max = reader.get(&s::SESSION_MAX, |text| bounded(text, 10, 30 * DAY, "10s and 30d"));
    let idle = reader.get(&s::SESSION_IDLE, |text| bounded(text, 10, DAY, "10s and 24h"));
    if idle > max {
        reader.mistake(
            s::SESSION_IDLE.name,
            "is longer than VESTIBULE_SESSION_MAX: make one shorter or the other longer",
        );
    }
    SessionLimits { idle, max }
}

/// An origin that cookies can be safe on. Plain http anywhere but on this machine would send the session cookie in clear, to
/// be read and used by whoever is on the way (threat: session theft on the wire).
fn public_url(text: &str) -> Result<PublicUrl, String> {
    let url = Url::parse(text).map_err(|_| format!("`{text}` is not a URL like https://id.example.org"))?;
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let Some(host) = url.host().filter(|_| bare && url.password().is_none()) else {
        return Err(format!(
            "`{text}` is not an origin: only scheme, host and port, like https://id.example.org"
        ));
    };
    let https = match url.scheme() {
        "https" => true,
        "http" if is_loopback(&host) => false,
        "http" => return Err(format!("`{text}`: http is for this machine only (localhost); use https")),
        _ => return Err(format!("`{text}` is neither https nor http")),
    };
    Ok(PublicUrl { origin: url.origin().ascii_serialization(), https, host: host.to_string() })
}

pub(crate) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| format!("`{text}` is neither an address nor a network like 10.0.0.0/8"))
}

fn number(text: &str, least: usize, most: usize) -> Result<usize, String> {
    digits(text)
        .and_then(|text| text.parse().ok())
        .filter(|n| (least..=most).contains(n))
        .ok_or(format!("is not a number from {least} to {most}"))
}

/// Without a sign, which `parse` would take.
fn digits(text: &str) -> Option<&str> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)
}

fn bounded(text: &str, least: u64, most: u64, bounds: &str) -> Result<Duration, String> {
    let duration = duration(text).ok_or("is not a duration like 30s, 10m, 12h or 1d")?;
    if (least..=most).contains(&duration.as_secs()) {
        Ok(duration)
    } else {
        Err(format!("is not between {bounds}"))
    }
}

/// `30s`, `10m`, `12h`, `1d`.
fn duration(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let amount: u64 = digits(text.strip_suffix(unit)?)?.parse().ok()?;
    Some(Duration::from_secs(amount.checked_mul(seconds)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let environment = Environment::of(pairs.iter().copied());
        Config::read(&environment)
            .map(|(config, _)| config)
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn without_any_setting_it_starts_on_this_machine() {
        let config = read(&[]).expect("defaults are good");
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.public_url.origin, "http://localhost:3000");
        assert_eq!(config.session.idle, Duration::from_mins(10));
        assert!(matches!(config.keys, KeySource::Beside(path) if path.ends_with("data/vestibule.db.keys")));
    }

    #[test]
    fn all_mistakes_are_shown_at_once() {
        let mistakes = read(&[
            ("VESTIBULE_LISTEN", "here"),
            ("VESTIBULE_SESSION_IDLE", "5s"),
            ("VESTIBULE_MFA", "maybe"),
            ("VESTIBULE_SESION_MAX", "1h"),
        ])
        .expect_err("mistakes");
        assert_eq!(mistakes.len(), 4, "{mistakes:#?}");
        assert!(
            mistakes.iter().any(|text| text.contains("did you mean VESTIBULE_SESSION_MAX")),
            "{mistakes:#?}"
        );
    }

    #[test]
    fn an_http_public_url_other_than_loopback_stops_the_start() {
        for url in [
            "http://id.example.org",
            "http://10.0.0.1:3000",
            "http://localhost.example.org",
            "ftp://localhost",
        ] {
            assert!(read(&[("VESTIBULE_PUBLIC_URL", url)]).is_err(), "{url}");
        }
        for url in
            ["https://id.example.org", "http://127.0.0.1:3000", "http://[::1]:3000", "http://app.localhost"]
        {
            assert!(read(&[("VESTIBULE_PUBLIC_URL", url)]).is_ok(), "{url}");
        }
        assert!(read(&[("VESTIBULE_PUBLIC_URL", "https://id.example.org/path")]).is_err());
    }

    #[test]
    fn an_idle_limit_longer_than_the_absolute_one_is_a_mistake() {
        assert!(read(&[("VESTIBULE_SESSION_IDLE", "2h"), ("VESTIBULE_SESSION_MAX", "1h")]).is_err());
    }

    #[test]
    fn mongodb_needs_keys_that_every_replica_has() {
        let mistakes =
            read(&[("VESTIBULE_DATABASE_URL", "mongodb://localhost/vestibule")]).expect_err("no keys");
        assert!(mistakes[0].contains("vestibule keys new"), "{mistakes:?}");
    }

    #[test]
    fn an_empty_value_is_an_absent_one() {
        assert!(read(&[("VESTIBULE_MFA", ""), ("VESTIBULE_SECRET_KEYS", "")]).is_ok());
    }

    #[test]
    fn no_wildcard_is_an_origin() {
        assert!(read(&[("VESTIBULE_ALLOWED_ORIGINS", "*")]).is_err());
        let config = read(&[("VESTIBULE_ALLOWED_ORIGINS", "https://a.example.org, http://localhost:4200/")])
            .expect("two");
        assert_eq!(config.allowed_origins, ["https://a.example.org", "http://localhost:4200"]);
    }
}
