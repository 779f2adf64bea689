//! What every handler can reach, and how it is put together.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use crate::{
    clock::Clock,
    config::Config,
    limiter::Limiter,
    login::local::hasher::Hasher,
    secrets::Keys,
    session::{Session, cache::DocumentCache},
    store::{Store, StoreError},
    user::User,
};

/// Shared by all requests.
pub type AppState = Arc<App>;

/// A request that is not answered by then never will be; longer than the store and the hashing queue take at their worst.
const REQUEST_DEADLINE: Duration = Duration::from_secs(15);

/// Everything a handler can reach.
pub struct App {
    /// The settings.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// Where documents live.
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
        Ok(Arc::new(Self {
            hasher: Hasher::start(config.hashing),
            limiter: Limiter::new(store.clone(), clock.clone()),
            config,
            clock,
            store,
            keys,
            sessions,
            users,
            request_deadline: REQUEST_DEADLINE,
            _followers: followers,
        }))
    }

    /// Name of the session cookie. `__Host-` where browsers honour it: no other host of the site can set or shadow it.
    #[must_use]
    pub fn cookie_name(&self) -> &'static str {
        if self.config.public_url.https { "__Host-vestibule" } else { "vestibule" }
    }

    /// Whether pages of this origin may call the API.
    #[must_use]
    pub fn is_allowed_origin(&self, origin: &str) -> bool {
        self.config.public_url.origin == origin
            || self.config.allowed_origins.iter().any(|allowed| allowed == origin)
    }
}
