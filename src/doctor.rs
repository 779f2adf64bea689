//! `vestibule doctor` and its page: what is wrong with a set-up, why it matters, and what to change.
//!
//! ```text
//!   settings, files   what `vestibule check` finds
//!   keys, database    read only; users whom a setting locks out
//!   each provider     discovery, keys, client, redirect URI
//!   public URL        the handshake of a browser with the running service ── routes: what the service received
//!   mail              connection, login and sender; no mail is sent
//!   SMS gateway       a HEAD request; no message is sent
//!   traces            an empty request to the collector
//!   each webhook      a HEAD request to the receiver; no message is sent
//! ```
//!
//! All checks run at the same time, each with a time limit. The page `/vestibule/doctor` does the handshake in a browser.

mod access_token;
mod database;
mod mail;
mod message_codes;
mod public_url;
mod received;
pub(crate) mod routes;
mod stream_check;
mod users;
mod webhooks;

use std::{pin::Pin, sync::Arc};

use crate::{
    clock::Clock,
    config::{Config, Mistake, Report},
    finding::{Finding, FindingCode},
    login::federated::providers::Providers,
    trace_export,
    user::Email,
};

/// What the caller chose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Address to which requests to the public URL are sent, in place of the one that its name has. An error without a name.
    pub connect_to: Option<std::net::SocketAddr>,
    /// Recipient of a test mail. `None`: no mail is sent.
    pub send_mail: Option<Email>,
    /// Send a signed test message to each webhook.
    pub test_webhooks: bool,
}

/// A check that has not run yet.
pub struct Check {
    pub name: String,
    /// What to change if the check does not end in time.
    pub slow: String,
    pub run: Pin<Box<dyn Future<Output = Vec<Finding>> + Send>>,
}

impl Check {
    fn new(
        name: impl Into<String>,
        slow: impl Into<String>,
        run: impl Future<Output = Vec<Finding>> + Send + 'static,
    ) -> Self {
        Self { name: name.into(), slow: slow.into(), run: Box::pin(run) }
    }
}

/// Returns the findings about settings that do not stop the reading of settings.
#[must_use]
pub fn of_settings(report: Report) -> Vec<Finding> {
    report.warnings.into_iter().map(Finding::from).collect()
}

/// Returns the findings about settings with mistakes.
#[must_use]
pub fn of_mistakes(mistakes: Vec<Mistake>) -> Vec<Finding> {
    let finding = |mistake: Mistake| {
        // The text ends with the next step.
        let (problem, fix) = mistake.text.split_once("; ").unwrap_or((&mistake.text, "correct it"));
        let fix = format!("{}: {fix}", mistake.name);
        Finding::new(FindingCode::SettingInvalid, mistake.name, problem, fix)
    };
    mistakes.into_iter().map(finding).collect()
}

/// Returns all checks beside those of the settings.
///
/// # Errors
/// The HTTP client of a provider cannot be created, or [`Options::connect_to`] would have no effect.
pub fn checks(config: &Arc<Config>, clock: &Clock, options: &Options) -> Result<Vec<Check>, String> {
    let mut checks = Vec::new();
    // The HTTP client connects to an IP address in the URL itself, so the findings would be about another server.
    if options.connect_to.is_some() && !config.public_url.is_name() {
        let host = &config.public_url.host;
        return Err(format!(
            "--connect-to: the host of VESTIBULE_PUBLIC_URL is the IP address {host}, to which each request goes; leave the option out, or set VESTIBULE_PUBLIC_URL to a URL with a name"
        ));
    }
    let database = database::check(config.clone(), clock.clone());
    let slow = "check VESTIBULE_DATABASE_URL and the network, or raise --timeout";
    checks.push(Check::new("database", slow, database));
    let providers = Providers::new(&config.providers, &config.public_url.url(), &config.outgoing)?;
    for provider in providers.iter() {
        let name = format!("provider {}", provider.config.name);
        let slow = format!("check {} and the network, or raise --timeout", provider.config.setting("ISSUER"));
        let (provider, clock) = (provider.clone(), clock.clone());
        checks.push(Check::new(name, slow, async move { provider.diagnose(&clock).await }));
    }
    let public_url = public_url::check(config.clone(), clock.clone(), options.connect_to);
    let slow = "check VESTIBULE_PUBLIC_URL and the proxy, or raise --timeout";
    checks.push(Check::new("public URL", slow, public_url));
    if config.mail.is_some() {
        let mail = mail::check(config.clone(), clock.clone(), options.send_mail.clone());
        let slow = "check VESTIBULE_MAIL_URL and the network, or raise --timeout";
        checks.push(Check::new("mail", slow, mail));
    }
    if let Some(gateway) = config.message_codes.sms.clone() {
        let slow = "check VESTIBULE_SMS_URL and the network, or raise --timeout";
        checks.push(Check::new("SMS gateway", slow, message_codes::check_gateway(config.clone(), gateway)));
    }
    if let Some(traces) = config.traces.clone() {
        let outgoing = config.outgoing.clone();
        let slow = "check VESTIBULE_TRACES_URL and the network, or raise --timeout";
        let probe = async move {
            trace_export::probe(&traces, &outgoing).await.err().map(of_traces).into_iter().collect()
        };
        checks.push(Check::new("traces", slow, probe));
    }
    for webhook in &config.webhooks {
        let slow = format!("check {} and the network, or raise --timeout", webhook.setting("URL"));
        let check = webhooks::check(config.clone(), webhook.clone(), clock.clone(), options.test_webhooks);
        checks.push(Check::new(format!("webhook {}", webhook.name), slow, check));
    }
    Ok(checks)
}

/// Returns the finding about a collector that does not accept an empty request.
fn of_traces(problem: String) -> Finding {
    let fix = "check VESTIBULE_TRACES_URL with its path (/v1/traces), VESTIBULE_TRACES_HEADERS and VESTIBULE_CA_FILE";
    Finding::new(FindingCode::TracesRefused, "VESTIBULE_TRACES_URL", problem, fix)
}

/// Returns the redirect URI to register at each provider.
pub fn redirect_uris(config: &Config) -> impl Iterator<Item = (&str, String)> {
    let url = config.public_url.url();
    config
        .providers
        .iter()
        .map(move |provider| (provider.name.as_str(), format!("{url}/api/auth/callback/{}", provider.name)))
}
