//! `vestibule events`: list, follow, summarize and verify the audit events.

mod follow;
mod line;
mod summary;
mod time;
mod verify;

use std::{io, ops::ControlFlow};

use clap::{Args, Subcommand, ValueEnum};
use ipnet::IpNet;

use self::{line::Line, time::Moment};
use super::{context::store, failure::Failure, quoted::quoted, users::UserRef};
use crate::{
    audit::{self, EventId, EventKind, Outcome, Query},
    clock::Clock,
    store::{Create, Store},
    user::UserId,
};

/// Events that are listed if neither a number nor a time is given.
const LISTED: usize = 50;

/// List audit events, the newest last, follow or summarize them, or verify that none was altered or removed.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Events {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: List,
}

#[derive(Subcommand)]
enum Action {
    Summary(summary::Summary),
    Verify(verify::Verify),
}

#[derive(Args)]
struct List {
    /// Only events about this user: user name, ID or e-mail address.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Only events of this type, such as `passwordSignIn`. Can be given several times.
    #[arg(long = "type", value_name = "TYPE", value_parser = kind)]
    kinds: Vec<EventKind>,
    /// Only events with this outcome.
    #[arg(long)]
    outcome: Option<OutcomeName>,
    /// Only events of this actor: the ID of a user, the name of a provider, or `cli`.
    #[arg(long, value_name = "ACTOR")]
    actor: Option<String>,
    /// Only events of clients with this address, or in this network.
    #[arg(long, value_name = "ADDRESS", value_parser = network)]
    ip: Option<IpNet>,
    /// Only events since this time: a duration before now such as `1h`, or a time such as `2026-11-22T10:00:00Z` or `2026-11-22`.
    #[arg(long, value_name = "TIME")]
    since: Option<Moment>,
    /// Only events before this time.
    #[arg(long, value_name = "TIME", conflicts_with = "follow")]
    until: Option<Moment>,
    /// Only the event with this trace number.
    #[arg(long, value_name = "ID", conflicts_with_all = ["user", "kinds", "outcome", "actor", "ip", "since", "until", "limit", "follow"])]
    trace: Option<String>,
    /// Print the newest events only. Without it, all events since `--since` or before `--until` are printed, otherwise 50.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Print new events until Ctrl-C, also those of other processes.
    #[arg(long)]
    follow: bool,
    /// Print one JSON document for each event, on a line of its own.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum OutcomeName {
    Success,
    Failure,
}

impl Events {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self.action {
            Some(Action::Summary(summary)) => summary.run().await,
            Some(Action::Verify(verify)) => verify.run().await,
            None => self.list.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let (_, store) = store(Create::Never).await?;
        let mut line = Line::new(self.json);
        if let Some(trace) = &self.trace {
            let event = match trace.trim().parse::<EventId>() {
                Ok(id) => audit::find(&store, id).await?,
                Err(_) => None,
            };
            let event =
                event.ok_or_else(|| Failure::Failed(format!("there is no event {}", quoted(trace))))?;
            return Ok(line.print(event)?);
        }
        let clock = Clock::system();
        let query = self.query(&store, &clock).await?;
        // Before the list: an event between the list and the first look is then printed, too.
        let follow = self.follow.then(|| follow::Follow::new(clock.system_time(), query.clone()));
        let printed = self.list(&store, &query, &mut line).await?;
        if let Some(follow) = follow {
            follow.run(&store, &clock, printed, &mut line).await?;
        }
        store.close().await;
        Ok(())
    }

    async fn query(&self, store: &Store, clock: &Clock) -> Result<Query, Failure> {
        let moment = |moment: &Option<Moment>| moment.as_ref().map(|moment| moment.at(clock.system_time()));
        Ok(Query {
            user: match &self.user {
                Some(name) => Some(find_user(store, name).await?),
                None => None,
            },
            kinds: self.kinds.clone(),
            outcome: self.outcome.map(|outcome| match outcome {
                OutcomeName::Success => Outcome::Success,
                OutcomeName::Failure => Outcome::Failure,
            }),
            actor: self.actor.clone(),
            ip: self.ip,
            since: moment(&self.since),
            until: moment(&self.until),
        })
    }

    /// Prints the stored events, and returns the ids of the newest ones.
    async fn list(&self, store: &Store, query: &Query, line: &mut Line) -> Result<Vec<EventId>, Failure> {
        let has_time = self.since.is_some() || self.until.is_some();
        let limit = self.limit.or_else(|| (!has_time).then_some(LISTED));
        let mut printed = follow::Recent::default();
        if let Some(limit) = limit {
            for event in query.newest(store, limit).await?.into_iter().rev() {
                printed.add(&event);
                line.print(event)?;
            }
            return Ok(printed.ids());
        }
        let print = |event: audit::Event| -> ControlFlow<io::Error> {
            printed.add(&event);
            match line.print(event) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => ControlFlow::Break(error),
            }
        };
        match query.oldest_first(store, print).await? {
            Some(error) => Err(error.into()),
            None => Ok(printed.ids()),
        }
    }
}

/// Finds a user, or takes an ID as it is: the events of a deleted user stay.
async fn find_user(store: &Store, name: &str) -> Result<UserId, Failure> {
    match UserRef::of(name).find(store).await {
        Ok(user) => Ok(user.id),
        Err(failure @ Failure::Failed(_)) => name.trim().parse().map_err(|_| failure),
        Err(failure) => Err(failure),
    }
}

/// Reads the published name of a type.
fn kind(name: &str) -> Result<EventKind, String> {
    serde_json::from_value(name.into()).map_err(|error| error.to_string())
}

fn network(text: &str) -> Result<IpNet, String> {
    audit::network(text).ok_or_else(|| "write an address, or a network such as 203.0.113.0/24".to_owned())
}
