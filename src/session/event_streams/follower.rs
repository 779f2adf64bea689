//! The task that reads the sessions of all open streams after each change and at each deadline.
//!
//! A change of a session or of its user is read at once. A deadline passes without a change, so every tick compares the known deadlines with
//! the clock; the store says whether another replica has extended the session. Without a change feed, the task reads every session
//! that has a stream before a second has passed: one read for each session, whatever the number of its streams.
//!
//! A session that sets a new password or a new factor ends by the same write as the others, and a moment later the same request replaces it. The
//! user document names this session ([`User::continuing_session`]): its browser must not see an end. The change of the session record is the
//! signal for its streams. It comes before the deadline of the request, or never.

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, stream};
use tokio::sync::broadcast::error::RecvError;

use super::{
    super::{
        expiry,
        lifetime::{self, Validity},
        record::{Session, State},
    },
    EventStreams, Listed, Notice,
};
use crate::{
    cache::DocumentCache,
    clock::Clock,
    config::SessionPolicy,
    store::{Changed, Collection, Store, StoreError},
    user::{EndReason, User},
};

/// How often deadlines are compared with the clock.
const TICK: Duration = Duration::from_millis(200);
/// How often every session is read while the change feed is not in sync. With the tick and the read itself it stays below a second.
const UNSYNCED_INTERVAL: Duration = Duration::from_millis(600);
/// The feed counts as in sync for this long after its last answer.
const SYNCED_FOR: Duration = Duration::from_millis(600);
/// Sessions read at once.
const READ_AT_ONCE: usize = 32;

/// Reports ends and deadlines to the streams of one replica.
pub struct Follower {
    pub streams: Arc<EventStreams>,
    pub sessions: Arc<DocumentCache<Session>>,
    pub users: Arc<DocumentCache<User>>,
    pub store: Store,
    pub clock: Clock,
    pub policy: SessionPolicy,
    /// After this time no request replaces a session any more.
    pub request_deadline: Duration,
}

impl Follower {
    /// Runs until the store closes.
    pub async fn follow(self) {
        let watch = self.store.watch();
        let mut changes = watch.subscribe();
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut all_read_at = Instant::now();
        // Sessions that must be read again at the next tick.
        let mut unread = HashSet::new();
        loop {
            let mut due: HashSet<Listed> = HashSet::new();
            tokio::select! {
                _ = tick.tick() => {
                    due.extend(unread.drain());
                    due.extend(self.streams.expired(self.clock.now()));
                    let is_synced = watch.synced_until().is_some_and(|until| until.elapsed() < SYNCED_FOR);
                    if !is_synced && all_read_at.elapsed() >= UNSYNCED_INTERVAL {
                        all_read_at = Instant::now();
                        due.extend(self.streams.all());
                    }
                }
                change = changes.recv() => match change {
                    Ok(Changed::Document { collection: Collection::Sessions, id }) => {
                        due.extend(self.streams.of_session(&id));
                    }
                    Ok(Changed::Document { collection: Collection::Users, id }) => {
                        due.extend(self.streams.of_user(&id));
                    }
                    Ok(Changed::Document { .. }) => continue,
                    Ok(Changed::Everything) | Err(RecvError::Lagged(_)) => due.extend(self.streams.all()),
                    Err(RecvError::Closed) => return,
                },
            }
            unread.extend(self.read(due).await);
        }
    }

    /// Reads these sessions and reports them. Returns those that must be read again.
    async fn read(&self, due: HashSet<Listed>) -> Vec<Listed> {
        let reads = due.into_iter().map(|listed| async {
            match self.notice_of(&listed).await {
                Ok(Some(notice)) => {
                    self.streams.report(&listed.session, notice);
                    None
                }
                Ok(None) => Some(listed),
                Err(error) => {
                    tracing::debug!(%error, "could not read the session of an event stream");
                    Some(listed)
                }
            }
        });
        stream::iter(reads).buffer_unordered(READ_AT_ONCE).filter_map(std::future::ready).collect().await
    }

    /// Returns the state of a session, or `None` if it cannot be known yet.
    async fn notice_of(&self, Listed { session: id, user }: &Listed) -> Result<Option<Notice>, StoreError> {
        // The task of the cache may not have seen the change yet.
        self.sessions.invalidate(id);
        self.users.invalidate(&user.document_id());
        let now = self.clock.now();
        let session = self.sessions.get(id).await?;
        let Some(session) = session.filter(|session| !lifetime::is_purgeable(session, now)) else {
            return Ok(Some(Notice::Closed));
        };
        let Some(user) = self.users.get(&user.document_id()).await? else {
            // The user was deleted.
            return Ok(Some(Notice::Ended(EndReason::Revoked)));
        };
        Ok(Some(match lifetime::evaluate(&session, &user, self.policy, now) {
            Validity::Valid(State::SignedIn) => Notice::open(&session),
            Validity::Valid(
                State::AwaitingSecondFactor | State::AwaitingEnrolment | State::AwaitingPasswordChange,
            ) => Notice::Closed,
            Validity::Invalid(EndReason::FactorChanged | EndReason::PasswordChanged)
                if user.continuing_session.as_deref() == Some(&*session.handle())
                    && now < user.updated_at + self.request_deadline =>
            {
                return Ok(None);
            }
            Validity::Invalid(reason) => {
                expiry::persist(&self.sessions, id, reason, self.policy, now).await?;
                Notice::Ended(reason)
            }
        }))
    }
}
