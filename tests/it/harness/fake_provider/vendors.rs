//! Discovery documents of real vendors. Only the host is changed.

use std::net::SocketAddr;

use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vendor {
    /// Slash at the end of the issuer, keys under `.well-known`, no end-session endpoint, HS256 listed first.
    Auth0,
    /// Endpoints with a path, issuer without one.
    OktaOrg,
    /// Issuer with a path.
    OktaCustom,
    /// Realm in the issuer, all optional members, RFC 9207.
    Keycloak,
    /// Endpoints on other hosts than the issuer.
    Google,
    /// Host in capitals in some members, endpoints that end with a slash, members of its own.
    Adfs,
}

impl Vendor {
    pub(crate) const ALL: [Self; 6] =
        [Self::Auth0, Self::OktaOrg, Self::OktaCustom, Self::Keycloak, Self::Google, Self::Adfs];

    /// Returns the discovery document for this address.
    pub(super) fn document(self, address: SocketAddr) -> Value {
        let text = match self {
            Self::Auth0 => include_str!("vendors/auth0.json"),
            Self::OktaOrg => include_str!("vendors/okta-org.json"),
            Self::OktaCustom => include_str!("vendors/okta-custom.json"),
            Self::Keycloak => include_str!("vendors/keycloak.json"),
            Self::Google => include_str!("vendors/google.json"),
            Self::Adfs => include_str!("vendors/adfs.json"),
        };
        let port = address.port();
        let text = text.replace("{here}", &format!("http://{address}"));
        let text = text.replace("{alias}", &format!("http://localhost:{port}"));
        let text = text.replace("{shouted}", &format!("http://LOCALHOST:{port}"));
        serde_json::from_str(&text).expect("a document")
    }
}

/// Builds a discovery document without peculiarities.
pub(super) fn plain(issuer: &str) -> Value {
    let at = |path: &str| format!("{}{path}", issuer.trim_end_matches('/'));
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/keys"),
        "end_session_endpoint": at("/logout"),
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    })
}

/// Builds a discovery document with an issuer template (Entra ID's `organizations`).
pub(super) fn of_tenants(host: &str) -> Value {
    let mut document = plain(&format!("{host}/{ALL_TENANTS}/v2.0"));
    document["issuer"] = json!(format!("{host}/{TENANT}/v2.0"));
    document
}

/// Placeholder of the tenant in the issuer.
pub(super) const TENANT: &str = "{tenantid}";
pub(super) const ALL_TENANTS: &str = "organizations";
