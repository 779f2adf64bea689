//! The session as the API shows it.

use std::{borrow::Cow, sync::Arc};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use super::{
    current::CurrentSession,
    record::{Session, State},
};
use crate::{
    admission::{Amr, Method},
    clock::Timestamp,
    config::MessageChannel,
    user::{AccountSummary, User, Username},
};

/// Session object of the API.
#[derive(Clone, Debug)]
pub struct View {
    session: Option<(Arc<Session>, State, AccountSummary)>,
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
        self.session.as_ref().is_some_and(|(session, ..)| session.upstream().is_some())
    }

    /// Returns the view of a session in its effective state.
    #[must_use]
    pub fn of(session: Arc<Session>, state: State, account: AccountSummary, now: Timestamp) -> Self {
        Self { session: Some((session, state, account)), now }
    }

    /// Returns the view of the session of this request.
    #[must_use]
    pub fn of_current(
        current: &CurrentSession,
        user: &User,
        channels: &[MessageChannel],
        now: Timestamp,
    ) -> Self {
        let account = AccountSummary::of(user).offered(channels);
        Self::of(current.session.clone(), current.state, account, now)
    }
}

/// The session of the browser. Without one, the state is `anonymous` and most members are `null`.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Session")]
struct Body<'a> {
    state: BodyState,
    expires_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    server_time: Timestamp,
    method: Option<Method>,
    amr: Option<&'a [Amr]>,
    provider: Option<&'a str>,
    /// The account, also while the login awaits a second factor: the page names it, after a reload and after a federated login, too.
    account: Option<Account<'a>>,
    /// How the user can prove a second factor, the last used one first.
    methods: Option<Vec<&'static str>>,
    /// The last proof; `null` also if the provider did not report its time.
    authenticated_at: Option<Timestamp>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SessionAccount")]
struct Account<'a> {
    username: Option<&'a Username>,
    display_name: Option<&'a str>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum BodyState {
    Known(State),
    Visitor(Visitor),
}

/// The state without a session.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
enum Visitor {
    Anonymous,
}

impl JsonSchema for View {
    fn schema_name() -> Cow<'static, str> {
        Body::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Body::json_schema(generator)
    }
}

impl Serialize for View {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let session = self.session.as_ref().map(|(session, ..)| session);
        let state = self.session.as_ref().map(|(_, state, _)| BodyState::Known(*state));
        let account = self.session.as_ref().map(|(.., account)| account);
        Body {
            state: state.unwrap_or(BodyState::Visitor(Visitor::Anonymous)),
            expires_at: session.map(|session| session.expires_at),
            ends_at: session.map(|session| session.ends_at),
            server_time: self.now,
            method: session.map(|session| session.authentication.method),
            amr: session.map(|session| session.authentication.amr.as_slice()),
            provider: session
                .and_then(|session| session.upstream())
                .map(|upstream| upstream.provider.as_str()),
            account: account.map(|account| Account {
                username: account.username.as_ref(),
                display_name: account.display_name.as_deref(),
            }),
            methods: account.map(|account| account.factors.iter().map(|factor| factor.as_str()).collect()),
            authenticated_at: session.and_then(|session| session.authentication.authenticated_at),
        }
        .serialize(serializer)
    }
}
