//! `vestibule mail`

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::{
    context::{config, event_chain, store},
    failure::Failure,
    layout::{count_of, published_name, short_time, table},
    out::Out,
};
use crate::{
    audit::{EventKind, Recorder},
    clock::Clock,
    config::MailTransport,
    mail::{self, MailId, MailState, MailView, Retry as Retried},
    store::{Create, Store},
    user::Email,
};

/// Mails per read of the store.
const PAGE: usize = 200;
const HEADER: [&str; 7] = ["id", "to", "template", "state", "created (UTC)", "next attempt (UTC)", "reply"];

#[derive(Subcommand)]
pub(super) enum Mail {
    List(List),
    Retry(Retry),
    Test(Test),
}

/// List mail that is not delivered, newest first.
#[derive(Args)]
pub(super) struct List {
    /// Only mail that waits, or that was given up.
    #[arg(long)]
    state: Option<State>,
    /// Print a JSON array instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum State {
    Queued,
    Failed,
}

/// Put mail into the queue again that was given up, or send waiting mail now.
///
/// Mail whose link has expired is not sent.
#[derive(Args)]
pub(super) struct Retry {
    /// The id, as `vestibule mail list` shows it.
    #[arg(required_unless_present = "all")]
    id: Option<MailId>,
    /// All mail that was given up.
    #[arg(long, conflicts_with = "id")]
    all: bool,
}

/// Send a test message to an address now, and report what the mail server replies.
#[derive(Args)]
pub(super) struct Test {
    address: Email,
}

impl Mail {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run().await,
            Self::Retry(retry) => retry.run().await,
            Self::Test(test) => test.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let (_, store) = store(Create::Never).await?;
        let state = self.state.map(|state| match state {
            State::Queued => MailState::Queued,
            State::Failed => MailState::Failed,
        });
        let mails = all(&store, state).await?;
        store.close().await;
        if self.json {
            return Ok(Out::json(&mails)?);
        }
        let rows: Vec<_> = mails.iter().map(row).collect();
        Ok(Out::lines(table(&HEADER, &rows, Out::width().max(ID_WIDTH)))?)
    }
}

/// A table of this width shows the whole id, which `retry` needs.
const ID_WIDTH: usize = 160;

fn row(mail: &MailView) -> Vec<String> {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let state = match mail.reason {
        Some(reason) => format!("{}: {}", published_name(&mail.state), reason.as_str()),
        None => published_name(&mail.state),
    };
    vec![
        mail.id.to_string(),
        mail.to.to_string(),
        published_name(&mail.template),
        state,
        short_time(mail.created_at),
        or_dash(mail.next_attempt_at.map(short_time)),
        or_dash(mail.reply.clone()),
    ]
}

async fn all(store: &Store, state: Option<MailState>) -> Result<Vec<MailView>, Failure> {
    let (mut mails, mut after) = (Vec::new(), None);
    loop {
        let page = mail::page(store, state, after, PAGE).await?;
        mails.extend(page.mails);
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(mails),
        }
    }
}

impl Retry {
    async fn run(self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        let clock = Clock::system();
        let chain = event_chain(&config, &store, &clock)?;
        let ids = match self.id {
            Some(id) => vec![id],
            None => all(&store, Some(MailState::Failed)).await?.into_iter().map(|mail| mail.id).collect(),
        };
        let now = clock.now();
        let (mut queued, mut expired) = (0, 0);
        for id in &ids {
            match mail::retry(&store, *id, now).await? {
                Retried::Queued(user) => {
                    queued += 1;
                    let audit = Recorder::of_command_line(&chain, &clock).about(user);
                    audit.success(EventKind::MailRetried).details(json!({ "mail": id })).record().await;
                }
                Retried::Expired => expired += 1,
                Retried::NotFound if !self.all => {
                    return Err(Failure::Failed(format!(
                        "no mail {id} waits or was given up; `vestibule mail list` shows the ids"
                    )));
                }
                // It was delivered in between.
                Retried::NotFound => {}
            }
        }
        store.close().await;
        Out::line(&format!("queued {}", count_of(queued, "mail")))?;
        if expired > 0 {
            Out::error(&format!("{} not queued: the link has expired", count_of(expired, "mail")))?;
        }
        if queued == 0 && expired > 0 { Err(Failure::SomeRows) } else { Ok(()) }
    }
}

impl Test {
    async fn run(self) -> Result<(), Failure> {
        let config = config()?;
        mail::Mail::test(&config, &self.address, Clock::system().now()).await.map_err(Failure::Failed)?;
        let address = &self.address;
        let where_ = match config.mail.map(|mail| mail.transport) {
            Some(MailTransport::Folder(folder)) => format!("written to {}", folder.display()),
            Some(MailTransport::Smtp(server)) => format!("accepted by {}:{}", server.host, server.port),
            None => String::new(),
        };
        Ok(Out::line(&format!("test message to {address} {where_}"))?)
    }
}
