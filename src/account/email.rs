//! The address of the signed-in user: change and verification, each confirmed by a link.
//!
//! ```text
//!   request ─▶ pending ─▶ mail to the new address (confirm) and to the old one (cancel, seven days) ─▶ 202
//!   verify ──▶ mail to the present address (confirm) ─▶ 202
//!   confirm (token) ─▶ the address is the user's and verified        cancel (token) ─▶ the old address, no sessions, new password
//! ```
//!
//! The answer to a request does not say whether another user has the address. The mail to that address does: its reader is that user. Two
//! users can wait for the same address; the unique key decides at the confirmation.

pub mod confirmation;
pub(crate) mod routes;

use secrecy::ExposeSecret as _;

use crate::{
    app::{App, AppState},
    audit::EventKind,
    background::Full,
    limiter::Limited,
    link_token::Purpose,
    login::{
        password::name_key,
        recent_proof::{ProofTooOld, require_recent},
    },
    mail::{Act, Message, Recipient, SendError},
    session::{CurrentSession, Refusal},
    store::{Change, StoreError},
    user::{Email, EmailChangeRefused, User, UserId},
    web::client::Client,
};

/// Why an address is not requested.
#[derive(Debug, thiserror::Error)]
pub enum EmailRequestError {
    /// No link can be sent.
    #[error("the service has no mail server")]
    MailDisabled,
    #[error("the text is no address")]
    NoAddress,
    #[error("the user has no address")]
    NoEmail,
    #[error(transparent)]
    Refused(#[from] EmailChangeRefused),
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Full(#[from] Full),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Requests another address for the signed-in user. The present one stays valid until the new one is confirmed.
///
/// # Errors
/// [`EmailRequestError`]; it does not depend on other users.
pub async fn request(
    app: &AppState,
    client: Client,
    current: &CurrentSession,
    email: &str,
) -> Result<(), EmailRequestError> {
    require_recent(app, current)?;
    if !app.mail.is_enabled() {
        return Err(EmailRequestError::MailDisabled);
    }
    let email: Email = email.parse().map_err(|_| EmailRequestError::NoAddress)?;
    count(app, current.user.id).await?;
    let now = app.clock.now();
    let (user, ()) = current
        .update_user::<_, EmailRequestError>(&app.users, |user| {
            user.request_email(email.clone(), now)?;
            Ok(Change::Write(()))
        })
        .await?;
    let audit = app.audit(&client).about(user.id).by_user(user.id);
    audit.success(EventKind::EmailChangeRequested).details(email.as_str()).record().await;
    start(app, client, user.into_document(), email, Purpose::ConfirmEmail)
}

/// Withdraws the pending address of the signed-in user. The present one stays; there may be none that is pending.
///
/// # Errors
/// [`EmailRequestError`]; nothing has changed.
pub async fn withdraw(app: &App, client: &Client, current: &CurrentSession) -> Result<(), EmailRequestError> {
    let (user, is_changed) = current
        .update_user::<_, EmailRequestError>(&app.users, |user| {
            Ok(if user.drop_pending_email() { Change::Write(true) } else { Change::Keep(false) })
        })
        .await?;
    if is_changed {
        let audit = app.audit(client).about(user.id).by_user(user.id);
        audit.success(EventKind::EmailChangeCancelled).record().await;
    }
    Ok(())
}

/// Sends a link that verifies the present address. A verified address needs none.
///
/// # Errors
/// [`EmailRequestError`]; it does not depend on other users.
pub async fn verify(
    app: &AppState,
    client: Client,
    current: &CurrentSession,
) -> Result<(), EmailRequestError> {
    if !app.mail.is_enabled() {
        return Err(EmailRequestError::MailDisabled);
    }
    let user = User::clone(&current.user);
    let email = user.email.clone().ok_or(EmailRequestError::NoEmail)?;
    if user.email_verified {
        return Ok(());
    }
    count(app, user.id).await?;
    start(app, client, user, email, Purpose::VerifyEmail)
}

/// Counts a mail that a user causes. Otherwise a session could send mails with our name to addresses of other users without end.
async fn count(app: &App, user: UserId) -> Result<(), Limited> {
    app.limiter.count_mail(&counter(user)).await
}

fn counter(user: UserId) -> String {
    format!("change:{user}")
}

/// Sends the mails after the answer: its time must not reveal whether another user has the address.
fn start(
    app: &AppState,
    client: Client,
    user: User,
    email: Email,
    purpose: Purpose,
) -> Result<(), EmailRequestError> {
    let state = app.clone();
    app.background.start(async move {
        match send(&state, &client, &user, &email, purpose).await {
            Ok(()) | Err(NotSent::Limited) => {}
            Err(NotSent::Queue(error)) => {
                tracing::warn!(%error, user = %user.id, "could not queue the mails of a change of the address");
            }
        }
    })?;
    Ok(())
}

/// Why mails are not sent.
enum NotSent {
    /// The address gets too many mails.
    Limited,
    Queue(SendError),
}

impl<E: Into<SendError>> From<E> for NotSent {
    fn from(error: E) -> Self {
        Self::Queue(error.into())
    }
}

async fn send(
    app: &App,
    client: &Client,
    user: &User,
    email: &Email,
    purpose: Purpose,
) -> Result<(), NotSent> {
    let now = app.clock.now();
    let act = Act::of_client(client, now);
    // The old address first: its owner must learn of a change in any case.
    if let (Some(pending), Some(to)) = (&user.pending_email, Recipient::verified(user))
        && purpose == Purpose::ConfirmEmail
    {
        let cancel = Purpose::CancelEmail { requested_at: pending.requested_at };
        if let Some(link) = app.link_tokens().issue(&app.addresses, user, cancel).await? {
            let message = Message::EmailChangeNotice {
                new_address: email.masked(),
                cancel_link: link.expose_secret().to_owned(),
                expires_at: now + cancel.lifetime(),
            };
            app.mail.send(&to, &act, message).await?;
        }
    }
    app.limiter.count_mail(&name_key(&email.key())).await.map_err(|_| NotSent::Limited)?;
    let holder = app.users.find(&email.handle()).await?;
    if holder.is_some_and(|holder| holder.id != user.id) {
        // Nothing about the account of the requester: its user may try addresses of other users.
        let to = Recipient { address: email.clone(), locale: None, account: None, user: None };
        return Ok(app.mail.send(&to, &act, Message::AddressTaken).await?);
    }
    let Some(link) = app.link_tokens().issue(&app.addresses, user, purpose).await? else { return Ok(()) };
    let link = link.expose_secret().to_owned();
    let message = Message::EmailConfirm { link, expires_at: now + purpose.lifetime() };
    Ok(app.mail.send(&Recipient::at(user, email.clone()), &act, message).await?)
}
