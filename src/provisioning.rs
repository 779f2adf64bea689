//! Provisioning: an administrator creates, changes, disables and enables users.
//!
//! ```text
//!   DesiredUser ─▶ create ─────┐
//!   DesiredUser ─▶ update ─────┼─▶ rule of `user` ─▶ one compare-and-set ─▶ audit event
//!   Status ──────▶ set_status ─┘
//! ```
//!
//! The command line and the admin API use the same operations, so that no rule exists in only one of them. A running service drops a
//! changed user from its cache when the change feed reports the write.

mod create;
mod credentials;
mod field;
mod status;
mod update;

use secrecy::SecretString;
use zeroize::Zeroizing;

pub use self::{credentials::Credentials, field::Field};
use crate::{
    audit::Recorder,
    clock::Clock,
    secrets::OpenError,
    store::{Store, StoreError},
    user::{Email, User, Username},
};

/// Fields of a user as an administrator wants them. `None`: not given, an update leaves the field unchanged.
#[derive(Clone)]
pub struct DesiredUser {
    pub username: Username,
    pub email: Option<Email>,
    pub email_verified: Option<bool>,
    pub display_name: Option<String>,
    pub roles: Option<Vec<String>>,
    pub password: Option<NewPassword>,
    pub totp_secret: Option<Zeroizing<Vec<u8>>>,
    pub must_change_password: Option<bool>,
}

/// A password that an administrator sets.
#[derive(Clone)]
pub enum NewPassword {
    Plain(SecretString),
    /// A hash in a form that can be checked.
    Hash(String),
}

/// Whether an operation writes, or only reports what it would write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Write,
    DryRun,
}

/// Why an operation changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum ProvisioningError {
    /// Another user has this user name or this verified address.
    #[error("another user has this {}", .0.name())]
    Taken(Field),
    #[error("the user does not exist")]
    NotFound,
    #[error("the hashing threads could not process the password")]
    Hashing,
    #[error("cannot open the user's sealed secret: {0}")]
    Sealed(#[from] OpenError),
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ProvisioningError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken { key } if key.starts_with("email:") => Self::Taken(Field::Email),
            StoreError::Taken { .. } => Self::Taken(Field::Username),
            StoreError::Unavailable(_) | StoreError::Corrupt { .. } => Self::Store(error),
        }
    }
}

/// Applies the operations of one request or command.
pub struct Provisioning<'a> {
    store: &'a Store,
    clock: &'a Clock,
    audit: Recorder<'a>,
    mode: Mode,
}

impl<'a> Provisioning<'a> {
    /// `audit` names who acts: an administrator or the command line.
    #[must_use]
    pub fn new(store: &'a Store, clock: &'a Clock, audit: Recorder<'a>, mode: Mode) -> Self {
        Self { store, clock, audit, mode }
    }

    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Checks in a dry run what the store checks in a write: a verified address belongs to one user.
    async fn require_free_email(&self, user: &User) -> Result<(), ProvisioningError> {
        let Some(email) = user.email.as_ref().filter(|_| user.email_verified) else { return Ok(()) };
        match self.store.find::<User>(&email.handle()).await? {
            Some(other) if other.id != user.id => Err(ProvisioningError::Taken(Field::Email)),
            Some(_) | None => Ok(()),
        }
    }
}
