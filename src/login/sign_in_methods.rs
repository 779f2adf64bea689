//! Whether a user can still sign in: no change of the own account may lock its user out.

use crate::{
    app::App,
    user::{Passkey, User},
};

/// Returns whether the user has a password that the settings allow, an identity at a provider of the settings, or a passkey that signs in
/// alone.
#[must_use]
pub fn has_sign_in_method(app: &App, user: &User) -> bool {
    let has_password = user.password.is_some() && app.config.local_passwords;
    let has_passkey = app.relying_party.is_some() && user.passkeys.iter().any(Passkey::signs_in_alone);
    has_password
        || has_passkey
        || user.identities.iter().any(|identity| app.providers.has_provider_for(identity))
}
