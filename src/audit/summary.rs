//! A summary of the audit events of some hours: what an administrator should look at, and the next command for each of it.
//!
//! ```text
//!   events, newest first ─▶ Tally (counts) ─▶ Figures ─▶ findings: sentences with the next command
//!   new and changed users ─▶ who is an administrator now
//! ```
//!
//! The work is bounded by a number of events and by a time, because any client can cause events. A summary that did not read everything
//! says so. It has what the events themselves show: ids, networks and codes, no name and no address of a user.

mod figures;
mod finding;
mod findings;
mod tally;

use std::{
    collections::HashSet,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use self::{figures::Roles, tally::Tally};
pub use self::{
    figures::{
        Account, Administrator, ChainState, Figures, Logins, Network, Provider, Reason, SecondFactors, Span,
    },
    finding::{Details, Finding, FindingKind, LeftOut},
};
use super::query::Query;
use crate::{
    config::ProviderConfig,
    secrets::Keys,
    store::{Store, StoreError},
    user::{
        User, UserId,
        roles::{ADMIN, roles_of},
    },
};

/// Accounts and networks that a summary lists.
const LISTED: usize = 10;
/// Users per read of the store.
const USERS: usize = 250;

/// How much a summary reads.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub events: u64,
    pub time: Duration,
    /// New and changed users whose roles are read.
    pub users: usize,
}

impl Limits {
    /// Of a request: it must end before a proxy gives up.
    pub const REQUEST: Self = Self { events: 50_000, time: Duration::from_secs(5), users: 500 };
    /// Of a command.
    pub const COMMAND: Self = Self { events: 1_000_000, time: Duration::from_mins(2), users: 20_000 };
}

/// What a summary needs.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub store: &'a Store,
    pub keys: &'a Keys,
    pub providers: &'a [ProviderConfig],
}

/// Summarizes the events of a span of time.
///
/// # Errors
/// The store failed.
pub async fn summarize(sources: Sources<'_>, span: Span, limits: Limits) -> Result<Figures, StoreError> {
    let until = Instant::now() + limits.time;
    let mut tally = Tally::new(sources.keys);
    // Without an end: the clock of another replica may be ahead.
    let query = Query { since: Some(span.since), ..Query::default() };
    let cut = query
        .newest_first(sources.store, |event| {
            if tally.events() >= limits.events || Instant::now() >= until {
                return ControlFlow::Break(());
            }
            tally.add(&event);
            ControlFlow::Continue(())
        })
        .await?;
    let roles = administrators(sources, tally.changed_users(), (limits, until)).await?;
    let mut figures = tally.into_figures(span, cut.is_some(), roles);
    let (findings, left_out) = findings::of(&figures);
    figures.findings = findings;
    figures.left_out.extend(left_out);
    figures.incomplete = figures.left_out.iter().map(LeftOut::to_string).collect();
    // Only now: a finding may be about an account or a network that is not listed.
    figures.accounts.truncate(LISTED);
    figures.networks.truncate(LISTED);
    Ok(figures)
}

/// Reads which of the new and changed users are administrators now. The event of a new user does not say it.
async fn administrators(
    Sources { store, providers, .. }: Sources<'_>,
    changed: Vec<Administrator>,
    (limits, until): (Limits, Instant),
) -> Result<Roles, StoreError> {
    let mut roles = Roles { not_checked: changed.len().saturating_sub(limits.users), ..Roles::default() };
    let mut checked = changed.into_iter().take(limits.users).peekable();
    while checked.peek().is_some() {
        let batch: Vec<Administrator> = checked.by_ref().take(USERS).collect();
        if Instant::now() >= until {
            roles.not_checked += batch.len();
            continue;
        }
        roles.checked += batch.len();
        // A document that cannot be read is left out, as in lists. The store logs it.
        let keys: Vec<String> = batch.iter().map(|user| user.user_id.handle()).collect();
        let found = store.find_all::<User>(&keys).await?;
        let is_administrator = |user: &User| roles_of(user, providers).iter().any(|role| role == ADMIN);
        let administrators: HashSet<UserId> =
            found.documents.iter().filter(|user| is_administrator(user)).map(|user| user.id).collect();
        roles.administrators.extend(batch.into_iter().filter(|user| administrators.contains(&user.user_id)));
    }
    Ok(roles)
}
