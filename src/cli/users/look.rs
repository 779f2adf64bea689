//! `vestibule users list` and `show`.

use clap::Args;
use serde_json::{Value, json};

use super::{everybody, find};
use crate::{
    audit::{self, Event},
    cli::{context::store, failure::Failure, out::Out},
    config::Config,
    session::Session,
    store::{Page, Store, Stored},
    user::{Factor, Identity, Status, User, roles::roles_of},
};

/// Events shown about one person.
const EVENTS: usize = 20;
/// Sessions shown of one person.
const SESSIONS: usize = 100;

/// List all users.
#[derive(Args)]
pub(in crate::cli) struct List {
    /// Print a JSON array instead of a table.
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (config, store) = store().await?;
        let users = everybody(&store).await?;
        if self.json {
            Out::json(&users.iter().map(|user| summary(&config, user)).collect::<Vec<_>>())?;
        } else {
            let header =
                ["username", "email", "displayName", "roles", "status", "mfa", "providers", "lastLoginAt"];
            Out::table(&header, &users.iter().map(|user| row(&config, user)).collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

/// Show a user with sessions and the last 20 audit events. Secrets are not shown.
#[derive(Args)]
pub(in crate::cli) struct Show {
    /// User name, ID or e-mail address.
    name: String,
    /// Print one JSON document instead of lines.
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (config, store) = store().await?;
        let user = find(&store, &self.name).await?;
        let mut shown = summary(&config, &user);
        shown["sessions"] = sessions(&store, &user).await?;
        shown["events"] = json!(
            audit::about(&store, user.id, EVENTS).await?.into_iter().map(Event::view).collect::<Vec<_>>()
        );
        if self.json {
            return Ok(Out::json(&shown)?);
        }
        for (name, value) in shown.as_object().into_iter().flatten() {
            match value {
                Value::Array(items) if matches!(name.as_str(), "sessions" | "events") => {
                    Out::line(&format!("{name}:{}", if items.is_empty() { " none" } else { "" }))?;
                    items.iter().try_for_each(|item| Out::line(&format!("  {}", plain(item))))?;
                }
                value => Out::line(&format!("{name}: {}", plain(value)))?,
            }
        }
        Ok(())
    }
}

/// What may be seen of a person: no hash, no sealed secret.
fn summary(config: &Config, user: &Stored<User>) -> Value {
    json!({
        "id": user.id, "username": user.username, "email": user.email, "emailVerified": user.email_verified,
        "displayName": user.display_name, "picture": user.picture, "locale": user.locale, "roles": roles_of(user, &config.providers),
        "status": user.status, "mfaEnabled": user.has_second_factor(), "hasPassword": user.password.is_some(),
        "mustChangePassword": user.password.as_ref().is_some_and(|password| password.must_change),
        "authProvider": user.auth_provider(), "identities": identities(user), "createdBy": user.created_by, "createdAt": user.created_at, "updatedAt": user.updated_at,
        "lastLoginAt": user.last_login_at, "revision": user.revision,
    })
}

fn row(config: &Config, user: &User) -> Vec<String> {
    let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    vec![
        text(user.username.as_ref().map(ToString::to_string)),
        text(
            user.email
                .as_ref()
                .map(|email| format!("{email}{}", if user.email_verified { "" } else { " (not verified)" })),
        ),
        text(user.display_name.clone()),
        text(Some(roles_of(user, &config.providers).join(";")).filter(|roles| !roles.is_empty())),
        status(user).to_owned(),
        text(Some(factors(user)).filter(|factors| !factors.is_empty())),
        text(Some(providers(user)).filter(|providers| !providers.is_empty())),
        text(user.last_login_at.map(|at| at.to_string())),
    ]
}

fn status(user: &User) -> &'static str {
    match user.status {
        Status::Active => "active",
        Status::Disabled => "disabled",
        Status::Quarantined => "quarantined",
    }
}

fn factors(user: &User) -> String {
    user.factors().into_iter().map(Factor::as_str).collect::<Vec<_>>().join(";")
}

fn providers(user: &User) -> String {
    user.identities.iter().map(|identity| identity.provider.as_str()).collect::<Vec<_>>().join(";")
}

fn identities(user: &User) -> Vec<Value> {
    let shown = |identity: &Identity| {
        json!({
            "provider": identity.provider, "issuer": identity.key.issuer, "subject": identity.key.subject,
            "email": identity.email, "roles": identity.roles, "linkedAt": identity.linked_at,
            "lastLoginAt": identity.last_login_at,
        })
    };
    user.identities.iter().map(shown).collect()
}

async fn sessions(store: &Store, user: &User) -> Result<Value, Failure> {
    let tag = format!("user:{}", user.id);
    let page = Page { tag: Some(&tag), after: None, newest_first: true, limit: SESSIONS };
    let sessions = store.page::<Session>(page).await?;
    // The record of the id before is no session of its own.
    let shown = sessions.iter().filter(|session| !session.is_replaced()).map(|session| {
        json!({
            "state": session.state, "amr": session.authentication.amr, "ip": session.ip, "userAgent": session.user_agent,
            "createdAt": session.created_at, "lastSeenAt": session.last_seen_at, "expiresAt": session.expires_at,
            "endsAt": session.ends_at, "ended": session.ended,
        })
    });
    Ok(shown.collect())
}

/// One line: text as it is, objects as `name value` pairs without what is empty.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(";"),
        Value::Object(members) => {
            let said = members.iter().filter(|(_, value)| !value.is_null());
            said.map(|(name, value)| format!("{name}={}", plain(value))).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}
