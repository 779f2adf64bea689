//! Trust in a device: a login from it needs no second factor for a while (`VESTIBULE_TRUST_DEVICE`).
//!
//! The user asks for it together with a correct code. The trust ends after its time, when the user forgets the device, and with every change
//! of the password or of the second factors. It is no proof: `amr` does not show it, and a change of sign-in methods still asks for the
//! second factor.

use crate::{app::App, clock::Timestamp, user::User, web::client::Client};

/// Returns whether the user trusts the browser of this request.
#[must_use]
pub fn is_trusted(app: &App, client: &Client, user: &User) -> bool {
    // A user who must change the password may have lost the device.
    let is_offered = app.config.session.trust_device.is_some() && !user.must_change_password();
    is_offered && client.device.is_some_and(|device| user.trusts_device(&device.hash(), app.clock.now()))
}

/// Returns until when a browser is trusted from now on, if trust is offered.
#[must_use]
pub fn until(app: &App) -> Option<Timestamp> {
    app.config.session.trust_device.map(|time| app.clock.now() + time)
}
