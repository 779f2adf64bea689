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

mod administration;
mod document;

use std::time::Duration;

use tokio::sync::Notify;

pub(crate) use self::document::OutgoingMail;
use self::document::{FAILED, FIELD, Failure, QUEUED, RESETS, failed_tag, queued_tag};
pub(super) use self::{
    administration::PAGE,
    document::{NEW, WAITING},
};
pub use self::{
    administration::{MailPage, Retry, delete_to, mails_by_key, page, reseal_all, retry},
    document::{FailureReason, MailId, MailState, MailView},
};
use super::{
    message::{Act, Message, Recipient, Template},
    text::{Content, Style},
};
use crate::{
    clock::{Clock, Timestamp},
    secrets::{Keys, OpenError},
    store::{Change, Document as _, Page, Store, StoreError, Stored},
    user::Email,
};

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
/// Longer than a delivery may take.
const LEASE: Duration = Duration::from_mins(6);

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

/// The queue of this service.
pub(super) struct Queue {
    pub(super) store: Store,
    pub(super) keys: Keys,
    pub(super) clock: Clock,
    pub(super) style: Style,
    /// Wakes the worker of this replica.
    pub(super) wake: Notify,
}

/// The mails that are not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) queued: u64,
    pub(super) failed: u64,
    /// Age of the oldest queued mail.
    pub(super) oldest: Duration,
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

    /// Counts the mails that are not delivered, for the metrics.
    pub(super) async fn numbers(&self) -> Result<Numbers, StoreError> {
        let oldest = Page { tag: Some(QUEUED), after: None, newest_first: false, limit: 1 };
        let oldest = self.store.scan::<OutgoingMail>(oldest).await?.documents;
        let now = self.clock.now();
        Ok(Numbers {
            queued: self.store.count_of_tag::<OutgoingMail>(QUEUED).await?,
            failed: self.store.count_of_tag::<OutgoingMail>(FAILED).await?,
            oldest: oldest.first().map_or(Duration::ZERO, |mail| now.since(mail.created_at)),
        })
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
