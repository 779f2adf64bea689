//! Whether a user can still sign in: no change of the own account may lock its user out.

use crate::{
    app::App,
    user::{Passkey, User},
};

/// Returns whether the user has a password that the settings allow, an identity at a provider of the settings, or a passkey that signs in
/// alone.
#[must_use]
pub fn has_sign_in_method(app: &App, user: &User) -> bool {
    let has_passkey = app.relying_party.is_some() && user.passkeys.iter().any(Passkey::signs_in_alone);
    has_passkey || has_method_beside_passkeys(app, user)
}

/// Returns whether the user can sign in without a passkey.
#[must_use]
pub fn has_method_beside_passkeys(app: &App, user: &User) -> bool {
    let has_password = user.password.is_some() && app.config.local_passwords;
    has_password || user.identities.iter().any(|identity| app.providers.has_provider_for(identity))
}
