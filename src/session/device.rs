//! The browser of a session. When a login is complete, its browser becomes a known device of the user.
//!
//! This is the one place that adds devices: every kind of login ends in [`super::open`]. A pending session adds none, because its client may
//! know only the password.

use super::{Refusal, record::State};
use crate::{
    admission::Grant,
    app::App,
    audit::EventKind,
    clock::Timestamp,
    mail::Notice,
    notices,
    store::{Change, StoreError},
    user::{Recognition, Sighting, User, UserId},
    web::{
        client::Client,
        cookies::{CookieChange, RequestCookies},
        device_key::DeviceKey,
    },
};

/// The browser in which a session opens.
pub(super) struct Browser<'a> {
    client: &'a Client,
    key: DeviceKey,
    is_first_login: bool,
    trusted_until: Option<Timestamp>,
    session_epoch: i64,
}

impl<'a> Browser<'a> {
    /// Gives a new browser its id. A browser that becomes trusted gets a new id, too: another user of the browser may have read the old one,
    /// or planted it, and would be trusted with it (fixation).
    pub(super) fn new(client: &'a Client, grant: &Grant) -> Self {
        let trusted_until = grant.device_trusted_until;
        let key = client.device.filter(|_| trusted_until.is_none()).unwrap_or_else(DeviceKey::random);
        let is_first_login = grant.authentication.is_first_login;
        Self { client, key, is_first_login, trusted_until, session_epoch: grant.session_epoch }
    }

    /// Returns the hash under which the session and the user know the browser.
    pub(super) fn hash(&self) -> String {
        self.key.hash()
    }

    /// Sends the cookie, signed with the newest key, and adds the browser to the devices of the user. `is_login` is `false` for a
    /// re-authentication: it is no reason to inform the user.
    ///
    /// The session is open: a failing store must not turn the login into an error.
    pub(super) async fn remember(self, app: &App, cookies: &RequestCookies, user: UserId, is_login: bool) {
        cookies.queue(CookieChange::SetDevice(self.key.cookie_value(&app.keys)));
        match self.add_to(app, user).await {
            Ok(Some((user, Recognition::Unknown))) if is_login => {
                tracing::info!(user = %user.id, request_id = %self.client.request_id, "login from an unknown device");
                let audit = app.audit(self.client).about(user.id).by_user(user.id);
                audit.success(EventKind::NewDevice).record().await;
                // An attacker with the password could sign in a thousand times: the mails would hide the notices of changes, and fill the
                // queue of the address.
                if app.limiter.count_login_notice(&user.id.to_string()).await.is_ok() {
                    notices::send(app, self.client, &user, Notice::UnknownDevice).await;
                }
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, %user, "could not store the device of a login"),
        }
    }

    async fn add_to(&self, app: &App, user: UserId) -> Result<Option<(User, Recognition)>, StoreError> {
        let Self { client, key, is_first_login, trusted_until, session_epoch } = *self;
        let at = app.clock.now();
        let sighting = Sighting { device: key, client, is_first_login, trusted_until, session_epoch, at };
        let seen = app
            .users
            .update::<_, StoreError>(&user.document_id(), |user| {
                let (recognition, changes) = user.see_device(&sighting);
                Ok(if changes { Change::Write(recognition) } else { Change::Keep(recognition) })
            })
            .await?;
        Ok(seen.map(|(user, recognition)| (user.into_document(), recognition)))
    }
}

/// Returns whether the session that a step up continues was signed in: then the step up is a re-authentication, and no login.
pub(super) async fn continues_signed_in(app: &App, cookies: &RequestCookies) -> Result<bool, Refusal> {
    let Some(id) = cookies.session_id() else { return Ok(false) };
    let session = app.sessions.get(&id.document_id()).await?;
    Ok(session.is_some_and(|session| session.state == State::SignedIn))
}
