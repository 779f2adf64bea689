//! Reset of the password with a token.

use secrecy::SecretString;

use crate::{
    app::App,
    audit::EventKind,
    link_token::{LinkToken, Purpose},
    login::{
        mail_link::{LinkError, MailLink, refuse_outdated},
        password::{account_keys, change::accept, hasher::PasswordCheck, policy::Refused},
    },
    mail::Notice,
    notices,
    store::{Change, StoreError},
    user::{Password, User},
    web::client::Client,
};

/// Why a password is not reset.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The token stays valid.
    #[error(transparent)]
    Rejected(#[from] Refused),
    /// The token stays valid.
    #[error("the new password is the current one")]
    Unchanged,
    /// The hashing queue is full. The token stays valid.
    #[error("the hashing queue is full")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sets the password of the user of a token and ends all sessions. No session opens: the token proves that its holder reads the mail of the
/// user, and mail is no factor.
///
/// # Errors
/// [`ResetError`]; the password has not changed.
pub async fn reset(
    app: &App,
    client: &Client,
    text: &SecretString,
    new: SecretString,
) -> Result<(), ResetError> {
    let link = MailLink::open(app, client, EventKind::PasswordResetByMail, text, Purpose::is_reset).await?;
    // Before the token is used up: a user must be able to choose another password with the same link.
    let hash = match hash(app, &link.user, new).await {
        Ok(hash) => hash,
        Err(error) => {
            link.keep().await;
            return Err(error);
        }
    };
    let (token, user) = link.use_up().await?;
    let Some(user) = write(app, &token, &user, &hash).await? else {
        return Err(refuse_outdated(app, client, EventKind::PasswordResetByMail, user.id).await.into());
    };
    app.audit(client).about(user.id).by_user(user.id).success(EventKind::PasswordResetByMail).record().await;
    lift_waits(app, &user).await;
    notices::send(app, client, &user, Notice::PasswordChanged).await;
    Ok(())
}

async fn hash(app: &App, user: &User, new: SecretString) -> Result<String, ResetError> {
    let new = accept(app, user, new).await.ok_or(ResetError::Busy)??;
    if let Some(present) = &user.password {
        // An attacker may know the present password: that can be the reason for the reset.
        let check = PasswordCheck::new(Some(&present.hash), new.secret().clone(), false);
        let slot = app.hasher.reserve().ok_or(ResetError::Busy)?;
        if slot.check(check).await.ok_or(ResetError::Busy)?.is_correct {
            return Err(ResetError::Unchanged);
        }
    }
    app.hasher.try_hash(new.secret().clone()).await.ok_or(ResetError::Busy)
}

/// Writes the new password; returns `None` if the state of the user no longer fits the token.
async fn write(app: &App, token: &LinkToken, user: &User, hash: &str) -> Result<Option<User>, StoreError> {
    let now = app.clock.now();
    let written = app
        .users
        .update::<bool, StoreError>(&user.id.document_id(), |user| {
            // Checked in the same write: a password that was changed a moment ago, or a disabled account, wins.
            if !token.fits(user, now) {
                return Ok(Change::Keep(false));
            }
            // Kept: a second import of the same file must not bring the old password back.
            let imported = user.password.take().and_then(|password| password.imported);
            user.distrust_devices();
            user.set_password(Password {
                set_by_link: true,
                imported,
                ..Password::new(hash.to_owned(), now)
            });
            Ok(Change::Write(true))
        })
        .await?;
    Ok(written.filter(|(_, written)| *written).map(|(user, _)| user.into_document()))
}

/// Lifts the waits for the password: the owner of the mailbox must be able to sign in with the new one, whatever an attacker guessed. The
/// waits for the second factor stay.
async fn lift_waits(app: &App, user: &User) {
    if let Err(error) = app.limiter.password_was_reset(&account_keys(user)).await {
        tracing::warn!(%error, "could not lift the waits of an account");
    }
}
