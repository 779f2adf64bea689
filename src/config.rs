//! Settings: read once from an [`Environment`], with every mistake reported at the same time.
//!
//! ```text
//! .env, process ─▶ environment ─▶ reader ─▶ Config          typed, one struct per concern
//!                                   ▲  └──▶ Effective       what `vestibule check` shows
//!                                settings                   the table; documentation is generated from it
//! ```

mod database;
mod dotenv;
mod environment;
mod format;
mod issuer;
mod mfa;
mod mistake;
mod presets;
mod profile_policy;
mod provider_formats;
mod providers;
mod public_url;
mod reader;
mod reference;
mod setting;
mod settings;

use std::{net::SocketAddr, thread, time::Duration};

use ipnet::IpNet;

pub use self::{
    database::{Database, KeySource},
    environment::Environment,
    issuer::Issuer,
    mfa::Mfa,
    mistake::Mistake,
    presets::{Preset, ProviderKind},
    profile_policy::{FieldPolicy, ProfilePolicy},
    providers::ProviderConfig,
    public_url::PublicUrl,
    reader::Effective,
};
pub(crate) use self::{
    public_url::is_loopback,
    reference::{env_example, markdown},
};
use self::{reader::Reader, settings as s};
use crate::store::CollectionPrefix;

/// All settings.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    pub public_url: PublicUrl,
    pub database: Database,
    /// Put before the names of all collections in MongoDB.
    pub collection_prefix: CollectionPrefix,
    pub keys: KeySource,
    pub session: SessionLimits,
    pub mfa: Mfa,
    /// Other origins of the same site whose pages may call the API with the cookie.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is used.
    pub trusted_proxies: Vec<IpNet>,
    pub hashing: Hashing,
    /// Largest number of sessions, and of users, in memory.
    pub session_cache: usize,
    pub log: Log,
    /// Address of the listener for `/metrics`.
    pub metrics_listen: Option<SocketAddr>,
    /// In the order of the login buttons.
    pub providers: Vec<ProviderConfig>,
}

/// The two deadlines of a session.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// Longest time without activity.
    pub idle: Duration,
    /// Longest time after login. Not shorter than `idle`.
    pub max: Duration,
}

/// Capacity for password checks.
#[derive(Clone, Copy, Debug)]
pub struct Hashing {
    pub threads: usize,
    /// Waiting requests per thread. The next one is answered with 503.
    pub queue: usize,
}

#[derive(Clone, Debug)]
pub struct Log {
    /// A `tracing` filter.
    pub filter: String,
    /// `None`: text on a terminal, otherwise JSON.
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
    /// Every mistake, each with the next step.
    pub fn read(environment: &Environment) -> Result<(Self, Vec<Effective>), Vec<Mistake>> {
        let mut reader = Reader::new(environment);
        let database = reader.get(&s::DATABASE_URL);
        let keys = key_source(&mut reader, &database);
        let collection_prefix = collection_prefix(&mut reader, &database);
        let origins = |urls: Vec<PublicUrl>| urls.into_iter().map(|url| url.origin).collect();
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        let config = Self {
            listen: reader.get(&s::LISTEN),
            public_url: reader.get(&s::PUBLIC_URL),
            database,
            collection_prefix,
            keys,
            session: session_limits(&mut reader),
            mfa: reader.get(&s::MFA),
            allowed_origins: origins(reader.get(&s::ALLOWED_ORIGINS)),
            trusted_proxies: reader.get(&s::TRUSTED_PROXIES),
            hashing: Hashing {
                threads: reader.get(&s::HASH_THREADS).unwrap_or_else(cores),
                queue: reader.get(&s::HASH_QUEUE),
            },
            session_cache: reader.get(&s::SESSION_CACHE),
            log: Log { filter: reader.get(&s::LOG), json: reader.get(&s::LOG_FORMAT) },
            metrics_listen: reader.get(&s::METRICS_LISTEN),
            providers: providers::read(&mut reader),
        };
        reader.finish().map(|effective| (config, effective))
    }
}

fn key_source(reader: &mut Reader<'_>, database: &Database) -> KeySource {
    let given = reader.get(&s::SECRET_KEYS).map(KeySource::Given);
    given.or_else(|| KeySource::beside(database)).unwrap_or_else(|| {
        if !reader.is_set(&s::SECRET_KEYS) {
            reader.mistake(
                &s::SECRET_KEYS,
                "a value is required with MongoDB, the same for every replica; create one with `vestibule keys new`",
            );
        }
        // Not used: the mistake stops the start.
        KeySource::Beside("".into())
    })
}

fn collection_prefix(reader: &mut Reader<'_>, database: &Database) -> CollectionPrefix {
    let prefix = reader.get(&s::COLLECTION_PREFIX).unwrap_or_default();
    if !prefix.is_empty() && database.file().is_some() {
        reader.mistake(
            &s::COLLECTION_PREFIX,
            "it has no effect on an embedded database, which is a file of its own; remove it, or name another file in \
             VESTIBULE_DATABASE_URL",
        );
    }
    prefix
}

fn session_limits(reader: &mut Reader<'_>) -> SessionLimits {
    let (idle, max) = (reader.get(&s::SESSION_IDLE), reader.get(&s::SESSION_MAX));
    if idle > max {
        reader.mistake(
            &s::SESSION_IDLE,
            "it is longer than VESTIBULE_SESSION_MAX; shorten it or lengthen VESTIBULE_SESSION_MAX",
        );
    }
    SessionLimits { idle, max }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        let environment = Environment::of(pairs.iter().copied());
        Config::read(&environment)
            .map(|(config, _)| config)
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn without_any_setting_it_starts_on_this_machine() {
        let config = read(&[]).expect("valid defaults");
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.public_url.origin, "http://localhost:3000");
        assert_eq!(config.session.idle, Duration::from_mins(10));
        assert!(matches!(config.keys, KeySource::Beside(path) if path.ends_with("data/vestibule.db.keys")));
    }

    #[test]
    fn prefix_is_refused_where_it_has_no_effect() {
        let key = crate::secrets::new_key();
        let mongo =
            [("VESTIBULE_DATABASE_URL", "mongodb://db1/app"), ("VESTIBULE_SECRET_KEYS", key.as_str())];
        for (more, expected) in [
            (&[("VESTIBULE_COLLECTION_PREFIX", "auth_")][..], None),
            (&[("VESTIBULE_COLLECTION_PREFIX", "")], None),
            (&[("VESTIBULE_COLLECTION_PREFIX", "system.")], Some("reserves")),
            (&[("VESTIBULE_COLLECTION_PREFIX", "auth$")], Some("'$'")),
            (
                &[("VESTIBULE_COLLECTION_PREFIX", "auth_"), ("VESTIBULE_DATABASE_URL", "sqlite:a.db")],
                Some("embedded database"),
            ),
        ] {
            let pairs: Vec<_> = more.iter().chain(&mongo).copied().collect();
            match (read(&pairs), expected) {
                (Ok(_), None) => {}
                (Err(mistakes), Some(expected)) if mistakes[0].contains(expected) => {}
                (result, _) => panic!("{more:?}: {result:?}"),
            }
        }
    }

    // An entry that is never read would be accepted and have no effect.
    #[test]
    fn every_setting_of_the_table_is_read() {
        let (_, effective) = Config::read(&Environment::of([
            ("VESTIBULE_PROVIDERS", "corp-idp"),
            ("VESTIBULE_PROVIDER_CORP_IDP_ISSUER", "https://idp.example"),
            ("VESTIBULE_PROVIDER_CORP_IDP_CLIENT_ID", "client"),
        ]))
        .expect("valid settings");
        let read: BTreeSet<String> = effective.into_iter().map(|setting| setting.name).collect();
        let table: BTreeSet<String> = s::all().map(|entry| entry.about().name("corp-idp")).collect();
        assert_eq!(read, table);
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
        assert_eq!(
            mistakes,
            [
                "VESTIBULE_LISTEN: \"here\" is not an IP address with a port; write for example 127.0.0.1:3000",
                "VESTIBULE_SESSION_IDLE: \"5s\" is out of range; write a duration from 10s to 24h",
                "VESTIBULE_MFA: \"maybe\" is not a valid value; write optional or required",
                "VESTIBULE_SESION_MAX: this is not a setting; did you mean VESTIBULE_SESSION_MAX?",
            ]
        );
    }

    #[test]
    fn an_http_public_url_other_than_loopback_stops_the_start() {
        assert!(read(&[("VESTIBULE_PUBLIC_URL", "http://id.example.org")]).is_err());
        assert!(read(&[("VESTIBULE_PUBLIC_URL", "http://127.0.0.1:3000")]).is_ok());
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

    #[test]
    fn a_secret_is_read_from_a_file_and_never_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        let key = crate::secrets::new_key();
        fs::write(&path, format!("{}\n", *key)).expect("written");
        let path = path.to_str().expect("utf-8");
        let (_, effective) =
            Config::read(&Environment::of([("VESTIBULE_SECRET_KEYS_FILE", path)])).expect("valid");
        let shown = effective.iter().find(|setting| setting.name == "VESTIBULE_SECRET_KEYS").expect("listed");
        assert_eq!((shown.value.as_str(), shown.origin), ("(set)", "file"));

        let both = [("VESTIBULE_SECRET_KEYS_FILE", path), ("VESTIBULE_SECRET_KEYS", &**key)];
        let mistakes = read(&both).expect_err("both");
        assert!(mistakes[0].contains("both"), "{mistakes:?}");
    }
}
