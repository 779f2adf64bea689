//! Where a guess at an account comes from, for its limits.

use crate::{
    limiter::{Origin, device_account},
    user::User,
    web::client::Client,
};

/// Returns the origin of a guess at the account of `user`, or at no known account. A device is known to the account that is guessed, not to
/// another account: an attacker could otherwise sign in to an own account first and guess without the limits of the network.
#[must_use]
pub fn of_guess(client: &Client, user: Option<&User>) -> Origin {
    match user.and_then(|user| Some((user, user.known_device(client)?))) {
        Some((user, device)) => Origin::KnownDevice(device_account(&user.id.to_string(), &device.hash)),
        None => Origin::Other(client.networks()),
    }
}
