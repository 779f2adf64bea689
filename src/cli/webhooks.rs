//! `vestibule webhooks`

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::{
    context::{config, event_chain, store},
    failure::Failure,
    layout::{count_of, published_name, short_time, table},
    out::Out,
};
use crate::{
    audit::{EventKind, Recorder, StatedReason},
    clock::Clock,
    config::{Config, WebhookConfig},
    store::{Create, Store},
    webhook::{
        self, DeliveryFilter, DeliveryId, DeliveryState, DeliveryView, Replay as Replayed, WebhookView,
    },
};

/// Deliveries per read of the store.
const PAGE: usize = 200;
/// Failed deliveries of one `replay --all`: what is replayed leaves the list, so another run takes the next ones.
const REPLAY_MAX: usize = 10_000;
const LIST: [&str; 6] = ["name", "url", "pending", "failed", "last delivered (UTC)", "last error"];
const DELIVERIES: [&str; 8] =
    ["id", "webhook", "type", "user", "state", "attempts", "next attempt (UTC)", "last error"];
/// A table of this width shows the whole ids, which `replay` needs.
const ID_WIDTH: usize = 190;
/// Reason of the audit event of a test that the receiver did not accept.
const NOT_ACCEPTED: &str = "not_accepted";

#[derive(Subcommand)]
pub(super) enum Webhooks {
    List(List),
    Deliveries(Deliveries),
    Replay(Replay),
    Test(Test),
}

/// List the webhooks of the settings, with their queues.
#[derive(Args)]
pub(super) struct List {
    /// Print a JSON array instead of a table.
    #[arg(long)]
    json: bool,
}

/// List messages to webhooks, newest first: those that wait, and those of the last 30 days.
#[derive(Args)]
pub(super) struct Deliveries {
    /// Only messages to this webhook.
    #[arg(long, value_name = "NAME")]
    webhook: Option<String>,
    /// Only messages in this state.
    #[arg(long)]
    state: Option<State>,
    /// Largest number of messages.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// Print a JSON array instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum State {
    Pending,
    Delivered,
    Failed,
}

/// Send messages to a webhook again, in whatever state they are. The running service sends them.
///
/// A message keeps its id, and has the user as it is then. The receiver may ignore it as a duplicate if it has processed the id.
#[derive(Args)]
pub(super) struct Replay {
    /// The id, as `vestibule webhooks deliveries` shows it.
    #[arg(required_unless_present = "all")]
    id: Option<DeliveryId>,
    /// All failed messages to this webhook.
    #[arg(long, value_name = "NAME", conflicts_with = "id")]
    all: Option<String>,
    /// Why, for the audit events.
    #[arg(long)]
    reason: Option<StatedReason>,
}

/// Send a signed test message to a webhook now, and report what the receiver answers.
#[derive(Args)]
pub(super) struct Test {
    name: String,
    /// Why, for the audit event.
    #[arg(long)]
    reason: Option<StatedReason>,
}

impl Webhooks {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run().await,
            Self::Deliveries(deliveries) => deliveries.run().await,
            Self::Replay(replay) => replay.run().await,
            Self::Test(test) => test.run().await,
        }
    }
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        let webhooks = webhook::views(&store, &config.webhooks).await?;
        store.close().await;
        if self.json {
            return Ok(Out::json(&webhooks)?);
        }
        let row = |webhook: &WebhookView| {
            vec![
                webhook.name.clone(),
                webhook.url.clone(),
                webhook.pending.to_string(),
                webhook.failed.to_string(),
                or_dash(webhook.last_delivered_at.map(short_time)),
                or_dash(webhook.last_error.clone()),
            ]
        };
        let rows: Vec<_> = webhooks.iter().map(row).collect();
        Ok(Out::lines(table(&LIST, &rows, Out::width()))?)
    }
}

impl Deliveries {
    async fn run(self) -> Result<(), Failure> {
        let (_, store) = store(Create::Never).await?;
        let state = self.state.map(|state| match state {
            State::Pending => DeliveryState::Pending,
            State::Delivered => DeliveryState::Delivered,
            State::Failed => DeliveryState::Failed,
        });
        let filter = DeliveryFilter { webhook: self.webhook, state };
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let deliveries = read(&store, &filter, limit).await?;
        store.close().await;
        if self.json {
            return Ok(Out::json(&deliveries)?);
        }
        let rows: Vec<_> = deliveries.iter().map(row).collect();
        Ok(Out::lines(table(&DELIVERIES, &rows, Out::width().max(ID_WIDTH)))?)
    }
}

fn row(delivery: &DeliveryView) -> Vec<String> {
    vec![
        delivery.id.to_string(),
        delivery.webhook.clone(),
        delivery.r#type.as_str().to_owned(),
        or_dash(delivery.user_id.map(|user| user.to_string())),
        published_name(&delivery.state),
        delivery.attempts.to_string(),
        or_dash(delivery.next_attempt_at.map(short_time)),
        or_dash(delivery.last_error.clone()),
    ]
}

async fn read(store: &Store, filter: &DeliveryFilter, limit: usize) -> Result<Vec<DeliveryView>, Failure> {
    let (mut deliveries, mut after) = (Vec::new(), None);
    while deliveries.len() < limit {
        let page = webhook::deliveries(store, filter, after, PAGE.min(limit - deliveries.len())).await?;
        deliveries.extend(page.deliveries);
        match page.next {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    Ok(deliveries)
}

/// Returns the webhook with this name.
fn named<'a>(config: &'a Config, name: &str) -> Result<&'a WebhookConfig, Failure> {
    let found = config.webhooks.iter().find(|webhook| webhook.name == name);
    found.ok_or_else(|| {
        Failure::Failed(format!(
            "VESTIBULE_WEBHOOKS has no {name:?}; `vestibule webhooks list` shows the names"
        ))
    })
}

impl Replay {
    async fn run(self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        let clock = Clock::system();
        let chain = event_chain(&config, &store, &clock)?;
        let ids = match (&self.id, &self.all) {
            (Some(id), _) => vec![*id],
            (None, Some(name)) => webhook::failed_of(&store, &named(&config, name)?.name, REPLAY_MAX).await?,
            (None, None) => Vec::new(),
        };
        let mut queued = 0;
        for id in &ids {
            match webhook::replay(&store, &config.webhooks, *id, clock.now()).await? {
                Replayed::Queued(delivery) => {
                    queued += 1;
                    let audit = Recorder::of_command_line(&chain, &clock);
                    let details =
                        json!({ "delivery": id, "webhook": delivery.webhook, "type": delivery.r#type });
                    let entry = audit.stating(self.reason.clone()).success(EventKind::WebhookReplayed);
                    entry.details(details).record().await;
                }
                Replayed::NoWebhook(name) => {
                    return Err(Failure::Failed(format!(
                        "VESTIBULE_WEBHOOKS has no {name:?} any more; add it, or leave the message"
                    )));
                }
                Replayed::NotFound if self.all.is_none() => {
                    return Err(Failure::Failed(format!(
                        "there is no message {id}; `vestibule webhooks deliveries` shows the ids"
                    )));
                }
                // It was removed in between.
                Replayed::NotFound => {}
            }
        }
        store.close().await;
        Ok(Out::line(&format!("queued {}", count_of(queued, "message")))?)
    }
}

impl Test {
    async fn run(self) -> Result<(), Failure> {
        // Before the database is opened.
        named(&config()?, &self.name)?;
        let (config, store) = store(Create::Never).await?;
        let clock = Clock::system();
        let chain = event_chain(&config, &store, &clock)?;
        let webhook = named(&config, &self.name)?;
        let tested = webhook::test(&config, webhook, Some("cli".to_owned()), clock.system_time()).await;
        let tested = tested.map_err(Failure::Failed)?;
        let audit = Recorder::of_command_line(&chain, &clock).stating(self.reason);
        let entry = match tested.error {
            None => audit.success(EventKind::WebhookTested),
            Some(_) => audit.failure(EventKind::WebhookTested, NOT_ACCEPTED),
        };
        let details = json!({ "webhook": webhook.name, "status": tested.status, "error": tested.error });
        entry.details(details).record().await;
        store.close().await;
        match tested.error {
            None => {
                let status = tested.status.unwrap_or_default();
                Ok(Out::line(&format!(
                    "{} accepted the test message: status {status}, {} ms",
                    self.name, tested.millis
                ))?)
            }
            Some(error) => {
                Err(Failure::Failed(format!("{} did not accept the test message: {error}", self.name)))
            }
        }
    }
}
