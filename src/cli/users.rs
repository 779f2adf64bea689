//! `vestibule users`: commands on the users of a store, also while the service runs.

mod access;
mod actions;
mod add;
mod end_sessions;
mod export;
mod import;
mod list;
mod merge;
mod relink;
mod show;
mod user_ref;
mod view;

use clap::Subcommand;

use self::access::{Delete, Rename, Roles, Target, Unlink, reset_password::ResetPassword};
pub(super) use self::{
    actions::{preview, provisioning, users_of},
    import::adopt::Adopt,
    user_ref::UserRef,
};
use super::failure::Failure;
use crate::user::Status;

#[derive(Subcommand)]
pub(super) enum Users {
    Import(import::Import),
    Export(export::Export),
    Add(add::Add),
    List(list::List),
    Show(show::Show),
    /// Disable a user. All sessions of the user end.
    Disable(Target),
    /// Enable a disabled user. Ended sessions stay ended.
    Enable(Target),
    /// Lift the waits of a user after wrong passwords and wrong codes.
    Unlock(Target),
    EndSessions(end_sessions::EndSessions),
    /// Remove all passkeys, second factors and recovery codes of a user. All sessions of the user end.
    ResetMfa(Target),
    ResetPassword(ResetPassword),
    Merge(merge::Merge),
    Relink(relink::Relink),
    /// Assign roles to a user, or take them away. Roles from providers are not changed.
    #[command(subcommand)]
    Roles(Roles),
    Rename(Rename),
    Unlink(Unlink),
    Delete(Delete),
}

impl Users {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Import(import) => Box::pin(import.run()).await,
            Self::Export(export) => export.run().await,
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
            Self::Disable(user) => Box::pin(user.set_status(Status::Disabled)).await,
            Self::Enable(user) => Box::pin(user.set_status(Status::Active)).await,
            Self::Unlock(user) => Box::pin(user.unlock()).await,
            Self::EndSessions(end) => Box::pin(end.run()).await,
            Self::ResetMfa(user) => Box::pin(user.reset_mfa()).await,
            Self::ResetPassword(reset) => Box::pin(reset.run()).await,
            Self::Merge(merge) => Box::pin(merge.run()).await,
            Self::Relink(relink) => Box::pin(relink.run()).await,
            Self::Roles(roles) => Box::pin(roles.run()).await,
            Self::Rename(rename) => Box::pin(rename.run()).await,
            Self::Unlink(unlink) => Box::pin(unlink.run()).await,
            Self::Delete(delete) => Box::pin(delete.run()).await,
        }
    }
}
