//! The types of messages that an audit event leads to. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    audit::{Event, EventKind, Outcome},
    config::WebhookType,
};

/// Members of the changes of a login that are part of a user at the receiver.
const PROFILE: [&str; 8] =
    ["status", "username", "email", "emailVerified", "displayName", "picture", "locale", "roles"];
/// Roles that a provider gives, as the trace of a login names them. The user has them as `roles`.
const ROLES_FROM_PROVIDERS: &str = "rolesFromProviders";
const IDENTITIES: &str = "identities";

/// Returns the types of messages about an event. Empty: no other system needs to know.
///
/// Each kind is listed: a new one does not compile until it is decided.
#[expect(clippy::too_many_lines, reason = "one list, one line for each kind")]
pub(super) fn types_of(event: &Event) -> Vec<WebhookType> {
    // A refused attempt changes nothing.
    if event.outcome == Outcome::Failure {
        return Vec::new();
    }
    match event.kind {
        EventKind::UserCreated => vec![WebhookType::UserCreated],
        EventKind::UserUpdated => of_update(event),
        EventKind::EmailChanged
        | EventKind::EmailVerified
        // The address before the change may be back; the user that ended exists again.
        | EventKind::EmailChangeCancelled
        | EventKind::MergeUndone
        | EventKind::IssuerMoved
        | EventKind::IdentityRelinked => vec![WebhookType::UserUpdated],
        // A reclaimed account is quarantined.
        EventKind::UserDisabled | EventKind::AccountReclaimed => vec![WebhookType::UserDisabled],
        EventKind::UserEnabled => vec![WebhookType::UserEnabled],
        EventKind::UserDeleted => vec![WebhookType::UserDeleted],
        // A provider can change the profile with each of these.
        EventKind::FederatedSignIn => of_federated_login(event),
        EventKind::IdentityLinked => with_update(WebhookType::UserLinked, event),
        EventKind::IdentityUnlinked => with_update(WebhookType::UserUnlinked, event),
        EventKind::UserMerged => vec![WebhookType::UserMerged],
        EventKind::NewDevice => vec![WebhookType::UserNewDevice],
        EventKind::PasswordSignIn
        | EventKind::PasskeySignIn
        | EventKind::PasskeyAdded
        | EventKind::MessageCodeSent
        | EventKind::MessageCodesAdded
        | EventKind::MessageCodesRemoved
        | EventKind::SecondFactor
        | EventKind::EnrolmentStarted
        | EventKind::EnrolmentConfirmed
        | EventKind::RecoveryCodeUsed
        | EventKind::RecoveryCodesReplaced
        | EventKind::FactorRemoved
        | EventKind::FactorRenamed
        | EventKind::DeviceTrusted
        | EventKind::DeviceForgotten
        | EventKind::Reauthentication
        | EventKind::ProviderLogout
        | EventKind::SignOut
        | EventKind::AccessRefused
        | EventKind::AccountLimited
        | EventKind::UserUnlocked
        | EventKind::SessionsEnded
        | EventKind::SecondFactorReset
        | EventKind::PasswordChanged
        | EventKind::PasswordReset
        | EventKind::PasswordResetRequested
        | EventKind::PasswordResetByMail
        | EventKind::EmailChangeRequested
        | EventKind::ReportedNotMe
        | EventKind::MailFailed
        | EventKind::MailRetried
        | EventKind::KeysRotated
        // One event for all users, before any service has run here.
        | EventKind::UsersAdopted
        | EventKind::EventsAltered
        // The event of the login has the change.
        | EventKind::LastAdministratorLost
        | EventKind::SessionEnded
        | EventKind::DeletionRequested
        | EventKind::DeletionCancelled
        | EventKind::DataExported
        | EventKind::EventsExported
        | EventKind::UsersExported
        | EventKind::ProviderTested
        | EventKind::WebhookReplayed
        | EventKind::WebhookTested => Vec::new(),
    }
}

/// Returns the type of a change of fields. A new password is nothing that another system needs to know.
fn of_update(event: &Event) -> Vec<WebhookType> {
    let changes = Changes::of(event.details.as_ref());
    let is_update = changes.fields.is_empty() || changes.has(&PROFILE);
    is_update.then_some(WebhookType::UserUpdated).into_iter().collect()
}

/// Returns the types of a login through a provider, which can create the user, link an identity and change the profile.
fn of_federated_login(event: &Event) -> Vec<WebhookType> {
    let changes = Changes::of(event.details.as_ref());
    if changes.is_of_new_user {
        return vec![WebhookType::UserCreated];
    }
    let linked = changes.has(&[IDENTITIES]).then_some(WebhookType::UserLinked);
    let updated = changes.has(&PROFILE).then_some(WebhookType::UserUpdated);
    linked.into_iter().chain(updated).collect()
}

fn with_update(first: WebhookType, event: &Event) -> Vec<WebhookType> {
    let is_updated = Changes::of(event.details.as_ref()).has(&PROFILE);
    std::iter::once(first).chain(is_updated.then_some(WebhookType::UserUpdated)).collect()
}

/// Returns the names of the changed fields, sorted. `None` if the event does not name them.
pub(super) fn changes_of(event: &Event) -> Option<Vec<String>> {
    let named = match event.kind {
        EventKind::EmailChanged => BTreeSet::from(["email".to_owned(), "emailVerified".to_owned()]),
        EventKind::EmailVerified => BTreeSet::from(["emailVerified".to_owned()]),
        _other => Changes::of(event.details.as_ref()).fields,
    };
    let is_published = |name: &String| name == IDENTITIES || PROFILE.contains(&name.as_str());
    let named: Vec<String> = named.into_iter().filter(is_published).collect();
    (!named.is_empty()).then_some(named)
}

/// The fields that the details of an event name.
#[derive(Debug, Default)]
struct Changes {
    fields: BTreeSet<String>,
    /// There was no user before.
    is_of_new_user: bool,
}

impl Changes {
    fn of(details: Option<&Value>) -> Self {
        match details {
            // `userUpdated`: the names of the fields.
            Some(Value::String(names)) => {
                Self { fields: names.split(", ").map(published).collect(), is_of_new_user: false }
            }
            Some(Value::Object(members)) => {
                let changes = members.get("changes").unwrap_or(&Value::Null);
                let of =
                    |side: &str| changes.get(side).or_else(|| members.get(side)).and_then(Value::as_object);
                let (before, after) = (of("before"), of("after"));
                let names = |side: Option<&serde_json::Map<String, Value>>| {
                    side.into_iter()
                        .flat_map(|side| side.keys().map(|name| published(name)))
                        .collect::<Vec<_>>()
                };
                let is_of_new_user = before.is_some_and(serde_json::Map::is_empty)
                    && after.is_some_and(|after| after.contains_key("status"));
                Self { fields: names(before).into_iter().chain(names(after)).collect(), is_of_new_user }
            }
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) | None => Self::default(),
        }
    }

    fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.fields.contains(*name))
    }
}

fn published(name: &str) -> String {
    if name == ROLES_FROM_PROVIDERS { "roles" } else { name }.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clock::Timestamp;

    fn event(kind: EventKind, details: Option<Value>) -> Event {
        let mut event = Event::of_test(kind, Timestamp::from_millis(0));
        event.details = details;
        event
    }

    #[test]
    fn login_through_a_provider_leads_to_a_message_for_each_change() {
        let trace = |before: Value, after: Value| json!({ "provider": "okta", "changes": { "before": before, "after": after } });
        for (details, expected) in [
            (trace(json!({}), json!({})), vec![]),
            (
                trace(json!({}), json!({ "status": "active", "email": "a@b.c", "identities": ["x"] })),
                vec![WebhookType::UserCreated],
            ),
            (trace(json!({ "email": null }), json!({ "email": "a@b.c" })), vec![WebhookType::UserUpdated]),
            (
                trace(json!({ "rolesFromProviders": [] }), json!({ "rolesFromProviders": ["admin"] })),
                vec![WebhookType::UserUpdated],
            ),
            (
                trace(json!({ "identities": [] }), json!({ "identities": ["x"] })),
                vec![WebhookType::UserLinked],
            ),
            (
                trace(
                    json!({ "identities": [], "locale": null }),
                    json!({ "identities": ["x"], "locale": "de" }),
                ),
                vec![WebhookType::UserLinked, WebhookType::UserUpdated],
            ),
            // Credentials are nothing that another system needs to know.
            (trace(json!({ "hasPassword": true }), json!({ "hasPassword": false })), vec![]),
        ] {
            assert_eq!(
                types_of(&event(EventKind::FederatedSignIn, Some(details.clone()))),
                expected,
                "{details}"
            );
        }
    }

    #[test]
    fn removal_of_an_identity_that_gave_roles_is_also_an_update() {
        let details = json!({ "before": { "identities": ["x"], "rolesFromProviders": ["a"] },
            "after": { "identities": [], "rolesFromProviders": [] } });
        assert_eq!(
            types_of(&event(EventKind::IdentityUnlinked, Some(details))),
            [WebhookType::UserUnlinked, WebhookType::UserUpdated]
        );
    }

    #[test]
    fn change_of_a_password_alone_leads_to_no_message() {
        for (fields, expected) in [
            ("password, mustChangePassword", vec![]),
            ("displayName, password", vec![WebhookType::UserUpdated]),
        ] {
            assert_eq!(types_of(&event(EventKind::UserUpdated, Some(json!(fields)))), expected, "{fields}");
        }
        assert_eq!(types_of(&event(EventKind::UserUpdated, None)), [WebhookType::UserUpdated]);
    }

    #[test]
    fn refused_attempt_leads_to_no_message() {
        let mut refused = event(EventKind::IdentityLinked, None);
        refused.outcome = Outcome::Failure;
        assert_eq!(types_of(&refused), []);
    }

    #[test]
    fn changes_are_names_without_values() {
        let details = json!("displayName, password, roles");
        let named = changes_of(&event(EventKind::UserUpdated, Some(details)));
        assert_eq!(named, Some(vec!["displayName".to_owned(), "roles".to_owned()]));
        let details = json!({ "changes": { "before": { "email": "x@y.z" }, "after": { "email": "a@b.c" } } });
        assert_eq!(
            changes_of(&event(EventKind::IdentityLinked, Some(details))),
            Some(vec!["email".to_owned()])
        );
        assert_eq!(changes_of(&event(EventKind::UserDeleted, None)), None);
    }
}
