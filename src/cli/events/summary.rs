//! `vestibule events summary`

use std::io;

use clap::Args;

use super::{
    super::{
        context::{keys, store},
        failure::Failure,
        layout::{INDENT, count_of, time},
        out::Out,
    },
    time::Moment,
};
use crate::{
    audit::summary::{Figures, Limits, Sources, Span, summarize},
    clock::Clock,
    store::Create,
};

/// Show what an administrator should look at each day: attacks, refusals, reports of users, new administrators, altered events.
#[derive(Args)]
#[command(
    after_help = "Each finding has the next command. It reads the newest events first, at most a million, for at most two minutes, and says \
                  what was left out. The exit code is 0, with findings too."
)]
pub(super) struct Summary {
    /// Only events since this time: a duration before now such as `1h`, or a time such as `2026-11-22T10:00:00Z` or `2026-11-22`.
    #[arg(long, value_name = "TIME", default_value = "24h")]
    since: Moment,
    /// Print one JSON document instead of lines: that of `GET /api/admin/summary`.
    #[arg(long)]
    json: bool,
}

impl Summary {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        let keys = keys(&config)?;
        let until = Clock::system().system_time();
        let span = Span { since: self.since.at(until), until };
        let sources = Sources { store: &store, keys: &keys, providers: &config.providers };
        let figures = summarize(sources, span, Limits::COMMAND).await?;
        store.close().await;
        if self.json {
            Out::json(&figures)?;
        } else {
            Out::lines(findings(&figures))?;
            tables(&figures)?;
        }
        Ok(())
    }
}

fn findings(figures: &Figures) -> Vec<String> {
    let events = usize::try_from(figures.events).unwrap_or(usize::MAX);
    let mut lines = vec![format!("{} since {}", count_of(events, "event"), time(figures.since))];
    lines.extend(figures.incomplete.iter().map(|what| format!("incomplete: {what}")));
    for finding in &figures.findings {
        lines.push(format!("{}: {}", finding.code.as_str(), finding.text));
        lines.push(format!("{:INDENT$}{}", "", finding.next));
    }
    if figures.findings.is_empty() {
        lines.push("nothing to look at".to_owned());
    }
    lines
}

fn tables(figures: &Figures) -> io::Result<()> {
    let logins = figures.logins.iter().map(|logins| {
        let reason = logins.reason.clone().unwrap_or_default();
        vec![logins.method.to_owned(), logins.outcome.to_owned(), reason, logins.count.to_string()]
    });
    table(&["logins", "outcome", "reason", "count"], logins)?;
    let factors =
        figures.second_factors.iter().map(|factor| vec![factor.factor.to_owned(), factor.count.to_string()]);
    table(&["second factor", "logins"], factors)?;
    let providers = figures.providers.iter().map(|provider| {
        let reasons = provider.reasons.iter().map(|reason| format!("{} {}", reason.count, reason.reason));
        let reasons: Vec<String> = reasons.collect();
        let (accepted, refused) = (provider.accepted.to_string(), provider.refused.to_string());
        vec![provider.provider.clone(), accepted, refused, reasons.join(", ")]
    });
    table(&["provider", "accepted", "refused", "reasons"], providers)?;
    let accounts = figures.accounts.iter().map(|account| {
        vec![account.user_id.to_string(), account.failures.to_string(), account.networks.to_string()]
    });
    table(&["account", "failures", "networks"], accounts)?;
    let networks = figures.networks.iter().map(|network| {
        let counts = [network.failures, network.accounts, network.signed_in].map(|count| count.to_string());
        [vec![network.network.clone()], counts.to_vec()].concat()
    });
    table(&["network", "failures", "accounts", "signed in"], networks)
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    Out::line("")?;
    Out::table(header, &rows)
}
