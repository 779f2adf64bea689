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
mod listen;
mod listen_formats;
mod mail;
mod mail_formats;
mod message_code_formats;
mod message_codes;
mod mfa;
mod mistake;
mod passkeys;
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
mod traces;
mod traces_formats;
mod value_warning;
mod warning;
mod webhook_formats;
mod webhooks;

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

pub use self::{
    brand::{Brand, Color, LOGO_PATH, Language, Logo, LogoFile, PageSettings, language_of},
    ca_file::CaFile,
    database::{Database, KeySource},
    environment::{Dotenv, Environment},
    hashing::{HashParameters, Hashing},
    hsts::Hsts,
    issuer::Issuer,
    listen::ListenSettings,
    listen_formats::Listen,
    mail::{MailSettings, MailTransport, SmtpServer},
    mail_formats::MailTls,
    message_code_formats::MessageChannel,
    message_codes::{MessageCodeSettings, SmsGateway},
    mfa::{Mfa, SessionPolicy},
    mistake::Mistake,
    passkeys::PasskeySettings,
    password_list::PasswordList,
    passwords::PasswordSettings,
    presets::{Preset, ProviderKind},
    profile_policy::{FieldPolicy, ProfilePolicy},
    provider_requests::{AuthMethod, Outgoing, ResponseMode},
    providers::ProviderConfig,
    public_url::PublicUrl,
    report::{Effective, Report, SecretFile},
    traces::Traces,
    warning::Warning,
    webhook_formats::WebhookType,
    webhooks::WebhookConfig,
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
    pub listen: ListenSettings,
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
    /// Whether users may sign in with a password.
    pub local_passwords: bool,
    pub passkeys: PasskeySettings,
    pub brand: Brand,
    /// `None`: no mail is sent.
    pub mail: Option<MailSettings>,
    /// Codes by mail and SMS.
    pub message_codes: MessageCodeSettings,
    /// Audience of identity tokens. `None`: no tokens.
    pub token_audience: Option<String>,
    /// Other origins of the same site whose pages may call the API with the cookie.
    pub allowed_origins: Vec<String>,
    pub hsts: Hsts,
    pub hashing: Hashing,
    /// Largest number of sessions, and of users, in memory.
    pub session_cache: usize,
    pub log: Log,
    /// How long audit events are kept.
    pub event_retention: Duration,
    /// Address of the listener for `/metrics`.
    pub metrics_listen: Option<SocketAddr>,
    /// `None`: no traces.
    pub traces: Option<Traces>,
    pub outgoing: Outgoing,
    /// In the order of their names in the settings.
    pub webhooks: Vec<WebhookConfig>,
    /// In the order of the login buttons.
    pub providers: Vec<ProviderConfig>,
    /// The settings as `vestibule check` shows them: without secrets.
    pub shown: Vec<Effective>,
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

    /// Returns what every session must meet.
    #[must_use]
    pub fn session_policy(&self) -> SessionPolicy {
        SessionPolicy { mfa: self.mfa, passwords: self.local_passwords }
    }

    /// Returns the host to which passkeys are bound. `None`: the settings turn them off, or the host of the public URL is an IP address, for
    /// which browsers allow none (an RP id is a domain).
    #[must_use]
    pub fn passkey_host(&self) -> Option<&str> {
        let host = self.public_url.host.as_str();
        let is_address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok();
        (self.passkeys.are_enabled && !is_address).then_some(host)
    }

    /// Returns whether a provider of the settings has this issuer: users of another one cannot sign in through it.
    #[must_use]
    pub fn accepts_issuer(&self, issuer: &str) -> bool {
        self.providers.iter().any(|provider| provider.issuer.accepts(issuer))
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
            passwords: self.local_passwords,
            passkeys: self.passkey_host().is_some(),
            message_codes: self.message_codes.channels.clone(),
        }
    }

    fn set_up(&self) -> SetUp<'_> {
        SetUp {
            listen: &self.listen,
            metrics_listen: self.metrics_listen,
            public_url: &self.public_url,
            hsts: &self.hsts,
            database: &self.database,
            hands_links_over: !self.local_passwords && self.passkey_host().is_some() && self.mail.is_none(),
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
        let listen = listen::read(&mut reader);
        let session = session_limits(&mut reader);
        let mfa = reader.get(&s::MFA);
        let has_trusted_proxies = !listen.trusted_proxies.is_empty();
        let mut config = Self {
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
            local_passwords: reader.get(&s::LOCAL_PASSWORDS),
            passkeys: passkeys::read(&mut reader),
            brand: brand(&mut reader),
            mail: mail::read(&mut reader),
            message_codes: message_codes::read(&mut reader),
            token_audience: reader.get(&s::TOKEN_AUDIENCE),
            allowed_origins: origins(reader.get(&s::ALLOWED_ORIGINS)),
            traces: traces::read(&mut reader, has_trusted_proxies),
            hashing: hashing::read(&mut reader),
            session_cache: reader.get(&s::SESSION_CACHE),
            log: Log { filter: reader.get(&s::LOG), json: reader.get(&s::LOG_FORMAT) },
            event_retention: reader.get(&s::EVENT_RETENTION),
            metrics_listen: reader.get(&s::METRICS_LISTEN),
            outgoing: outgoing(&mut reader),
            webhooks: webhooks::read(&mut reader),
            providers: providers::read(&mut reader),
            shown: Vec::new(),
        };
        check_listeners(&mut reader, &config);
        check_sign_in_methods(&mut reader, &config);
        let mut report = reader.finish()?;
        config.shown.clone_from(&report.settings);
        let dotenv = environment.dotenv().filter(|file| file.found).map(|file| file.path.as_path());
        report.warnings.extend(file_warnings::of(&config.keys, &config.database, &report, dotenv));
        report.warnings.extend(setup_warnings::of(&config.set_up()));
        report.warnings.extend(config.brand.warnings(&s::BRAND_COLOR.about().name("")));
        report.warnings.extend(config.providers.iter().flat_map(provider_warnings::of));
        Ok((config, report))
    }
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
    if config.listen.at.overlaps(metrics) {
        reader.mistake(&s::METRICS_LISTEN, "it has the port of VESTIBULE_LISTEN; choose another port");
    }
}

/// Reports settings with which no user could sign in.
fn check_sign_in_methods(reader: &mut Reader<'_>, config: &Config) {
    if config.local_passwords || config.passkey_host().is_some() || !config.providers.is_empty() {
        return;
    }
    let why = if config.passkeys.are_enabled {
        "the host of VESTIBULE_PUBLIC_URL is an IP address, for which browsers have no passkeys"
    } else {
        "VESTIBULE_PASSKEYS is false"
    };
    reader.mistake(
        &s::LOCAL_PASSWORDS,
        format!(
            "no user could sign in: there are no passwords, {why}, and VESTIBULE_PROVIDERS is not set; write on, turn passkeys on, or set up \
             a provider"
        ),
    );
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
mod tests;

#[cfg(test)]
mod properties;
