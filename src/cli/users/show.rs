//! `vestibule users show`

use clap::Args;
use serde_json::{Value, json};

use super::{UserRef, view::summary};
use crate::{
    audit::{self, Event},
    cli::{context::store, failure::Failure, out::Out},
    session::{Session, tag_of_user},
    store::{Create, Page, Store, StoreError},
    user::UserId,
};

/// Number of events and of sessions that are printed, newest first.
const EVENTS: usize = 20;
const SESSIONS: usize = 100;

/// Show a user with sessions and the last 20 audit events. Secrets are not shown.
#[derive(Args)]
pub(in crate::cli) struct Show {
    #[command(flatten)]
    user: UserRef,
    /// Print one JSON document instead of lines.
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        let user = self.user.find(&store).await?;
        let mut shown = summary(&config, &user);
        shown["sessions"] = sessions(&store, user.id).await?;
        let events = audit::about(&store, user.id, EVENTS).await?;
        store.close().await;
        shown["events"] = json!(events.into_iter().map(Event::view).collect::<Vec<_>>());
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

async fn sessions(store: &Store, user: UserId) -> Result<Value, StoreError> {
    let tag = tag_of_user(user);
    let page = Page { tag: Some(&tag), after: None, newest_first: true, limit: SESSIONS };
    let sessions = store.scan::<Session>(page).await?.documents;
    // A replaced record is the old id of a session that is listed under its new one.
    let shown = sessions.iter().filter(|session| !session.is_replaced()).map(|session| {
        json!({
            "state": session.state,
            "amr": session.authentication.amr,
            "ip": session.ip,
            "userAgent": session.user_agent,
            "createdAt": session.created_at,
            "lastSeenAt": session.last_seen_at,
            "expiresAt": session.expires_at,
            "endsAt": session.ends_at,
            "ended": session.ended,
        })
    });
    Ok(shown.collect())
}

/// Formats a value on one line: text as it is, an object as `name=value` pairs without empty ones.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(";"),
        Value::Object(members) => {
            let present = members.iter().filter(|(_, value)| !value.is_null());
            present.map(|(name, value)| format!("{name}={}", plain(value))).collect::<Vec<_>>().join(" ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
