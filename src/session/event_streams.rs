//! Open streams of server-sent events (`GET /api/auth/events`), by session.
//!
//! ```text
//!   change feed ─▶ follower ─▶ EventStreams ─▶ watch of one session ─▶ each of its streams (routes)
//! ```
//!
//! One task reads the sessions of all streams ([`follower`]); no stream reads the store. The value of a watch is the newest state: a client
//! that reads slowly misses states in between, and no queue of events grows.
//!
//! # Bounds
//!
//! Each stream holds a connection. A session, a user and the replica have a limit, so that no user can use up the connections: other
//! requests still get one.

pub mod follower;
pub(crate) mod routes;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::record::Session;
use crate::{
    clock::Timestamp,
    metrics,
    store::{Document as _, DocumentId},
    user::{EndReason, UserId},
};

/// Streams of one session: tabs of one browser.
const OF_SESSION: usize = 16;
/// Streams of one user: tabs of all devices.
const OF_USER: usize = 128;
/// Streams of this replica: half of the connections that it accepts.
const TOTAL: usize = 8192;

/// What a stream reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The session is signed in, until these deadlines.
    Open {
        expires_at: Timestamp,
        ends_at: Timestamp,
    },
    Ended(EndReason),
    /// The id was replaced, or the session lacks a factor again: the client must ask again.
    Closed,
}

impl Notice {
    fn open(session: &Session) -> Self {
        Self::Open { expires_at: session.expires_at, ends_at: session.ends_at }
    }
}

/// No further stream is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// The session or its user has too many.
    OfUser,
    /// The replica has too many.
    Total,
}

/// The open streams of this replica.
#[derive(Debug, Default)]
pub struct EventStreams(Arc<Mutex<List>>);

#[derive(Debug, Default)]
struct List {
    sessions: HashMap<DocumentId, Entry>,
    /// By the key under which the change feed names a user.
    users: HashMap<DocumentId, OfUser>,
    total: usize,
}

/// The streams of one user.
#[derive(Debug, Default)]
struct OfUser {
    sessions: HashSet<DocumentId>,
    streams: usize,
}

#[derive(Debug)]
struct Entry {
    user: UserId,
    streams: usize,
    notice: watch::Sender<Notice>,
}

/// A stream in the list. It leaves the list when this is dropped.
#[derive(Debug)]
pub struct OpenStream {
    pub(crate) notice: watch::Receiver<Notice>,
    list: Arc<Mutex<List>>,
    session: DocumentId,
    user: UserId,
}

/// A session with at least one stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Listed {
    session: DocumentId,
    user: UserId,
}

impl EventStreams {
    /// Adds a stream of this session.
    ///
    /// # Errors
    /// [`Full`].
    pub fn open(&self, session: &Session) -> Result<OpenStream, Full> {
        let mut list = lock(&self.0);
        let (id, user) = (session.id(), session.user_id);
        let of_session = list.sessions.get(&id).map_or(0, |entry| entry.streams);
        let of_user = list.users.get(&user.document_id()).map_or(0, |of_user| of_user.streams);
        if of_session >= OF_SESSION || of_user >= OF_USER {
            return Err(Full::OfUser);
        }
        if list.total >= TOTAL {
            return Err(Full::Total);
        }
        list.total += 1;
        let of_user = list.users.entry(user.document_id()).or_default();
        of_user.streams += 1;
        of_user.sessions.insert(id.clone());
        let entry = list.sessions.entry(id.clone()).or_insert_with(|| Entry {
            user,
            streams: 0,
            notice: watch::Sender::new(Notice::open(session)),
        });
        entry.streams += 1;
        let notice = entry.notice.subscribe();
        metrics::set_event_streams(list.total);
        Ok(OpenStream { notice, list: self.0.clone(), session: id, user })
    }

    /// Returns the number of open streams.
    #[must_use]
    pub fn count(&self) -> usize {
        lock(&self.0).total
    }

    fn all(&self) -> Vec<Listed> {
        lock(&self.0).selected(|_| true)
    }

    fn of_session(&self, session: &DocumentId) -> Option<Listed> {
        let list = lock(&self.0);
        list.sessions.get(session).map(|entry| Listed { session: session.clone(), user: entry.user })
    }

    fn of_user(&self, user: &DocumentId) -> Vec<Listed> {
        let list = lock(&self.0);
        // One look-up: a change of each user in the store comes here.
        let sessions = list.users.get(user).into_iter().flat_map(|of_user| &of_user.sessions);
        let listed = |session: &DocumentId| {
            list.sessions.get(session).map(|entry| Listed { session: session.clone(), user: entry.user })
        };
        sessions.filter_map(listed).collect()
    }

    /// Returns the sessions whose known deadline has passed.
    fn expired(&self, now: Timestamp) -> Vec<Listed> {
        lock(&self.0).selected(|entry| match *entry.notice.borrow() {
            Notice::Open { expires_at, ends_at } => now >= expires_at.min(ends_at),
            Notice::Ended(_) | Notice::Closed => false,
        })
    }

    /// Reports the state of a session to its streams. An end is final.
    fn report(&self, session: &DocumentId, notice: Notice) {
        let list = lock(&self.0);
        let Some(entry) = list.sessions.get(session) else { return };
        entry.notice.send_if_modified(|known| {
            let is_new = matches!(known, Notice::Open { .. }) && *known != notice;
            if is_new {
                *known = notice;
            }
            is_new
        });
    }
}

impl List {
    fn selected(&self, is_selected: impl Fn(&Entry) -> bool) -> Vec<Listed> {
        let entries = self.sessions.iter().filter(|(_, entry)| is_selected(entry));
        entries.map(|(session, entry)| Listed { session: session.clone(), user: entry.user }).collect()
    }

    fn remove(&mut self, session: &DocumentId, user: UserId) {
        self.total -= 1;
        let is_last_of_session = self.sessions.get_mut(session).is_some_and(|entry| {
            entry.streams -= 1;
            entry.streams == 0
        });
        if is_last_of_session {
            self.sessions.remove(session);
        }
        let user = user.document_id();
        let Some(of_user) = self.users.get_mut(&user) else { return };
        of_user.streams -= 1;
        if is_last_of_session {
            of_user.sessions.remove(session);
        }
        if of_user.streams == 0 {
            self.users.remove(&user);
        }
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut list = lock(&self.list);
        list.remove(&self.session, self.user);
        metrics::set_event_streams(list.total);
    }
}

fn lock(list: &Mutex<List>) -> MutexGuard<'_, List> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::{
        net::{IpAddr, Ipv4Addr},
        time::Duration,
    };

    use super::*;
    use crate::{
        admission::{Authentication, Grant, Method},
        session::record::{Deadlines, State},
        user::AccountSummary,
        web::{client::Client, request_id::RequestId, session_id::SessionId},
    };

    const NOW: Timestamp = Timestamp::from_millis(0);

    fn session(user: UserId) -> Session {
        let authentication = Authentication {
            method: Method::Password,
            amr: Vec::new(),
            upstream: None,
            signed_in_at: NOW,
            authenticated_at: Some(NOW),
            factor_at: None,
            remember: false,
            is_first_login: false,
            from_trusted_device: false,
        };
        let grant = Grant {
            user,
            session_epoch: 0,
            authentication,
            is_step_up: false,
            account: AccountSummary::default(),
            device_trusted_until: None,
        };
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let client = Client { ip, user_agent: None, device: None, request_id: RequestId::new() };
        let deadlines = Deadlines { expires_at: after(600), ends_at: after(43_200) };
        Session::new(State::SignedIn, grant, &client, NOW, deadlines).with_id(&SessionId::random())
    }

    fn after(seconds: u64) -> Timestamp {
        NOW + Duration::from_secs(seconds)
    }

    fn extended(seconds: u64) -> Notice {
        Notice::Open { expires_at: after(seconds), ends_at: after(43_200) }
    }

    // A queue of events for a client that reads nothing would grow.
    #[test]
    fn slow_stream_gets_the_newest_state_only() {
        let streams = EventStreams::default();
        let session = session(UserId::new(NOW));
        let mut stream = streams.open(&session).expect("a place");
        for seconds in 601..700 {
            streams.report(&session.id(), extended(seconds));
        }
        assert!(stream.notice.has_changed().expect("the list has the stream"));
        assert_eq!(*stream.notice.borrow_and_update(), extended(699));
        assert!(!stream.notice.has_changed().expect("the list has the stream"));
    }

    #[test]
    fn end_is_final() {
        let streams = EventStreams::default();
        let session = session(UserId::new(NOW));
        let stream = streams.open(&session).expect("a place");
        assert_eq!(streams.expired(after(599)), []);
        assert_eq!(streams.expired(after(600)).len(), 1);
        streams.report(&session.id(), Notice::Ended(EndReason::Idle));
        streams.report(&session.id(), extended(1200));
        assert_eq!(*stream.notice.borrow(), Notice::Ended(EndReason::Idle));
        assert_eq!(streams.expired(after(600)), [], "an ended session is not read again");
    }

    #[test]
    fn sessions_of_a_user_are_those_with_a_stream() {
        let streams = EventStreams::default();
        let (ada, linus) = (UserId::new(NOW), UserId::new(NOW));
        let (first, second) = (session(ada), session(ada));
        let open = [&first, &first, &second, &session(linus)].map(|of| streams.open(of).expect("a place"));
        let of_ada = || {
            let listed = streams.of_user(&ada.document_id());
            listed.into_iter().map(|listed| listed.session).collect::<HashSet<_>>()
        };
        assert_eq!(of_ada(), HashSet::from([first.id(), second.id()]));
        let [one, two, of_second, of_linus] = open;
        drop((one, of_second));
        assert_eq!(of_ada(), HashSet::from([first.id()]));
        drop(two);
        assert_eq!((of_ada(), streams.of_user(&linus.document_id()).len()), (HashSet::new(), 1));
        drop(of_linus);
        assert_eq!(lock(&streams.0).users.len(), 0, "an entry that stays is a leak");
    }

    #[test]
    fn total_of_the_replica_is_bounded_and_places_become_free() {
        let streams = EventStreams::default();
        let of_a_user = || {
            let user = UserId::new(NOW);
            let sessions = (0..OF_USER / OF_SESSION).map(|_| session(user)).collect::<Vec<_>>();
            let open = sessions.iter().flat_map(|session| (0..OF_SESSION).map(|_| streams.open(session)));
            open.collect::<Result<Vec<_>, _>>().expect("a place for each")
        };
        let mut open: Vec<_> = (0..TOTAL / OF_USER).map(|_| of_a_user()).collect();
        assert_eq!(streams.count(), TOTAL);
        let other = session(UserId::new(NOW));
        assert_eq!(streams.open(&other).err(), Some(Full::Total));
        open.pop();
        drop(streams.open(&other).expect("a place is free"));
        drop(open);
        assert_eq!((streams.count(), streams.all()), (0, Vec::new()));
    }
}
