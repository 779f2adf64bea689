//! What every handler can reach, and how it is put together.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use quick_cache::sync::Cache;
use tokio::task::JoinSet;

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

/// A request that is not answered by then never will be; longer than the store and the hashing queue take at their worst.
const REQUEST_DEADLINE: Duration = Duration::from_secs(15);

/// Session ids that are remembered as gone; a late answer comes within seconds.
const RETIRED: usize = 10_000;

/// Everything a handler can reach.
pub struct App {
    /// The settings.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// Cookie names and attributes.
    pub cookies: CookieNames,
    /// Where documents current.
    pub store: Store,
    /// The key ring.
    pub keys: Keys,
    /// Who hashes passwords.
    pub hasher: Hasher,
    /// How often somebody may guess.
    pub limiter: Limiter,
    /// Sessions in memory.
    pub sessions: Arc<DocumentCache<Session>>,
    /// People in memory.
    pub users: Arc<DocumentCache<User>>,
    /// Hashes of session ids that went a short while ago on this replica.
    pub retired: Cache<[u8; 32], ()>,
    /// The federated doors, in the order of their buttons.
    pub providers: Vec<Arc<Provider>>,
    /// Whether anybody's password is kept in an older form.
    old_hashes: Arc<AtomicBool>,
    /// How long a request may take.
    pub request_deadline: Duration,
    /// What follows the store's change feed; ends with the app.
    _followers: JoinSet<()>,
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The key ring cannot be read or made.
    #[error("{0}")]
    Keys(String),
    /// There is no HTTP client to be had for a provider.
    #[error("{0}")]
    Provider(String),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Opens the store, loads the keys, starts the hashing threads.
    ///
    /// # Errors
    /// [`BuildError`]
    pub async fn build(config: Config, clock: Clock) -> Result<AppState, BuildError> {
        let keys = config.keys.load().map_err(BuildError::Keys)?;
        let store = Store::open(config.database.url()).await?;
        let sessions = Arc::new(DocumentCache::new(config.session_cache, store.watch()));
        let users = Arc::new(DocumentCache::new(config.session_cache, store.watch()));
        let mut followers = JoinSet::new();
        followers.spawn(sessions.clone().follow());
        followers.spawn(users.clone().follow());
        let provider = |provider: &ProviderConfig| {
            Provider::new(provider.clone(), &config.public_url.origin).map(Arc::new)
        };
        let providers: Vec<_> =
            config.providers.iter().map(provider).collect::<Result<_, _>>().map_err(BuildError::Provider)?;
        for provider in &providers {
            followers.spawn(provider.clone().follow());
        }
        let old_hashes = Arc::new(AtomicBool::new(any_old_hash(&store).await?));
        followers.spawn(look_for_old_hashes(store.clone(), old_hashes.clone()));
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
            request_deadline: REQUEST_DEADLINE,
            _followers: followers,
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
