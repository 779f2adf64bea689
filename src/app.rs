//! The application: settings and services that every handler can reach, built once at the start.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use quick_cache::sync::Cache;
use tokio::{sync::watch, task::JoinSet};

use crate::{
    clock::Clock,
    config::{Config, ProviderConfig},
    limiter::Limiter,
    login::{federated::oidc::provider::Provider, password::hasher::Hasher},
    secrets::Keys,
    session::{Session, cache::DocumentCache},
    store::{Page, Store, StoreError},
    user::{Identity, LEGACY_HASH_TAG, User, roles},
    web::cookies::CookieNames,
};

/// Shared by all requests.
pub type AppState = Arc<App>;

/// Time limit for a request; longer than the store and the hashing queue take in the worst case.
const REQUEST_DEADLINE: Duration = Duration::from_secs(15);

/// Size of [`App::retired`]; late responses arrive within seconds.
const RETIRED: usize = 10_000;

/// Settings and services; it decides nothing.
pub struct App {
    pub config: Config,
    pub clock: Clock,
    /// Cookie names and attributes.
    pub cookies: CookieNames,
    /// Where documents current.
    pub store: Store,
    pub keys: Keys,
    pub hasher: Hasher,
    pub limiter: Limiter,
    /// Cached sessions.
    pub sessions: Arc<DocumentCache<Session>>,
    /// Cached users.
    pub users: Arc<DocumentCache<User>>,
    /// Hashes of session ids that were rotated or ended on this replica a moment ago: a late response must not set their cookie again.
    pub retired: Cache<[u8; 32], ()>,
    /// Identity providers, in the order of the settings.
    pub providers: Vec<Arc<Provider>>,
    /// Whether anybody's password is kept in an older form.
    old_hashes: Arc<AtomicBool>,
    /// Becomes `true` when the shutdown begins; long-lived responses end then.
    pub shutdown: watch::Sender<bool>,
    /// Time limit for a request.
    pub request_deadline: Duration,
    /// Background tasks; they end with the application.
    _tasks: JoinSet<()>,
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The key ring cannot be read or created.
    #[error("{0}")]
    Keys(String),
    /// The HTTP client of a provider cannot be created.
    #[error("{0}")]
    Provider(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Opens the store, loads the keys and starts the hashing threads and the background tasks.
    ///
    /// # Errors
    /// [`BuildError`]
    pub async fn build(config: Config, clock: Clock) -> Result<AppState, BuildError> {
        let keys = config.keys.load().map_err(BuildError::Keys)?;
        let store = Store::open(config.database.url()).await?;
        let sessions = Arc::new(DocumentCache::new(config.session_cache, store.watch()));
        let users = Arc::new(DocumentCache::new(config.session_cache, store.watch()));
        let mut tasks = JoinSet::new();
        tasks.spawn(sessions.clone().follow());
        tasks.spawn(users.clone().follow());
        let provider = |provider: &ProviderConfig| {
            Provider::new(provider.clone(), &config.public_url.origin).map(Arc::new)
        };
        let providers: Vec<_> =
            config.providers.iter().map(provider).collect::<Result<_, _>>().map_err(BuildError::Provider)?;
        for provider in &providers {
            tasks.spawn(provider.clone().follow());
        }
        let old_hashes = Arc::new(AtomicBool::new(any_old_hash(&store).await?));
        tasks.spawn(look_for_old_hashes(store.clone(), old_hashes.clone()));
        Ok(Arc::new(Self {
            hasher: Hasher::start(config.hashing),
            limiter: Limiter::new(store.clone(), clock.clone()),
            cookies: CookieNames::new(config.public_url.https),
            config,
            clock,
            store,
            keys,
            sessions,
            users,
            retired: Cache::new(RETIRED),
            providers,
            old_hashes,
            shutdown: watch::Sender::new(false),
            request_deadline: REQUEST_DEADLINE,
            _tasks: tasks,
        }))
    }

    /// Whether anybody's password is kept in an older form, as of the last half minute.
    #[must_use]
    pub fn has_old_hashes(&self) -> bool {
        self.old_hashes.load(Ordering::Relaxed)
    }

    /// The provider of this name.
    #[must_use]
    pub fn provider(&self, name: &str) -> Option<&Arc<Provider>> {
        self.providers.iter().find(|provider| provider.config.name == name)
    }

    /// This person's identity at the provider of this name, whatever the provider was called when it was linked.
    #[must_use]
    pub fn identity_at<'a>(&self, user: &'a User, name: &str) -> Option<&'a Identity> {
        let issuer = &self.provider(name)?.config.issuer;
        user.identities.iter().find(|identity| issuer.accepts(&identity.key.issuer))
    }

    /// Whether there is a door for this identity: its issuer is one of the providers'.
    #[must_use]
    pub fn has_door(&self, identity: &Identity) -> bool {
        self.providers.iter().any(|provider| provider.config.issuer.accepts(&identity.key.issuer))
    }

    /// The roles given here, and those that identities give by the settings as they are: a provider that is gone, or a role that is
    /// not in its map any more, gives none.
    #[must_use]
    pub fn roles_of(&self, user: &User) -> Vec<String> {
        roles::roles_of(user, &self.config.providers)
    }

    /// What the button of a provider says; the name itself for one that is no longer set.
    #[must_use]
    pub fn label<'a>(&'a self, provider: &'a str) -> &'a str {
        self.provider(provider).map_or(provider, |provider| &provider.config.label)
    }
}

async fn any_old_hash(store: &Store) -> Result<bool, StoreError> {
    let page = Page { tag: Some(LEGACY_HASH_TAG), limit: 1, ..Page::default() };
    store.page::<User>(page).await.map(|users| !users.is_empty())
}

/// Keeps the answer fresh: people may be imported by another process.
async fn look_for_old_hashes(store: Store, found: Arc<AtomicBool>) {
    loop {
        tokio::time::sleep(Duration::from_secs(30)).await;
        if let Ok(any) = any_old_hash(&store).await {
            found.store(any, Ordering::Relaxed);
        }
    }
}
