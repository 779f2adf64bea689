//! The audit events about the signed-in user, as the user sees them.
//!
//! An event has more for administrators: the decision about an identity with its claims, ids of other accounts, the address of an
//! administrator. The user gets what this list names, and nothing else.

pub(crate) mod routes;

use std::net::IpAddr;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    audit::{self, Event, EventId, EventKind, Outcome},
    clock::Timestamp,
    store::{Store, StoreError},
    user::UserId,
};

/// Members of the details that describe only the account of the user.
const SHOWN: [&str; 4] = ["provider", "name", "sessions", "left"];

/// An event about the user.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivityItem {
    id: EventId,
    at: Timestamp,
    r#type: EventKind,
    outcome: Outcome,
    reason: Option<String>,
    /// Address of the client. `null` if another user or a server acted: their addresses do not belong to this user.
    ip: Option<IpAddr>,
    /// Browser of the client, under the same condition.
    user_agent: Option<String>,
    details: Option<Value>,
}

/// A page of events, newest first.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivityPage {
    pub items: Vec<ActivityItem>,
    pub next_cursor: Option<EventId>,
}

/// Returns events about the user, newest first and after the one with the id `cursor`.
///
/// # Errors
/// The store failed.
pub async fn page(
    store: &Store,
    user: UserId,
    cursor: Option<EventId>,
    limit: usize,
) -> Result<ActivityPage, StoreError> {
    let page = audit::page_with_next(store, Some(user), cursor, limit).await?;
    let items = page.events.into_iter().map(|event| ActivityItem::of(event, user)).collect();
    Ok(ActivityPage { items, next_cursor: page.next })
}

impl ActivityItem {
    fn of(event: Event, user: UserId) -> Self {
        let id = event.id();
        let details = shown(event.kind, event.details.as_ref());
        let Event { at, kind, actor, ip, user_agent, outcome, reason, .. } = event;
        // Without an actor, any client made the attempt.
        let is_own = actor.is_none_or(|actor| actor == user.to_string());
        let (ip, user_agent) = if is_own { (ip, user_agent) } else { (None, None) };
        Self { id, at, r#type: kind, outcome, reason, ip, user_agent, details }
    }
}

fn shown(kind: EventKind, details: Option<&Value>) -> Option<Value> {
    let shown = match details? {
        Value::Object(members) => {
            let shown = |name: &&str| members.get(*name).map(|value| ((*name).to_owned(), value.clone()));
            SHOWN.iter().filter_map(shown).filter(|(_, value)| !value.is_object()).collect()
        }
        // The names of the changed fields.
        Value::String(fields) if kind == EventKind::UserUpdated => {
            Map::from_iter([("fields".to_owned(), fields.split(", ").collect())])
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => Map::new(),
    };
    (!shown.is_empty()).then_some(Value::Object(shown))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // The trace of a decision names issuer, subject, claims and other accounts.
    #[test]
    fn only_listed_details_are_shown() {
        let trace = json!({
            "provider": "okta", "issuer": "https://idp.example", "subject": "1", "claims": { "email": "x@y.z" },
            "decision": { "outcome": { "askForProof": "0198" } }, "name": { "nested": 1 },
        });
        for (kind, details, expected) in [
            (EventKind::FederatedSignIn, Some(trace), Some(json!({ "provider": "okta" }))),
            (EventKind::IdentityLinked, Some(json!({ "before": {}, "after": { "identities": [] } })), None),
            (EventKind::PasswordSignIn, Some(json!("ada…")), None),
            (
                EventKind::UserUpdated,
                Some(json!("displayName, locale")),
                Some(json!({ "fields": ["displayName", "locale"] })),
            ),
            (EventKind::UserUpdated, Some(json!({ "before": { "email": "x@y.z" } })), None),
            (EventKind::SessionEnded, Some(json!({ "sessions": 2 })), Some(json!({ "sessions": 2 }))),
            (EventKind::SignOut, None, None),
        ] {
            assert_eq!(shown(kind, details.as_ref()), expected, "{kind:?}");
        }
    }
}
