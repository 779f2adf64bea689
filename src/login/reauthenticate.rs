//! Proving again who one is, in a session that is open: before a change that a thief of the session must not make.
//!
//! The local factor if there is one, and then nothing else, so that it is not skipped by coming through the other door; else the
//! password, or the provider that an identity is linked at. What comes of it is a new session id; the absolute deadline stays.

pub(crate) mod routes;

use secrecy::SecretString;

use super::{
    federated::{
        start::{self, AuthorizationRequest, StartError},
        transaction::Purpose,
    },
    password::{self, LoginError},
    recent_proof::{ProofTooOld, methods},
    second_factor::{self, FactorError},
};
use crate::{
    admission::Admission,
    app::App,
    session::CurrentSession,
    web::{browser_key::BrowserKey, client::Client, return_path::ReturnPath},
};

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
pub async fn prove(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    given: Given,
) -> Result<Admission, NotProven> {
    if current.user.has_second_factor() {
        let code = given.code.ok_or(NotProven::NothingGiven)?;
        Ok(second_factor::renew(app, client, current, &code).await?)
    } else if current.user.password.is_some() {
        let password = given.password.ok_or(NotProven::NothingGiven)?;
        Ok(password::renew(app, client, current, password).await?)
    } else {
        Err(ProofTooOld(methods(app, &current.user)).into())
    }
}

/// Off to a provider at which this person has an identity; where to.
///
/// # Errors
/// [`NotProven`]
pub async fn at_provider(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    provider: &str,
    browser: &BrowserKey,
    return_to: ReturnPath,
) -> Result<String, NotProven> {
    app.providers.get(provider).ok_or(StartError::Unknown)?;
    let methods = methods(app, &current.user);
    if !methods.contains(&format!("provider:{provider}")) {
        return Err(ProofTooOld(methods).into());
    }
    let request = AuthorizationRequest {
        purpose: Purpose::Reauthenticate(current.id_hash_hex()),
        prompt_login: true,
        return_to,
    };
    Ok(start::start(app, client, provider, browser, request).await?)
}
