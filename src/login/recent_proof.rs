//! Whether the last authentication is recent enough to change how the user can sign in, and which methods make it recent.

use std::{fmt, time::Duration};

use crate::{
    app::App,
    session::{CurrentSession, State},
    user::{Factor, User},
};

/// How old the last authentication may be when sign-in methods are changed (ASVS 7.5.1).
pub const RECENT: Duration = Duration::from_mins(10);

/// Method of re-authentication. Its text is published (`methods` of a problem).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReauthenticationMethod {
    Factor(Factor),
    Password,
    /// By its name in the settings.
    Provider(String),
}

impl fmt::Display for ReauthenticationMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Factor(factor) => f.write_str(factor.as_str()),
            Self::Password => f.write_str("password"),
            Self::Provider(name) => write!(f, "provider:{name}"),
        }
    }
}

/// The last authentication is older than [`RECENT`]; the methods that can make it recent.
#[derive(Debug, thiserror::Error)]
#[error("reauthentication required")]
pub struct ProofTooOld(pub Vec<ReauthenticationMethod>);

/// Requires a recent authentication.
///
/// # Errors
/// [`ProofTooOld`]
pub fn require_recent(app: &App, current: &CurrentSession) -> Result<(), ProofTooOld> {
    let authenticated_at = match current.state {
        // The authentication was recent when this session was opened, and it ends after ten minutes at the latest.
        State::AwaitingEnrolment => Some(current.session.created_at),
        State::SignedIn | State::AwaitingSecondFactor => current.session.authentication.authenticated_at,
    };
    let now = app.clock.now();
    if authenticated_at.is_some_and(|at| now < at + RECENT) {
        Ok(())
    } else {
        Err(ProofTooOld(reauthentication_methods(app, &current.user)))
    }
}

/// Returns how this user can re-authenticate: with a second factor if there is one, otherwise with the password or at a provider. A second
/// factor cannot be avoided by re-authenticating at a provider.
#[must_use]
pub fn reauthentication_methods(app: &App, user: &User) -> Vec<ReauthenticationMethod> {
    let factors = user.factors();
    if !factors.is_empty() {
        return factors.into_iter().map(ReauthenticationMethod::Factor).collect();
    }
    let password = user.password.as_ref().map(|_| ReauthenticationMethod::Password);
    let providers = app
        .providers
        .iter()
        .filter(|provider| provider.config.kind.preset().supports_prompt_login)
        .filter(|provider| app.providers.identity_at(user, &provider.config.name).is_some())
        .map(|provider| ReauthenticationMethod::Provider(provider.config.name.clone()));
    password.into_iter().chain(providers).collect()
}

/// Returns how this user can prove a second factor again; empty for a user without one.
#[must_use]
pub fn second_factor_methods(app: &App, user: &User) -> Vec<ReauthenticationMethod> {
    let proves_factor = |method: &ReauthenticationMethod| match method {
        ReauthenticationMethod::Factor(_) => true,
        ReauthenticationMethod::Password => false,
        ReauthenticationMethod::Provider(name) => {
            app.providers.get(name).is_some_and(|provider| !provider.config.trust_mfa.is_empty())
        }
    };
    reauthentication_methods(app, user).into_iter().filter(proves_factor).collect()
}
