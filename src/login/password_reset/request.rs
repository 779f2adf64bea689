//! Request for a link that resets the password.

use secrecy::ExposeSecret as _;

use crate::{
    app::{App, AppState},
    audit::EventKind,
    background::Full,
    limiter::{Limited, Origin},
    link_token::Purpose,
    login::{origin, password::name_key},
    mail::{Act, Message, Recipient, SendError},
    store::{StoreError, Stored},
    user::{Email, Status, User},
    web::client::Client,
};

/// Why a request is refused. None of the reasons depends on the address.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Full(#[from] Full),
}

/// Why no mail is sent; only the audit event has it.
#[derive(Debug, thiserror::Error)]
enum NoMail {
    #[error("unknown_user")]
    UnknownUser,
    #[error("account_disabled")]
    Disabled,
    /// Neither a password nor an identity at a provider of the settings.
    #[error("no_sign_in_method")]
    NoSignInMethod,
    #[error("too_many_attempts")]
    Limited,
    /// `VESTIBULE_MAIL_URL` is not set.
    #[error("mail_disabled")]
    MailDisabled,
    #[error("mail_queue_full")]
    QueueFull,
    #[error("store_unavailable")]
    Store(#[from] StoreError),
}

/// What the mail to a user contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Link,
    /// The user has no password. A link would make the mailbox a way into an account whose provider decides who signs in.
    OtherWays,
}

/// Accepts a request for a link. The work begins after the answer: neither its result nor its time reveals whether a user has the address.
///
/// # Errors
/// [`RequestError`]; it depends on the network and the load, not on the address.
pub async fn request(app: &AppState, client: Client, email: &str) -> Result<(), RequestError> {
    app.limiter.count_mail_request(&client.networks()).await?;
    let (state, email) = (app.clone(), email.to_owned());
    app.background.start(async move { answer(&state, &client, &email).await })?;
    Ok(())
}

async fn answer(app: &App, client: &Client, typed: &str) {
    // A text that is no address belongs to no user, and is not looked up.
    let email = typed.parse::<Email>().ok();
    let found = match &email {
        Some(email) => find(app, email).await,
        None => Ok(None),
    };
    let user = found.as_ref().ok().and_then(Option::as_ref).map(|user| user.id);
    let result = match (found, &email) {
        (Ok(found), Some(email)) => send(app, client, email, found.as_ref()).await,
        (Ok(_), None) => Err(NoMail::UnknownUser),
        (Err(error), Some(_) | None) => Err(NoMail::Store(error)),
    };
    let audit = app.audit(client).about(user);
    let entry = match &result {
        Ok(Content::Link) => audit.success(EventKind::PasswordResetRequested),
        Ok(Content::OtherWays) => audit.failure(EventKind::PasswordResetRequested, "no_password"),
        Err(reason) => audit.failure(EventKind::PasswordResetRequested, &reason.to_string()),
    };
    let entry = entry.typed(typed, &app.keys);
    match result {
        Err(NoMail::Limited) => entry.log_only(),
        Err(NoMail::Store(error)) => {
            tracing::warn!(%error, "could not process a request for a password reset");
            entry.log_only();
        }
        Ok(_) | Err(_) => drop(entry.record_limited().await),
    }
}

/// Finds the user of a verified address. A user name that is an address finds its user, too, but says nothing about who reads the mail
/// (mail to an unverified address, account takeover).
async fn find(app: &App, email: &Email) -> Result<Option<User>, StoreError> {
    let found = app.store.find::<User>(&email.handle()).await?.map(Stored::into_document);
    Ok(found.filter(|user| user.has_verified_email(email)))
}

async fn send(app: &App, client: &Client, email: &Email, user: Option<&User>) -> Result<Content, NoMail> {
    // Counted for every address, known or not, so that the same writes are done.
    app.limiter.count_mail(&counter(client, email, user)).await.map_err(|limited| match limited {
        Limited::Store(error) => NoMail::Store(error),
        Limited::Wait(..) | Limited::Busy => NoMail::Limited,
    })?;
    if !app.mail.is_enabled() {
        return Err(NoMail::MailDisabled);
    }
    let user = user.ok_or(NoMail::UnknownUser)?;
    // The stored spelling, never the typed one: an address of look-alike letters has the same key and another mailbox.
    let to = Recipient::verified(user).ok_or(NoMail::UnknownUser)?;
    let content = content(user)?;
    let now = app.clock.now();
    let message = match content {
        Content::Link => {
            let purpose = Purpose::ResetPassword;
            let link = app.link_tokens().issue(&app.addresses, user, purpose).await?;
            let link = link.ok_or(NoMail::Disabled)?.expose_secret().to_owned();
            Message::PasswordReset { link, expires_at: now + purpose.lifetime() }
        }
        Content::OtherWays => {
            let ways = ways(app, user);
            if ways.is_empty() {
                return Err(NoMail::NoSignInMethod);
            }
            Message::SignInWays { ways }
        }
    };
    app.mail.send(&to, &Act::of_client(client, now), message).await.map_err(|error| match error {
        SendError::Disabled => NoMail::MailDisabled,
        SendError::QueueFull => NoMail::QueueFull,
        SendError::Store(error) => NoMail::Store(error),
    })?;
    Ok(content)
}

/// Returns the text under which a mail is counted. A known device of the user has a count of its own: an attacker who requests mails to the
/// address must not keep its owner from one (lockout).
fn counter(client: &Client, email: &Email, user: Option<&User>) -> String {
    match origin::of_guess(client, user) {
        Origin::KnownDevice(device) => device,
        Origin::Other(_) => name_key(&email.key()),
    }
}

fn content(user: &User) -> Result<Content, NoMail> {
    match user.status {
        Status::Disabled | Status::Quarantined => Err(NoMail::Disabled),
        Status::Active if user.password.is_some() => Ok(Content::Link),
        Status::Active => Ok(Content::OtherWays),
    }
}

/// Returns the labels of the providers through which the user signs in.
fn ways(app: &App, user: &User) -> Vec<String> {
    let has_identity = |name: &str| app.providers.identity_at(user, name).is_some();
    let providers = app.providers.iter().filter(|provider| has_identity(&provider.config.name));
    providers.map(|provider| provider.config.label.clone()).collect()
}
