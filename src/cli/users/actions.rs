//! The operations of the commands.

use crate::{
    audit::{Chain, Recorder},
    cache::DocumentCache,
    cli::failure::Failure,
    clock::Clock,
    provisioning::{MergeError, Mode, Provisioning, ProvisioningError},
    store::Store,
    user::User,
};

/// Creates the cache through which a command writes. A command reads each user once, so it keeps one.
pub(in crate::cli) fn users_of(store: &Store) -> DocumentCache<User> {
    DocumentCache::new(store.clone(), 1)
}

/// Creates the operations of a command; the audit events name the command line as actor.
pub(in crate::cli) fn provisioning<'a>(
    chain: &'a Chain,
    users: &'a DocumentCache<User>,
    clock: &'a Clock,
    mode: Mode,
) -> Provisioning<'a> {
    Provisioning::new(users, clock, Recorder::of_command_line(chain, clock), mode)
}

impl From<ProvisioningError> for Failure {
    fn from(error: ProvisioningError) -> Self {
        match error {
            ProvisioningError::Store(error) => error.into(),
            ProvisioningError::Taken(_)
            | ProvisioningError::NotFound
            | ProvisioningError::Hashing
            | ProvisioningError::Sealed(_) => Self::Failed(error.to_string()),
        }
    }
}

impl From<MergeError> for Failure {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::Store(error) => error.into(),
            MergeError::NotFound
            | MergeError::Refused(_)
            | MergeError::LastAdministrator
            | MergeError::Administrative
            | MergeError::Stale
            | MergeError::Contended
            | MergeError::UnknownMerge
            | MergeError::AlreadyUndone
            | MergeError::TooLate
            | MergeError::MergedFurther(_)
            | MergeError::IntoDeleted
            | MergeError::KeyTaken { .. }
            | MergeError::Sealed(_)
            | MergeError::Snapshot(_) => Self::Failed(error.to_string()),
        }
    }
}
