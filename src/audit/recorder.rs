//! Records audit events. A recorder holds client, user and actor; an entry is one event before it is written.
//!
//! # Bounds
//!
//! Events are kept for a year, so a client must not be able to cause them without limit. Over a budget an event is only logged.
//!
//! - *User budget*: 200 in ten minutes about one user. *Total budget*: 600 in a minute about no known user. Both are counted in memory.
//! - *Network budget*: 100 in ten minutes from one network, 1,000 from an IPv6 site; only with [`Entry::record_limited`].
//! - The kinds with the user budget have the total budget if no user is known. Changes of an account have no budget: they are limited.
//!
//! | kind | success | failure |
//! |---|---|---|
//! | `passwordSignIn` | user budget | limits of guesses, user or total budget; a refusal with 429 is only logged |
//! | `passkeySignIn` | one for each ceremony, user budget | limit of guesses; network budget (unknown passkey), user or total budget |
//! | `secondFactor` | one for each code (30 s) or ceremony, user budget | five for each session, limit of guesses, user budget |
//! | `enrolmentStarted` | 20 in ten minutes, user budget | none |
//! | `enrolmentConfirmed` | one for each start | five for each start, limit of guesses, user budget |
//! | `passkeyAdded` | one for each start; 20 passkeys | one for each start |
//! | `recoveryCodeUsed` | one for each code; new codes are limited | none |
//! | `deviceTrusted` | one for each code | none |
//! | `recoveryCodesReplaced`, `factorRemoved`, `factorRenamed`, `deviceForgotten` | 20 in ten minutes | none |
//! | `federatedSignIn` | user budget; a first login creates the user | network budget, user or total budget; without a transaction only logged |
//! | `identityLinked` | one for each removal, and for each identity of the user at a provider | network budget, user or total budget |
//! | `identityUnlinked` | 20 in ten minutes; by administrators none | none |
//! | `reauthentication` | user budget | limit of guesses, network budget (provider), user or total budget |
//! | `accountReclaimed` | one for each account that is quarantined | network budget |
//! | `providerLogout` | signed by the provider, user or total budget | none: invalid tokens are limited and only logged |
//! | `signOut`, `newDevice` | user budget | none |
//! | `accessRefused` | none | network budget, user or total budget of its own |
//! | `mailFailed` | none | one for each mail; the mail queue has limits |
//! | `accountLimited` | none | one for each wait of an account |
//! | `lastAdministratorLost` | none | one for each administrator who loses the role at a provider |
//! | `eventsAltered` | none | one for each change of a head by another program |
//! | `passwordResetRequested` | three for each address and one each hour, user budget | network budget, user or total budget |
//! | `passwordResetByMail`, `emailChanged`, `emailVerified`, `emailChangeCancelled`, `reportedNotMe` | one for each token or request | network budget, user or total budget |
//! | `emailChangeRequested` | three for each user and one each hour | none |
//! | `sessionEnded` | one for each request that ended a session; each session needed a login | none |
//! | `deletionRequested`, `deletionCancelled` | 20 in ten minutes | none |
//! | `dataExported`, `eventsExported` | 20 in ten minutes | none |
//! | `providerTested` | 20 in ten minutes | 20 in ten minutes |
//! | `userDeleted` | one for each user | none |
//! | `userUpdated` by the user | 20 in ten minutes | none |
//! | `webhookTested` | commands and administrators | one for each test |
//! | `userCreated`, `userUpdated`, `userDisabled`, `userEnabled`, `userUnlocked`, `sessionsEnded`, `secondFactorReset`, `passwordReset`, `userMerged`, `mergeUndone`, `issuerMoved`, `identityRelinked`, `mailRetried`, `webhookReplayed`, `keysRotated`, `usersAdopted`, `usersExported` | commands and administrators | none |

use std::sync::Arc;

use serde_json::Value;

use super::{
    chain::Chain,
    event::{Event, EventId, EventKind, Outcome},
    stated_reason::StatedReason,
};
use crate::{
    clock::Clock,
    limiter::Limiter,
    metrics,
    secrets::Keys,
    store::{Document, StoreError},
    user::UserId,
    web::client::Client,
};

/// Characters of a known name that are stored.
const TYPED_SHOWN: usize = 3;
/// Actor of changes that the command line made.
const COMMAND_LINE: &str = "cli";

/// Creates audit events of one request or command.
#[derive(Clone)]
pub struct Recorder<'a> {
    chain: &'a Chain,
    clock: &'a Clock,
    request: Option<Request<'a>>,
    user_id: Option<UserId>,
    actor: Option<String>,
    stated_reason: Option<String>,
}

#[derive(Clone, Copy)]
struct Request<'a> {
    client: &'a Client,
    limiter: &'a Limiter,
}

/// One event before it is written.
#[must_use = "an entry does nothing until it is recorded"]
pub struct Entry<'a> {
    chain: &'a Chain,
    request: Option<Request<'a>>,
    event: Event,
}

impl<'a> Recorder<'a> {
    /// Creates the recorder of a request.
    #[must_use]
    pub fn of_request(chain: &'a Chain, clock: &'a Clock, limiter: &'a Limiter, client: &'a Client) -> Self {
        Self { chain, clock, request: Some(Request { client, limiter }), ..Self::of_service(chain, clock) }
    }

    /// Creates the recorder of a command.
    #[must_use]
    pub fn of_command_line(chain: &'a Chain, clock: &'a Clock) -> Self {
        Self { actor: Some(COMMAND_LINE.to_owned()), ..Self::of_service(chain, clock) }
    }

    /// Creates the recorder of the service itself, for what no request and no command does.
    #[must_use]
    pub fn of_service(chain: &'a Chain, clock: &'a Clock) -> Self {
        Self { chain, clock, request: None, user_id: None, actor: None, stated_reason: None }
    }

    /// Sets the user whom the events are about, if one is known.
    #[must_use]
    pub fn about(self, user: impl Into<Option<UserId>>) -> Self {
        Self { user_id: user.into(), ..self }
    }

    /// Sets the user who acts, if one is known.
    #[must_use]
    pub fn by_user(self, user: impl Into<Option<UserId>>) -> Self {
        Self { actor: user.into().map(|user| user.to_string()), ..self }
    }

    /// Sets the provider that acts, by its name in the settings.
    #[must_use]
    pub fn by_provider(self, name: &str) -> Self {
        Self { actor: Some(name.to_owned()), ..self }
    }

    /// Sets the reason that an administrator gives for the acts.
    #[must_use]
    pub fn stating(self, reason: impl Into<Option<StatedReason>>) -> Self {
        Self { stated_reason: reason.into().map(StatedReason::into_text), ..self }
    }

    /// Returns the actor, as the events name it.
    #[must_use]
    pub fn actor(&self) -> Option<&str> {
        self.actor.as_deref()
    }

    #[must_use]
    pub fn stated_reason(&self) -> Option<&str> {
        self.stated_reason.as_deref()
    }

    /// Returns the chain that the entries go to.
    #[must_use]
    pub fn chain(&self) -> &'a Chain {
        self.chain
    }

    pub fn success(&self, kind: EventKind) -> Entry<'a> {
        let mut event = Event::new(kind, self.clock.system_time());
        event.user_id = self.user_id;
        event.actor.clone_from(&self.actor);
        event.stated_reason.clone_from(&self.stated_reason);
        if let Some(Request { client, .. }) = self.request {
            event.ip = Some(client.ip);
            event.user_agent = client.user_agent.as_deref().map(str::to_owned);
            event.request_id = Some(client.request_id.as_str().to_owned());
        }
        Entry { chain: self.chain, request: self.request, event }
    }

    /// Creates the entry of a refusal or failure. `reason` is its code.
    pub fn failure(&self, kind: EventKind, reason: &str) -> Entry<'a> {
        let mut entry = self.success(kind);
        entry.event.outcome = Outcome::Failure;
        entry.event.reason = Some(reason.to_owned());
        entry
    }
}

/// Stores new documents and the entries about them in one transaction, and then logs the entries. For commands: no budget applies.
///
/// # Errors
/// [`StoreError::Taken`] if another document has the id or a key of one of the documents: then nothing was written.
pub async fn record_with<D: Document>(
    chain: &Chain,
    documents: Arc<Vec<D>>,
    entries: Vec<Entry<'_>>,
) -> Result<(), StoreError> {
    chain.store_with(documents, entries.into_iter().map(|entry| entry.event).collect()).await
}

impl Entry<'_> {
    /// Adds the name that a client typed at a login. Users type passwords into the wrong field, so the text is not kept: of a known name
    /// the first characters, of another text a keyed hash, by which equal texts are recognised.
    pub fn typed(mut self, text: &str, keys: &Keys) -> Self {
        let shown = if self.event.user_id.is_some() {
            let start: String = text.trim().chars().filter(|c| !c.is_control()).take(TYPED_SHOWN).collect();
            format!("{start}…")
        } else {
            format!("hmac:{}", keys.fingerprint(text.trim().as_bytes()))
        };
        self.event.details = Some(shown.into());
        self
    }

    /// Sets the methods of the session that a success leads to.
    pub fn amr<'m>(mut self, methods: impl IntoIterator<Item = &'m str>) -> Self {
        self.event.amr = methods.into_iter().map(str::to_owned).collect();
        self
    }

    pub fn details(mut self, details: impl Into<Value>) -> Self {
        self.event.details = Some(details.into());
        self
    }

    /// Stores and logs the event, or only logs it over its budget; returns its id. A store that fails does not stop a login: the log line,
    /// written first, keeps the event.
    pub async fn record(self) -> EventId {
        let id = self.event.id();
        if self.is_within_budget() {
            self.store().await;
        } else {
            self.log_only();
        }
        id
    }

    /// Stores and logs the event of an act that must not happen without it. For commands: no budget applies.
    ///
    /// # Errors
    /// The event cannot be stored.
    pub async fn record_or_fail(self) -> Result<(), StoreError> {
        self.event.write_log();
        self.chain.store(self.event).await
    }

    /// Stores and logs an event that any client can cause; returns its id if it was stored. The network of the client has a budget, too.
    pub async fn record_limited(self) -> Option<EventId> {
        // The budget in memory comes first, because the other one writes.
        if !self.is_within_budget() || !self.is_within_network_budget().await {
            self.log_only();
            return None;
        }
        let id = self.event.id();
        self.store().await;
        Some(id)
    }

    async fn store(self) {
        self.event.write_log();
        let id = self.event.id();
        if let Err(error) = self.chain.store(self.event).await {
            tracing::error!(%error, event = %id, "could not store audit event");
            metrics::count_lost_event();
        }
    }

    fn is_within_budget(&self) -> bool {
        let Some(Request { limiter, .. }) = self.request else { return true };
        let Event { kind, outcome, user_id, .. } = &self.event;
        !kind.has_budget(*outcome) || limiter.allows_event(kind.group(), user_id.map(|user| user.to_string()))
    }

    async fn is_within_network_budget(&self) -> bool {
        let Some(Request { client, limiter }) = self.request else { return true };
        limiter.count_event(self.event.kind.group(), &client.networks()).await.is_ok()
    }

    /// Logs an event that any client can cause without limit. It is not stored: a client must not be able to fill the store.
    pub fn log_only(self) {
        self.event.write_log();
    }
}
