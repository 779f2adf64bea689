//! `vestibule users`: creates, changes and shows users, also while the service runs.

mod add;
mod import;
mod look;
mod source;

use clap::{Args, Subcommand};

use super::{context::store, failure::Failure, out::Out};
use crate::{
    audit::{self, Event, EventKind},
    clock::Clock,
    store::{Change, Page, Store, StoreError, Stored},
    user::{self, EndReason, Status, User, UserId},
};

/// People per read of the store.
const PAGE: usize = 500;
/// Who did it, in the trail.
const ACTOR: &str = "cli";

#[derive(Subcommand)]
pub(super) enum Users {
    Import(import::Import),
    Add(add::Add),
    List(look::List),
    Show(look::Show),
    /// Disable a user. All sessions of the user end.
    Disable(Who),
    /// Enable a disabled user. Ended sessions stay ended.
    Enable(Who),
}

#[derive(Args)]
pub(super) struct Who {
    /// User name, ID or e-mail address.
    name: String,
}

impl Users {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Import(import) => import.run().await,
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
            Self::Disable(who) => set_status(&who.name, Status::Disabled).await,
            Self::Enable(who) => set_status(&who.name, Status::Active).await,
        }
    }
}

async fn set_status(name: &str, status: Status) -> Result<(), Failure> {
    let (_, store) = store().await?;
    let user = find(&store, name).await?;
    let now = Clock::system().now();
    let changed = store
        .update::<User, bool, StoreError>(&user.id.document_id(), |user| {
            if user.status == status {
                return Ok(Change::Keep(false));
            }
            user.status = status;
            user.updated_at = now;
            // Not only while disabled: enabled again, the old sessions stay closed.
            if status == Status::Disabled {
                user.end_sessions(EndReason::UserDisabled);
            }
            Ok(Change::Write(true))
        })
        .await?;
    let (kind, word) = match status {
        Status::Disabled => (EventKind::UserDisabled, "disabled"),
        Status::Active | Status::Quarantined => (EventKind::UserEnabled, "enabled"),
    };
    if changed.is_some_and(|(_, changed)| changed) {
        audit::record(&store, Event::success(kind, now).about(user.id).by(ACTOR)).await;
        Out::line(&format!("{word} {}", label(&user)))?;
    } else {
        Out::line(&format!("{} was {word} already", label(&user)))?;
    }
    store.close().await;
    Ok(())
}

/// By user name, verified address or id; else by an address that is merely written down.
async fn find(store: &Store, who: &str) -> Result<Stored<User>, Failure> {
    for handle in [format!("name:{}", user::name_key(who)), user::email_handle(who)] {
        if let Some(user) = store.find::<User>(&handle).await? {
            return Ok(user);
        }
    }
    if let Ok(id) = who.parse::<UserId>()
        && let Some(user) = store.get::<User>(&id.document_id()).await?
    {
        return Ok(user);
    }
    let handle = user::email_handle(who);
    let mut same: Vec<Stored<User>> = everybody(store).await?;
    same.retain(|user| user.email.as_ref().is_some_and(|email| email.handle() == handle));
    match same.len() {
        1 => Ok(same.remove(0)),
        0 => {
            Err(Failure::Failed(format!("there is no user `{who}`; `vestibule users list` shows everybody")))
        }
        n => Err(Failure::Failed(format!("{n} users show the address `{who}`: name one by user name or id"))),
    }
}

async fn everybody(store: &Store) -> Result<Vec<Stored<User>>, StoreError> {
    let mut all: Vec<Stored<User>> = Vec::new();
    loop {
        let after = all.last().map(|user| user.id.document_id());
        let page = store.page::<User>(Page { tag: None, after, newest_first: false, limit: PAGE }).await?;
        let done = page.len() < PAGE;
        all.extend(page);
        if done {
            return Ok(all);
        }
    }
}

fn label(user: &User) -> String {
    user.username.as_ref().map_or_else(|| user.id.to_string(), ToString::to_string)
}
