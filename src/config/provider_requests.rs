//! How requests reach a provider: client authentication, response mode, fixed parameters, addresses.

use reqwest::{Client, ClientBuilder, NoProxy, Proxy, redirect::Policy};
use url::Url;

use super::{
    ca_file::CaFile,
    format::Choice,
    list::{Pair, pairs},
};

/// How this service authenticates at the token endpoint (OpenID Connect Core §9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthMethod {
    /// The method that the metadata offers.
    #[default]
    Metadata,
    Basic,
    Post,
    /// A public client, protected by PKCE alone.
    None,
}

pub(super) const AUTH_METHODS: Choice<AuthMethod> = Choice(&[
    ("client_secret_basic", AuthMethod::Basic),
    ("client_secret_post", AuthMethod::Post),
    ("none", AuthMethod::None),
]);

/// How the authorization response reaches this service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseMode {
    #[default]
    Query,
    /// OAuth 2.0 Form Post Response Mode.
    FormPost,
}

pub(super) const RESPONSE_MODES: Choice<ResponseMode> =
    Choice(&[("query", ResponseMode::Query), ("form_post", ResponseMode::FormPost)]);

/// Parameters that belong to the protocol or have a setting of their own, with that setting. A fixed value would break a check of the
/// response: a constant `state` or `nonce` does not bind a response to its browser.
const RESERVED: [(&str, &str); 18] = [
    ("acr_values", "_ACR_VALUES"),
    ("client_id", "_CLIENT_ID"),
    ("client_secret", "_CLIENT_SECRET"),
    ("code_challenge", ""),
    ("code_challenge_method", ""),
    ("id_token_hint", ""),
    ("max_age", ""),
    ("nonce", ""),
    ("organization", "_ORGANIZATION"),
    ("prompt", ""),
    ("redirect_uri", "VESTIBULE_PUBLIC_URL"),
    ("registration", ""),
    ("request", ""),
    ("request_uri", ""),
    ("response_mode", "_RESPONSE_MODE"),
    ("response_type", ""),
    ("scope", "_SCOPES"),
    ("state", ""),
];

/// Reads the fixed parameters of an authorization request.
pub(super) fn authorize_params(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut params: Vec<(String, String)> = Vec::new();
    for Pair { left, right } in pairs(text)? {
        let is_name =
            !left.is_empty() && left.bytes().all(|b| b.is_ascii_graphic() && !b"&=#?%".contains(&b));
        if !is_name {
            return Err(format!("{left:?} is not a parameter name; write name=value,…"));
        }
        if let Some((_, setting)) = RESERVED.iter().find(|(name, _)| left.eq_ignore_ascii_case(name)) {
            let next = if setting.is_empty() { "remove it".to_owned() } else { format!("use {setting}") };
            return Err(format!("{left:?} is a parameter that the service sets itself; {next}"));
        }
        if right.is_empty() || right.chars().any(char::is_control) {
            return Err(format!(
                "the parameter {left:?} has no printable value; write {left}=value or remove it"
            ));
        }
        if params.iter().any(|(name, _)| *name == left) {
            return Err(format!("the parameter {left:?} is listed twice; remove one of them"));
        }
        params.push((left, right));
    }
    Ok(params)
}

/// Reads an origin at which this service reaches a provider inside a private network.
pub(super) fn backchannel_url(text: &str) -> Result<Url, String> {
    let invalid = || {
        format!(
            "{text:?} is not an http or https origin; write for example http://keycloak:8080, without a path"
        )
    };
    let url = Url::parse(text).map_err(|_| invalid())?;
    let is_origin = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if is_origin { Ok(url) } else { Err(invalid()) }
}

/// Reads the URL of an outgoing proxy.
pub(super) fn proxy_url(text: &str) -> Result<Url, String> {
    // The text may contain a password.
    let invalid =
        || "it is not the URL of a proxy; write for example http://proxy.corp.example:3128".to_owned();
    let url = Url::parse(text).map_err(|_| invalid())?;
    let is_proxy = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    if is_proxy { Ok(url) } else { Err(invalid()) }
}

/// How requests leave this network.
#[derive(Clone, Debug, Default)]
pub struct Outgoing {
    pub proxy: Option<Url>,
    pub ca: Option<CaFile>,
}

impl Outgoing {
    /// Starts an HTTP client without redirects and without the proxy of the environment. `Proxy::https` leaves out http, which is allowed
    /// only inside a network and on this machine.
    ///
    /// # Errors
    /// The URL of the proxy cannot be used.
    pub fn client(&self, through_proxy: bool) -> reqwest::Result<ClientBuilder> {
        let mut client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .user_agent(concat!("vestibule/", env!("CARGO_PKG_VERSION")));
        if let Some(proxy) = self.proxy.as_ref().filter(|_| through_proxy) {
            let direct = NoProxy::from_string("localhost,127.0.0.0/8,::1");
            client = client.proxy(Proxy::https(proxy.clone())?.no_proxy(direct));
        }
        if let Some(ca) = &self.ca {
            client = client.tls_certs_merge(ca.certificates.iter().cloned());
        }
        Ok(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_the_protocol_cannot_be_fixed() {
        for (name, _) in RESERVED {
            assert!(authorize_params(&format!("{name}=x")).is_err(), "{name}");
            assert!(authorize_params(&format!("{}=x", name.to_uppercase())).is_err(), "{name}");
        }
        // A fixed organization would be requested and not required: users of others could sign in.
        for (name, next) in [
            ("organization", "use _ORGANIZATION"),
            ("Organization", "use _ORGANIZATION"),
            ("response_mode", "use _RESPONSE_MODE"),
            ("acr_values", "use _ACR_VALUES"),
            ("state", "remove it"),
        ] {
            let mistake = authorize_params(&format!("kc_idp_hint=x,{name}=x")).expect_err(name);
            assert!(mistake.contains(name) && mistake.ends_with(next), "{mistake}");
        }
        for text in ["kc_idp_hint", "=x", "a b=x", "a%5b=x", "hd=", "hd=a,hd=b", "x=\u{1}"] {
            assert!(authorize_params(text).is_err(), "{text:?}");
        }
        let read = authorize_params("kc_idp_hint=google,domain_hint=corp.example").expect("parameters");
        let text = |text: &str| text.to_owned();
        assert_eq!(
            read,
            [(text("kc_idp_hint"), text("google")), (text("domain_hint"), text("corp.example"))]
        );
        let json = authorize_params(r#"{"claims":"{\"userinfo\":{\"email\":null}}"}"#).expect("JSON");
        assert_eq!(json[0].1, r#"{"userinfo":{"email":null}}"#);
    }

    #[test]
    fn a_back_channel_address_is_an_origin() {
        for text in
            ["http://keycloak:8080", "https://idp.internal", "http://10.0.0.7:8080/", "http://[::1]:80"]
        {
            assert!(backchannel_url(text).is_ok(), "{text}");
        }
        for text in [
            "keycloak:8080",
            "http://keycloak:8080/realms/corp",
            "ftp://keycloak",
            "http://user@keycloak",
            "http://keycloak?x",
            "http://keycloak#x",
            "",
        ] {
            assert!(backchannel_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_mistake_in_a_proxy_url_does_not_contain_it() {
        for text in
            ["socks5://user:hunter2@proxy", "http://user:hunter2@proxy/path", "user:hunter2@proxy:3128"]
        {
            let mistake = proxy_url(text).expect_err("a mistake");
            assert!(!mistake.contains("hunter2"), "{mistake}");
        }
        assert!(proxy_url("http://user:hunter2@proxy:3128").is_ok());
    }
}
