//! The links in the mails of an address: confirm it, or cancel its change.

use secrecy::SecretString;

use super::counter;
use crate::{
    account::not_me::distrust_passkeys,
    app::App,
    audit::EventKind,
    link_token::{LinkToken, Purpose},
    login::mail_link::{LinkError, MailLink, refuse_outdated},
    mail::{Act, Message, Notice, Recipient},
    notices,
    store::{Change, StoreError},
    user::{Email, User, UserId},
    web::client::Client,
};

/// Why a link changes no address.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmationError {
    #[error(transparent)]
    Link(#[from] LinkError),
    /// Another user has verified the address since the request.
    #[error("another user has the address")]
    Taken,
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ConfirmationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken { .. } => Self::Taken,
            StoreError::Unavailable(_) | StoreError::Unusable(_) | StoreError::Corrupt { .. } => {
                Self::Store(error)
            }
        }
    }
}

/// Makes the address of a link the verified address of its user.
///
/// # Errors
/// [`ConfirmationError`]; the address has not changed.
pub async fn confirm(app: &App, client: &Client, text: &SecretString) -> Result<(), ConfirmationError> {
    let link = MailLink::open(app, client, EventKind::EmailChanged, text, Purpose::is_confirmation).await?;
    let (token, user) = link.use_up().await?;
    let is_change = token.purpose == Purpose::ConfirmEmail;
    let kind = if is_change { EventKind::EmailChanged } else { EventKind::EmailVerified };
    let now = app.clock.now();
    let rule =
        |user: &mut User| if is_change { user.confirm_pending_email(now) } else { user.verify_email(now) };
    let user = match change(app, &token, rule).await {
        Ok(Some(user)) => user,
        Ok(None) => return Err(refuse_outdated(app, client, kind, user.id).await.into()),
        Err(error) => return Err(record_taken(app, client, kind, user.id, error).await),
    };
    record(app, client, kind, &user).await;
    forget_requests(app, user.id).await;
    if is_change {
        notices::send(app, client, &user, Notice::EmailChanged).await;
    }
    Ok(())
}

/// Cancels a change of the address, ends all sessions and requires a new password: the holder of the old address did not want the change.
/// Passkeys become second factors only, as after [`crate::account::not_me`].
///
/// # Errors
/// [`ConfirmationError`]. After [`ConfirmationError::Taken`] the sessions have ended all the same.
pub async fn cancel(app: &App, client: &Client, text: &SecretString) -> Result<(), ConfirmationError> {
    let kind = EventKind::EmailChangeCancelled;
    let link = MailLink::open(app, client, kind, text, Purpose::is_cancellation).await?;
    let (token, user) = link.use_up().await?;
    let Purpose::CancelEmail { requested_at } = token.purpose else {
        return Err(LinkError::Invalid.into());
    };
    let (now, mut removed) = (app.clock.now(), None);
    let written = change(app, &token, |user| {
        removed = user.cancel_email_change(requested_at, now);
        if removed.is_some() {
            distrust_passkeys(app, user);
        }
        removed.is_some()
    });
    let user = match written.await {
        Ok(Some(user)) => user,
        Ok(None) => return Err(refuse_outdated(app, client, kind, user.id).await.into()),
        Err(error) => {
            if matches!(error, ConfirmationError::Taken) {
                // Another user has the old address now. The attacker must be signed out all the same.
                change(app, &token, |user| {
                    user.report_attack(now);
                    distrust_passkeys(app, user);
                    true
                })
                .await?;
            }
            return Err(record_taken(app, client, kind, user.id, error).await);
        }
    };
    record(app, client, kind, &user).await;
    inform_both(app, client, &user, removed).await;
    Ok(())
}

/// Applies a rule in one write if the state of the user still fits the token; returns the user if it was written.
async fn change(
    app: &App,
    token: &LinkToken,
    mut rule: impl FnMut(&mut User) -> bool + Send,
) -> Result<Option<User>, ConfirmationError> {
    let now = app.clock.now();
    let written = app
        .users
        .update::<bool, StoreError>(&token.user_id.document_id(), |user| {
            Ok(if token.fits(user, now) && rule(user) { Change::Write(true) } else { Change::Keep(false) })
        })
        .await?;
    Ok(written.filter(|(_, written)| *written).map(|(user, _)| user.into_document()))
}

async fn record(app: &App, client: &Client, kind: EventKind, user: &User) {
    let email = user.email.as_ref().map_or("", Email::as_str);
    app.audit(client).about(user.id).by_user(user.id).success(kind).details(email).record().await;
}

async fn record_taken(
    app: &App,
    client: &Client,
    kind: EventKind,
    user: UserId,
    error: ConfirmationError,
) -> ConfirmationError {
    match &error {
        ConfirmationError::Taken => {
            let audit = app.audit(client).about(user).by_user(user);
            audit.failure(kind, "handle_taken").record_limited().await;
        }
        ConfirmationError::Link(_) | ConfirmationError::Store(_) => {}
    }
    error
}

/// Lets the user request further changes: the last one was confirmed.
async fn forget_requests(app: &App, user: UserId) {
    if let Err(error) = app.limiter.unlock(&[counter(user)]).await {
        tracing::warn!(%error, "could not reset the count of a user's mails");
    }
}

/// Sends a mail to the address that stays and to the one that was removed.
async fn inform_both(app: &App, client: &Client, user: &User, removed: Option<Email>) {
    let act = Act::of_client(client, app.clock.now());
    let removed = removed.map(|email| Recipient::at(user, email));
    for to in Recipient::verified(user).into_iter().chain(removed) {
        if let Err(error) = app.mail.send(&to, &act, Message::EmailChangeCancelled).await {
            tracing::warn!(%error, user = %user.id, "could not queue a mail about a cancelled change");
        }
    }
}
