//! The operations of the commands.

use crate::{
    audit::Recorder,
    cli::failure::Failure,
    clock::Clock,
    provisioning::{Mode, Provisioning, ProvisioningError},
    store::Store,
};

/// Creates the operations of a command; the audit events name the command line as actor.
pub(super) fn provisioning<'a>(store: &'a Store, clock: &'a Clock, mode: Mode) -> Provisioning<'a> {
    Provisioning::new(store, clock, Recorder::of_command_line(store, clock), mode)
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
