//! `vestibule doctor`

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use clap::Args;
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::{failure::Failure, layout::count_of, out::Out};
use crate::{
    clock::Clock,
    config::{Config, Environment},
    doctor::{self, Check, Options},
    finding::{Finding, FindingCode, Severity},
    user::Email,
};

/// Find out what is wrong with this set-up: settings, files, clock, database, providers, public URL, mail, traces
/// and webhooks.
///
/// Run it with the settings of the service, while the service runs: it opens the public URL as a browser does. It changes nothing. Each
/// finding has a code, what is wrong, why it matters, and what to change. deploy/docs/doctor.md lists all codes.
///
/// Exit code: 0 without findings, or with notes only; 1 with an error or a warning; 3 if the settings are invalid or the keys do not fit
/// the database; 4 if the database is
/// unreachable or cannot be used.
#[derive(Args)]
pub(super) struct Doctor {
    /// Print one JSON document: `findings` with `code`, `severity`, `subject`, `problem`, `why` and `fix`, the `checks` that ran, and
    /// `redirectUris` by provider.
    #[arg(long)]
    json: bool,
    /// Time limit of each check in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Address for requests to the public URL, in place of the one that its name has.
    #[arg(long, value_name = "IP:PORT")]
    connect_to: Option<SocketAddr>,
    /// Send a test message to this address. Without it, no mail is sent.
    #[arg(long, value_name = "ADDRESS")]
    send_mail: Option<Email>,
    /// Send a signed test message to each webhook. Without it, no message is sent.
    #[arg(long)]
    test_webhooks: bool,
}

/// The result of all checks.
struct Outcome {
    findings: Vec<Finding>,
    checks: Vec<String>,
    redirect_uris: BTreeMap<String, String>,
}

impl Doctor {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let outcome = match Config::read(&Environment::of_process()) {
            Err(mistakes) => Outcome {
                findings: doctor::of_mistakes(mistakes),
                checks: vec!["settings".to_owned()],
                redirect_uris: BTreeMap::new(),
            },
            Ok((config, report)) => {
                let config = Arc::new(config);
                let options = Options {
                    connect_to: self.connect_to,
                    send_mail: self.send_mail,
                    test_webhooks: self.test_webhooks,
                };
                let checks = doctor::checks(&config, &Clock::system(), &options).map_err(Failure::Failed)?;
                let mut outcome = run_all(checks, Duration::from_secs(self.timeout)).await;
                let mut findings = doctor::of_settings(report);
                findings.append(&mut outcome.findings);
                let uris = doctor::redirect_uris(&config).map(|(name, uri)| (name.to_owned(), uri));
                Outcome { findings, redirect_uris: uris.collect(), ..outcome }
            }
        };
        let mut outcome = outcome;
        outcome.findings.sort_by_key(|finding| finding.severity);
        if self.json {
            outcome.print_json()?;
        } else {
            outcome.print()?;
        }
        outcome.result()
    }
}

/// Runs all checks at the same time. One that fails or takes too long stops no other one.
async fn run_all(checks: Vec<Check>, limit: Duration) -> Outcome {
    let mut names = vec!["settings".to_owned()];
    names.extend(checks.iter().map(|check| check.name.clone()));
    let mut open: Vec<String> = names[1..].to_vec();
    let bar = progress(open.len());
    let mut running: FuturesUnordered<_> = checks
        .into_iter()
        .map(|check| async move {
            // A task of its own: a check that blocks a thread must not stop the others.
            let findings = tokio::time::timeout(limit, tokio::spawn(check.run)).await;
            let findings = match findings {
                Ok(Ok(findings)) => findings,
                Ok(Err(failure)) => vec![unfinished(&check.name, &failure.to_string(), &check.slow)],
                Err(_) => {
                    let problem = format!("no result within {} s", limit.as_secs());
                    vec![unfinished(&check.name, &problem, &check.slow)]
                }
            };
            (check.name, findings)
        })
        .collect();
    let mut found = BTreeMap::new();
    bar.set_message(open.join(", "));
    while let Some((name, findings)) = running.next().await {
        open.retain(|open| *open != name);
        bar.inc(1);
        bar.set_message(open.join(", "));
        found.insert(name, findings);
    }
    bar.finish_and_clear();
    let findings = names.iter().filter_map(|name| found.remove(name)).flatten().collect();
    Outcome { findings, checks: names, redirect_uris: BTreeMap::new() }
}

fn unfinished(name: &str, problem: &str, fix: &str) -> Finding {
    Finding::new(FindingCode::CheckTimeout, name, problem, fix)
}

/// Creates the progress bar. It is drawn on a terminal only.
fn progress(checks: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(checks as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{spinner} {pos} of {len} checks; running: {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

impl Outcome {
    fn print_json(&self) -> Result<(), Failure> {
        Ok(Out::json(&json!({
            "findings": self.findings,
            "checks": self.checks,
            "redirectUris": self.redirect_uris,
        }))?)
    }

    fn print(&self) -> Result<(), Failure> {
        for finding in &self.findings {
            let Finding { code, severity, subject, problem, why, fix } = finding;
            Out::line(&format!("{}: {subject}: {problem} [{code}]", severity.as_str()))?;
            Out::line(&format!("  why: {why}"))?;
            Out::line(&format!("  fix: {fix}\n"))?;
        }
        if !self.redirect_uris.is_empty() {
            Out::line("redirect URIs to register at the providers:")?;
            let line = |(name, uri): (&String, &String)| format!("  {name}: {uri}");
            Out::lines(self.redirect_uris.iter().map(line))?;
            Out::line("")?;
        }
        let count = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        Out::line(&format!(
            "{}: {}, {}, {}",
            count_of(self.checks.len(), "check"),
            count_of(count(Severity::Error), "error"),
            count_of(count(Severity::Warning), "warning"),
            count_of(count(Severity::Note), "note"),
        ))?;
        Ok(())
    }

    fn result(&self) -> Result<(), Failure> {
        let has = |codes: &[FindingCode]| self.findings.iter().any(|finding| codes.contains(&finding.code));
        if has(&[FindingCode::SettingInvalid, FindingCode::KeysUnusable, FindingCode::KeysNotInRing]) {
            return Err(Failure::InvalidSettings);
        }
        if has(&[
            FindingCode::DatabaseUnreachable,
            FindingCode::DatabaseRefused,
            FindingCode::DatabaseForeign,
        ]) {
            return Err(Failure::UnusableStore);
        }
        let is_clean = self.findings.iter().all(|finding| finding.severity == Severity::Note);
        if is_clean { Ok(()) } else { Err(Failure::Findings) }
    }
}
