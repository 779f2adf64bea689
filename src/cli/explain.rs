//! `vestibule explain`: how a federated login was decided, or would be decided.

mod text;

use std::{fs, io::Read as _};

use clap::Args;
use serde_json::{Map, Value};

use super::{
    context::{config, store},
    failure::Failure,
    out::Out,
    quoted::quoted,
};
use crate::{
    audit::{self, EventId},
    config::{Config, ProviderConfig},
    login::federated::account_linking::explain::{Explanation, NoDecision},
    store::{Create, Store},
};

/// Explain how a federated login was decided, or would be decided. Nothing is changed.
#[derive(Args)]
#[command(
    after_help = "The claims are a JSON object with the members of the ID token and of userinfo: sub, email, email_verified, groups…\n\
                  Without `iss`, the issuer of the provider is used.\n\
                  The command decides a login from the login page, with the users in the database. It does not decide a link that a user \
                  requests in the account page.\n\
                  All claims are treated as claims of a signed ID token. The userinfo request is treated as successful."
)]
pub(super) struct Explain {
    /// Name of the provider.
    #[arg(long, required_unless_present = "trace", requires = "claims")]
    provider: Option<String>,
    /// File with the claims; `-` reads stdin.
    #[arg(long, requires = "provider")]
    claims: Option<String>,
    /// Show the decision of an earlier login, by the trace number from its error page.
    #[arg(long, conflicts_with_all = ["provider", "claims"])]
    trace: Option<String>,
    /// Print one JSON document instead of lines.
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let shown = match (&self.trace, &self.provider, &self.claims) {
            (Some(trace), ..) => self.look_up(trace).await?,
            (None, Some(provider), Some(file)) => self.decide(provider, file).await?,
            _ => return Err(Failure::Usage("use --provider and --claims, or --trace".to_owned())),
        };
        if self.json {
            return Ok(Out::json(&shown)?);
        }
        Ok(Out::lines(text::lines(&shown, Out::width()))?)
    }

    async fn look_up(&self, trace: &str) -> Result<Value, Failure> {
        let (_, store) = store(Create::Never).await?;
        let unknown = || {
            Failure::Failed(format!(
                "there is no trace {}; copy the number from the error page (`VESTIBULE_EVENT_RETENTION` says how long traces are kept)",
                quoted(trace)
            ))
        };
        let id: EventId = trace.trim().parse().map_err(|_| unknown())?;
        let event = audit::find(&store, id).await?;
        store.close().await;
        let event = event.ok_or_else(unknown)?;
        let details = event.details.clone();
        let mut shown =
            serde_json::to_value(event.view()).map_err(|error| Failure::Failed(error.to_string()))?;
        if let (Some(Value::Object(details)), Some(shown)) = (details, shown.as_object_mut()) {
            shown.remove("details");
            shown.extend(details);
        }
        Ok(shown)
    }

    async fn decide(&self, name: &str, file: &str) -> Result<Value, Failure> {
        let config = config()?;
        let provider = provider(&config, name)?;
        let explanation =
            Explanation::new(provider, read(file)?).map_err(|no_decision| match no_decision {
                NoDecision::InvalidClaims(_) => Failure::Failed(no_decision.to_string()),
                NoDecision::OtherIssuer(issuer) => Failure::Failed(format!(
                    "{} is not the issuer of `{name}`, or not one of its tenants in _TENANTS; set `iss` in the claims",
                    quoted(&issuer)
                )),
            })?;
        // A missing embedded database has no users, and this command must not create it.
        if config.database.file().is_some_and(|file| !file.exists()) {
            return Ok(explanation.decide_without_users());
        }
        let store = Store::open_with(config.database.url(), &config.collection_prefix, Create::Never).await?;
        let explained = explanation.decide(&store, None).await?;
        store.close().await;
        Ok(explained)
    }
}

fn provider<'c>(config: &'c Config, name: &str) -> Result<&'c ProviderConfig, Failure> {
    config.providers.iter().find(|provider| provider.name == name).ok_or_else(|| {
        let names: Vec<&str> = config.providers.iter().map(|provider| provider.name.as_str()).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Failure::Usage(format!(
            "there is no provider {} in VESTIBULE_PROVIDERS; its providers are: {names}",
            quoted(name)
        ))
    })
}

fn read(file: &str) -> Result<Map<String, Value>, Failure> {
    let text = if file == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        fs::read_to_string(file).map_err(|error| Failure::Failed(format!("{file}: {error}")))?
    };
    serde_json::from_str(&text)
        .map_err(|error| Failure::Failed(format!("{file} is not a JSON object: {error}")))
}
