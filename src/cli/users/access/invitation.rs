//! Links for the first passkey, in a service without passwords.

use secrecy::{ExposeSecret as _, SecretString};

use super::mail;
use crate::{
    cli::{
        failure::Failure,
        users::user_ref::{argument, label},
    },
    clock::{Clock, Timestamp},
    config::Config,
    link_token::{LinkTokens, Purpose},
    mail::Message,
    store::Store,
    user::{Email, User},
};

/// The link for a new user.
pub(in crate::cli::users) struct Invitation {
    pub(in crate::cli::users) expires_at: Timestamp,
    pub(in crate::cli::users) way: Way,
}

/// How the link reaches the user.
pub(in crate::cli::users) enum Way {
    Sent(Email),
    /// The operator hands it over.
    Printed(SecretString),
}

/// Makes the link for a new user, and sends it to the address of the user. Without a mail server or an address it is printed.
pub(in crate::cli::users) async fn invite(
    config: &Config,
    store: &Store,
    clock: &Clock,
    user: &User,
) -> Result<Invitation, Failure> {
    let purpose = Purpose::AdministratorReset;
    let link = LinkTokens::new(store, clock).issue(&mail::addresses(config), user, purpose).await?;
    let link = link.ok_or_else(|| Failure::Failed("the user cannot have a link".to_owned()))?;
    let expires_at = clock.now() + purpose.lifetime();
    let message = Message::Invitation { link: link.expose_secret().to_owned(), expires_at };
    let sent = mail::send_to_new(config, store, clock, user, message).await?;
    Ok(Invitation { expires_at, way: sent.map_or(Way::Printed(link), Way::Sent) })
}

/// Returns why no link can lead this user to a passkey, and the next step.
pub(super) fn obstacle(config: &Config, user: &User) -> Option<String> {
    let (label, argument) = (label(user), argument(user));
    if config.passkey_host().is_none() {
        return Some(format!(
            "this service has no passwords and no passkeys; {label} signs in through a provider"
        ));
    }
    (!user.may_add_passkey_by_link()).then(|| {
        format!(
            "{label} has a second factor, which a link must not avoid; `vestibule users reset-mfa {argument}` removes it, then start again"
        )
    })
}
