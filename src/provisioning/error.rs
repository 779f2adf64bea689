//! Why an operation changed nothing.

use super::field::Field;
use crate::{administrators::LastAdministrator, secrets::OpenError, store::StoreError};

/// Why an operation changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum ProvisioningError {
    /// Another user has this text as user name or as verified address.
    #[error("{} of another user: a text is the user name or the verified address of one user only", .0.name())]
    Taken(Field),
    #[error("the user does not exist")]
    NotFound,
    /// The user was changed since the caller read it (`If-Match`).
    #[error("the user was changed by another request")]
    Stale,
    /// The actor may not act on administrators, and not make one.
    #[error("only an administrator with the role `admin` may act on administrators and their roles")]
    AdministratorsOnly,
    #[error(transparent)]
    LastAdministrator(#[from] LastAdministrator),
    #[error("the user has no such identity")]
    UnknownIdentity,
    #[error("the hashing threads could not process the password")]
    Hashing,
    #[error("cannot open the user's sealed secret: {0}")]
    Sealed(#[from] OpenError),
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ProvisioningError {
    /// Converts an error of an update.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken { key } => Self::Taken(match key.split_once(':') {
                Some(("name", _)) => Field::Username,
                Some(("oidc", _)) => Field::Subject,
                Some(("passkey", _)) => Field::Passkeys,
                Some(_) | None => Field::Email,
            }),
            StoreError::Unavailable(_) | StoreError::Unusable(_) | StoreError::Corrupt { .. } => {
                Self::Store(error)
            }
        }
    }
}
