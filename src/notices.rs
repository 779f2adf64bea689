//! Security notices: a flow reports what it has written, and the user gets a mail with the link "This was not me".

use secrecy::ExposeSecret as _;

use crate::{
    app::App,
    link_token::Purpose,
    mail::{Act, Message, Notice, Recipient, SendError},
    user::User,
    web::client::Client,
};

/// Sends a notice about a request to the verified address of the user. A flow calls it after its write: it never fails, because the change is
/// done. A user without a verified address gets no notice.
pub async fn send(app: &App, client: &Client, user: &User, notice: Notice) {
    let Some(to) = Recipient::verified(user).filter(|_| app.mail.is_enabled()) else { return };
    let act = Act::of_client(client, app.clock.system_time());
    let not_me = not_me_link(app, user).await;
    match app.mail.send(&to, &act, Message::Notice { notice, not_me }).await {
        Ok(()) | Err(SendError::Disabled) => {}
        Err(error) => tracing::warn!(%error, user = %user.id, "could not queue a notice"),
    }
}

/// Sends a notice about an act of an administrator, whose address and browser it does not name.
pub async fn send_of_administrator(app: &App, user: &User, notice: Notice) {
    let Some(to) = Recipient::verified(user).filter(|_| app.mail.is_enabled()) else { return };
    let act = Act::of_administrator(app.clock.system_time());
    let not_me = not_me_link(app, user).await;
    match app.mail.send(&to, &act, Message::Notice { notice, not_me }).await {
        Ok(()) | Err(SendError::Disabled) => {}
        Err(error) => tracing::warn!(%error, user = %user.id, "could not queue a notice"),
    }
}

/// Returns the link with which the user reports that the act was not theirs. A notice without it is better than none.
async fn not_me_link(app: &App, user: &User) -> Option<String> {
    match app.link_tokens().issue(&app.addresses, user, Purpose::NotMe).await {
        Ok(link) => link.map(|link| link.expose_secret().to_owned()),
        Err(error) => {
            tracing::warn!(%error, user = %user.id, "could not issue the link of a notice");
            None
        }
    }
}
