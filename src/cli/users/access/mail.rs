//! Mails that a command puts into the queue; a running service sends them.

use secrecy::ExposeSecret as _;

use crate::{
    cli::{context::keys, failure::Failure},
    clock::Clock,
    config::Config,
    link_token::{LinkTokens, Purpose},
    mail::{Act, Mail, Message, Notice, Recipient, SendError},
    store::Store,
    user::{Email, User},
    web::addresses::Addresses,
};

/// Returns the addresses of the service for links.
pub(super) fn addresses(config: &Config) -> Addresses {
    Addresses::new(&config.public_url.origin, &config.public_url.prefix, &config.allowed_origins)
}

/// Queues a mail about an act of an administrator to the verified address of a user. Returns the address, or `None` if the service has no
/// mail server, the user no verified address, or the queue is full.
pub(super) async fn send(
    config: &Config,
    store: &Store,
    clock: &Clock,
    user: &User,
    message: Message,
) -> Result<Option<Email>, Failure> {
    let Some(to) = Recipient::verified(user) else { return Ok(None) };
    queue(config, store, clock, &to, message).await
}

/// Queues a mail to the address of a new user, which the operator has given and is not verified yet.
pub(super) async fn send_to_new(
    config: &Config,
    store: &Store,
    clock: &Clock,
    user: &User,
    message: Message,
) -> Result<Option<Email>, Failure> {
    let Some(address) = user.email.clone() else { return Ok(None) };
    queue(config, store, clock, &Recipient::at(user, address), message).await
}

async fn queue(
    config: &Config,
    store: &Store,
    clock: &Clock,
    to: &Recipient,
    message: Message,
) -> Result<Option<Email>, Failure> {
    if config.mail.is_none() {
        return Ok(None);
    }
    let mail = Mail::new(config, store, &keys(config)?, clock);
    match mail.send(to, &Act::of_administrator(clock.now()), message).await {
        Ok(()) => Ok(Some(to.address.clone())),
        Err(SendError::Disabled | SendError::QueueFull) => Ok(None),
        Err(SendError::Store(error)) => Err(error.into()),
    }
}

/// Queues a notice, with the link with which the user reports an act that was not wanted.
pub(super) async fn notify(
    config: &Config,
    store: &Store,
    clock: &Clock,
    user: &User,
    notice: Notice,
) -> Result<Option<Email>, Failure> {
    if config.mail.is_none() {
        return Ok(None);
    }
    let link = LinkTokens::new(store, clock).issue(&addresses(config), user, Purpose::NotMe).await?;
    let not_me = link.map(|link| link.expose_secret().to_owned());
    send(config, store, clock, user, Message::Notice { notice, not_me }).await
}
