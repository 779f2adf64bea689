//! The test of a provider that an administrator starts: the checks of `vestibule doctor`, from this replica.
//!
//! The checks run at a provider of their own, so that neither its metadata nor its health changes for logins.

use std::time::Duration;

use serde::Serialize;

use super::oidc::{
    diagnosis::{CheckName, Checked},
    provider::Provider,
};
use crate::{
    app::App,
    audit::EventKind,
    finding::{Finding, Severity},
    limiter::Limited,
    user::UserId,
    web::client::Client,
};

/// Time for all checks. It ends before the request does.
const TIME_MAX: Duration = Duration::from_secs(12);

/// Why a provider is not tested.
#[derive(Debug, thiserror::Error)]
pub enum TestRefusal {
    #[error("unknown provider")]
    Unknown,
    #[error("a test of this provider runs")]
    Running,
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The HTTP client cannot be created.
    #[error("{0}")]
    Client(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "CheckOutcome")]
pub enum Outcome {
    Ok,
    Warning,
    Failed,
}

/// The result of a check.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderCheck {
    name: CheckName,
    outcome: Outcome,
    text: String,
    /// What to change.
    next_step: Option<String>,
    /// All that was found, as `vestibule doctor --json` shows it.
    findings: Vec<Finding>,
    millis: u64,
}

/// Tests a provider, and records it.
///
/// # Errors
/// [`TestRefusal`].
pub async fn run(
    app: &App,
    client: &Client,
    administrator: UserId,
    name: &str,
) -> Result<Vec<ProviderCheck>, TestRefusal> {
    let config = app.providers.get(name).map(|provider| &provider.config).ok_or(TestRefusal::Unknown)?;
    let _running = app.provider_tests.begin(&config.name).ok_or(TestRefusal::Running)?;
    app.limiter.count_provider_test(&administrator.to_string()).await?;
    let provider = Provider::new(config.clone(), &app.config.public_url.url(), &app.config.outgoing)
        .map_err(TestRefusal::Client)?;
    let checks: Vec<ProviderCheck> =
        provider.check(&app.clock, TIME_MAX).await.into_iter().map(ProviderCheck::of).collect();
    let failed: Vec<CheckName> =
        checks.iter().filter(|check| check.outcome == Outcome::Failed).map(|check| check.name).collect();
    let audit = app.audit(client).by_user(administrator);
    let entry = if failed.is_empty() {
        audit.success(EventKind::ProviderTested)
    } else {
        audit.failure(EventKind::ProviderTested, "check_failed")
    };
    entry.details(serde_json::json!({ "provider": name, "failed": failed })).record().await;
    Ok(checks)
}

impl ProviderCheck {
    fn of(Checked { name, mut findings, took }: Checked) -> Self {
        findings.sort_by_key(|finding| finding.severity);
        let worst = findings.first();
        let outcome = match worst.map(|finding| finding.severity) {
            None | Some(Severity::Note) => Outcome::Ok,
            Some(Severity::Warning) => Outcome::Warning,
            Some(Severity::Error) => Outcome::Failed,
        };
        let problems: Vec<&str> = findings.iter().map(|finding| finding.problem.as_str()).collect();
        Self {
            name,
            outcome,
            text: if problems.is_empty() { passed(name).to_owned() } else { problems.join("; ") },
            next_step: worst.map(|finding| finding.fix.clone()),
            findings,
            millis: took.as_millis().try_into().unwrap_or(u64::MAX),
        }
    }
}

const fn passed(name: CheckName) -> &'static str {
    match name {
        CheckName::Discovery => "the metadata was loaded, and its endpoints can be used",
        CheckName::Clock => "the clocks of the provider and of this machine agree",
        CheckName::Issuer => "the metadata names the issuer of the settings",
        CheckName::Algorithms => "the provider signs with an algorithm that is accepted",
        CheckName::Keys => "the key set was loaded, and its keys can verify a signature",
        CheckName::TokenEndpoint => "the token endpoint answers, and accepts the client",
        CheckName::RedirectUri => "the authorization endpoint does not refuse the redirect URI",
    }
}
