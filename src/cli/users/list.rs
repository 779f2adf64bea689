//! `vestibule users list`

use clap::Args;

use super::{
    user_ref::{all_users, shared_texts},
    view::{status, summary},
};
use crate::{
    cli::{context::store, failure::Failure, out::Out},
    config::Config,
    store::{Create, Unreadable},
    user::{Factor, User, roles::roles_of},
};

const HEADER: [&str; 8] =
    ["username", "email", "displayName", "roles", "status", "mfa", "providers", "lastLoginAt"];

/// List all users.
#[derive(Args)]
pub(in crate::cli) struct List {
    /// Print a JSON array instead of a table.
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        let (users, unreadable) = all_users(&store).await?;
        store.close().await;
        for shared in shared_texts(&users) {
            Out::error(&shared)?;
        }
        if self.json {
            Out::json(&users.iter().map(|user| summary(&config, user)).collect::<Vec<_>>())?;
        } else {
            Out::table(&HEADER, &users.iter().map(|user| row(&config, user)).collect::<Vec<_>>())?;
        }
        if unreadable.is_empty() {
            return Ok(());
        }
        for Unreadable { id, cause, .. } in &unreadable {
            Out::error(&format!("user {id} cannot be read: {cause}"))?;
        }
        Out::error(&format!("{} users are not in the list; restore them from a backup", unreadable.len()))?;
        Err(Failure::SomeRows)
    }
}

fn row(config: &Config, user: &User) -> Vec<String> {
    let email = user.email.as_ref().map(|email| {
        let state = if user.email_verified { "" } else { " (not verified)" };
        format!("{email}{state}")
    });
    let factors: Vec<_> = user.factors().into_iter().map(Factor::as_str).collect();
    let providers: Vec<_> = user.identities.iter().map(|identity| identity.provider.as_str()).collect();
    vec![
        or_dash(user.username.as_ref().map(ToString::to_string)),
        or_dash(email),
        or_dash(user.display_name.clone()),
        or_dash(Some(roles_of(user, &config.providers).join(";"))),
        status(user.status).to_owned(),
        or_dash(Some(factors.join(";"))),
        or_dash(Some(providers.join(";"))),
        or_dash(user.last_login_at.map(|at| at.to_string())),
    ]
}

fn or_dash(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned())
}
