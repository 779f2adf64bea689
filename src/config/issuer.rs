//! Whose word is taken: an issuer, or the tenants of a template.

use url::Url;

use super::is_loopback;

/// What stands for the tenant in the issuer that a provider of many tenants announces.
const TENANT: &str = "{tenantid}";
/// First segments of paths that mean everybody's tenants at these hosts, Microsoft Entra ID's.
const MULTI_TENANT_SEGMENTS: [&str; 3] = ["common", "organizations", "consumers"];
const ENTRA: [&str; 3] =
    ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"];

/// An issuer as it is written, because it is compared exactly (RFC 8414 §3.3): a slash at the end belongs to it. One that stands
/// for many tenants accepts only those that were named: else everybody with an account anywhere could come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    url: Url,
    tenants: Vec<String>,
}

impl Issuer {
    /// From its setting, and the tenants that are accepted.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub(crate) fn new(text: &str, tenants: Vec<String>) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|_| format!("`{text}` is not a URL"))?;
        let Some(host) = url.host().filter(|_| url.query().is_none() && url.fragment().is_none()) else {
            return Err(format!("`{text}` is not an issuer: a URL without query and fragment"));
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            _ => return Err(format!("`{text}`: an issuer is https (http on this machine only)")),
        }
        let issuer = Self { text: text.to_owned(), url, tenants };
        match (issuer.multi_tenant_segment(), issuer.tenants.is_empty()) {
            (Some(_), true) => Err(format!(
                "`{text}` is an issuer for everybody's tenants: name your own tenant in it, or those that may come in in _TENANTS"
            )),
            (None, false) => Err(format!("`{text}` is one tenant's issuer: _TENANTS has no meaning for it")),
            _ => Ok(issuer),
        }
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is on this machine, without TLS.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Where its metadata are (OpenID Connect Discovery 1.0 §4): one slash in between, whether or not the issuer ends with one.
    #[must_use]
    pub fn metadata_url(&self) -> String {
        let text = self.text.replace(TENANT, "organizations");
        format!("{}/.well-known/openid-configuration", text.strip_suffix('/').unwrap_or(&text))
    }

    /// Whether metadata that name this issuer are this one's: exactly, or its template.
    #[must_use]
    pub fn matches_discovery(&self, announced: &str) -> bool {
        self.template().as_deref().unwrap_or(&self.text) == announced
    }

    /// Whether `iss` is this issuer, or one of its tenants that were named.
    #[must_use]
    pub fn accepts(&self, iss: &str) -> bool {
        match self.template() {
            Some(template) => self.tenants.iter().any(|tenant| template.replace(TENANT, tenant) == iss),
            None => self.text == iss,
        }
    }

    /// Which part of the path stands for everybody's tenants.
    fn multi_tenant_segment(&self) -> Option<&str> {
        let path = self.text.splitn(4, '/').nth(3)?;
        let entra = self.url.host_str().is_some_and(|host| ENTRA.contains(&host));
        path.split('/')
            .next()
            .filter(|first| *first == TENANT || entra && MULTI_TENANT_SEGMENTS.contains(first))
    }

    fn template(&self) -> Option<String> {
        self.multi_tenant_segment()
            .map(|part| self.text.replacen(&format!("/{part}"), &format!("/{TENANT}"), 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(text: &str, tenants: &[&str]) -> Result<Issuer, String> {
        Issuer::new(text, tenants.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn an_issuer_is_compared_as_it_is_written() {
        let auth0 = issuer("https://acme.eu.auth0.com/", &[]).expect("an issuer");
        assert_eq!(auth0.metadata_url(), "https://acme.eu.auth0.com/.well-known/openid-configuration");
        assert!(
            auth0.accepts("https://acme.eu.auth0.com/")
                && auth0.matches_discovery("https://acme.eu.auth0.com/")
        );
        assert!(
            !auth0.accepts("https://acme.eu.auth0.com")
                && !auth0.matches_discovery("https://acme.eu.auth0.com")
        );
        let okta = issuer("https://acme.okta.com/oauth2/default", &[]).expect("an issuer");
        assert_eq!(
            okta.metadata_url(),
            "https://acme.okta.com/oauth2/default/.well-known/openid-configuration"
        );
        assert!(
            !okta.accepts("https://acme.okta.com") && !okta.accepts("https://acme.okta.com/oauth2/Default")
        );
    }

    #[test]
    fn an_issuer_of_everybodys_tenants_accepts_only_those_that_were_named() {
        for text in ["common", "organizations", "consumers", "{tenantid}"] {
            let text = format!("https://login.microsoftonline.com/{text}/v2.0");
            assert!(issuer(&text, &[]).is_err(), "{text}");
            let issuer = issuer(&text, &["9188040d-6c67-4c5b-b112-36a304b66dad"]).expect("an issuer");
            assert!(issuer.matches_discovery("https://login.microsoftonline.com/{tenantid}/v2.0"));
            assert!(
                issuer.accepts("https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0")
            );
            assert!(
                !issuer
                    .accepts("https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0")
            );
            assert!(!issuer.accepts("https://login.microsoftonline.com/{tenantid}/v2.0"));
            assert!(!issuer.accepts(&text));
        }
        let own = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0";
        assert!(issuer(own, &[]).is_ok_and(|issuer| issuer.accepts(own)));
        assert!(issuer(own, &["9188040d-6c67-4c5b-b112-36a304b66dad"]).is_err());
    }

    #[test]
    fn the_same_words_in_another_issuer_mean_nothing() {
        let text = "https://idp.example/organizations/acme";
        assert!(issuer(text, &[]).is_ok_and(|issuer| issuer.accepts(text) && issuer.matches_discovery(text)));
    }

    #[test]
    fn only_https_or_this_machine_is_an_issuer() {
        for text in [
            "",
            "acme.okta.com",
            "http://acme.okta.com",
            "ftp://acme.okta.com",
            "https://acme.okta.com?x=y",
            "https://acme.okta.com#x",
        ] {
            assert!(issuer(text, &[]).is_err(), "{text}");
        }
        assert!(issuer("http://127.0.0.1:4000", &[]).is_ok());
    }
}
