//! The audit trail: one event for every authentication outcome, appended to `events` and written to the log.
//!
//! Events hold no secret: no password, no code, no cookie, no token (ASVS 16.2.5). What a stranger typed is shortened and kept
//! as data, never as a line of its own (16.4.1).

use std::{net::IpAddr, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    limiter::Limiter,
    metrics,
    store::{Collection, Document, DocumentId, Page, Store, StoreError, Stored, id_type},
    user::UserId,
};

/// How long events are kept: a year and a month.
const RETENTION: Duration = Duration::from_hours(400 * 24);
/// Longest text of a stranger's that is kept, in characters.
const TYPED_MAX: usize = 64;

/// One thing that happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    #[serde(rename = "_id")]
    id: EventId,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// Whom it is about, when that is known.
    pub user_id: Option<UserId>,
    /// Who did it: the person, `cli`, or nobody known.
    pub actor: Option<String>,
    /// From where, as far as trusted proxies say.
    pub ip: Option<IpAddr>,
    /// The `X-Request-Id` of the request.
    pub request_id: Option<String>,
    /// Whether it was done.
    pub outcome: Outcome,
    /// Why not, as one of our codes.
    pub reason: Option<String>,
    /// What a stranger typed as a name, or what was changed.
    pub details: Option<String>,
}

id_type! {
    EventId
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EventKind {
    /// A password was judged.
    PasswordSignIn,
    /// A code was judged for a sign-in.
    SecondFactor,
    /// An authenticator app was offered for set-up.
    EnrolmentStarted,
    /// An authenticator app was confirmed.
    EnrolmentConfirmed,
    /// Somebody came back from a provider.
    FederatedSignIn,
    /// An identity was linked to a person.
    IdentityLinked,
    /// A person removed an identity.
    IdentityUnlinked,
    /// A person proved again who they are.
    Reauthentication,
    /// Somebody else's address was used by an account, and its owner came.
    AccountReclaimed,
    /// A provider ended sessions.
    ProviderLogout,
    /// A person left.
    SignOut,
    /// An administrator made a person.
    UserCreated,
    /// An administrator changed a person.
    UserUpdated,
    /// An administrator shut a person out.
    UserDisabled,
    /// An administrator let a person in again.
    UserEnabled,
}

/// Whether it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// Done.
    Success,
    /// Refused or failed; the reason says why.
    Failure,
}

impl Event {
    /// Something that was done.
    #[must_use]
    pub fn success(kind: EventKind, now: Timestamp) -> Self {
        Self {
            id: EventId::new(now),
            at: now,
            kind,
            user_id: None,
            actor: None,
            ip: None,
            request_id: None,
            outcome: Outcome::Success,
            reason: None,
            details: None,
        }
    }

    /// Something that was refused.
    #[must_use]
    pub fn failure(kind: EventKind, reason: &str, now: Timestamp) -> Self {
        Self { outcome: Outcome::Failure, reason: Some(reason.to_owned()), ..Self::success(kind, now) }
    }

    /// Its id: what a refused person can tell an administrator.
    #[must_use]
    pub fn id(&self) -> EventId {
        self.id
    }

    /// About this person.
    #[must_use]
    pub fn about(self, user: UserId) -> Self {
        Self { user_id: Some(user), ..self }
    }

    /// Done by this one.
    #[must_use]
    pub fn by(self, actor: &(impl ToString + ?Sized)) -> Self {
        Self { actor: Some(actor.to_string()), ..self }
    }

    /// With what a stranger typed: shortened, without control characters.
    #[must_use]
    pub fn typed(self, text: &str) -> Self {
        let shown = text.chars().filter(|c| !c.is_control()).take(TYPED_MAX).collect();
        Self { details: Some(shown), ..self }
    }

    /// With what was changed.
    #[must_use]
    pub fn details(self, details: String) -> Self {
        Self { details: Some(details), ..self }
    }

    /// As part of this request.
    #[must_use]
    pub fn from(self, ip: IpAddr, request_id: &str) -> Self {
        Self { ip: Some(ip), request_id: Some(request_id.to_owned()), ..self }
    }
}

/// An event as the API and the command line show it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    id: EventId,
    at: Timestamp,
    r#type: EventKind,
    user_id: Option<UserId>,
    actor: Option<String>,
    ip: Option<IpAddr>,
    request_id: Option<String>,
    outcome: Outcome,
    reason: Option<String>,
    details: Option<String>,
}

impl Event {
    /// For showing.
    #[must_use]
    pub fn shown(self) -> Shown {
        let Self { id, at, kind, user_id, actor, ip, request_id, outcome, reason, details, .. } = self;
        Shown { id, at, r#type: kind, user_id, actor, ip, request_id, outcome, reason, details }
    }

    /// Whether it is of this kind, by its published name.
    #[must_use]
    pub fn is_of(&self, kind: &str) -> bool {
        serde_json::to_value(self.kind).is_ok_and(|name| name == kind)
    }
}

impl Document for Event {
    const COLLECTION: Collection = Collection::Events;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }

    fn tags(&self) -> Vec<String> {
        self.user_id.map(tag).into_iter().collect()
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.at + RETENTION)
    }
}

fn tag(user: UserId) -> String {
    format!("user:{user}")
}

/// Appends an event. A trail that cannot be written never stops a sign-in: the log line, written first, keeps what is missing.
pub async fn record(store: &Store, event: Event) {
    note(&event);
    if let Err(error) = store.insert(event).await {
        tracing::error!(%error, "an event is missing from the audit trail");
    }
}

/// Appends an event that strangers can cause, and gives its id; only in the log where their network has caused a hundred of them in
/// ten minutes, so that nobody fills the trail.
pub async fn record_unexpected(
    store: &Store,
    limiter: &Limiter,
    network: &str,
    event: Event,
) -> Option<EventId> {
    if limiter.count_anomaly(network).await.is_err() {
        note(&event);
        return None;
    }
    let id = event.id();
    record(store, event).await;
    Some(id)
}

/// Writes an event to the log only: for what strangers can cause without end, so that they cannot fill the store.
pub fn note(event: &Event) {
    metrics::count_event(&format!("{:?}", event.kind), &format!("{:?}", event.outcome));
    tracing::info!(
        target: "vestibule::audit",
        event = ?event.kind, outcome = ?event.outcome, reason = event.reason, user = event.user_id.map(tracing::field::display),
        actor = event.actor, ip = event.ip.map(tracing::field::display), request_id = event.request_id,
        details = event.details.as_deref().map(tracing::field::debug), "audit"
    );
}

/// The newest events about a person, newest first.
///
/// # Errors
/// When the store fails.
pub async fn about(store: &Store, user: UserId, limit: usize) -> Result<Vec<Event>, StoreError> {
    page(store, Some(user), None, limit).await
}

/// Events about a person or about anything, newest first, after the one of this id.
///
/// # Errors
/// When the store fails.
pub async fn page(
    store: &Store,
    user: Option<UserId>,
    after: Option<EventId>,
    limit: usize,
) -> Result<Vec<Event>, StoreError> {
    let tag = user.map(tag);
    let after = after.map(EventId::document_id);
    let page = store.page(Page { tag: tag.as_deref(), after, newest_first: true, limit }).await?;
    Ok(page.into_iter().map(Stored::into_document).collect())
}

/// One event, by its id.
///
/// # Errors
/// When the store fails.
pub async fn find(store: &Store, id: EventId) -> Result<Option<Event>, StoreError> {
    Ok(store.get(&id.document_id()).await?.map(Stored::into_document))
}
