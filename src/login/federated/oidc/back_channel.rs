//! The address at which this service reaches a provider. In a private network it can differ from the issuer, which the browser uses.

use serde_json::{Map, Value};
use url::Url;

use crate::config::ProviderConfig;

/// Members of the metadata that this service requests itself. The browser requests the others.
const REQUESTED: [&str; 3] = ["token_endpoint", "jwks_uri", "userinfo_endpoint"];

/// Returns the URL at which this service requests `url` of the provider: with `_BACKCHANNEL_URL`, the origin of the issuer is replaced.
pub(super) fn address(config: &ProviderConfig, url: &str) -> String {
    let Some(internal) = &config.backchannel_url else { return url.to_owned() };
    let (Ok(mut address), Ok(issuer)) = (Url::parse(url), Url::parse(config.issuer.as_str())) else {
        return url.to_owned();
    };
    if address.origin() != issuer.origin() {
        return url.to_owned();
    }
    let replaced = address
        .set_scheme(internal.scheme())
        .and_then(|()| address.set_host(internal.host_str()).map_err(|_| ()))
        .and_then(|()| address.set_port(internal.port()));
    if replaced.is_ok() { address.into() } else { url.to_owned() }
}

/// Replaces the addresses of the endpoints that this service requests.
pub(super) fn replace_endpoints(config: &ProviderConfig, metadata: &mut Map<String, Value>) {
    for name in REQUESTED {
        if let Some(Value::String(url)) = metadata.get_mut(name) {
            *url = address(config, url);
        }
    }
}

/// Returns whether this service may send requests in plain text to `url`: the administrator has named its origin.
pub(super) fn is_internal(config: &ProviderConfig, url: &Url) -> bool {
    config.backchannel_url.as_ref().is_some_and(|internal| internal.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Environment};

    #[test]
    fn only_the_origin_of_the_issuer_is_replaced() {
        let environment = Environment::of([
            ("VESTIBULE_PROVIDERS", "corp"),
            ("VESTIBULE_PROVIDER_CORP_ISSUER", "https://sso.corp.example/realms/corp"),
            ("VESTIBULE_PROVIDER_CORP_CLIENT_ID", "vestibule"),
            ("VESTIBULE_PROVIDER_CORP_BACKCHANNEL_URL", "http://keycloak:8080"),
        ]);
        let (config, _) = Config::read(&environment).expect("settings");
        let config = &config.providers[0];
        for (url, expected) in [
            ("https://sso.corp.example/realms/corp/token?x=y", "http://keycloak:8080/realms/corp/token?x=y"),
            ("https://sso.corp.example:443/certs", "http://keycloak:8080/certs"),
            ("https://sso.corp.example:8443/certs", "https://sso.corp.example:8443/certs"),
            ("http://sso.corp.example/certs", "http://sso.corp.example/certs"),
            ("https://sso.corp.example.evil.example/certs", "https://sso.corp.example.evil.example/certs"),
            ("http://keycloak:8080/realms/corp/token", "http://keycloak:8080/realms/corp/token"),
            ("nowhere", "nowhere"),
        ] {
            assert_eq!(address(config, url), expected);
        }
    }
}
