//! Quarantine: an account that used an address without verification loses all credentials when the owner of the address signs in.
//!
//! It stops pre-hijacking: an attacker creates an account with the address of a victim and waits for the victim to sign in. A password, a
//! session or a linked identity of the attacker (classic-federated merge, unexpired session, trojan identifier) must not reach the account
//! of the victim. Data and roles are kept for an administrator to review.

use super::{
    decision_trace,
    profile::IncomingProfile,
    update::{Written, update_user},
};
use crate::{
    app::App,
    audit::EventKind,
    clock::Timestamp,
    store::StoreError,
    user::{Creator, Status, User, UserId},
    web::client::Client,
};

/// Quarantines one account; returns `false` if it may no longer be reclaimed.
pub(super) async fn quarantine(
    app: &App,
    client: &Client,
    user: UserId,
    profile: &IncomingProfile,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let written = update_user(app, user, |user| {
        let reclaimable = is_reclaimable(user, profile);
        if reclaimable {
            user.revoke_all_credentials(now);
            user.set_status(Status::Quarantined, now);
        }
        reclaimable
    })
    .await?;
    let Some(Written { before: Some(before), after }) = written else { return Ok(false) };
    let event = app.audit(client).about(user).success(EventKind::AccountReclaimed);
    event.details(decision_trace::changes(&before, &after)).record().await;
    Ok(true)
}

/// Returns whether the account may be reclaimed. The check runs again at the write: an administrator may have verified the address since
/// the decision.
fn is_reclaimable(user: &User, profile: &IncomingProfile) -> bool {
    user.status == Status::Active
        && !user.email_verified
        && user.created_by != Creator::Administrator
        && !user.is_administrative()
        && profile.has_email(user.email.as_ref())
}
