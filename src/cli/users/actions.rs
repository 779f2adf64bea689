//! The operations of the commands.

use crate::{
    audit::{Chain, Recorder, StatedReason},
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

/// Creates the operations of a command that writes; the audit events name the command line as actor, and the reason.
pub(in crate::cli) fn provisioning<'a>(
    chain: &'a Chain,
    users: &'a DocumentCache<User>,
    clock: &'a Clock,
    reason: Option<StatedReason>,
) -> Provisioning<'a> {
    Provisioning::new(users, clock, Recorder::of_command_line(chain, clock).stating(reason), Mode::Write)
}

/// Creates the operations of a command that shows what it would do.
pub(in crate::cli) fn preview<'a>(
    chain: &'a Chain,
    users: &'a DocumentCache<User>,
    clock: &'a Clock,
) -> Provisioning<'a> {
    Provisioning::new(users, clock, Recorder::of_command_line(chain, clock), Mode::DryRun)
}

impl From<ProvisioningError> for Failure {
    fn from(error: ProvisioningError) -> Self {
        match error {
            ProvisioningError::Store(error) => error.into(),
            ProvisioningError::LastAdministrator(_) => Self::Failed(
                "the user is the last active administrator; make another user an administrator first, or use --force".to_owned(),
            ),
            ProvisioningError::Taken(_)
            | ProvisioningError::NotFound
            | ProvisioningError::Stale
            | ProvisioningError::AdministratorsOnly
            | ProvisioningError::UnknownIdentity
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
            | MergeError::LastAdministrator(_)
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
