//! Settings of a provider that are valid and do not work as an administrator expects.

use super::{
    presets::ProviderKind,
    provider_requests::AuthMethod,
    providers::ProviderConfig,
    public_url::is_loopback,
    setting::Setting,
    settings as s,
    warning::{Severity, Warning},
};

/// Returns the warnings about the settings of one provider.
pub(super) fn of(provider: &ProviderConfig) -> Vec<Warning> {
    [kind(provider), secret(provider), back_channel(provider)].into_iter().flatten().collect()
}

fn warning<F>(
    severity: Severity,
    setting: &Setting<F>,
    provider: &ProviderConfig,
    text: impl Into<String>,
) -> Warning {
    Warning::new(severity, setting.about().name(&provider.name), text)
}

/// Warns of an issuer that works with one kind only. The kind is never chosen by the issuer, so that the settings alone decide.
fn kind(provider: &ProviderConfig) -> Option<Warning> {
    let (name, need) = ProviderKind::needed_for(provider.issuer.as_str())
        .filter(|(name, _)| *name != provider.kind.name())?;
    let text = format!("with this issuer, {need}; write {name}");
    Some(warning(Severity::Warning, &s::KIND, provider, text))
}

/// Warns of a missing secret if the kind sends one.
fn secret(provider: &ProviderConfig) -> Option<Warning> {
    let sends_secret = matches!(provider.auth_method, AuthMethod::Basic | AuthMethod::Post);
    if provider.client_secret.is_some() || !sends_secret {
        return None;
    }
    let kind = provider.kind.name();
    let text =
        format!("the kind {kind} accepts no client without a secret: every login fails; set the secret");
    Some(warning(Severity::Warning, &s::CLIENT_SECRET, provider, text))
}

/// Reports plain text between two machines: the code and the client secret are readable on the network.
fn back_channel(provider: &ProviderConfig) -> Option<Warning> {
    let url = provider.backchannel_url.as_ref().filter(|url| url.scheme() == "http")?;
    let host = url.host().filter(|host| !is_loopback(host))?;
    let text = format!(
        "{host} is reached with http: code and client secret cross the network in plain text; use https unless the network is private"
    );
    Some(warning(Severity::Notice, &s::BACKCHANNEL_URL, provider, text))
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Environment, ProviderConfig};

    /// Reads a provider. Returns it with its warnings as `severity setting`.
    fn provider(issuer: &str, more: &[(&str, &str)]) -> (ProviderConfig, Vec<String>) {
        let own = [("ISSUER", issuer), ("CLIENT_ID", "client")];
        let pairs = own.iter().chain(more);
        let pairs =
            pairs.map(|(name, value)| (format!("VESTIBULE_PROVIDER_CORP_IDP_{name}"), (*value).to_owned()));
        let mut environment = Environment::of([("VESTIBULE_PROVIDERS", "corp-idp")]);
        environment.add_variables(pairs.map(|(name, value)| (name.into(), value.into())));
        let (mut config, report) = Config::read(&environment).expect("valid settings");
        let prefix = "VESTIBULE_PROVIDER_CORP_IDP_";
        let warnings = report.warnings.iter().map(|warning| {
            let setting = warning.name.strip_prefix(prefix).expect("a setting of the provider");
            format!("{} {setting}", warning.severity.as_str())
        });
        let warnings = warnings.collect();
        (config.providers.remove(0), warnings)
    }

    const APPLE: &str = "https://appleid.apple.com";
    const GOOGLE: &str = "https://accounts.google.com";

    // With the default kind, Apple refuses each authorization request, and re-authentication at Google fails.
    #[test]
    fn an_issuer_that_needs_a_kind_is_reported() {
        for (issuer, needed) in [(APPLE, "apple"), (GOOGLE, "google")] {
            for kind in ["oidc", "auth0", "keycloak", "entra", "okta", "google", "apple"] {
                let (_, warnings) = provider(issuer, &[("KIND", kind), ("CLIENT_SECRET", "s")]);
                let expected = if kind == needed { &[][..] } else { &["warning KIND".to_owned()] };
                assert_eq!(warnings, expected, "{issuer} {kind}");
            }
        }
        for issuer in [
            "https://idp.example",
            "https://appleid.apple.com.evil.example",
            "https://sso.corp.example/realms/corp",
        ] {
            assert!(provider(issuer, &[]).1.is_empty(), "{issuer}");
        }
    }

    #[test]
    fn a_kind_that_needs_a_secret_is_reported_without_one() {
        let apple = ("KIND", "apple");
        assert_eq!(provider(APPLE, &[apple]).1, ["warning CLIENT_SECRET"]);
        assert!(provider(APPLE, &[apple, ("CLIENT_SECRET", "s")]).1.is_empty());
        assert!(provider(APPLE, &[apple, ("AUTH_METHOD", "none")]).1.is_empty());
        assert!(provider("https://idp.example", &[("KIND", "keycloak")]).1.is_empty());
    }

    #[test]
    fn plain_text_to_another_machine_is_reported() {
        for (url, expected) in [
            ("http://keycloak:8080", Some("notice BACKCHANNEL_URL")),
            ("http://10.0.0.7", Some("notice BACKCHANNEL_URL")),
            ("http://[fd00::1]:8080", Some("notice BACKCHANNEL_URL")),
            ("http://localhost.corp.example", Some("notice BACKCHANNEL_URL")),
            ("http://127.0.0.1:8080", None),
            ("http://localhost:8080", None),
            ("http://[::1]:8080", None),
            ("https://keycloak:8443", None),
        ] {
            let (_, warnings) = provider("https://sso.corp.example/realms/corp", &[("BACKCHANNEL_URL", url)]);
            assert_eq!(warnings, Vec::from_iter(expected.map(str::to_owned)), "{url}");
        }
    }
}
