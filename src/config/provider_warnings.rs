//! Settings of a provider that are valid and do not work as an administrator expects.

use super::{
    presets::ProviderKind, provider_requests::AuthMethod, providers::ProviderConfig, public_url::is_loopback,
    setting::Setting, settings as s, warning::Warning,
};
use crate::finding::FindingCode;

/// Returns the warnings about the settings of one provider.
pub(super) fn of(provider: &ProviderConfig) -> Vec<Warning> {
    [kind(provider), secret(provider), back_channel(provider), sign_up(provider)]
        .into_iter()
        .flatten()
        .collect()
}

fn warning<F>(
    code: FindingCode,
    setting: &Setting<F>,
    provider: &ProviderConfig,
    problem: impl Into<String>,
    fix: impl Into<String>,
) -> Warning {
    Warning::new(code, setting.about().name(&provider.name), problem, fix)
}

/// Warns of an issuer that works with one kind only. The kind is never chosen by the issuer, so that the settings alone decide.
fn kind(provider: &ProviderConfig) -> Option<Warning> {
    let (name, need) = ProviderKind::needed_for(provider.issuer.as_str())
        .filter(|(name, _)| *name != provider.kind.name())?;
    let problem = format!("with this issuer, {need}");
    Some(warning(FindingCode::ProviderKind, &s::KIND, provider, problem, format!("write {name}")))
}

/// Warns of a missing secret if the kind sends one.
fn secret(provider: &ProviderConfig) -> Option<Warning> {
    let sends_secret = matches!(provider.auth_method, AuthMethod::Basic | AuthMethod::Post);
    if provider.client_secret.is_some() || !sends_secret {
        return None;
    }
    let kind = provider.kind.name();
    let problem = format!("the kind {kind} accepts no client without a secret: every login fails");
    Some(warning(FindingCode::ProviderSecretMissing, &s::CLIENT_SECRET, provider, problem, "set the secret"))
}

/// Reports plain text between two machines: the code and the client secret are readable on the network.
fn back_channel(provider: &ProviderConfig) -> Option<Warning> {
    let url = provider.backchannel_url.as_ref().filter(|url| url.scheme() == "http")?;
    let host = url.host().filter(|host| !is_loopback(host))?;
    let problem =
        format!("{host} is reached with http: code and client secret cross the network in plain text");
    let fix = "use https unless the network is private";
    Some(warning(FindingCode::ProviderInternalPlainText, &s::BACKCHANNEL_URL, provider, problem, fix))
}

/// Warns of a provider at which any user of the internet can register, if each of its users gets an account here.
fn sign_up(provider: &ProviderConfig) -> Option<Warning> {
    // Any user of the internet can have an account there.
    let is_public =
        ["https://accounts.google.com", "https://appleid.apple.com"].contains(&provider.issuer.as_str());
    let is_limited = !provider.allowed_domains.is_empty() || !provider.role_map.is_empty();
    if !is_public || !provider.allow_signup || is_limited {
        return None;
    }
    let problem = "any user of the internet has an account at this provider, and gets one here";
    let fix = format!(
        "list the domains of your users, or write {}=false",
        s::ALLOW_SIGNUP.about().name(&provider.name)
    );
    Some(warning(FindingCode::ProviderPublicSignup, &s::ALLOWED_DOMAINS, provider, problem, fix))
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
            format!("{} {setting}", warning.level())
        });
        let warnings = warnings.collect();
        (config.providers.remove(0), warnings)
    }

    const APPLE: &str = "https://appleid.apple.com";
    const GOOGLE: &str = "https://accounts.google.com";

    const CLOSED: (&str, &str) = ("ALLOW_SIGNUP", "false");

    #[test]
    fn a_public_provider_that_gives_each_of_its_users_an_account_is_reported() {
        for (more, is_reported) in [
            (("LABEL", "Google"), true),
            (("ALLOW_SIGNUP", "true"), true),
            (CLOSED, false),
            (("ALLOWED_DOMAINS", "corp.example"), false),
        ] {
            let (_, warnings) = provider(GOOGLE, &[("KIND", "google"), ("CLIENT_SECRET", "s"), more]);
            let expected = if is_reported { &["warning ALLOWED_DOMAINS".to_owned()][..] } else { &[] };
            assert_eq!(warnings, expected, "{more:?}");
        }
        assert!(provider("https://sso.corp.example/realms/corp", &[("CLIENT_SECRET", "s")]).1.is_empty());
    }

    // With the default kind, Apple refuses each authorization request, and re-authentication at Google fails.
    #[test]
    fn an_issuer_that_needs_a_kind_is_reported() {
        for (issuer, needed) in [(APPLE, "apple"), (GOOGLE, "google")] {
            for kind in ["oidc", "auth0", "keycloak", "entra", "okta", "google", "apple"] {
                let (_, warnings) = provider(issuer, &[("KIND", kind), ("CLIENT_SECRET", "s"), CLOSED]);
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
        assert_eq!(provider(APPLE, &[apple, CLOSED]).1, ["warning CLIENT_SECRET"]);
        assert!(provider(APPLE, &[apple, CLOSED, ("CLIENT_SECRET", "s")]).1.is_empty());
        assert!(provider(APPLE, &[apple, CLOSED, ("AUTH_METHOD", "none")]).1.is_empty());
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
