//! `vestibule users`: commands on the users of a store, also while the service runs.

mod actions;
mod add;
mod import;
mod list;
mod show;
mod user_ref;
mod view;

use clap::Subcommand;

use self::{
    actions::{provisioning, users_of},
    user_ref::UserRef,
};
use super::{context::store, failure::Failure, out::Out};
use crate::{clock::Clock, provisioning::Mode, store::Create, user::Status};

#[derive(Subcommand)]
pub(super) enum Users {
    Import(import::Import),
    Add(add::Add),
    List(list::List),
    Show(show::Show),
    /// Disable a user. All sessions of the user end.
    Disable(UserRef),
    /// Enable a disabled user. Ended sessions stay ended.
    Enable(UserRef),
}

impl Users {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Import(import) => import.run().await,
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
            Self::Disable(user) => set_status(&user, Status::Disabled).await,
            Self::Enable(user) => set_status(&user, Status::Active).await,
        }
    }
}

async fn set_status(user: &UserRef, status: Status) -> Result<(), Failure> {
    let (_, store) = store(Create::Never).await?;
    let user = user.find(&store).await?;
    let (users, clock) = (users_of(&store), Clock::system());
    let is_changed = provisioning(&store, &users, &clock, Mode::Write).set_status(user.id, status).await?;
    let (label, status) = (user_ref::label(&user), view::status(status));
    if is_changed {
        let verb = if status == "active" { "enabled" } else { status };
        Out::line(&format!("{verb} {label}"))?;
    } else {
        Out::line(&format!("{label} is already {status}"))?;
    }
    store.close().await;
    Ok(())
}
