//! The session as the API shows it.

use std::sync::Arc;

use serde::Serialize;

use super::record::{Session, State};
use crate::{
    admission::{Amr, Method},
    clock::Timestamp,
};

/// Session object of the API.
#[derive(Clone, Debug)]
pub struct View {
    session: Option<(Arc<Session>, State)>,
    now: Timestamp,
}

impl View {
    /// Returns the view of a visitor without a session.
    #[must_use]
    pub fn anonymous(now: Timestamp) -> Self {
        Self { session: None, now }
    }

    /// Returns whether the session was opened by a federated login.
    #[must_use]
    pub fn is_federated(&self) -> bool {
        self.session.as_ref().is_some_and(|(session, _)| session.upstream().is_some())
    }

    /// Returns the view of a session in its effective state.
    #[must_use]
    pub fn of(session: Arc<Session>, state: State, now: Timestamp) -> Self {
        Self { session: Some((session, state)), now }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    state: BodyState,
    expires_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    server_time: Timestamp,
    method: Option<Method>,
    amr: Option<&'a [Amr]>,
    provider: Option<&'a str>,
    /// The last proof; `null` also if the provider did not report its time.
    authenticated_at: Option<Timestamp>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum BodyState {
    Known(State),
    Anonymous(&'static str),
}

impl Serialize for View {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let session = self.session.as_ref().map(|(session, _)| session);
        let state = self.session.as_ref().map(|(_, state)| BodyState::Known(*state));
        Body {
            state: state.unwrap_or(BodyState::Anonymous("anonymous")),
            expires_at: session.map(|session| session.expires_at),
            ends_at: session.map(|session| session.ends_at),
            server_time: self.now,
            method: session.map(|session| session.authentication.method),
            amr: session.map(|session| session.authentication.amr.as_slice()),
            provider: session
                .and_then(|session| session.upstream())
                .map(|upstream| upstream.provider.as_str()),
            authenticated_at: session.and_then(|session| session.authentication.authenticated_at),
        }
        .serialize(serializer)
    }
}
