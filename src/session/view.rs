//! How a session is shown: `S` in the contract.

use std::sync::Arc;

use serde::Serialize;

use super::record::{Method, Session, State};
use crate::clock::Timestamp;

/// A session as the API shows it: `S` in the contract.
#[derive(Clone, Debug)]
pub struct View {
    known: Option<(Arc<Session>, State)>,
    now: Timestamp,
}

impl View {
    /// Nobody.
    #[must_use]
    pub fn anonymous(now: Timestamp) -> Self {
        Self { known: None, now }
    }

    /// Whether the session came through a provider.
    #[must_use]
    pub fn is_federated(&self) -> bool {
        self.known.as_ref().is_some_and(|(session, _)| session.upstream.is_some())
    }

    /// This session, judged to be in this state now.
    #[must_use]
    pub fn of(session: Arc<Session>, state: State, now: Timestamp) -> Self {
        Self { known: Some((session, state)), now }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    state: ShownState,
    expires_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    server_time: Timestamp,
    method: Option<Method>,
    amr: Option<&'a [String]>,
    provider: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ShownState {
    Known(State),
    Anonymous(&'static str),
}

impl Serialize for View {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let session = self.known.as_ref().map(|(session, _)| session);
        let state = self.known.as_ref().map(|(_, state)| ShownState::Known(*state));
        Shown {
            state: state.unwrap_or(ShownState::Anonymous("anonymous")),
            expires_at: session.map(|session| session.expires_at),
            ends_at: session.map(|session| session.ends_at),
            server_time: self.now,
            method: session.map(|session| session.method),
            amr: session.map(|session| session.amr.as_slice()),
            provider: session
                .and_then(|session| session.upstream.as_ref())
                .map(|from| from.provider.as_str()),
        }
        .serialize(serializer)
    }
}
