//! The audit event document.

mod csv;
mod kind;

use std::{net::IpAddr, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::kind::{EventKind, Outcome};
use super::chain::link::{Check, Link, Place, Previous, check, sign};
use crate::{
    clock::Timestamp,
    error::ErrorCode,
    metrics,
    secrets::Keys,
    store::{Collection, Document, DocumentId, id_type},
    user::UserId,
};

/// How long an event is kept that an earlier version wrote, without a chain.
const KEPT_WITHOUT_CHAIN: Duration = Duration::from_hours(400 * 24);
/// First element of the form that the MAC covers. A record of another kind or version never has the same bytes.
const FORM: &str = "vestibule event 1";
/// The form of an event with a user agent, which earlier versions did not store. The first element is the difference, so the user agent
/// can neither be added nor removed.
const FORM_WITH_USER_AGENT: &str = "vestibule event 2";
/// The form of an event with the reason of an administrator, likewise.
const FORM_WITH_STATED_REASON: &str = "vestibule event 3";

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
    /// The `User-Agent` of the request: printable ASCII, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The `X-Request-Id` of the request.
    pub request_id: Option<String>,
    pub outcome: Outcome,
    /// The code of the failure.
    pub reason: Option<String>,
    /// The reason that an administrator gave for the act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated_reason: Option<String>,
    /// How the user has authenticated, after a success: the methods of the session that it leads to (`pwd`, `otp`, `mfa`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The name that a client sent, the changed fields, or the decision of a federated login.
    #[serde(with = "json_text")]
    pub details: Option<Value>,
    /// Its place in a chain, and its MAC. `None`: an earlier version wrote the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chain: Option<Link>,
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
            user_agent: None,
            request_id: None,
            outcome: Outcome::Success,
            reason: None,
            stated_reason: None,
            amr: Vec::new(),
            details: None,
            chain: None,
        }
    }

    /// Creates an event for a test of another module.
    #[cfg(test)]
    pub(crate) fn of_test(kind: EventKind, now: Timestamp) -> Self {
        Self::new(kind, now)
    }

    pub(super) fn link(&self) -> Option<&Link> {
        self.chain.as_ref()
    }

    /// Puts the event at a place of a chain, and returns what the next event says about it.
    pub(super) fn chained(mut self, place: Place, keys: &Keys) -> (Self, Previous) {
        self.details = self.details.map(with_stable_numbers);
        let mac = sign(keys, &self.record(&place));
        let previous = Previous { mac: mac.clone(), at: self.at, kept_until: place.kept_until };
        self.chain = Some(Link { place, mac });
        (self, previous)
    }

    /// Checks the MAC. `None`: the event has no chain.
    pub(super) fn check(&self, keys: &Keys) -> Option<Check> {
        let Link { place, mac } = self.chain.as_ref()?;
        Some(check(keys, &place.key, &self.record(place), mac))
    }

    /// Returns the bytes that the MAC covers. Every member is listed: a new one cannot be left out.
    fn record(&self, place: &Place) -> Vec<u8> {
        let Self {
            id,
            at,
            kind,
            user_id,
            actor,
            ip,
            user_agent,
            request_id,
            outcome,
            reason,
            stated_reason,
            amr,
            details,
            chain: _,
        } = self;
        // The details as they are stored: as text.
        let details = details.as_ref().map(Value::to_string);
        let record =
            (FORM, place, id, at, kind, user_id, actor, ip, request_id, outcome, reason, amr, details);
        let bytes = match (user_agent, stated_reason) {
            (None, None) => serde_json::to_vec(&record),
            (Some(user_agent), None) => serde_json::to_vec(&(FORM_WITH_USER_AGENT, user_agent, record)),
            (user_agent, Some(stated)) => {
                serde_json::to_vec(&(FORM_WITH_STATED_REASON, user_agent, stated, record))
            }
        };
        bytes.expect("numbers and texts are JSON")
    }

    /// Writes the event to the log, and counts it. Every event is counted here, stored or not: an alert must not miss one.
    pub(super) fn write_log(&self) {
        metrics::count_event(|| self.kind.name(), self.outcome.name(), self.checked_login());
        tracing::info!(
            target: "vestibule::audit",
            event = ?self.kind, outcome = ?self.outcome, reason = self.reason,
            stated_reason = self.stated_reason, user = self.user_id.map(tracing::field::display),
            actor = self.actor, ip = self.ip.map(tracing::field::display), request_id = self.request_id,
            details = self.details_text().map(tracing::field::debug), "audit"
        );
    }

    /// Returns the method of a login whose secret was checked. A limit refuses an attempt before the check. If these attempts were counted,
    /// one client could raise the alert about guesses at many accounts with one user name (false alarm that hides an attack).
    fn checked_login(&self) -> Option<&'static str> {
        let is_limited = self.reason.as_deref() == Some(ErrorCode::TooManyAttempts.as_str());
        self.kind.login_method().filter(|_| !is_limited)
    }

    /// Creates the event of a failure that the service itself noticed.
    pub(super) fn of_service(kind: EventKind, reason: &str, now: Timestamp) -> Self {
        let (outcome, reason) = (Outcome::Failure, Some(reason.to_owned()));
        Self { actor: Some("service".to_owned()), outcome, reason, ..Self::new(kind, now) }
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
        let Self {
            id,
            at,
            kind,
            user_id,
            actor,
            ip,
            user_agent,
            request_id,
            outcome,
            reason,
            stated_reason,
            amr,
            details: _,
            chain: _,
        } = self;
        let r#type = kind;
        EventView {
            id,
            at,
            r#type,
            user_id,
            actor,
            ip,
            user_agent,
            request_id,
            outcome,
            reason,
            stated_reason,
            amr,
            details,
        }
    }
}

/// Audit event as the API and the command line show it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuditEvent")]
pub struct EventView {
    id: EventId,
    at: Timestamp,
    r#type: EventKind,
    user_id: Option<UserId>,
    actor: Option<String>,
    ip: Option<IpAddr>,
    user_agent: Option<String>,
    request_id: Option<String>,
    outcome: Outcome,
    reason: Option<String>,
    stated_reason: Option<String>,
    amr: Vec<String>,
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
        let kept_until = self.chain.as_ref().map(|link| link.place.kept_until);
        Some(kept_until.unwrap_or_else(|| self.at + KEPT_WITHOUT_CHAIN))
    }
}

/// Returns a value whose text is the same after it was stored and read. A number with a fraction can change in its last digit, and the MAC
/// covers the text: such numbers become texts.
fn with_stable_numbers(value: Value) -> Value {
    let text = value.to_string();
    let again = serde_json::from_str::<Value>(&text).map(|again| again.to_string());
    if again.is_ok_and(|again| again == text) { value } else { with_fractions_as_texts(value) }
}

fn with_fractions_as_texts(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => Value::String(number.to_string()),
        Value::Array(values) => values.into_iter().map(with_fractions_as_texts).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, with_fractions_as_texts(value))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
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

    // A claim with such a number would otherwise look like an altered event.
    #[test]
    fn text_of_details_is_the_same_after_a_read() {
        let mut unstable = 0;
        for number in 0..20_000_u64 {
            let fraction =
                f64::from_bits(0x3ff0_0000_0000_0000 | number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 12);
            let details = json!({ "a": [fraction, 7, "x"] });
            let reread =
                |value: &Value| serde_json::from_str::<Value>(&value.to_string()).expect("JSON").to_string();
            let before = details.to_string();
            unstable += u32::from(reread(&details) != before);
            let stable = with_stable_numbers(details);
            assert_eq!(reread(&stable), stable.to_string());
        }
        assert_ne!(unstable, 0, "no number shows the problem");
        assert_eq!(with_stable_numbers(json!({ "a": [1.5, -2] })), json!({ "a": [1.5, -2] }));
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
        assert!(event(None).has_type(&event(None).kind.name()));
    }
}
