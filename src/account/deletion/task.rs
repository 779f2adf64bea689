//! The task that deletes the accounts whose time has come. Every replica runs it.
//!
//! ```text
//!   begin (compare-and-set) ─▶ sessions, tokens, links, mails, counters ─▶ user (taken by one replica) ─▶ event
//! ```
//!
//! The user goes last: after a crash, the next run finds the user again and repeats every step. All replicas may do the same steps, and
//! exactly one takes the user and writes the event.

use std::time::Duration;

use crate::{
    app::{App, AppState},
    audit::{EventKind, Recorder},
    clock::Timestamp,
    link_token::LinkTokens,
    login::{federated::account_linking::pending_link, password::account_keys},
    mail,
    provisioning::delete_merges,
    session,
    store::{Change, Document as _, Page, StoreError},
    user::{DELETION_TAG, EndReason, User},
};

const INTERVAL: Duration = Duration::from_mins(1);
/// Users per read of the store.
const PAGE: usize = 100;

/// Runs until it is aborted.
pub async fn run(app: AppState) {
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        if let Err(error) = delete_due(&app).await {
            tracing::warn!(%error, "could not delete accounts");
        }
    }
}

/// Deletes the accounts whose time has come; returns how many this replica deleted.
///
/// # Errors
/// The store failed. The next run deletes the rest.
pub async fn delete_due(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.certain();
    let (mut count, mut after) = (0, None);
    loop {
        let page = Page { tag: Some(DELETION_TAG), after, newest_first: false, limit: PAGE };
        let found = app.store.scan::<User>(page).await?;
        let is_due = |user: &User| user.deletion_at.is_some_and(|at| at <= now);
        for user in found.documents.iter().filter(|user| is_due(user)) {
            count += usize::from(delete(app, user, now).await?);
        }
        match found.next {
            Some(last) => after = Some(last),
            None => return Ok(count),
        }
    }
}

/// Deletes one account; returns whether this replica did.
async fn delete(app: &App, user: &User, now: Timestamp) -> Result<bool, StoreError> {
    let id = user.id();
    let begun = app
        .users
        .update::<_, StoreError>(&id, |user| {
            Ok(if user.begin_deletion(now) { Change::Write(true) } else { Change::Keep(false) })
        })
        .await?;
    // `None`: another replica was faster. `false`: the user keeps the account.
    let Some((user, true)) = begun else { return Ok(false) };
    let tag = session::tag_of_user(user.id);
    session::end_all(app, &tag, EndReason::UserDisabled, |_| true).await?;
    session::delete_all(app, user.id).await?;
    LinkTokens::new(&app.store, &app.clock).delete_all(user.id).await?;
    pending_link::delete_all(&app.store, user.id).await?;
    delete_merges(&app.store, user.id).await?;
    let pending = user.pending_email.iter().map(|pending| &pending.email);
    let previous = user.previous_emails.iter().map(|previous| &previous.email);
    for address in user.email.iter().chain(pending).chain(previous) {
        mail::delete_to(&app.store, address).await?;
    }
    app.limiter.unlock(&account_keys(&user)).await?;
    if app.users.take(&user.id()).await?.is_none() {
        return Ok(false);
    }
    // The event has neither name nor address: another user may have them from now on.
    let audit = Recorder::of_command_line(&app.event_chain, &app.clock).about(user.id).by_user(user.id);
    audit.success(EventKind::UserDeleted).record().await;
    Ok(true)
}
