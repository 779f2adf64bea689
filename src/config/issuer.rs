//! Issuers: the identifier of one provider, or of the tenants of a multi-tenant provider.

use url::Url;

use super::public_url::is_loopback;

/// Placeholder for the tenant in the issuer that a multi-tenant provider publishes.
const TENANT: &str = "{tenantid}";
/// First path segments with which Microsoft Entra ID accepts users of any tenant.
const MULTI_TENANT_SEGMENTS: [&str; 3] = ["common", "organizations", "consumers"];
const ENTRA_HOSTS: [&str; 3] =
    ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"];

/// An issuer identifier. It is compared exactly (RFC 8414 §3.3), so it keeps a slash at the end. A multi-tenant issuer accepts only
/// the tenants of `_TENANTS`. Otherwise users of any tenant could sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    url: Url,
    tenants: Vec<String>,
}

impl Issuer {
    /// Checks an issuer against the tenants that are accepted.
    pub(crate) fn new(text: &str, tenants: Vec<String>) -> Result<Self, String> {
        let url = Url::parse(text)
            .map_err(|_| format!("{text:?} is not a URL; copy the issuer from the provider's metadata"))?;
        let Some(host) = url.host().filter(|_| url.query().is_none() && url.fragment().is_none()) else {
            return Err(format!("{text:?} is not an issuer; write a URL without query and fragment"));
        };
        // The most frequent mistake: the URL of the metadata in place of the issuer.
        if let Some((issuer, _)) = text.split_once("/.well-known/") {
            return Err(format!(
                "{text:?} is the URL of the metadata; write the issuer: {issuer:?}, with or without a slash at the end as `issuer` of the metadata has it"
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "the issuer contains a user name or a password; write the URL without them".to_owned()
            );
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            _ => return Err(format!("{text:?} is not an https URL; http is accepted only for localhost")),
        }
        let issuer = Self { text: text.to_owned(), url, tenants };
        match (issuer.multi_tenant_segment(), issuer.tenants.is_empty()) {
            (Some(_), true) => Err(format!(
                "{text:?} accepts users of any tenant; put the ID of your tenant into it, or list the accepted tenants in _TENANTS"
            )),
            (None, false) => Err(format!(
                "{text:?} is the issuer of one tenant, so _TENANTS has no effect; remove _TENANTS"
            )),
            _ => Ok(issuer),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether it is on this machine and uses no TLS.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Returns the URL of its metadata (OpenID Connect Discovery 1.0 §4). A slash at the end of the issuer is not doubled.
    #[must_use]
    pub fn metadata_url(&self) -> String {
        let text = self.text.replace(TENANT, "organizations");
        format!("{}/.well-known/openid-configuration", text.strip_suffix('/').unwrap_or(&text))
    }

    /// Returns whether metadata with this `issuer` belongs to this issuer or to its template.
    #[must_use]
    pub fn matches_discovery(&self, announced: &str) -> bool {
        self.template().as_deref().unwrap_or(&self.text) == announced
    }

    /// Returns whether `iss` of a token is this issuer, or that of an accepted tenant.
    #[must_use]
    pub fn accepts(&self, iss: &str) -> bool {
        match self.template() {
            Some(template) => self.tenants.iter().any(|tenant| template.replace(TENANT, tenant) == iss),
            None => self.text == iss,
        }
    }

    /// Returns the first path segment if it means any tenant.
    fn multi_tenant_segment(&self) -> Option<&str> {
        let path = self.text.splitn(4, '/').nth(3)?;
        let entra = self.url.host_str().is_some_and(|host| ENTRA_HOSTS.contains(&host));
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
    fn an_issuer_is_compared_exactly() {
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
    fn a_multi_tenant_issuer_accepts_only_the_listed_tenants() {
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
    fn multi_tenant_segments_have_no_meaning_at_other_hosts() {
        let text = "https://idp.example/organizations/acme";
        assert!(issuer(text, &[]).is_ok_and(|issuer| issuer.accepts(text) && issuer.matches_discovery(text)));
    }

    #[test]
    fn the_url_of_the_metadata_is_no_issuer() {
        for (text, expected) in [
            ("https://idp.example/.well-known/openid-configuration", "\"https://idp.example\""),
            (
                "https://idp.example/realms/a/.well-known/openid-configuration/",
                "\"https://idp.example/realms/a\"",
            ),
            ("https://idp.example/.well-known/oauth-authorization-server/a", "\"https://idp.example\""),
            ("http://127.0.0.1:4000/.well-known/openid-configuration", "\"http://127.0.0.1:4000\""),
        ] {
            let mistake = issuer(text, &[]).expect_err(text);
            assert!(mistake.contains("the URL of the metadata") && mistake.contains(expected), "{mistake}");
        }
        for text in ["https://user@idp.example", "https://user:secret@idp.example"] {
            let mistake = issuer(text, &[]).expect_err(text);
            assert!(
                mistake.contains("a user name or a password") && !mistake.contains("secret"),
                "{mistake}"
            );
        }
        assert!(issuer("https://idp.example/.well-known", &[]).is_ok());
    }

    #[test]
    fn an_issuer_is_https_or_on_loopback() {
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
