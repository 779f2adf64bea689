//! The body of a message. It has no password, no secret and no token, and of the user only what this list names.

use serde::Serialize;

use super::{delivery::DeliveryId, types::changes_of};
use crate::{
    audit::{Event, EventId},
    clock::Timestamp,
    config::ProviderConfig,
    user::{Email, Status, User, UserId, Username, roles::roles_of},
};

/// Type of a test message.
pub(super) const TEST: &str = "webhook.test";

/// A message as the receiver gets it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    /// The same in each attempt and in each replay: the receiver recognises a repeated message by it.
    pub(super) id: DeliveryId,
    pub(super) r#type: &'static str,
    /// When it happened.
    pub(super) at: Timestamp,
    /// The audit event. `null` for a test.
    pub(super) event_id: Option<EventId>,
    /// The user whom the message is about.
    pub(super) user_id: Option<UserId>,
    /// The user as it is now. `null` if it does not exist any more.
    pub(super) user: Option<MessageUser>,
    /// Who acted: the id of a user, the name of a provider, or `cli`.
    pub(super) actor: Option<String>,
    /// The reason that an administrator gave.
    pub(super) reason: Option<String>,
    /// Names of the changed fields, without values. `null` if they are not known.
    pub(super) changes: Option<Vec<String>>,
}

/// A user in a message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageUser {
    id: UserId,
    username: Option<Username>,
    email: Option<Email>,
    email_verified: bool,
    display_name: Option<String>,
    /// The effective roles.
    roles: Vec<String>,
    status: Status,
}

impl Message {
    pub(super) fn new(
        id: DeliveryId,
        r#type: &'static str,
        event: &Event,
        user: Option<&User>,
        providers: &[ProviderConfig],
    ) -> Self {
        Self {
            id,
            r#type,
            at: event.at,
            event_id: Some(event.id()),
            user_id: event.user_id,
            user: user.map(|user| MessageUser::new(user, providers)),
            actor: event.actor.clone(),
            reason: event.stated_reason.clone(),
            changes: changes_of(event),
        }
    }

    /// Creates a test message.
    pub(super) fn test(actor: Option<String>, now: Timestamp) -> Self {
        Self {
            id: DeliveryId::of_test(now),
            r#type: TEST,
            at: now,
            event_id: None,
            user_id: None,
            user: None,
            actor,
            reason: None,
            changes: None,
        }
    }

    pub(super) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts and numbers are JSON")
    }
}

impl MessageUser {
    fn new(user: &User, providers: &[ProviderConfig]) -> Self {
        Self {
            id: user.id,
            username: user.username.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            display_name: user.display_name.clone(),
            roles: roles_of(user, providers),
            status: user.status,
        }
    }
}
