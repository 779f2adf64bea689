//! What administrators, the command line and a deleted account do with the mails of the queue.

use std::collections::BTreeMap;

use super::document::{FIELD, MailId, MailState, MailView, OutgoingMail, failed_tag, queued_tag};
use crate::{
    clock::Timestamp,
    secrets::Keys,
    store::{Change, Document as _, Page, Store, StoreError},
    user::{Email, UserId},
};

/// Mails per read of the store.
pub(in crate::mail) const PAGE: usize = 50;

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
    /// The user whom the mail is about.
    Queued(Option<UserId>),
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
            Ok(Change::Write(Retry::Queued(mail.user_id)))
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
