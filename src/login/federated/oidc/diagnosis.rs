//! What is wrong with a provider, for `vestibule doctor` and for administrators: the same requests as discovery and a login send, with one
//! finding for each problem. No user signs in.

mod announced;

use std::time::{Duration, Instant};

use oauth2::PkceCodeChallenge;
use serde::Serialize;
use tokio::time::timeout;
use url::Url;

use super::{
    auth_time::Prompt,
    back_channel,
    failure::ProviderFailure,
    http::HttpError,
    json::{JsonObject, quoted},
    keys::fetch_keys,
    metadata::{self, Metadata},
    provider::{Discovered, Provider},
};
use crate::{
    clock::{Clock, Timestamp},
    finding::{Finding, FindingCode},
};

/// Largest difference between two clocks in milliseconds. Tokens are accepted up to a minute after they expire; `Date` has whole seconds.
const CLOCK_SKEW_MAX: i64 = 10_000;
/// Errors with which a token endpoint refuses the client, and not the code. Auth0 sends the last one.
const CLIENT_ERRORS: [&str; 3] = ["invalid_client", "unauthorized_client", "access_denied"];
/// Answers to `prompt=none` of a provider at which the user has no session (OpenID Connect Core §3.1.2.6).
const NO_SESSION: [&str; 5] = [
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
    "access_denied",
];

impl Provider {
    /// Runs all checks of this provider.
    pub async fn diagnose(&self, clock: &Clock) -> Vec<Finding> {
        let mut diagnosis = Diagnosis::new(self);
        diagnosis.run(clock).await;
        diagnosis.findings.into_iter().map(|(_, finding)| finding).collect()
    }

    /// Runs all checks of this provider within a time, and returns those that ran, in their order.
    pub async fn check(&self, clock: &Clock, limit: Duration) -> Vec<Checked> {
        let mut diagnosis = Diagnosis::new(self);
        if timeout(limit, diagnosis.run(clock)).await.is_err() {
            let fix = format!("check {} and the network", diagnosis.setting("ISSUER"));
            let problem = format!("no result within {} s", limit.as_secs());
            diagnosis.add(FindingCode::CheckTimeout, problem, fix);
        }
        diagnosis.into_checked()
    }
}

/// One check of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    Discovery,
    Clock,
    Issuer,
    Algorithms,
    Keys,
    TokenEndpoint,
    RedirectUri,
}

/// A check that ran.
#[derive(Debug)]
pub struct Checked {
    pub name: CheckName,
    pub findings: Vec<Finding>,
    pub took: Duration,
}

struct Diagnosis<'p> {
    provider: &'p Provider,
    findings: Vec<(CheckName, Finding)>,
    /// The check that runs, and since when.
    running: (CheckName, Instant),
    /// The checks that ran before it, each with a time. A check can run in parts.
    ran: Vec<(CheckName, Duration)>,
}

impl<'p> Diagnosis<'p> {
    fn new(provider: &'p Provider) -> Self {
        let running = (CheckName::Discovery, Instant::now());
        Self { provider, findings: Vec::new(), running, ran: Vec::new() }
    }

    /// Begins a check, and ends the one before.
    fn begin(&mut self, name: CheckName) {
        let (before, since) = std::mem::replace(&mut self.running, (name, Instant::now()));
        self.ran.push((before, since.elapsed()));
    }

    fn into_checked(mut self) -> Vec<Checked> {
        self.begin(self.running.0);
        let mut checks: Vec<Checked> = Vec::new();
        for (name, time) in self.ran {
            match checks.iter_mut().find(|check| check.name == name) {
                Some(check) => check.took += time,
                None => checks.push(Checked { name, findings: Vec::new(), took: time }),
            }
        }
        for (name, finding) in self.findings {
            if let Some(check) = checks.iter_mut().find(|check| check.name == name) {
                check.findings.push(finding);
            }
        }
        checks
    }

    fn add(&mut self, code: FindingCode, problem: impl Into<String>, fix: impl Into<String>) {
        let subject = format!("provider {}", self.provider.config.name);
        self.findings.push((self.running.0, Finding::new(code, subject, problem, fix)));
    }

    fn setting(&self, suffix: &str) -> String {
        self.provider.config.setting(suffix)
    }

    async fn run(&mut self, clock: &Clock) {
        let config = &self.provider.config;
        let url = back_channel::address(config, &config.issuer.metadata_url());
        let (body, date) = match self.provider.http.get_dated(&url).await {
            Ok(answer) => answer,
            Err(error) => return self.metadata_not_loaded(&url, &error),
        };
        if let Some(date) = date {
            self.begin(CheckName::Clock);
            self.clock(date, clock);
            self.begin(CheckName::Discovery);
        }
        let members = match JsonObject::read(&body) {
            Ok(document) => document.members,
            Err(error) => return self.metadata_invalid(&url, &format!("the response is {error}")),
        };
        let mut replaced = members.clone();
        back_channel::replace_endpoints(config, &mut replaced);
        let metadata = match metadata::read(replaced) {
            Ok(metadata) => metadata,
            Err(error) => return self.metadata_invalid(&url, &error),
        };
        self.begin(CheckName::Issuer);
        let issuer_matches = self.issuer(&metadata);
        self.begin(CheckName::Discovery);
        let endpoints_are_safe = self.endpoints(&metadata);
        self.announced(&members, &metadata);
        if !endpoints_are_safe {
            // Neither code nor secret may be sent there.
            return;
        }
        self.begin(CheckName::Keys);
        self.keys(&metadata).await;
        if issuer_matches {
            self.begin(CheckName::TokenEndpoint);
            self.client().await;
        }
    }

    fn metadata_not_loaded(&mut self, url: &str, error: &HttpError) {
        let (issuer, internal) = (self.setting("ISSUER"), self.setting("BACKCHANNEL_URL"));
        let problem = format!("metadata {}: {error}", quoted(url));
        if matches!(error, HttpError::Status(429)) {
            self.add(FindingCode::ProviderRateLimited, problem, "run doctor again in a minute");
        } else if error.is_outage() {
            let fix = match &self.provider.config.backchannel_url {
                Some(url) => {
                    format!("check {internal}={url}: from this machine, the provider must answer there")
                }
                None => format!(
                    "check {issuer} and the network; if the provider has another address inside the network, set {internal} to it; for a \
                     private certificate authority set VESTIBULE_CA_FILE, behind an outgoing proxy VESTIBULE_HTTPS_PROXY"
                ),
            };
            self.add(FindingCode::ProviderUnreachable, problem, fix);
        } else {
            self.add(FindingCode::ProviderDiscovery, problem, self.issuer_fix());
        }
    }

    fn metadata_invalid(&mut self, url: &str, error: &str) {
        let problem = format!("metadata {}: {error}", quoted(url));
        self.add(FindingCode::ProviderDiscovery, problem, self.issuer_fix());
    }

    fn issuer_fix(&self) -> String {
        let shape = self.provider.config.kind.preset().issuer_shape;
        let shape = shape.map(|shape| format!("; {shape}")).unwrap_or_default();
        format!("set {} to the issuer as the provider documents it{shape}", self.setting("ISSUER"))
    }

    fn clock(&mut self, date: Timestamp, clock: &Clock) {
        let skew = clock.system_time().as_millis() - date.as_millis();
        if skew.abs() > CLOCK_SKEW_MAX {
            let (seconds, direction) = (skew.abs() / 1000, if skew > 0 { "ahead of" } else { "behind" });
            self.add(
                FindingCode::ClockProvider,
                format!("the clock of this machine is {seconds} s {direction} the clock of the provider"),
                "synchronise the clock of this machine (timedatectl set-ntp true); if it is right, report it to the provider",
            );
        }
    }

    fn issuer(&mut self, metadata: &Metadata) -> bool {
        let Err(failure) = self.provider.check_issuer(metadata.issuer()) else { return true };
        let announced = quoted(metadata.issuer());
        let fix = format!("set {}={}", self.setting("ISSUER"), announced.trim_matches('"'));
        self.add(FindingCode::ProviderIssuer, text_of(&failure), fix);
        false
    }

    fn endpoints(&mut self, metadata: &Metadata) -> bool {
        let Err(failure) = self.provider.check_endpoints(metadata) else { return true };
        let fix = format!(
            "set the public URL of the provider to https; inside a private network, set {} to its internal address",
            self.setting("BACKCHANNEL_URL")
        );
        self.add(FindingCode::ProviderEndpoint, text_of(&failure), fix);
        false
    }

    async fn keys(&mut self, metadata: &Metadata) {
        let uri = quoted(metadata.jwks_uri().as_str());
        match fetch_keys(&self.provider.http, metadata).await {
            Err(failure) => {
                let fix = format!("check that this machine reaches the key set {uri}; {}", self.issuer_fix());
                self.add(FindingCode::ProviderKeys, text_of(&failure), fix);
            }
            Ok(keys) => {
                if keys.keys.is_empty() {
                    let problem = format!("the key set {uri} has no key that can verify a signature");
                    let fix = self.provider.config.kind.preset().signing_advice;
                    self.add(FindingCode::ProviderKeys, problem, fix);
                }
                for defect in &keys.problems {
                    self.add(
                        FindingCode::ProviderKeyDefect,
                        defect.clone(),
                        "replace this key at the provider",
                    );
                }
                self.provider.set_discovered(Discovered { metadata: metadata.clone(), keys });
            }
        }
    }

    /// Sends a made-up code, which the provider refuses after it has checked the client. Then asks for the login page as a browser does.
    async fn client(&mut self) {
        let Some(discovered) = self.provider.discovered() else { return };
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let code = format!("doctor-{}", challenge.as_str());
        let refused = self.provider.request_tokens(code, verifier.into_secret(), &discovered).await.err();
        let (id, secret) = (self.setting("CLIENT_ID"), self.setting("CLIENT_SECRET"));
        match refused {
            Some(ProviderFailure::Refused(error)) if CLIENT_ERRORS.contains(&error.as_str()) => {
                let problem = format!("the token endpoint refuses the client: {error}");
                let fix = format!(
                    "copy client id and secret again from the provider to {id} and {secret}; if they are right, set {} to the method of the client",
                    self.setting("AUTH_METHOD")
                );
                self.add(FindingCode::ProviderClient, problem, fix);
            }
            Some(ProviderFailure::Unavailable(error)) => {
                let fix = format!(
                    "check that this machine reaches the token endpoint; see {}",
                    self.setting("BACKCHANNEL_URL")
                );
                self.add(FindingCode::ProviderUnreachable, error, fix);
            }
            Some(
                ProviderFailure::Refused(_) | ProviderFailure::RateLimited | ProviderFailure::Invalid(_),
            )
            | None => {
                self.redirect_uri().await;
            }
        }
    }

    /// Asks for a login without any page (`prompt=none`): a provider that knows the redirect URI answers there.
    async fn redirect_uri(&mut self) {
        let Some(mut params) = self.provider.prepare_authorization(false) else { return };
        self.begin(CheckName::RedirectUri);
        params.prompt = Prompt::Unchanged;
        let Some(mut url) = self.provider.authorization_url(&params, "doctor".to_owned()) else { return };
        url.query_pairs_mut().append_pair("prompt", "none");
        let ours = self.provider.redirect_uri();
        // In a private network, only the browser may reach this address.
        let Ok((status, location)) = self.provider.http.get_redirect(url.as_str()).await else { return };
        let location = location.as_deref().and_then(|location| url.join(location).ok());
        let answered = location.filter(|location| location.as_str().starts_with(ours));
        let error = answered.as_ref().and_then(|location| query_value(location, "error"));
        match error {
            Some(error) if error == "invalid_scope" => {
                let fix =
                    format!("remove the scopes that the client may not use from {}", self.setting("SCOPES"));
                self.add(FindingCode::ProviderScope, "the provider refuses the scopes", fix);
            }
            Some(error) if !NO_SESSION.contains(&error.as_str()) => {
                let fix =
                    format!("check the client {} at the provider", quoted(&self.provider.config.client_id));
                self.add(
                    FindingCode::ProviderClient,
                    format!("the authorization endpoint answers {}", quoted(&error)),
                    fix,
                );
            }
            None if matches!(status, 400 | 401 | 403) => {
                let fix = format!(
                    "register the redirect URI {ours} for the client {} at the provider; it follows from VESTIBULE_PUBLIC_URL",
                    quoted(&self.provider.config.client_id)
                );
                self.add(
                    FindingCode::ProviderRedirectUri,
                    format!("the authorization endpoint answers {status}"),
                    fix,
                );
            }
            Some(_) | None => {}
        }
    }
}

fn query_value(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// Returns the text without the prefix of its class, which the code of the finding says.
fn text_of(failure: &ProviderFailure) -> String {
    match failure {
        ProviderFailure::Unavailable(text)
        | ProviderFailure::Refused(text)
        | ProviderFailure::Invalid(text) => text.clone(),
        ProviderFailure::RateLimited => failure.to_string(),
    }
}
