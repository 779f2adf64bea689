//! The task that deletes the accounts whose time has come. Every replica runs it.
//!
//! ```text
//!   begin (compare-and-set) ─┬─▶ sessions, tokens, links, mails, counters ─▶ user (taken by one replica) ─▶ event
//!                            └─▶ the last administrator: the deletion is cancelled ─▶ event
//! ```
//!
//! The user goes last: after a crash, the next run finds the user again and repeats every step. All replicas may do the same steps, and
//! exactly one takes the user and writes the event.

use std::time::Duration;

use crate::{
    app::{App, AppState},
    audit::{EventKind, Recorder},
    clock::Timestamp,
    provisioning::delete_records,
    session,
    store::{Change, Document as _, Page, StoreError, Stored},
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

/// The result of the first write of a deletion.
enum Begun {
    Deletes,
    /// The user is the last administrator and keeps the account.
    Cancelled,
    /// The user has cancelled it.
    Not,
}

/// Deletes one account; returns whether this replica did.
async fn delete(app: &App, user: &User, now: Timestamp) -> Result<bool, StoreError> {
    let user = match begin(app, user, now).await? {
        // Another replica was faster.
        None | Some((_, Begun::Not)) => return Ok(false),
        Some((user, Begun::Cancelled)) => {
            tracing::warn!(user = %user.id, "deletion cancelled: the user is the last administrator; make another user an administrator");
            let audit = Recorder::of_service(&app.event_chain, &app.clock).about(user.id);
            audit.success(EventKind::DeletionCancelled).details("last_administrator").record().await;
            return Ok(false);
        }
        Some((user, Begun::Deletes)) => user,
    };
    let tag = session::tag_of_user(user.id);
    session::end_all(app, &tag, EndReason::UserDisabled, |_| true).await?;
    session::delete_all(app, user.id).await?;
    delete_records(&app.store, &app.clock, &app.limiter, &user).await?;
    if app.users.take(&user.id()).await?.is_none() {
        return Ok(false);
    }
    // The event has neither name nor address: another user may have them from now on.
    let audit = Recorder::of_command_line(&app.event_chain, &app.clock).about(user.id).by_user(user.id);
    audit.success(EventKind::UserDeleted).record().await;
    Ok(true)
}

/// Begins the deletion. The last administrator keeps the account: the others may have lost the role at their provider since the request.
///
/// No reservation is needed. A user who has asked for the deletion counts for no other act, so the administrator who is found here stays:
/// each act on that one looks for another one.
async fn begin(app: &App, user: &User, now: Timestamp) -> Result<Option<(Stored<User>, Begun)>, StoreError> {
    let administrators = app.administrators();
    let is_needed = administrators.includes_until_deletion(user) && !administrators.exist().await?;
    app.users
        .update::<_, StoreError>(&user.id(), |user| {
            let is_due = user.deletion_at.is_some_and(|at| at <= now);
            if is_needed && is_due && administrators.includes_until_deletion(user) {
                user.cancel_deletion();
                return Ok(Change::Write(Begun::Cancelled));
            }
            let begins = user.begin_deletion(now);
            Ok(if begins { Change::Write(Begun::Deletes) } else { Change::Keep(Begun::Not) })
        })
        .await
}
