//! Proving again who one is, in a session that is open: before a change that a thief of the session must not make.
//!
//! The local factor if there is one, and then nothing else, so that it is not skipped by coming through the other door; else the
//! password, or the provider that an identity is linked at. What comes of it is a new session id; the absolute deadline stays.

pub(crate) mod routes;

use std::time::Duration;

use secrecy::SecretString;

use super::{
    admit::Admission,
    federated::{
        return_path::ReturnPath,
        start::{self, Errand, StartError},
        transaction::{BrowserKey, Purpose},
    },
    local::{self, LoginError},
    second_factor::{self, FactorError},
};
use crate::{
    app::App,
    net::Caller,
    session::{Live, State},
    user::User,
};

/// How old the last proof may be when ways to sign in are changed (ASVS 7.5.1).
pub const RECENT: Duration = Duration::from_mins(10);

/// The last proof is older than [`RECENT`]; what can renew it.
#[derive(Debug, thiserror::Error)]
#[error("reauthentication required")]
pub struct ProofTooOld(pub Vec<String>);

/// Whether the last proof is recent enough to change ways to sign in.
///
/// # Errors
/// [`ProofTooOld`]
pub fn require_recent(app: &App, live: &Live) -> Result<(), ProofTooOld> {
    let proven_at = match live.state {
        // The proof was recent when they came in, a moment ago.
        State::AwaitingEnrolment => live.session.created_at,
        State::SignedIn | State::AwaitingSecondFactor => live.session.proven_at,
    };
    if app.clock.now() < proven_at + RECENT { Ok(()) } else { Err(ProofTooOld(methods(app, &live.user))) }
}

/// How this person can prove again who they are.
#[must_use]
pub fn methods(app: &App, user: &User) -> Vec<String> {
    if user.mfa_enabled() {
        return vec!["totp".to_owned()];
    }
    let password = user.password.as_ref().map(|_| "password".to_owned());
    let linked = |name: &str| app.identity_at(user, name).is_some();
    let providers =
        app.providers.iter().filter(|provider| provider.config.kind.preset().supports_prompt_login);
    let providers = providers.map(|provider| provider.config.name.as_str());
    let providers = providers.filter(|name| linked(name)).map(|name| format!("provider:{name}"));
    password.into_iter().chain(providers).collect()
}

/// How this person can prove a second factor again; nothing, if there is none to prove.
#[must_use]
pub fn factors(app: &App, user: &User) -> Vec<String> {
    let trusted = |method: &String| {
        let provider = method.strip_prefix("provider:").and_then(|name| app.provider(name));
        method == "totp" || provider.is_some_and(|provider| !provider.config.trust_mfa.is_empty())
    };
    methods(app, user).into_iter().filter(trusted).collect()
}

/// What a person gives.
pub struct Given {
    /// A code of the authenticator app.
    pub code: Option<String>,
    /// The password.
    pub password: Option<SecretString>,
}

/// Why nothing is proven.
#[derive(Debug, thiserror::Error)]
pub enum NotProven {
    /// Nothing was given that could prove it.
    #[error("nothing was given that could prove it")]
    NothingGiven,
    /// Only these can.
    #[error(transparent)]
    Otherwise(#[from] ProofTooOld),
    /// The code does not.
    #[error(transparent)]
    Code(#[from] FactorError),
    /// The password does not.
    #[error(transparent)]
    Password(#[from] LoginError),
    /// The provider cannot be asked.
    #[error(transparent)]
    Provider(#[from] StartError),
}

/// Judges what was given, by what this person has.
///
/// # Errors
/// [`NotProven`]
pub async fn prove(app: &App, caller: &Caller, live: &Live, given: Given) -> Result<Admission, NotProven> {
    if live.user.mfa_enabled() {
        let code = given.code.ok_or(NotProven::NothingGiven)?;
        Ok(second_factor::renew(app, caller, live, &code).await?)
    } else if live.user.password.is_some() {
        let password = given.password.ok_or(NotProven::NothingGiven)?;
        Ok(local::renew(app, caller, live, password).await?)
    } else {
        Err(ProofTooOld(methods(app, &live.user)).into())
    }
}

/// Off to a provider at which this person has an identity; where to.
///
/// # Errors
/// [`NotProven`]
pub async fn at_provider(
    app: &App,
    caller: &Caller,
    live: &Live,
    provider: &str,
    browser: &BrowserKey,
    return_to: ReturnPath,
) -> Result<String, NotProven> {
    app.provider(provider).ok_or(StartError::Unknown)?;
    let methods = methods(app, &live.user);
    if !methods.contains(&format!("provider:{provider}")) {
        return Err(ProofTooOld(methods).into());
    }
    let errand = Errand { purpose: Purpose::Reauthenticate(live.mark()), afresh: true, return_to };
    Ok(start::start(app, caller, provider, browser, errand).await?)
}
