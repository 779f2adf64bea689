//! `vestibule users roles`, `rename`, `unlink` and `delete`.

use std::io::{self, IsTerminal as _};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Act, Done, Target, cannot_sign_in};
use crate::{
    cache::DocumentCache,
    cli::{
        context::blocking,
        failure::Failure,
        layout::count_of,
        out::Out,
        users::user_ref::{argument, label},
    },
    limiter::Limiter,
    provisioning::{EndedSessions, ProvisioningError, UserPatch, delete_records},
    session,
    user::{self, Identity, IdentityKey, Username},
};

/// Assign roles to a user, or take them away. Roles from providers are not changed.
#[derive(Subcommand)]
pub(in crate::cli) enum Roles {
    /// Assign a role to a user.
    Add(Role),
    /// Take a role away that is assigned here.
    Remove(Role),
}

#[derive(Args)]
pub(in crate::cli) struct Role {
    #[command(flatten)]
    target: Target,
    /// Name of the role.
    #[arg(value_parser = user::role)]
    role: String,
}

/// Change the user name of a user.
#[derive(Args)]
pub(in crate::cli) struct Rename {
    #[command(flatten)]
    target: Target,
    /// The new user name.
    new: Username,
    /// Print what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Unlink the identities of a user at a provider. A later login with them does not open this account.
#[derive(Args)]
pub(in crate::cli) struct Unlink {
    #[command(flatten)]
    target: Target,
    /// Name of the provider.
    provider: String,
    /// Print what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Delete a user for good, with the sessions and links. Audit events about the user stay until their retention ends.
#[derive(Args)]
pub(in crate::cli) struct Delete {
    #[command(flatten)]
    target: Target,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

impl Roles {
    pub(in crate::cli::users) async fn run(self) -> Result<(), Failure> {
        let (Role { target, role }, adds) = match self {
            Self::Add(role) => (role, true),
            Self::Remove(role) => (role, false),
        };
        let act = target.open().await?;
        let (id, label) = (act.user.id, label(&act.user));
        let is_changed = if adds {
            act.provisioning().add_role(id, &role).await?
        } else {
            act.provisioning().remove_role(id, &role).await?
        };
        let done = match (is_changed, adds) {
            (true, true) => Done::new("added", format!("assigned the role {role} to {label}")),
            (true, false) => Done::new("removed", format!("took the role {role} away from {label}")),
            (false, true) => Done::unchanged(format!("{label} already has the role {role}")),
            (false, false) => Done::unchanged(format!("the role {role} is not assigned to {label}")),
        };
        let from_provider = act.user.identities.iter().any(|identity| identity.roles.contains(&role));
        let note = (!adds && from_provider)
            .then(|| format!("a provider gives {label} this role; remove it at the provider, too"));
        act.report(done.with("role", json!(role)).note(note)).await
    }
}

impl Rename {
    pub(in crate::cli::users) async fn run(self) -> Result<(), Failure> {
        let act = self.target.open().await?.in_dry_run(self.dry_run);
        let (label, new) = (label(&act.user), self.new);
        let patch = UserPatch { username: Some(new.clone()), ..UserPatch::default() };
        let (_, is_changed) = act.provisioning().patch(act.user.id, &patch).await?;
        let done = if is_changed {
            let did = if self.dry_run { "would rename" } else { "renamed" };
            Done::new("renamed", format!("{did} {label} to {new}"))
        } else {
            Done::unchanged(format!("{label} already has this user name"))
        };
        act.report(done.with("newUsername", json!(new))).await
    }
}

impl Unlink {
    pub(in crate::cli::users) async fn run(self) -> Result<(), Failure> {
        let act = self.target.open().await?.in_dry_run(self.dry_run);
        let (label, provider) = (label(&act.user), self.provider);
        let is_of_provider = |identity: &&Identity| identity.provider == provider;
        let keys: Vec<IdentityKey> =
            act.user.identities.iter().filter(is_of_provider).map(|identity| identity.key.clone()).collect();
        // A command has no list of the sessions of an identity that a running service shares: all sessions end.
        let end = EndedSessions::All;
        let (unlinked, note) = match act.provisioning().unlink_identities(act.user.id, &keys, end).await {
            Ok((before, after)) => (
                before.identities.len() - after.identities.len(),
                cannot_sign_in(&act.config, &after, act.clock.now()),
            ),
            // The user has none, or unlinked them at the same time.
            Err(ProvisioningError::UnknownIdentity) => (0, None),
            Err(error) => return Err(error.into()),
        };
        let done = match unlinked {
            0 => Done::unchanged(format!("{label} has no identity at {provider}")),
            count => {
                let (unlink, end) =
                    if self.dry_run { ("would unlink", "end") } else { ("unlinked", "ended") };
                let identities = count_of_identities(count);
                Done::new("unlinked", format!("{unlink} {identities} of {label} and {end} all sessions"))
            }
        };
        act.report(done.with("identities", unlinked.into()).note(note)).await
    }
}

fn count_of_identities(count: usize) -> String {
    if count == 1 { "1 identity".to_owned() } else { format!("{count} identities") }
}

impl Delete {
    pub(in crate::cli::users) async fn run(self) -> Result<(), Failure> {
        if self.target.reason.is_none() {
            return Err(Failure::Usage("a deletion needs --reason TEXT".to_owned()));
        }
        let act = self.target.open().await?;
        if !self.yes {
            confirm(&act).await?;
        }
        let label = label(&act.user);
        let valid = act.valid_sessions().await?;
        let provisioning = act.provisioning();
        let user = provisioning.begin_deletion(act.user.id).await?;
        session::delete_records(&DocumentCache::new(act.store.clone(), 1), user.id).await?;
        let limiter = Limiter::new(act.store.clone(), act.clock.clone());
        delete_records(&act.store, &act.clock, &limiter, &user).await?;
        provisioning.finish_deletion(&user).await?;
        let sentence = format!("deleted {label} and ended {}", count_of(valid, "session"));
        act.report(Done::new("deleted", sentence).with("sessions", valid.into())).await
    }
}

/// Asks for the name, because a deletion cannot be undone.
async fn confirm(act: &Act) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage("stdin is not a terminal; add --yes to delete the user".to_owned()));
    }
    let name = label(&act.user);
    Out::error(&format!("type {} to delete the user for good:", argument(&act.user)))?;
    let typed = blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        Ok(line)
    })
    .await?;
    if typed.trim() == name { Ok(()) } else { Err(Failure::Failed("nothing was deleted".to_owned())) }
}
