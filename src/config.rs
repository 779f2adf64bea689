//! Settings: read once from an [`Environment`], with every mistake reported at the same time.
//!
//! ```text
//! .env, process ─▶ environment ─▶ reader ─▶ Config          typed, one struct per concern
//!                                   ▲  └──▶ Report          what `vestibule check` shows: values, origins, warnings
//!                                settings                   the table; documentation is generated from it
//! ```

mod brand;
mod ca_file;
mod database;
mod dotenv;
mod environment;
mod file_warnings;
mod format;
mod hashing;
mod hsts;
mod issuer;
mod list;
mod mail;
mod mail_formats;
mod mfa;
mod mistake;
mod password_list;
mod passwords;
mod presets;
mod profile_policy;
mod provider_formats;
mod provider_requests;
mod provider_warnings;
mod providers;
mod public_url;
mod reader;
mod reference;
mod report;
mod service_link;
mod setting;
mod settings;
mod setup_warnings;
mod value_warning;
mod warning;

use std::{net::SocketAddr, time::Duration};

use ipnet::IpNet;

pub use self::{
    brand::{Brand, Color, LOGO_PATH, Language, Logo, LogoFile, PageSettings},
    ca_file::CaFile,
    database::{Database, KeySource},
    environment::{Dotenv, Environment},
    hashing::{HashParameters, Hashing},
    hsts::Hsts,
    issuer::Issuer,
    mail::{MailSettings, MailTransport, SmtpServer},
    mail_formats::MailTls,
    mfa::Mfa,
    mistake::Mistake,
    password_list::PasswordList,
    passwords::PasswordSettings,
    presets::{Preset, ProviderKind},
    profile_policy::{FieldPolicy, ProfilePolicy},
    provider_requests::{AuthMethod, Outgoing, ResponseMode},
    providers::ProviderConfig,
    public_url::PublicUrl,
    report::{Effective, Report, SecretFile},
    warning::Warning,
};
pub(crate) use self::{
    public_url::is_loopback,
    reference::{env_example, markdown},
};
use self::{reader::Reader, settings as s, setup_warnings::SetUp};
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
    /// Whether users may delete their account.
    pub account_deletion: bool,
    pub passwords: PasswordSettings,
    pub brand: Brand,
    /// `None`: no mail is sent.
    pub mail: Option<MailSettings>,
    /// Audience of identity tokens. `None`: no tokens.
    pub token_audience: Option<String>,
    /// Other origins of the same site whose pages may call the API with the cookie.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is used.
    pub trusted_proxies: Vec<IpNet>,
    pub hsts: Hsts,
    pub hashing: Hashing,
    /// Largest number of sessions, and of users, in memory.
    pub session_cache: usize,
    pub log: Log,
    /// How long audit events are kept.
    pub event_retention: Duration,
    /// Address of the listener for `/metrics`.
    pub metrics_listen: Option<SocketAddr>,
    pub outgoing: Outgoing,
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
    /// Lifetime of a session whose user asked to stay signed in on the device. `None`: the choice has no effect.
    pub remember: Option<Duration>,
    /// How long a user can trust a device in place of a second factor. `None`: not at all.
    pub trust_device: Option<Duration>,
}

impl SessionLimits {
    /// Returns the limits of a session. With a remembered login both are longer, so neither is shorter than without it.
    #[must_use]
    pub fn of_login(self, remember: bool) -> Self {
        match self.remember.filter(|_| remember) {
            Some(lifetime) => Self { idle: lifetime.max(self.idle), max: lifetime.max(self.max), ..self },
            None => self,
        }
    }

    /// Returns for how many days a device is trusted, rounded up.
    #[must_use]
    pub fn trust_days(self) -> Option<u64> {
        self.trust_device.map(|time| time.as_secs().div_ceil(24 * 60 * 60))
    }

    /// Returns the longest time for which a session can last.
    #[must_use]
    pub fn longest(self) -> Duration {
        self.of_login(true).max
    }
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

    /// Returns what pages need to know.
    #[must_use]
    pub fn page_settings(&self) -> PageSettings {
        PageSettings {
            brand: self.brand.view(&self.public_url.url()),
            languages: self.brand.languages.clone(),
            remember: self.session.remember.map(|time| time.as_secs()),
            mail: self.mail.is_some(),
            trust_days: self.session.trust_days(),
            min_password_length: self.passwords.min_chars,
        }
    }

    fn set_up(&self) -> SetUp<'_> {
        SetUp {
            listen: self.listen,
            metrics_listen: self.metrics_listen,
            public_url: &self.public_url,
            trusted_proxies: &self.trusted_proxies,
            hsts: &self.hsts,
            database: &self.database,
        }
    }

    /// Reads all settings.
    ///
    /// # Errors
    /// Every mistake, each with the next step.
    pub fn read(environment: &Environment) -> Result<(Self, Report), Vec<Mistake>> {
        let mut reader = Reader::new(environment);
        let database = reader.get(&s::DATABASE_URL);
        let keys = key_source(&mut reader, &database);
        let collection_prefix = collection_prefix(&mut reader, &database);
        let origins = |urls: Vec<PublicUrl>| urls.into_iter().map(|url| url.origin).collect();
        let public_url = reader.get(&s::PUBLIC_URL);
        // In the order in which mistakes are shown.
        let listen = reader.get(&s::LISTEN);
        let session = session_limits(&mut reader);
        let mfa = reader.get(&s::MFA);
        let config = Self {
            listen,
            hsts: reader.get(&s::HSTS).for_url(&public_url),
            public_url,
            database,
            collection_prefix,
            keys,
            session,
            mfa,
            account_deletion: reader.get(&s::ACCOUNT_DELETION),
            passwords: passwords::read(&mut reader, mfa),
            brand: brand(&mut reader),
            mail: mail::read(&mut reader),
            token_audience: reader.get(&s::TOKEN_AUDIENCE),
            allowed_origins: origins(reader.get(&s::ALLOWED_ORIGINS)),
            trusted_proxies: reader.get(&s::TRUSTED_PROXIES),
            hashing: hashing::read(&mut reader),
            session_cache: reader.get(&s::SESSION_CACHE),
            log: Log { filter: reader.get(&s::LOG), json: reader.get(&s::LOG_FORMAT) },
            event_retention: reader.get(&s::EVENT_RETENTION),
            metrics_listen: reader.get(&s::METRICS_LISTEN),
            outgoing: outgoing(&mut reader),
            providers: providers::read(&mut reader),
        };
        check_listeners(&mut reader, &config);
        let mut report = reader.finish()?;
        let dotenv = environment.dotenv().filter(|file| file.found).map(|file| file.path.as_path());
        report.warnings.extend(file_warnings::of(&config.keys, &config.database, &report, dotenv));
        report.warnings.extend(setup_warnings::of(&config.set_up()));
        report.warnings.extend(config.brand.warnings(&s::BRAND_COLOR.about().name("")));
        report.warnings.extend(config.providers.iter().flat_map(provider_warnings::of));
        Ok((config, report))
    }
}

/// Reads the address that the service listens on, and no other setting.
///
/// # Errors
/// The mistakes in the setting, and in the environment.
pub fn read_listen(environment: &Environment) -> Result<SocketAddr, Vec<Mistake>> {
    let mut reader = Reader::new(environment);
    let listen = reader.get(&s::LISTEN);
    reader.finish_without_others().map(|()| listen)
}

fn key_source(reader: &mut Reader<'_>, database: &Database) -> KeySource {
    let given = reader.get(&s::SECRET_KEYS).map(KeySource::Given);
    given.or_else(|| KeySource::beside(database)).unwrap_or_else(|| {
        if !reader.is_set(&s::SECRET_KEYS) {
            reader.mistake(
                &s::SECRET_KEYS,
                "a value is required with MongoDB, the same for every replica; use the keys of this database, or create the first one with \
                 `vestibule keys new`",
            );
        }
        // Not used: the mistake stops the start.
        KeySource::Beside("".into())
    })
}

fn brand(reader: &mut Reader<'_>) -> Brand {
    let logo = reader.get(&s::BRAND_LOGO).map(|text| Logo::read(&text)).transpose();
    let logo = logo.map_err(|mistake| reader.mistake(&s::BRAND_LOGO, mistake)).ok().flatten();
    let languages = reader.get(&s::BRAND_LANGUAGES);
    let is_repeated = |(at, language)| languages[..at].contains(language);
    if languages.iter().enumerate().any(is_repeated) {
        reader.mistake(&s::BRAND_LANGUAGES, "a language is listed twice; remove one of them");
    }
    Brand {
        name: reader.get(&s::BRAND_NAME),
        logo,
        color: reader.get(&s::BRAND_COLOR),
        support_url: reader.get(&s::BRAND_SUPPORT_URL),
        languages,
    }
}

fn outgoing(reader: &mut Reader<'_>) -> Outgoing {
    let ca = reader.get(&s::CA_FILE).map(|path| CaFile::read(&path)).transpose();
    let ca = ca.map_err(|mistake| reader.mistake(&s::CA_FILE, mistake)).ok().flatten();
    Outgoing { proxy: reader.get(&s::HTTPS_PROXY), ca }
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

/// Reports two listeners on one port. The second one would stop the start after the first one has bound it.
fn check_listeners(reader: &mut Reader<'_>, config: &Config) {
    let Some(metrics) = config.metrics_listen else { return };
    let [one, other] = [config.listen, metrics].map(|address| address.ip().to_canonical());
    let overlap = one == other || one.is_unspecified() || other.is_unspecified();
    if metrics.port() != 0 && metrics.port() == config.listen.port() && overlap {
        reader.mistake(&s::METRICS_LISTEN, "it has the port of VESTIBULE_LISTEN; choose another port");
    }
}

fn session_limits(reader: &mut Reader<'_>) -> SessionLimits {
    let (idle, max) = (reader.get(&s::SESSION_IDLE), reader.get(&s::SESSION_MAX));
    if idle > max {
        reader.mistake(
            &s::SESSION_IDLE,
            "it is longer than VESTIBULE_SESSION_MAX; shorten it or lengthen VESTIBULE_SESSION_MAX",
        );
    }
    let remember = reader.get(&s::REMEMBER);
    if remember.is_some_and(|remember| remember <= idle) {
        reader
            .mistake(&s::REMEMBER, "it is not longer than VESTIBULE_SESSION_IDLE; lengthen it, or remove it");
    }
    SessionLimits { idle, max, remember, trust_device: reader.get(&s::TRUST_DEVICE) }
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
    fn remembered_login_shortens_no_deadline() {
        let limits = |remember: &str| {
            let config = read(&[("VESTIBULE_REMEMBER", remember), ("VESTIBULE_SESSION_IDLE", "1h")]);
            config.map(|config| config.session)
        };
        let (hour, day) = (Duration::from_hours(1), Duration::from_hours(24));
        for (setting, remember, idle, max) in [
            ("", true, hour, day / 2),
            ("30d", false, hour, day / 2),
            ("30d", true, day * 30, day * 30),
            ("2h", true, hour * 2, day / 2),
        ] {
            let limits = limits(setting).expect(setting).of_login(remember);
            assert_eq!((limits.idle, limits.max), (idle, max), "{setting} {remember}");
        }
        for mistake in ["1h", "30m", "401d", "30"] {
            assert!(limits(mistake).expect_err(mistake)[0].contains("VESTIBULE_REMEMBER"), "{mistake}");
        }
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
            let pairs: Vec<_> = mongo.iter().chain(more).copied().collect();
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
        let (_, report) = Config::read(&Environment::of([
            ("VESTIBULE_PROVIDERS", "corp-idp"),
            ("VESTIBULE_PROVIDER_CORP_IDP_ISSUER", "https://idp.example"),
            ("VESTIBULE_PROVIDER_CORP_IDP_CLIENT_ID", "client"),
        ]))
        .expect("valid settings");
        let read: BTreeSet<String> = report.settings.into_iter().map(|setting| setting.name).collect();
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
    fn all_mistakes_of_the_brand_are_shown_at_once() {
        let mistakes = read(&[
            ("VESTIBULE_BRAND_NAME", "Corp\u{202e}"),
            ("VESTIBULE_BRAND_LOGO", "/no/such/logo.png"),
            ("VESTIBULE_BRAND_COLOR", "teal"),
            ("VESTIBULE_BRAND_SUPPORT_URL", "javascript:alert(1)"),
            ("VESTIBULE_BRAND_LANGUAGES", "en,it"),
        ])
        .expect_err("mistakes");
        assert_eq!(mistakes.len(), 5, "{mistakes:?}");
        let twice = read(&[("VESTIBULE_BRAND_LANGUAGES", "de,en,de")]).expect_err("a mistake");
        assert!(twice[0].contains("twice"), "{twice:?}");
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
    fn two_listeners_on_one_port_are_a_mistake() {
        for metrics in ["127.0.0.1:3000", "0.0.0.0:3000", "[::ffff:127.0.0.1]:3000", "[::]:3000"] {
            let mistakes = read(&[("VESTIBULE_METRICS_LISTEN", metrics)]).expect_err(metrics);
            assert!(mistakes[0].starts_with("VESTIBULE_METRICS_LISTEN: "), "{mistakes:?}");
        }
        assert!(read(&[("VESTIBULE_METRICS_LISTEN", "127.0.0.1:9090")]).is_ok());
        assert!(read(&[("VESTIBULE_METRICS_LISTEN", "10.0.0.1:3000")]).is_ok());
    }

    #[test]
    fn a_file_of_authorities_that_cannot_be_used_is_a_mistake() {
        let mistakes = read(&[("VESTIBULE_CA_FILE", "/no/such/ca.pem"), ("VESTIBULE_MFA", "maybe")]);
        let mistakes = mistakes.expect_err("mistakes");
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
        assert!(mistakes.iter().any(|mistake| {
            mistake.starts_with("VESTIBULE_CA_FILE: the file \"/no/such/ca.pem\" cannot be read")
        }));
        let ca = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/ca.pem");
        let config = read(&[("VESTIBULE_CA_FILE", ca)]).expect("valid settings");
        assert_eq!(config.outgoing.ca.map(|ca| ca.certificates.len()), Some(1));
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
        let (_, report) =
            Config::read(&Environment::of([("VESTIBULE_SECRET_KEYS_FILE", path)])).expect("valid");
        let shown =
            report.settings.iter().find(|setting| setting.name == "VESTIBULE_SECRET_KEYS").expect("listed");
        assert_eq!((shown.value.as_str(), shown.origin), ("(set)", "file"));

        let both = [("VESTIBULE_SECRET_KEYS_FILE", path), ("VESTIBULE_SECRET_KEYS", &**key)];
        let mistakes = read(&both).expect_err("both");
        assert!(mistakes[0].contains("both"), "{mistakes:?}");
    }

    fn mistakes(file: &str, pairs: &[(&str, &str)]) -> Vec<String> {
        let mut environment = Environment::default();
        environment.add_lines(file.as_bytes());
        let owned = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        environment.add_variables(owned);
        let mistakes = Config::read(&environment).err().unwrap_or_default();
        mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn service_links_are_neither_settings_nor_mistakes() {
        let (_, report) = Config::read(&Environment::of([
            ("VESTIBULE_PORT", "tcp://10.0.0.1:3000"),
            ("VESTIBULE_SERVICE_HOST", "10.0.0.1"),
            ("VESTIBULE_PROVIDER_OKTA_PORT_80_TCP", "tcp://10.0.0.1:80"),
            ("VESTIBULE_MFA", "required"),
        ]))
        .expect("valid settings");
        assert_eq!(
            report.ignored,
            ["VESTIBULE_PORT", "VESTIBULE_PROVIDER_OKTA_PORT_80_TCP", "VESTIBULE_SERVICE_HOST"]
        );
        assert_eq!(
            mistakes("", &[("VESTIBULE_PORT", "3000"), ("VESTIBULE_LISTN", "tcp://10.0.0.1:1")]).len(),
            2
        );
    }

    // A default in place of a value that cannot be read is often the weaker one.
    #[test]
    fn a_setting_that_cannot_be_read_is_a_mistake_and_never_the_default() {
        for (file, pairs) in [
            ("VESTIBULE_MFA=required $\n", &[][..]),
            ("vestibule_mfa=required\n", &[]),
            ("VESTIBULE_MFA=required\nVESTIBULE_MFA=optional\n", &[]),
            ("", &[("vestibule_mfa", "required")]),
            ("", &[("VESTIBULE_MFA ", "required")]),
            ("", &[("VESTIBULE_MFA", "Required")]),
            ("", &[("VESTIBULE_MFA", "\"required\"")]),
            ("", &[("VESTIBULE_MFA_FILE", "/no/such/file")]),
            ("", &[("VESTIBULE_MFA_FILE", "/")]),
        ] {
            let mistakes = mistakes(file, pairs);
            assert_eq!(mistakes.len(), 1, "{file:?} {pairs:?}: {mistakes:?}");
            assert!(mistakes[0].contains("MFA") || mistakes[0].contains("line 1"), "{mistakes:?}");
        }
    }

    #[test]
    fn a_short_unknown_name_gets_no_far_fetched_suggestion() {
        assert!(mistakes("", &[("VESTIBULE_PORT", "3000")])[0].contains(".env.example"));
        assert!(mistakes("", &[("VESTIBULE_MFAA", "required")])[0].contains("did you mean VESTIBULE_MFA?"));
    }

    #[test]
    fn a_secret_is_used_as_it_is_written() {
        let secret = |file: &str| {
            let mut environment = Environment::default();
            let provider = "VESTIBULE_PROVIDERS=idp\nVESTIBULE_PROVIDER_IDP_ISSUER=https://idp.example\nVESTIBULE_PROVIDER_IDP_CLIENT_ID=c\n";
            environment
                .add_lines(format!("{provider}VESTIBULE_PROVIDER_IDP_CLIENT_SECRET={file}").as_bytes());
            let (config, report) = Config::read(&environment).expect("valid settings");
            let secret = config.providers[0].client_secret.clone().expect("a secret");
            (secrecy::ExposeSecret::expose_secret(&secret).to_owned(), report.warnings.len())
        };
        assert_eq!(secret("hunter2\r\n"), ("hunter2".to_owned(), 0));
        assert_eq!(secret("' hunter2 '\n"), (" hunter2 ".to_owned(), 1));
        assert_eq!(secret("\"hunter2 \"\n"), ("hunter2 ".to_owned(), 1));
        assert_eq!(secret("  hunter2  \n"), ("hunter2".to_owned(), 0));
        assert_eq!(secret("'\"hunter2\"'\n"), ("\"hunter2\"".to_owned(), 1));
    }
}

#[cfg(test)]
mod properties {
    use std::{ffi::OsString, os::unix::ffi::OsStringExt as _};

    use proptest::prelude::*;

    use super::*;

    /// Names that begin with our prefix more often than chance would.
    fn names() -> impl Strategy<Value = Vec<u8>> {
        let table: Vec<String> = s::all().map(|entry| entry.about().name("idp")).collect();
        prop_oneof![
            prop::sample::select(table).prop_map(String::into_bytes),
            "(export )?[Vv]ESTIBULE[_.-][A-Z0-9_]{0,20}(_FILE)?".prop_map(String::into_bytes),
            prop::collection::vec(1_u8..=255, 1..20),
        ]
    }

    fn values() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            "[\\[{\"=,;:/%'a-zA-Z0-9. \\]}-]{0,40}".prop_map(String::into_bytes),
            any::<String>().prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..40),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_environment_and_no_file_stops_the_reader(
            lines in prop::collection::vec((names(), "[ =:]{0,3}", values()), 0..10),
            variables in prop::collection::vec((names(), values()), 0..10),
        ) {
            let mut environment = Environment::default();
            let file: Vec<u8> = lines
                .into_iter()
                .flat_map(|(name, sign, value)| [name, sign.into_bytes(), value, b"\n".to_vec()].concat())
                .collect();
            environment.add_lines(&file);
            let is_file = |name: &[u8]| name.ends_with(b"_FILE");
            let variables = variables.into_iter().filter(|(name, _)| !is_file(name));
            environment.add_variables(variables.map(|(name, value)| (OsString::from_vec(name), OsString::from_vec(value))));
            drop(Config::read(&environment));
        }

        #[test]
        fn every_value_of_every_setting_is_parsed_without_panic(value in values()) {
            let value = String::from_utf8_lossy(&value);
            for entry in s::all() {
                let _ = entry.mistake_in(&value);
            }
        }
    }
}
