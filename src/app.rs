//! The application: settings and services that every handler can reach, built once at the start.

use std::{sync::Arc, time::Duration};

use quick_cache::sync::Cache;
use tokio::{
    sync::{Mutex, watch},
    task::JoinSet,
};

use crate::{
    admin::events::places::ExportPlaces,
    administrators::Administrators,
    audit::{Chain, Recorder, Writer, feed::EventFeed, retention},
    background::Background,
    cache::DocumentCache,
    clock::Clock,
    config::{Config, Mistake},
    limiter::Limiter,
    link_token::LinkTokens,
    login::{
        federated::providers::{ProviderTests, Providers},
        passkey::RelyingParty,
        password::{hasher::Hasher, policy::PasswordPolicy, refusal_time},
        second_factor::key_use::{RingError, require_keys_in_use},
    },
    mail::Mail,
    metrics::Sampled,
    secrets::Keys,
    session::{
        Session,
        event_streams::{EventStreams, follower::Follower},
    },
    sms::{self, Sms},
    store::{Create, Store, StoreError},
    user::User,
    web::{addresses::Addresses, client::Client, cookies::CookieNames},
    webhook,
};

/// Shared by all requests.
pub type AppState = Arc<App>;

/// Time limit for a request; longer than the store and the hashing queue take in the worst case.
const REQUEST_DEADLINE: Duration = Duration::from_secs(15);

/// How often the system clock is read when nothing else reads it: a jump that is not noticed cannot end a session.
const TICK: Duration = Duration::from_secs(1);
/// The newest time is stored every 15 seconds.
const TICKS_PER_WRITE: u32 = 15;

/// The change feed counts as in sync for this long after its last answer.
const FEED_SYNCED_FOR: Duration = Duration::from_secs(2);

/// Size of [`App::retired`]; late responses arrive within seconds.
const RETIRED: usize = 10_000;

/// Settings and services; it decides nothing.
pub struct App {
    pub config: Config,
    pub clock: Clock,
    /// Addresses of the service in a browser, and the pages to which users may return.
    pub addresses: Addresses,
    /// Cookie names and attributes.
    pub cookies: CookieNames,
    pub store: Store,
    pub keys: Keys,
    /// The audit events that this process writes.
    pub event_chain: Chain,
    pub hasher: Hasher,
    /// Work that continues after the answer.
    pub background: Background,
    /// Rules for new passwords.
    pub passwords: PasswordPolicy,
    /// Queue of mails to users.
    pub mail: Mail,
    /// Queue of SMS to users.
    pub sms: Sms,
    pub limiter: Limiter,
    pub sessions: Arc<DocumentCache<Session>>,
    pub users: Arc<DocumentCache<User>>,
    /// Open streams of server-sent events.
    pub event_streams: Arc<EventStreams>,
    /// New audit events, for streams.
    pub event_feed: Arc<EventFeed>,
    /// Exports of audit events in progress.
    pub event_exports: ExportPlaces,
    /// Tests of providers in progress.
    pub provider_tests: ProviderTests,
    /// Hashes of session ids that were rotated or ended on this replica a moment ago: a late response must not set their cookie again.
    pub retired: Cache<[u8; 32], ()>,
    pub providers: Providers,
    /// For passkeys. `None`: there are none.
    pub relying_party: Option<RelyingParty>,
    /// Becomes `true` when the shutdown begins; long-lived responses end then.
    pub shutdown: watch::Sender<bool>,
    /// Time limit for a request.
    pub request_deadline: Duration,
    /// They end after the mails and messages that they send at the time of the shutdown.
    senders: Mutex<JoinSet<()>>,
    /// Background tasks; they end with the application.
    _tasks: JoinSet<()>,
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The key ring cannot be read or created.
    #[error("{0}")]
    Keys(Mistake),
    /// The HTTP client of a provider cannot be created.
    #[error("{0}")]
    Provider(String),
    /// TLS for the mail server cannot be prepared.
    #[error("{0}")]
    Mail(String),
    /// The HTTP client of the webhooks, or of the SMS gateway, cannot be created.
    #[error("{0}")]
    Webhooks(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What sends messages, and its tasks.
struct Senders {
    mail: Mail,
    sms: Sms,
    tasks: JoinSet<()>,
}

impl Senders {
    fn start(
        config: &Config,
        services: sms::Services,
        shutdown: &watch::Sender<bool>,
    ) -> Result<Self, BuildError> {
        let sms::Services { store, keys, clock, events, background: _ } = &services;
        let mut tasks = JoinSet::new();
        let mail = Mail::new(config, store, keys, clock);
        let worker = mail.worker(config, events, shutdown.subscribe()).map_err(BuildError::Mail)?;
        worker.map(|worker| tasks.spawn(worker));
        start_webhooks(&mut tasks, config, store, clock, shutdown)?;
        let sms = Sms::new(config, services).map_err(BuildError::Webhooks)?;
        sms.worker(shutdown.subscribe()).map(|worker| tasks.spawn(worker));
        Ok(Self { mail, sms, tasks })
    }
}

/// Returns the task that ends the streams of ended sessions.
fn follower(
    config: &Config,
    streams: &Arc<EventStreams>,
    (sessions, users): (&Arc<DocumentCache<Session>>, &Arc<DocumentCache<User>>),
    store: &Store,
    clock: &Clock,
) -> Follower {
    Follower {
        streams: streams.clone(),
        sessions: sessions.clone(),
        users: users.clone(),
        store: store.clone(),
        clock: clock.clone(),
        policy: config.session_policy(),
        request_deadline: REQUEST_DEADLINE,
    }
}

impl App {
    /// Opens the store, loads the keys and starts the hashing threads and the background tasks.
    pub async fn build(config: Config, clock: Clock) -> Result<AppState, BuildError> {
        let (store, keys) = open_store(&config).await?;
        // Before the first session is evaluated.
        store.synchronize(&clock).await?;
        let sessions = Arc::new(DocumentCache::new(store.clone(), config.session_cache));
        let users = Arc::new(DocumentCache::new(store.clone(), config.session_cache));
        let mut tasks = JoinSet::new();
        tasks.spawn(sessions.clone().follow());
        tasks.spawn(users.clone().follow());
        let event_chain = Chain::new(&store, &keys, &clock, config.event_retention, Writer::Service);
        let event_feed = start_event_tasks(&mut tasks, &event_chain, &store, &clock, config.event_retention);
        let event_streams = Arc::<EventStreams>::default();
        tasks.spawn(follower(&config, &event_streams, (&sessions, &users), &store, &clock).follow());
        tasks.spawn(keep_synchronized(store.clone(), clock.clone()));
        let providers = Providers::new(&config.providers, &config.public_url.url(), &config.outgoing)
            .map_err(BuildError::Provider)?;
        providers.iter().for_each(|provider| drop(tasks.spawn(provider.clone().keep_discovered())));
        let shutdown = watch::Sender::new(false);
        let background = Background::default();
        let services = sms::Services {
            store: store.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            events: event_chain.clone(),
            background: background.clone(),
        };
        let Senders { mail, sms, tasks: senders } = Senders::start(&config, services, &shutdown)?;
        // Measured before the first request: at a login it would delay that one answer.
        refusal_time::slowest_check();
        let public = &config.public_url;
        Ok(Arc::new(Self {
            hasher: Hasher::start(config.hashing),
            background,
            mail,
            sms,
            senders: Mutex::new(senders),
            passwords: PasswordPolicy::of(&config),
            limiter: Limiter::new(store.clone(), clock.clone()),
            addresses: Addresses::new(&public.origin, &public.prefix, &config.allowed_origins),
            cookies: CookieNames::new(public.https, public.port),
            relying_party: RelyingParty::new(&config),
            config,
            clock,
            store,
            keys,
            event_chain,
            sessions,
            users,
            event_streams,
            event_feed,
            event_exports: ExportPlaces::default(),
            provider_tests: ProviderTests::default(),
            retired: Cache::new(RETIRED),
            providers,
            shutdown,
            request_deadline: REQUEST_DEADLINE,
            _tasks: tasks,
        }))
    }

    /// Waits for the work in progress and for mails that are being sent, stores the newest time and closes the store.
    pub async fn close(&self) {
        self.shutdown.send_replace(true);
        // Before the audit chain: both write events.
        self.background.drain().await;
        while self.senders.lock().await.join_next().await.is_some() {}
        self.event_chain.close().await;
        if let Err(error) = self.store.synchronize(&self.clock).await {
            tracing::warn!(%error, "could not store the newest time");
        }
        self.store.close().await;
    }

    /// Returns the values of the moment for the metrics.
    #[must_use]
    pub fn sample(&self) -> Sampled {
        let synced_until = self.store.watch().synced_until();
        Sampled {
            is_feed_synced: synced_until.is_some_and(|until| until.elapsed() <= FEED_SYNCED_FOR),
            hash_queue: self.hasher.queue_length(),
        }
    }

    /// Creates the recorder for the audit events of a request.
    #[must_use]
    pub fn audit<'a>(&'a self, client: &'a Client) -> Recorder<'a> {
        Recorder::of_request(&self.event_chain, &self.clock, &self.limiter, client)
    }

    /// Returns the administrators, of whom one always stays.
    #[must_use]
    pub fn administrators(&self) -> Administrators<'_> {
        Administrators::new(&self.store, &self.users, &self.config.providers)
    }

    /// Returns the tokens of links in mails.
    #[must_use]
    pub fn link_tokens(&self) -> LinkTokens<'_> {
        LinkTokens::new(&self.store, &self.clock)
    }
}

/// Starts the tasks of the audit events, and returns the feed of new ones.
fn start_event_tasks(
    tasks: &mut JoinSet<()>,
    chain: &Chain,
    store: &Store,
    clock: &Clock,
    event_retention: Duration,
) -> Arc<EventFeed> {
    tasks.spawn(chain.clone().keep_head());
    tasks.spawn(retention::enforce(store.clone(), clock.clone(), event_retention));
    let feed = Arc::<EventFeed>::default();
    tasks.spawn(feed.clone().follow(store.clone(), clock.clone()));
    feed
}

/// Opens the store, and loads the keys that its secrets need.
async fn open_store(config: &Config) -> Result<(Store, Keys), BuildError> {
    // Before the keys: none are created beside the database of another application.
    Store::check_file(config.database.url(), Create::IfMissing).await?;
    let keys = config.keys.load().map_err(BuildError::Keys)?;
    let store = Store::open_with(config.database.url(), &config.collection_prefix, Create::IfMissing).await?;
    require_keys_in_use(&store, &keys).await.map_err(|error| match error {
        RingError::Missing { .. } => BuildError::Keys(config.keys.mistake(error.to_string())),
        RingError::Store(error) => BuildError::Store(error),
    })?;
    Ok((store, keys))
}

/// Starts the worker that sends messages to webhooks, if there are some.
fn start_webhooks(
    senders: &mut JoinSet<()>,
    config: &Config,
    store: &Store,
    clock: &Clock,
    shutdown: &watch::Sender<bool>,
) -> Result<(), BuildError> {
    let worker = webhook::worker(config, store, clock, shutdown.subscribe());
    worker.map_err(BuildError::Webhooks)?.map(|worker| senders.spawn(worker));
    Ok(())
}

/// Notices jumps of the system clock, and stores the newest time now and then. After a crash, the time since the last write is not known.
async fn keep_synchronized(store: Store, clock: Clock) {
    loop {
        for _ in 0..TICKS_PER_WRITE {
            tokio::time::sleep(TICK).await;
            let _ = clock.now();
        }
        if let Err(error) = store.synchronize(&clock).await {
            tracing::debug!(%error, "could not store the newest time");
        }
    }
}
