//! A service in this process: the real router on a real port, with a clock that only the test moves.

use std::{io, net::SocketAddr, sync::LazyLock, time::Duration};

use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use vestibule::{
    app::{App, AppState},
    clock::{Clock, Timestamp},
    config::{Config, Environment},
    secrets, server,
    session::Session,
    store::Stored,
    web::session_id::SessionId,
};

use super::stores::StoreLocation;

/// Far from the system time, so that the cleanup of the store, which uses the system clock, removes nothing. Start of
/// a 30 second step.
const START: Timestamp = Timestamp::from_millis(2_093_508_000_000);

/// One key ring for all services: replicas share it.
static KEYS: LazyLock<String> = LazyLock::new(|| secrets::new_key().to_string());

/// Service that runs until it is stopped or dropped.
pub(crate) struct Service {
    pub(crate) app: AppState,
    pub(crate) clock: Clock,
    pub(crate) address: SocketAddr,
    settings: Vec<(String, String)>,
    stop: oneshot::Sender<()>,
    running: JoinHandle<io::Result<()>>,
}

impl Service {
    /// Starts with the required settings only.
    pub(crate) async fn start(location: &StoreLocation) -> Self {
        Self::with_settings(location, &[]).await
    }

    pub(crate) async fn with_settings(location: &StoreLocation, settings: &[(&str, &str)]) -> Self {
        Self::on_store(location.url(), settings).await
    }

    /// Starts on the store with this URL.
    pub(crate) async fn on_store(url: &str, settings: &[(&str, &str)]) -> Self {
        let needed = [("VESTIBULE_DATABASE_URL", url), ("VESTIBULE_SECRET_KEYS", &KEYS)];
        let settings = needed.iter().chain(settings);
        let settings =
            settings.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
        Self::run(settings, Clock::manual(START), None).await
    }

    /// Starts with the system clock, for tokens of the real provider.
    pub(crate) async fn with_system_clock(location: &StoreLocation, settings: &[(&str, &str)]) -> Self {
        let needed = [("VESTIBULE_DATABASE_URL", location.url()), ("VESTIBULE_SECRET_KEYS", &KEYS)];
        let settings = needed.iter().chain(settings);
        let settings = settings.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self::run(settings, Clock::system(), None).await
    }

    /// Starts with a limit for the duration of a request.
    pub(crate) async fn with_request_deadline(url: &str, deadline: Duration) -> Self {
        let needed = [("VESTIBULE_DATABASE_URL", url), ("VESTIBULE_SECRET_KEYS", &KEYS)];
        let settings = needed.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self::run(settings.to_vec(), Clock::manual(START), Some(deadline)).await
    }

    async fn run(settings: Vec<(String, String)>, clock: Clock, deadline: Option<Duration>) -> Self {
        let pairs = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let (config, _) = Config::read(&Environment::of(pairs)).expect("good settings");
        let mut app = App::build(config, clock.clone()).await.expect("the service starts");
        if let Some(deadline) = deadline {
            std::sync::Arc::get_mut(&mut app).expect("no other owner").request_deadline = deadline;
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let serving = server::serve(app.clone(), listener, async { drop(stopped.await) });
        Self { app, clock, address, settings, stop, running: tokio::spawn(serving) }
    }

    /// Starts another replica: a new `App` with the same store and clock.
    pub(crate) async fn start_replica(&self) -> Self {
        Self::run(self.settings.clone(), self.clock.clone(), None).await
    }

    /// Restarts with more settings; an empty one removes a setting. All caches are empty then.
    pub(crate) async fn restart_with(self, more: &[(&str, &str)]) -> Self {
        let (mut settings, clock) = (self.settings.clone(), self.clock.clone());
        self.stop().await;
        settings.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Self::run(settings, clock, None).await
    }

    /// Returns its settings, for other processes on the same store.
    pub(crate) fn settings(&self) -> Vec<(&str, &str)> {
        self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Stops after all requests in flight are answered.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        self.running.await.expect("the task does not panic").expect("the service stops");
    }

    pub(crate) fn advance_time(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Returns the stored session of this cookie.
    pub(crate) async fn session(&self, cookie: &str) -> Option<Stored<Session>> {
        let id: SessionId = cookie.parse().expect("a cookie of ours");
        self.app.store.get(&id.document_id()).await.expect("the store answers")
    }
}
