//! The document of a mail in the queue, and what administrators see of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    mail::message::Template,
    secrets::{Sealed, SealedField},
    store::{Collection, Document, DocumentId, id_type},
    user::{Email, UserId},
};

/// The field name that the content is sealed for.
pub(super) const FIELD: SealedField = SealedField::MailContent;
/// How long a failed mail is kept.
const FAILED_KEPT: Duration = Duration::from_hours(30 * 24);

pub(super) const QUEUED: &str = "mail:queued";
pub(in crate::mail) const NEW: &str = "mail:new";
pub(in crate::mail) const WAITING: &str = "mail:waiting";
pub(super) const FAILED: &str = "mail:failed";
pub(super) const RESETS: &str = "mail:reset";

id_type! {
    /// Id of a mail in the queue.
    MailId
}

/// A mail that is not delivered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutgoingMail {
    #[serde(rename = "_id")]
    pub(in crate::mail) id: MailId,
    pub(in crate::mail) to: Email,
    /// The user whom the mail is about.
    pub(in crate::mail) user_id: Option<UserId>,
    pub(in crate::mail) template: Template,
    /// Subject, text and HTML. They contain tokens. `None` after the links have expired.
    pub(super) content: Option<Sealed>,
    pub(in crate::mail) created_at: Timestamp,
    /// When it entered the queue last.
    pub(super) queued_at: Timestamp,
    /// After this time the mail is useless.
    pub(super) expires_at: Option<Timestamp>,
    /// The next attempt; while a replica sends the mail, the end of its lease.
    pub(in crate::mail) due_at: Timestamp,
    pub(in crate::mail) attempts: u32,
    /// The last reply of the mail server, or the last error.
    pub(super) reply: Option<String>,
    pub(super) failure: Option<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::mail) struct Failure {
    pub(in crate::mail) at: Timestamp,
    pub(in crate::mail) reason: FailureReason,
}

/// Why a mail is not tried again: the `reason` of the audit event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "MailFailure")]
pub enum FailureReason {
    /// The mail server refused it for good.
    Refused,
    /// No attempt succeeded in two days.
    Undeliverable,
    /// Its link expired before the mail server accepted it.
    Expired,
    /// Its sealed content cannot be opened.
    Unreadable,
}

impl FailureReason {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Undeliverable => "undeliverable",
            Self::Expired => "expired",
            Self::Unreadable => "unreadable",
        }
    }
}

impl Document for OutgoingMail {
    const COLLECTION: Collection = Collection::OutgoingMail;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }

    fn tags(&self) -> Vec<String> {
        if self.failure.is_some() {
            return vec![FAILED.to_owned(), failed_tag(&self.to)];
        }
        let progress = if self.attempts == 0 { NEW } else { WAITING };
        let reset = self.template.is_of_reset().then(|| RESETS.to_owned());
        let common = [QUEUED.to_owned(), progress.to_owned(), queued_tag(&self.to)];
        common.into_iter().chain(reset).collect()
    }

    fn purge_at(&self) -> Option<Timestamp> {
        self.failure.map(|failure| failure.at + FAILED_KEPT)
    }
}

pub(super) fn queued_tag(to: &Email) -> String {
    format!("queued:{}", to.key())
}

pub(super) fn failed_tag(to: &Email) -> String {
    format!("failed:{}", to.key())
}

/// Mail in the queue as the API and the command line show it. It has no content: that contains tokens.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Mail")]
pub struct MailView {
    pub id: MailId,
    pub to: Email,
    pub template: Template,
    /// `queued` or `failed`.
    pub state: MailState,
    pub created_at: Timestamp,
    pub attempts: u32,
    /// `null` for a failed mail.
    pub next_attempt_at: Option<Timestamp>,
    pub failed_at: Option<Timestamp>,
    pub reason: Option<FailureReason>,
    /// The last reply of the mail server, or the last error.
    pub reply: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MailState {
    Queued,
    Failed,
}

impl MailState {
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Queued => QUEUED,
            Self::Failed => FAILED,
        }
    }
}

impl OutgoingMail {
    /// Creates a mail that is not written into the queue.
    pub(in crate::mail) fn test(to: Email, now: Timestamp) -> Self {
        Self::new(MailId::new(now), to, Template::Test, now)
    }

    pub(super) fn new(id: MailId, to: Email, template: Template, now: Timestamp) -> Self {
        Self {
            id,
            to,
            user_id: None,
            template,
            content: None,
            created_at: now,
            queued_at: now,
            expires_at: None,
            due_at: now,
            attempts: 0,
            reply: None,
            failure: None,
        }
    }

    pub(super) fn view(self) -> MailView {
        let (state, next) = match self.failure {
            None => (MailState::Queued, Some(self.due_at)),
            Some(_) => (MailState::Failed, None),
        };
        MailView {
            id: self.id,
            to: self.to,
            template: self.template,
            state,
            created_at: self.created_at,
            attempts: self.attempts,
            next_attempt_at: next,
            failed_at: self.failure.map(|failure| failure.at),
            reason: self.failure.map(|failure| failure.reason),
            reply: self.reply,
        }
    }

    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}
