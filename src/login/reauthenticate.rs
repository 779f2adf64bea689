//! Re-authentication in an open session, before a change that an attacker with a stolen session must not make.
//!
//! A user with a second factor must prove it: signing in at a provider does not replace it. Other users give their password or sign in at
//! the provider of a linked identity. The session gets a new id and keeps its absolute deadline.

pub(crate) mod routes;

use secrecy::SecretString;

use super::{
    federated::{
        start::{AuthorizationRequest, StartError},
        transaction::Purpose,
    },
    passkey::{self, AssertionResponse, PasskeyError},
    password::{self, LoginError},
    recent_proof::{ProofTooOld, ReauthenticationMethod, reauthentication_methods},
    second_factor::{self, FactorError},
};
use crate::{
    admission::Admission,
    app::App,
    session::CurrentSession,
    web::{client::Client, provider_name::ProviderName, return_target::ReturnTarget},
};

/// Credentials that a client sent.
pub struct Credentials {
    /// Code of the authenticator app, or a recovery code.
    pub code: Option<String>,
    pub passkey: Option<AssertionResponse>,
    pub password: Option<SecretString>,
}

/// Why a re-authentication fails.
#[derive(Debug, thiserror::Error)]
pub enum ReauthenticationError {
    /// The request has no credential of the method that this user must use.
    #[error("the credential that this user must use is missing")]
    MissingCredential,
    /// The user must use one of these methods.
    #[error(transparent)]
    OtherMethod(#[from] ProofTooOld),
    #[error(transparent)]
    Code(#[from] FactorError),
    #[error(transparent)]
    Passkey(#[from] PasskeyError),
    #[error(transparent)]
    Password(#[from] LoginError),
    #[error(transparent)]
    Provider(#[from] StartError),
}

/// Checks the credentials with the method that this user must use.
pub async fn with_credentials(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    credentials: Credentials,
) -> Result<Admission, ReauthenticationError> {
    if let Some(response) = credentials.passkey {
        Ok(passkey::second_factor::reauthenticate(app, client, current, response).await?)
    } else if current.user.has_second_factor() {
        let code = credentials.code.ok_or(ReauthenticationError::MissingCredential)?;
        Ok(second_factor::reauthenticate(app, client, current, &code).await?)
    } else if current.user.password.is_some() && app.config.local_passwords {
        let password = credentials.password.ok_or(ReauthenticationError::MissingCredential)?;
        Ok(password::reauthenticate(app, client, current, password).await?)
    } else {
        Err(ProofTooOld(reauthentication_methods(app, &current.user)).into())
    }
}

/// Returns the authorization request for a re-authentication at a provider of this user. It is bound to this session: a callback in another
/// session proves nothing.
pub fn with_provider(
    app: &App,
    current: &CurrentSession,
    provider: &ProviderName,
    return_to: ReturnTarget,
) -> Result<AuthorizationRequest, ReauthenticationError> {
    let provider = app.providers.get(provider.as_str()).ok_or(StartError::Unknown)?;
    let methods = reauthentication_methods(app, &current.user);
    if !methods.contains(&ReauthenticationMethod::Provider(provider.config.name.clone())) {
        return Err(ProofTooOld(methods).into());
    }
    let purpose = Purpose::Reauthenticate(current.id_hash_hex());
    Ok(AuthorizationRequest::new(purpose, true, return_to))
}
