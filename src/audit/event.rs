//! The audit event document.

use std::{net::IpAddr, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    clock::Timestamp,
    limiter::EventGroup,
    store::{Collection, Document, DocumentId, id_type},
    user::UserId,
};

/// How long events are kept: a year and a month.
const RETENTION: Duration = Duration::from_hours(400 * 24);

id_type! {
    /// Id of an audit event: the trace number that a refused user can report to an administrator.
    EventId
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    #[serde(rename = "_id")]
    id: EventId,
    pub at: Timestamp,
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// The user whom the event is about, if known.
    pub user_id: Option<UserId>,
    /// Who acted: the id of a user, the name of a provider, or `cli`.
    pub actor: Option<String>,
    /// The client's address as trusted proxies report it.
    pub ip: Option<IpAddr>,
    /// The `X-Request-Id` of the request.
    pub request_id: Option<String>,
    pub outcome: Outcome,
    /// The code of the failure.
    pub reason: Option<String>,
    /// The name that a client sent, the changed fields, or the decision of a federated login.
    #[serde(with = "json_text")]
    pub details: Option<Value>,
}

/// Kind of event: the published `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EventKind {
    /// A user name and a password were checked.
    PasswordSignIn,
    /// A code was checked for a login.
    SecondFactor,
    /// The enrolment of an authenticator app started.
    EnrolmentStarted,
    /// An authenticator app became active.
    EnrolmentConfirmed,
    /// A provider sent a user back.
    FederatedSignIn,
    IdentityLinked,
    IdentityUnlinked,
    /// The user authenticated again in an open session.
    Reauthentication,
    /// The owner of an address signed in, and another account that used the address was quarantined.
    AccountReclaimed,
    /// A provider ended sessions (back-channel logout).
    ProviderLogout,
    /// The user logged out.
    SignOut,
    /// A request was refused: it may be forged, or the user lacks a role.
    AccessRefused,
    UserCreated,
    UserUpdated,
    UserDisabled,
    UserEnabled,
    /// Failed guesses started a wait: attempts at the account are refused until it ends.
    AccountLimited,
    /// An administrator lifted the waits of an account.
    UserUnlocked,
    /// An administrator ended all sessions of a user.
    SessionsEnded,
    /// An administrator removed the second factors of a user.
    SecondFactorReset,
    /// The user set a new password.
    PasswordChanged,
    /// An administrator removed or replaced the password of a user.
    PasswordReset,
    /// An administrator sealed all secrets with the newest key.
    KeysRotated,
}

impl EventKind {
    /// Returns whether the event counts for the budget of its user: a client can cause it again and again without a limit of the request.
    /// Changes of an account are always stored. A script must not be able to use up the budget and then change the account without an event.
    pub(super) fn has_budget(self, outcome: Outcome) -> bool {
        match self {
            Self::PasswordSignIn
            | Self::SecondFactor
            | Self::EnrolmentStarted
            | Self::FederatedSignIn
            | Self::Reauthentication
            | Self::ProviderLogout
            | Self::SignOut
            | Self::AccessRefused => true,
            Self::EnrolmentConfirmed
            | Self::IdentityLinked
            | Self::IdentityUnlinked
            | Self::PasswordChanged
            | Self::AccountReclaimed => outcome == Outcome::Failure,
            Self::UserCreated
            | Self::UserUpdated
            | Self::UserDisabled
            | Self::UserEnabled
            | Self::AccountLimited
            | Self::UserUnlocked
            | Self::SessionsEnded
            | Self::SecondFactorReset
            | Self::PasswordReset
            | Self::KeysRotated => false,
        }
    }

    /// Returns the events that share a budget with this one.
    pub(super) fn group(self) -> EventGroup {
        if self == Self::AccessRefused { EventGroup::Access } else { EventGroup::Authentication }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    Success,
    /// Refused or failed; the reason says why.
    Failure,
}

impl Event {
    pub(super) fn new(kind: EventKind, now: Timestamp) -> Self {
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

    #[must_use]
    pub fn id(&self) -> EventId {
        self.id
    }

    /// Returns whether the event has this published type.
    #[must_use]
    pub fn has_type(&self, name: &str) -> bool {
        serde_json::to_value(self.kind).is_ok_and(|kind| kind == name)
    }

    /// Returns the details as the API shows them: a text as it is, any other value as JSON text.
    #[must_use]
    pub fn details_text(&self) -> Option<String> {
        self.details.as_ref().map(|details| match details {
            Value::String(text) => text.clone(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                details.to_string()
            }
        })
    }

    /// Returns the event as the API and the command line show it.
    #[must_use]
    pub fn view(self) -> EventView {
        let details = self.details_text();
        let Self { id, at, kind, user_id, actor, ip, request_id, outcome, reason, .. } = self;
        EventView { id, at, r#type: kind, user_id, actor, ip, request_id, outcome, reason, details }
    }
}

/// Audit event as the API and the command line show it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventView {
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

impl Document for Event {
    const COLLECTION: Collection = Collection::Events;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }

    fn tags(&self) -> Vec<String> {
        self.user_id.map(tag_of_user).into_iter().collect()
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.at + RETENTION)
    }
}

pub(super) fn tag_of_user(user: UserId) -> String {
    format!("user:{user}")
}

/// Stores a JSON value as text. BSON cannot hold every JSON object (a NUL in a name, an integer above `i64::MAX`), and the details of a
/// federated login contain claims: a provider must not be able to prevent its audit event.
mod json_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
    use serde_json::Value;

    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
    pub(super) fn serialize<S: Serializer>(value: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
        value
            .as_ref()
            .map(serde_json::to_string)
            .transpose()
            .map_err(ser::Error::custom)?
            .serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.as_deref().map(serde_json::from_str).transpose().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(details: Option<Value>) -> Event {
        Event { details, ..Event::new(EventKind::FederatedSignIn, Timestamp::from_millis(0)) }
    }

    #[test]
    fn details_survive_bson_whatever_a_provider_sends() {
        for details in [
            None,
            Some(json!("2 sessions")),
            Some(json!({ "claims": { "a\u{0}b": u64::MAX, "$x.y": [null, "z"] } })),
        ] {
            let bytes = bson::serialize_to_vec(&event(details.clone())).expect("bson");
            let read: Event = bson::deserialize_from_slice(&bytes).expect("bson");
            assert_eq!(read.details, details);
        }
    }

    #[test]
    fn details_are_shown_as_text() {
        for (details, shown) in [
            (None, None),
            (Some(json!("2 sessions")), Some("2 sessions")),
            (Some(json!({ "a": 1 })), Some("{\"a\":1}")),
        ] {
            assert_eq!(event(details).details_text().as_deref(), shown);
        }
    }

    #[test]
    fn type_is_the_published_name() {
        assert!(event(None).has_type("federatedSignIn"));
        assert!(!event(None).has_type("FederatedSignIn"));
    }
}
