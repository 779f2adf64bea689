//! `vestibule users end-sessions`: of one user, or of all.

use clap::Args;
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::{
    access::Target,
    actions::{provisioning, users_of},
};
use crate::{
    audit::StatedReason,
    cli::{
        context::{event_chain, store},
        failure::Failure,
        layout::count_of,
        out::Out,
    },
    clock::Clock,
    link_token::LinkTokens,
    provisioning::ProvisioningError,
    store::{Create, Page},
    user::User,
};

/// Users per read of the store.
const PAGE: usize = 500;
/// Users that are changed at the same time.
const CONCURRENT: usize = 16;

/// End all sessions of a user, or of all users. They can sign in again.
#[derive(Args)]
pub(in crate::cli) struct EndSessions {
    /// User name, ID or e-mail address.
    #[arg(required_unless_present = "all")]
    name: Option<String>,
    /// All users: their sessions, their logins in progress, and the links in mails to them.
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// Print one JSON document instead of a line.
    #[arg(long)]
    json: bool,
    /// Why you do this: 1 to 500 characters, stored with the audit events.
    #[arg(long, value_name = "TEXT")]
    reason: Option<StatedReason>,
}

impl EndSessions {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match &self.name {
            Some(name) => Box::pin(Target::of(name, self.json, self.reason.clone()).end_sessions()).await,
            None => self.end_all().await,
        }
    }

    async fn end_all(&self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        let clock = Clock::system();
        store.synchronize(&clock).await?;
        let chain = event_chain(&config, &store, &clock)?;
        let users = users_of(&store);
        let provisioning = provisioning(&chain, &users, &clock, self.reason.clone());
        let links = LinkTokens::new(&store, &clock);
        let (mut after, mut ended, mut failed) = (None, 0, Vec::new());
        loop {
            let page = Page { tag: None, after, newest_first: false, limit: PAGE };
            let page = store.scan::<User>(page).await?;
            let results = stream::iter(&page.documents).map(|user| {
                let (provisioning, links) = (&provisioning, &links);
                async move {
                    let ended = provisioning.end_sessions(user.id).await;
                    // After the end: a link that is used in between opens no session either.
                    let links = links.delete_all(user.id).await;
                    (user.id, ended.and_then(|_| links.map_err(ProvisioningError::Store)))
                }
            });
            // Every user has a turn: the failure for one of them must not keep the sessions of the others.
            let results: Vec<_> = results.buffer_unordered(CONCURRENT).collect().await;
            for (user, result) in results {
                match result {
                    Ok(()) => ended += 1,
                    // The account was deleted after the read, with its sessions.
                    Err(ProvisioningError::NotFound) => {}
                    Err(error) => failed.push((user.to_string(), error.to_string())),
                }
            }
            let unreadable = page.unreadable.into_iter();
            failed.extend(unreadable.map(|user| (user.id, format!("cannot be read: {}", user.cause))));
            match page.next {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        chain.close().await;
        store.close().await;
        self.report(ended, &failed)
    }

    fn report(&self, ended: usize, failed: &[(String, String)]) -> Result<(), Failure> {
        if self.json {
            let failed: Vec<Value> =
                failed.iter().map(|(id, cause)| json!({ "user": id, "cause": cause })).collect();
            Out::json(&json!({ "users": ended, "failed": failed }))?;
        } else {
            let users = count_of(ended, "user");
            Out::line(&format!(
                "ended the sessions and the links in mails of {users}; they can sign in again"
            ))?;
        }
        for (id, cause) in failed {
            Out::error(&format!("user {id}: {cause}"))?;
        }
        if failed.is_empty() { Ok(()) } else { Err(Failure::SomeRows) }
    }
}
