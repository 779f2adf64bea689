//! Whether the last authentication is recent enough to change how the user can sign in, and which methods make it recent.

use std::time::Duration;

use crate::{
    app::App,
    session::{CurrentSession, State},
    user::User,
};

/// How old the last authentication may be when sign-in methods are changed (ASVS 7.5.1).
pub const RECENT: Duration = Duration::from_mins(10);

/// The last authentication is older than [`RECENT`]; the methods that can make it recent, in the words of the API.
#[derive(Debug, thiserror::Error)]
#[error("reauthentication required")]
pub struct ProofTooOld(pub Vec<String>);

/// Requires a recent authentication.
///
/// # Errors
/// [`ProofTooOld`]
pub fn require_recent(app: &App, current: &CurrentSession) -> Result<(), ProofTooOld> {
    let authenticated_at = match current.state {
        // The authentication was recent when this session was opened, which lives ten minutes at most.
        State::AwaitingEnrolment => Some(current.session.created_at),
        State::SignedIn | State::AwaitingSecondFactor => current.session.authentication.authenticated_at,
    };
    let now = app.clock.now();
    if authenticated_at.is_some_and(|at| now < at + RECENT) {
        Ok(())
    } else {
        Err(ProofTooOld(methods(app, &current.user)))
    }
}

/// Returns how this user can re-authenticate.
#[must_use]
pub fn methods(app: &App, user: &User) -> Vec<String> {
    let factors = user.factors();
    if !factors.is_empty() {
        return factors.into_iter().map(|factor| factor.as_str().to_owned()).collect();
    }
    let password = user.password.as_ref().map(|_| "password".to_owned());
    let providers =
        app.providers.iter().filter(|provider| provider.config.kind.preset().supports_prompt_login);
    let providers = providers.map(|provider| provider.config.name.as_str());
    let providers = providers.filter(|name| app.providers.identity_at(user, name).is_some());
    password.into_iter().chain(providers.map(|name| format!("provider:{name}"))).collect()
}

/// Returns how this user can prove a second factor again; empty if they have none.
#[must_use]
pub fn second_factor_methods(app: &App, user: &User) -> Vec<String> {
    if user.has_second_factor() {
        return methods(app, user);
    }
    let trusted = |method: &String| {
        let provider = method.strip_prefix("provider:").and_then(|name| app.providers.get(name));
        provider.is_some_and(|provider| !provider.config.trust_mfa.is_empty())
    };
    methods(app, user).into_iter().filter(trusted).collect()
}
