//! Differences of providers from the standard, as data.

use super::{
    format::Choice,
    provider_requests::{AuthMethod, ResponseMode},
};

/// The preset that a provider follows.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ProviderKind {
    #[default]
    Oidc,
    Auth0,
    Okta,
    Google,
    Entra,
    Keycloak,
    Apple,
}

/// The values of `_KIND`.
pub(super) const KINDS: Choice<ProviderKind> = Choice(&[
    ("oidc", ProviderKind::Oidc),
    ("auth0", ProviderKind::Auth0),
    ("okta", ProviderKind::Okta),
    ("google", ProviderKind::Google),
    ("entra", ProviderKind::Entra),
    ("keycloak", ProviderKind::Keycloak),
    ("apple", ProviderKind::Apple),
]);

/// How a kind of provider differs from the standard.
#[derive(Debug)]
pub struct Preset {
    /// The issuer that works with this kind only, and the reason, to be put after `with this issuer`.
    pub needed_for: Option<(&'static str, &'static str)>,
    /// How its issuers end. A wrong slash is the most frequent mistake.
    pub issuer_shape: Option<&'static str>,
    /// Path of a logout endpoint with `client_id` and `returnTo` instead of the parameters of the standard. Used if the metadata
    /// has no end-session endpoint.
    pub logout_path: Option<&'static str>,
    /// How an administrator of the provider changes the signature algorithm of ID tokens to an accepted one.
    pub signing_advice: &'static str,
    /// Whether it authenticates the user again for `prompt=login` and returns the time in `auth_time`.
    pub supports_prompt_login: bool,
    /// Scopes of the authorization request, if `_SCOPES` is not set.
    pub scopes: Option<&'static [&'static str]>,
    /// Response mode, if `_RESPONSE_MODE` is not set.
    pub response_mode: ResponseMode,
    /// Client authentication, if `_AUTH_METHOD` is not set.
    pub auth_method: AuthMethod,
}

const OIDC: Preset = Preset {
    needed_for: None,
    issuer_shape: None,
    logout_path: None,
    signing_advice: "set the ID token signature algorithm of this client to RS256 at the provider",
    supports_prompt_login: true,
    scopes: None,
    response_mode: ResponseMode::Query,
    auth_method: AuthMethod::Metadata,
};

const AUTH0: Preset = Preset {
    issuer_shape: Some("an Auth0 issuer ends with a slash"),
    // Tenants from before November 2023 publish no end-session endpoint.
    logout_path: Some("/v2/logout"),
    signing_advice: "set Applications > (this one) > Settings > Advanced Settings > OAuth > JsonWebToken Signature Algorithm to RS256",
    ..OIDC
};

const OKTA: Preset = Preset {
    issuer_shape: Some("an Okta issuer has no slash at the end"),
    signing_advice: "set the signing algorithm of the authorization server to RS256",
    ..OIDC
};

/// Google offers a choice of accounts but ignores `prompt=login`.
const GOOGLE: Preset = Preset {
    needed_for: Some(("https://accounts.google.com", "re-authentication fails")),
    supports_prompt_login: false,
    ..OIDC
};

const ENTRA: Preset = Preset {
    issuer_shape: Some(
        "an Entra issuer has the form https://login.microsoftonline.com/TENANT-ID/v2.0, without a slash at the end",
    ),
    signing_advice: "remove the custom signing key of the application: Entra then signs with RS256",
    ..OIDC
};

const KEYCLOAK: Preset = Preset {
    issuer_shape: Some(
        "a Keycloak issuer has the form https://HOST/realms/REALM, without a slash at the end",
    ),
    signing_advice: "set Clients > (this one) > Advanced > Fine grain OpenID Connect configuration > ID token signature algorithm to RS256",
    ..OIDC
};

/// Apple has no userinfo endpoint and no scope `profile`, sends the response as a form if a scope is requested, accepts the secret only in
/// the form, and ignores `prompt`.
const APPLE: Preset = Preset {
    needed_for: Some((
        "https://appleid.apple.com",
        "the response is sent as a form, and re-authentication fails",
    )),
    issuer_shape: Some("the issuer of Apple is https://appleid.apple.com, without a slash at the end"),
    supports_prompt_login: false,
    scopes: Some(&["openid", "name", "email"]),
    response_mode: ResponseMode::FormPost,
    auth_method: AuthMethod::Post,
    ..OIDC
};

impl ProviderKind {
    /// Returns the name of the kind that an issuer needs, and the reason.
    pub(super) fn needed_for(issuer: &str) -> Option<(&'static str, &'static str)> {
        KINDS.0.iter().find_map(|(name, kind)| {
            kind.preset()
                .needed_for
                .filter(|(needed, _)| *needed == issuer)
                .map(|(_, reason)| (*name, reason))
        })
    }

    /// Returns its name in the settings.
    pub(super) fn name(self) -> &'static str {
        KINDS.0.iter().find(|(_, kind)| *kind == self).map_or("oidc", |(name, _)| name)
    }

    #[must_use]
    pub fn preset(self) -> &'static Preset {
        match self {
            Self::Oidc => &OIDC,
            Self::Auth0 => &AUTH0,
            Self::Okta => &OKTA,
            Self::Google => &GOOGLE,
            Self::Entra => &ENTRA,
            Self::Keycloak => &KEYCLOAK,
            Self::Apple => &APPLE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_the_same_name_in_the_settings_and_in_the_api() {
        for (name, kind) in KINDS.0 {
            assert_eq!(serde_json::to_value(kind).expect("a name"), *name);
        }
    }
}
