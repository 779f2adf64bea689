//! The queue: one document for each mail that is not delivered.
//!
//! | state | tags | leaves it by |
//! |---|---|---|
//! | queued, not tried | `mail:queued`, `mail:new` | a lease |
//! | queued, leased or waiting | `mail:queued`, `mail:waiting` | delivery (deleted), refusal, two days |
//! | failed | `mail:failed` | a retry by an administrator, 30 days |
//!
//! A lease raises `due_at` in a compare-and-set: the replica that wins sends the mail. A replica that crashes leaves the lease, and after its
//! end another one sends the mail again.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::{
    message::{Act, Message, Recipient, Template},
    text::{Content, Style},
};
use crate::{
    clock::{Clock, Timestamp},
    secrets::{Keys, OpenError, Sealed, SealedField},
    store::{Change, Collection, Document, DocumentId, Page, Store, StoreError, Stored, id_type},
    user::{Email, UserId},
};

/// The field name that the content is sealed for.
const FIELD: SealedField = SealedField::MailContent;
/// Queued mails in all. A mail server that is down for a day must not fill the store.
const QUEUED_MAX: usize = 10_000;
/// Queued mails that reset a password. A client that knows an address can cause these, so they get a part of the queue only.
const RESETS_MAX: usize = 1_000;
/// Queued, and failed, mails of one address.
const ADDRESS_MAX: usize = 20;
/// Time between the first attempts; it doubles up to [`RETRY_MAX`].
const RETRY: Duration = Duration::from_mins(1);
const RETRY_MAX: Duration = Duration::from_hours(6);
/// After this time in the queue a mail has failed.
const LIFETIME: Duration = Duration::from_hours(48);
/// How long a failed mail is kept.
const FAILED_KEPT: Duration = Duration::from_hours(30 * 24);
/// Longer than a delivery may take.
const LEASE: Duration = Duration::from_mins(6);
/// Mails per read of the store.
pub(super) const PAGE: usize = 50;

const QUEUED: &str = "mail:queued";
pub(super) const NEW: &str = "mail:new";
pub(super) const WAITING: &str = "mail:waiting";
const FAILED: &str = "mail:failed";
const RESETS: &str = "mail:reset";

id_type! {
    /// Id of a mail in the queue.
    MailId
}

/// A mail that is not delivered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OutgoingMail {
    #[serde(rename = "_id")]
    pub(super) id: MailId,
    pub(super) to: Email,
    /// The user whom the mail is about.
    pub(super) user_id: Option<UserId>,
    pub(super) template: Template,
    /// Subject, text and HTML. They contain tokens. `None` after the links have expired.
    content: Option<Sealed>,
    pub(super) created_at: Timestamp,
    /// When it entered the queue last.
    queued_at: Timestamp,
    /// After this time the mail is useless.
    expires_at: Option<Timestamp>,
    /// The next attempt; while a replica sends the mail, the end of its lease.
    pub(super) due_at: Timestamp,
    pub(super) attempts: u32,
    /// The last reply of the mail server, or the last error.
    reply: Option<String>,
    failure: Option<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure {
    pub(super) at: Timestamp,
    pub(super) reason: FailureReason,
}

/// Why a mail is not tried again: the `reason` of the audit event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

fn queued_tag(to: &Email) -> String {
    format!("queued:{}", to.key())
}

fn failed_tag(to: &Email) -> String {
    format!("failed:{}", to.key())
}

/// Why a mail is not in the queue.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// `VESTIBULE_MAIL_URL` is not set.
    #[error("the service has no mail server")]
    Disabled,
    /// Too many mails wait, for this address or in all.
    #[error("too many mails wait for the mail server")]
    QueueFull,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Mail in the queue as the API and the command line show it. It has no content: that contains tokens.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MailView {
    pub id: MailId,
    pub to: Email,
    pub template: Template,
    /// `queued` or `failed`.
    pub state: MailState,
    pub created_at: Timestamp,
    pub attempts: u32,
    /// `None` for a failed mail.
    pub next_attempt_at: Option<Timestamp>,
    pub failed_at: Option<Timestamp>,
    pub reason: Option<FailureReason>,
    /// The last reply of the mail server, or the last error.
    pub reply: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MailState {
    Queued,
    Failed,
}

impl MailState {
    fn tag(self) -> &'static str {
        match self {
            Self::Queued => QUEUED,
            Self::Failed => FAILED,
        }
    }
}

impl OutgoingMail {
    /// Creates a mail that is not written into the queue.
    pub(super) fn test(to: Email, now: Timestamp) -> Self {
        Self::new(MailId::new(now), to, Template::Test, now)
    }

    fn new(id: MailId, to: Email, template: Template, now: Timestamp) -> Self {
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

    fn view(self) -> MailView {
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

    fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

/// The queue of this service.
pub(super) struct Queue {
    pub(super) store: Store,
    pub(super) keys: Keys,
    pub(super) clock: Clock,
    pub(super) style: Style,
    /// Wakes the worker of this replica.
    pub(super) wake: Notify,
}

impl Queue {
    pub(super) async fn send(&self, to: &Recipient, act: &Act, message: &Message) -> Result<(), SendError> {
        let template = message.template();
        self.check_limits(&to.address, template).await?;
        let content = serde_json::to_vec(&self.style.content(to, act, message)).expect("texts are JSON");
        let now = self.clock.now();
        let id = MailId::new(now);
        let mail = OutgoingMail {
            user_id: to.user,
            content: Some(self.keys.seal(&id, FIELD, &content)),
            expires_at: message.expires_at(),
            ..OutgoingMail::new(id, to.address.clone(), template, now)
        };
        self.store.insert(mail).await?;
        Ok(())
    }

    /// Checks the limits of the queue. Concurrent requests can exceed them by their number.
    async fn check_limits(&self, to: &Email, template: Template) -> Result<(), SendError> {
        let of_address = queued_tag(to);
        let mut limits = vec![(of_address.as_str(), ADDRESS_MAX), (QUEUED, QUEUED_MAX)];
        if template.is_of_reset() {
            limits.push((RESETS, RESETS_MAX));
        }
        for (tag, max) in limits {
            if self.store.newest_id::<OutgoingMail>(tag, max - 1).await?.is_some() {
                return Err(SendError::QueueFull);
            }
        }
        Ok(())
    }

    /// Takes a mail for the time of one delivery. Returns `None` if it is not due any more: another replica has it.
    pub(super) async fn lease(&self, id: MailId) -> Result<Option<Stored<OutgoingMail>>, StoreError> {
        let now = self.clock.now();
        let Some(mut mail) = self.store.get::<OutgoingMail>(&id.document_id()).await? else {
            return Ok(None);
        };
        if mail.failure.is_some() || mail.due_at > now {
            return Ok(None);
        }
        mail.due_at = now + LEASE;
        mail.attempts += 1;
        Ok(self.store.replace(&mut mail).await?.then_some(mail))
    }

    /// Opens the content of a mail.
    pub(super) fn open(&self, mail: &OutgoingMail) -> Result<Content, OpenError> {
        let sealed = mail.content.as_ref().ok_or(OpenError::Damaged)?;
        let bytes = self.keys.open(&mail.id, FIELD, sealed)?;
        serde_json::from_slice(&bytes).map_err(|_| OpenError::Damaged)
    }

    /// Deletes a mail that the mail server accepted.
    pub(super) async fn delivered(&self, mail: &OutgoingMail) -> Result<(), StoreError> {
        self.store.take::<OutgoingMail>(&mail.id.document_id()).await.map(|_| ())
    }

    /// Sets the time of the next attempt. Returns the reason if there is none, and writes nothing.
    pub(super) async fn defer(
        &self,
        mail: &Stored<OutgoingMail>,
        reply: &str,
    ) -> Result<Option<FailureReason>, StoreError> {
        let due_at = match next_attempt(mail, self.clock.now()) {
            Ok(due_at) => due_at,
            Err(reason) => return Ok(Some(reason)),
        };
        self.write(mail, |mail| {
            mail.due_at = due_at;
            mail.reply = Some(reply.to_owned());
        })
        .await?;
        Ok(None)
    }

    /// Keeps a mail for administrators. The oldest failed mails over the limits are deleted.
    pub(super) async fn fail(
        &self,
        mail: &Stored<OutgoingMail>,
        reason: FailureReason,
        reply: Option<String>,
    ) -> Result<(), StoreError> {
        let failure = Failure { at: self.clock.now(), reason };
        self.write(mail, |mail| {
            mail.failure = Some(failure);
            mail.reply = reply.clone().or_else(|| mail.reply.take());
            if reason == FailureReason::Expired {
                mail.content = None;
            }
        })
        .await?;
        for (tag, max) in [(failed_tag(&mail.to).as_str(), ADDRESS_MAX), (FAILED, QUEUED_MAX)] {
            if let Some(oldest) = self.store.newest_id::<OutgoingMail>(tag, max).await? {
                self.store.take::<OutgoingMail>(&oldest).await?;
            }
        }
        Ok(())
    }

    /// Changes a mail that this replica has leased. `keys rotate` may have sealed it again in this time.
    async fn write(
        &self,
        mail: &Stored<OutgoingMail>,
        mut change: impl FnMut(&mut OutgoingMail) + Send,
    ) -> Result<(), StoreError> {
        let lease = mail.due_at;
        self.store
            .update::<OutgoingMail, (), StoreError>(&mail.id(), |mail| {
                if mail.due_at != lease {
                    return Ok(Change::Keep(()));
                }
                change(mail);
                Ok(Change::Write(()))
            })
            .await
            .map(|_| ())
    }

    /// Returns whether a mail must not be sent any more.
    pub(super) fn is_expired(&self, mail: &OutgoingMail) -> bool {
        mail.is_expired(self.clock.now())
    }
}

/// Returns the time of the next attempt: after 1, 2, 4 minutes, and so on. A mail with a link is tried every minute while the link is valid.
fn next_attempt(mail: &OutgoingMail, now: Timestamp) -> Result<Timestamp, FailureReason> {
    let doublings = mail.attempts.saturating_sub(1).min(16);
    let due_at = now + (RETRY * 2_u32.pow(doublings)).min(RETRY_MAX);
    let has_expired = |due_at| mail.expires_at.is_some_and(|expires_at| expires_at <= due_at);
    if has_expired(now + RETRY) {
        Err(FailureReason::Expired)
    } else if has_expired(due_at) {
        Ok(now + RETRY)
    } else if due_at > mail.queued_at + LIFETIME {
        Err(FailureReason::Undeliverable)
    } else {
        Ok(due_at)
    }
}

/// Mails of the queue, newest first.
pub struct MailPage {
    pub mails: Vec<MailView>,
    /// The id after which the next page begins. `None` after the last page.
    pub next: Option<MailId>,
}

/// Returns mails in a state, or all, newest first and after the one with this id. Those that cannot be read are left out.
pub async fn page(
    store: &Store,
    state: Option<MailState>,
    after: Option<MailId>,
    limit: usize,
) -> Result<MailPage, StoreError> {
    let after = after.map(MailId::document_id);
    let page = Page { tag: state.map(MailState::tag), after, newest_first: true, limit };
    let found = store.scan::<OutgoingMail>(page).await?;
    let next = found.next.and_then(|id| id.to_string().parse().ok());
    Ok(MailPage {
        mails: found.documents.into_iter().map(|mail| mail.into_document().view()).collect(),
        next,
    })
}

/// What a retry did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    Queued,
    /// Its link has expired.
    Expired,
    NotFound,
}

/// Puts a failed mail into the queue again, or makes a waiting one due.
pub async fn retry(store: &Store, id: MailId, now: Timestamp) -> Result<Retry, StoreError> {
    let done = store
        .update::<OutgoingMail, Retry, StoreError>(&id.document_id(), |mail| {
            if mail.content.is_none() || mail.is_expired(now) {
                return Ok(Change::Keep(Retry::Expired));
            }
            (mail.failure, mail.due_at, mail.queued_at, mail.attempts) = (None, now, now, 0);
            Ok(Change::Write(Retry::Queued))
        })
        .await?;
    Ok(done.map_or(Retry::NotFound, |(_, retry)| retry))
}

/// Counts the mails whose content each key has sealed.
pub async fn mails_by_key(store: &Store) -> Result<BTreeMap<String, usize>, StoreError> {
    let (mut mails, mut after) = (BTreeMap::new(), None);
    loop {
        let page =
            store.scan::<OutgoingMail>(Page { tag: None, after, newest_first: false, limit: PAGE }).await?;
        for key in page.documents.iter().filter_map(|mail| mail.content.as_ref()?.key_id()) {
            *mails.entry(key.to_owned()).or_default() += 1;
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(mails),
        }
    }
}

/// Deletes the mails to the address of a user who is deleted.
///
/// # Errors
/// The store failed. Some of them may be deleted.
pub async fn delete_to(store: &Store, address: &Email) -> Result<(), StoreError> {
    for tag in [queued_tag(address), failed_tag(address)] {
        let mut after = None;
        loop {
            let page = Page { tag: Some(&tag), after, newest_first: false, limit: PAGE };
            let found = store.scan::<OutgoingMail>(page).await?;
            for mail in &found.documents {
                store.take::<OutgoingMail>(&mail.id()).await?;
            }
            match found.next {
                Some(last) => after = Some(last),
                None => break,
            }
        }
    }
    Ok(())
}

/// Seals with the newest key all mails that older keys have sealed; returns how many. A mail that cannot be opened stays: the worker reports it.
pub async fn reseal_all(store: &Store, keys: &Keys) -> Result<usize, StoreError> {
    let (mut count, mut after) = (0, None);
    loop {
        let page =
            store.scan::<OutgoingMail>(Page { tag: None, after, newest_first: false, limit: PAGE }).await?;
        for mail in &page.documents {
            let written = store
                .update::<OutgoingMail, bool, StoreError>(&mail.id(), |mail| {
                    let Some(sealed) = &mail.content else { return Ok(Change::Keep(false)) };
                    let Ok(Some(resealed)) = keys.reseal(&mail.id, FIELD, sealed) else {
                        return Ok(Change::Keep(false));
                    };
                    mail.content = Some(resealed);
                    Ok(Change::Write(true))
                })
                .await?;
            count += usize::from(written.is_some_and(|(_, is_written)| is_written));
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(0);

    fn mail(expires_at: Option<Timestamp>) -> OutgoingMail {
        let to = "ada@corp.example".parse().expect("an address");
        OutgoingMail {
            expires_at,
            ..OutgoingMail::new(MailId::new(START), to, Template::PasswordChanged, START)
        }
    }

    /// Returns the minutes at which a mail is tried, and why it is given up.
    fn attempts(expires_at: Option<Timestamp>) -> (Vec<u64>, FailureReason) {
        let (mut mail, mut minutes) = (mail(expires_at), Vec::new());
        loop {
            minutes.push(mail.due_at.since(START).as_secs() / 60);
            mail.attempts += 1;
            match next_attempt(&mail, mail.due_at) {
                Ok(due_at) => mail.due_at = due_at,
                Err(reason) => return (minutes, reason),
            }
        }
    }

    #[test]
    fn attempts_last_two_days_with_growing_delay() {
        let (minutes, reason) = attempts(None);
        assert_eq!(minutes[..9], [0, 1, 3, 7, 15, 31, 63, 127, 255]);
        let last = minutes.last().expect("an attempt") / 60;
        assert!((41..=48).contains(&last) && minutes.len() < 20, "{minutes:?}");
        assert_eq!(reason, FailureReason::Undeliverable);
    }

    #[test]
    fn mail_with_a_link_is_tried_until_the_link_expires() {
        let (minutes, reason) = attempts(Some(START + Duration::from_mins(20)));
        assert_eq!(minutes, [0, 1, 3, 7, 15, 16, 17, 18, 19]);
        assert_eq!(reason, FailureReason::Expired);
    }
}
