//! `vestibule users list`

use std::collections::HashMap;

use clap::Args;

use super::{
    user_ref::{all_users, shared_texts},
    view::{status, summary},
};
use crate::{
    cli::{
        context::store,
        failure::Failure,
        layout::{table, time, time_of_day},
        out::Out,
        quoted::quoted,
    },
    clock::Clock,
    config::Config,
    limiter::{Limiter, Lock, longest},
    login::password::account_keys,
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
        let locks = Limiter::new(store.clone(), Clock::system()).all_locks().await?;
        store.close().await;
        for shared in shared_texts(&users) {
            Out::error(&shared)?;
        }
        if self.json {
            let users = users.iter().map(|user| summary(&config, user, &locks_of(user, &locks)));
            Out::json(&users.collect::<Vec<_>>())?;
        } else {
            let rows: Vec<_> = users.iter().map(|user| row(&config, user, &locks_of(user, &locks))).collect();
            Out::lines(table(&HEADER, &rows, Out::width()))?;
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

/// Returns the waits of a user, the longest first.
fn locks_of(user: &User, all: &HashMap<String, Lock>) -> Vec<Lock> {
    longest(account_keys(user).iter().filter_map(|key| all.get(key).copied()).collect())
}

fn row(config: &Config, user: &User, locks: &[Lock]) -> Vec<String> {
    let email = user.email.as_ref().map(|email| {
        let state = if user.email_verified { "" } else { " (not verified)" };
        format!("{email}{state}")
    });
    let factors: Vec<_> = user.factors().into_iter().map(Factor::as_str).collect();
    let providers: Vec<_> = user.identities.iter().map(|identity| identity.provider.as_str()).collect();
    vec![
        or_dash(user.username.as_ref().map(ToString::to_string)),
        or_dash(email),
        // Quoted: blanks in it must not look like the next column.
        or_dash(user.display_name.as_deref().map(quoted)),
        or_dash(Some(roles_of(user, &config.providers).join(";"))),
        match locks.first() {
            Some(lock) => format!("{}, locked until {}", status(user.status), time_of_day(lock.until)),
            None => status(user.status).to_owned(),
        },
        or_dash(Some(factors.join(";"))),
        or_dash(Some(providers.join(";"))),
        or_dash(user.last_login_at.map(time)),
    ]
}

fn or_dash(text: Option<String>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned())
}
