//! The first passkey of a user in a service without passwords, with a link that an administrator made.
//!
//! ```text
//!   options (token) ─▶ link valid, no factor? ─▶ challenge, bound to the link ─▶ authenticator
//!   response (token) ─▶ the same checks ─▶ verified ─▶ link used up ─▶ one write: passkey added, all sessions ended
//! ```
//!
//! Attack: a client that reads the mail of a user adds a passkey to the account and avoids its factors. So the link is for a user without any
//! second factor: an administrator removes them before. No session opens: the next login proves the passkey.

use secrecy::SecretString;

use super::{
    PasskeyError, RelyingParty,
    assertion::refused,
    ceremony::Binding,
    registration::{self, CreationOptions, CreationResponse},
};
use crate::{
    admission::PasskeyMethods,
    app::App,
    audit::EventKind,
    link_token::{LinkToken, Purpose},
    login::mail_link::{LinkError, MailLink, refuse_outdated},
    notices,
    store::{Change, StoreError},
    user::{Passkey, User},
    web::client::Client,
};

/// Reason for the audit event of a link whose user has a second factor.
pub const FACTOR_EXISTS: &str = "second_factor_exists";

/// Why no passkey is registered. The link stays valid, except where another request used it.
#[derive(Debug, thiserror::Error)]
pub enum ByLinkError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Returns the options for the first passkey of the user of a link. The link is not used up.
///
/// # Errors
/// [`ByLinkError`].
pub async fn start(app: &App, client: &Client, text: &SecretString) -> Result<CreationOptions, ByLinkError> {
    let (party, link) = open(app, client, text).await?;
    let limited = app.limiter.count_enrolment(&link.user.id.to_string()).await;
    let options = registration::options(app, party, &link.user, &Binding::Link(&link.token));
    link.keep().await;
    limited.map_err(PasskeyError::from)?;
    Ok(options)
}

/// Registers the first passkey of the user of a link, and ends all sessions of the user.
///
/// # Errors
/// [`ByLinkError`]; nothing has changed.
pub async fn finish(
    app: &App,
    client: &Client,
    text: &SecretString,
    response: CreationResponse,
) -> Result<(), ByLinkError> {
    let (party, link) = open(app, client, text).await?;
    let (passkey, methods) = match verify(app, party, &link.token, response).await {
        Ok(verified) => verified,
        Err(error) => {
            // Also when the browser was slow, or the user chose a wrong authenticator: only a registration costs the link.
            let user = link.user.id;
            link.keep().await;
            if let PasskeyError::Refused(reason) = &error {
                app.audit(client).about(user).failure(EventKind::PasskeyAdded, reason).record_limited().await;
            }
            return Err(error.into());
        }
    };
    let (token, user) = link.use_up().await?;
    let Some((user, passkey)) = write(app, &token, &user, &passkey).await? else {
        return Err(refuse_outdated(app, client, EventKind::PasskeyAdded, user.id).await.into());
    };
    let details = format!("{} by link", registration::details(&passkey, methods));
    let audit = app.audit(client).about(user.id).by_user(user.id);
    audit.success(EventKind::PasskeyAdded).details(details).record().await;
    notices::send(app, client, &user, registration::notice(&passkey)).await;
    Ok(())
}

/// Finds the link. A link for a user with a second factor looks like an invalid one: its holder must not learn how the account is protected.
async fn open<'a>(
    app: &'a App,
    client: &'a Client,
    text: &SecretString,
) -> Result<(&'a RelyingParty, MailLink<'a>), ByLinkError> {
    let party = app.relying_party.as_ref().ok_or(PasskeyError::Unavailable)?;
    let kind = EventKind::PasskeyAdded;
    let link = MailLink::open(app, client, kind, text, Purpose::is_of_administrator).await?;
    if link.user.may_add_passkey_by_link() {
        return Ok((party, link));
    }
    let user = link.user.id;
    link.keep().await;
    app.audit(client).about(user).failure(kind, FACTOR_EXISTS).record_limited().await;
    Err(LinkError::Invalid.into())
}

/// Verifies the response. A passkey that cannot sign in alone would leave its user without a sign-in method, and with a factor that keeps
/// every further link from working.
async fn verify(
    app: &App,
    party: &RelyingParty,
    token: &LinkToken,
    response: CreationResponse,
) -> Result<(Passkey, PasskeyMethods), PasskeyError> {
    let (passkey, methods) = registration::verify(app, party, Binding::Link(token), response).await?;
    if !passkey.signs_in_alone() {
        return Err(refused("not_usable_alone"));
    }
    // Its unique key is checked again by the write. Here, the link stays valid.
    match app.store.find::<User>(&passkey.handle()).await? {
        Some(_) => Err(PasskeyError::Registered),
        None => Ok((passkey, methods)),
    }
}

/// Writes the passkey; returns `None` if the state of the user no longer fits the link.
async fn write(
    app: &App,
    token: &LinkToken,
    user: &User,
    passkey: &Passkey,
) -> Result<Option<(User, Passkey)>, ByLinkError> {
    let now = app.clock.now();
    let written = app
        .users
        .update::<_, StoreError>(&user.id.document_id(), |user| {
            // Checked in the same write: a factor that was added a moment ago, or a disabled account, wins.
            if !token.fits(user, now) || !user.may_add_passkey_by_link() {
                return Ok(Change::Keep(None));
            }
            let passkey = registration::named(passkey, user);
            user.add_passkey(passkey.clone(), now);
            Ok(Change::Write(Some(passkey)))
        })
        .await;
    match written {
        Ok(written) => Ok(written.and_then(|(user, passkey)| Some((user.into_document(), passkey?)))),
        Err(StoreError::Taken { .. }) => Err(PasskeyError::Registered.into()),
        Err(error) => Err(error.into()),
    }
}
