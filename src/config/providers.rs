//! `VESTIBULE_PROVIDERS` and, for each name in it, `VESTIBULE_PROVIDER_<NAME>_…`.

use std::collections::BTreeMap;

use secrecy::SecretString;
use url::Url;

use super::{
    issuer::Issuer,
    presets::{Preset, ProviderKind},
    profile_policy::ProfilePolicy,
    provider_formats::provider_name,
    provider_requests::{AuthMethod, ResponseMode},
    reader::{NamedReader, Reader},
    settings as s,
};
use crate::user::Email;

#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Part of the redirect URI: `a-z 0-9 -`.
    pub name: String,
    pub issuer: Issuer,
    pub client_id: String,
    /// `None`: a public client, protected by PKCE alone.
    pub client_secret: Option<SecretString>,
    /// Text of the login button.
    pub label: String,
    /// A link on another site starts a login without a confirmation.
    pub tile: bool,
    pub kind: ProviderKind,
    /// Always with `openid`.
    pub scopes: Vec<String>,
    /// Domains for which `email_verified: true` from this provider counts as verified by us.
    pub trusted_domains: Vec<String>,
    /// Whether users without an account get one.
    pub allow_signup: bool,
    /// Domains whose users may sign in. Empty: all.
    pub allowed_domains: Vec<String>,
    /// Claim with roles: a name, or a path with dots in which a name may be in quotes.
    pub role_claim: Option<String>,
    /// Roles by claim value.
    pub role_map: BTreeMap<String, String>,
    /// `amr` and `acr` values that count as a second factor.
    pub trust_mfa: Vec<String>,
    pub profile: ProfilePolicy,
    /// Accepted values of `aud` besides our client ID (OpenID Connect Core §3.1.3.7).
    pub trusted_audiences: Vec<String>,
    /// Authentication context classes to request.
    pub acr_values: Vec<String>,
    /// Auth0: the organization, by ID or name, of all users of this provider.
    pub organization: Option<String>,
    pub auth_method: AuthMethod,
    /// Fixed parameters of each authorization request.
    pub authorize_params: Vec<(String, String)>,
    pub response_mode: ResponseMode,
    /// Origin at which this service reaches the provider, if it is not the issuer's.
    pub backchannel_url: Option<Url>,
    /// Overrides the end-session endpoint of the metadata.
    pub logout_url: Option<Url>,
}

impl ProviderConfig {
    /// Returns the full name of one of its settings: `VESTIBULE_PROVIDER_CORP_IDP_ISSUER` for `ISSUER`.
    #[must_use]
    pub fn setting(&self, suffix: &str) -> String {
        format!("VESTIBULE_PROVIDER_{}_{suffix}", self.name.to_ascii_uppercase().replace('-', "_"))
    }

    /// Returns whether `email_verified: true` from this provider counts as verified by us for this address.
    #[must_use]
    pub fn is_trusted_for(&self, email: &Email) -> bool {
        self.trusted_domains.iter().any(|domain| *domain == email.domain())
    }
}

/// Reads all providers in the order of their names.
pub(super) fn read(reader: &mut Reader<'_>) -> Vec<ProviderConfig> {
    let names = names(reader);
    names.iter().filter_map(|name| provider(&mut reader.provider(name), name)).collect()
}

/// Reads the names. An invalid one is left out, so that the mistakes in the settings of the other providers are found as well.
fn names(reader: &mut Reader<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for text in reader.get(&s::PROVIDERS) {
        match provider_name(&text) {
            Ok(name) if names.contains(&name) => {
                reader.mistake(&s::PROVIDERS, format!("{name:?} is listed twice; remove one of them"));
            }
            Ok(name) => names.push(name),
            Err(mistake) => reader.mistake(&s::PROVIDERS, mistake),
        }
    }
    names
}

/// Returns `None` for a disabled provider, and after a mistake in a required setting.
fn provider(reader: &mut NamedReader<'_, '_>, name: &str) -> Option<ProviderConfig> {
    let enabled = reader.get(&s::ENABLED);
    let issuer = issuer(reader);
    let client_id = reader.require(&s::CLIENT_ID);
    check_roles(reader);
    let kind = reader.get(&s::KIND);
    let preset = kind.preset();
    let config = ProviderConfig {
        name: name.to_owned(),
        client_secret: reader.get(&s::CLIENT_SECRET).map(SecretString::from),
        label: reader.get(&s::LABEL).unwrap_or_else(|| name.to_owned()),
        tile: reader.get(&s::TILE),
        kind,
        scopes: scopes(reader, preset),
        trusted_domains: reader.get(&s::TRUSTED_DOMAINS),
        allow_signup: reader.get(&s::ALLOW_SIGNUP),
        allowed_domains: reader.get(&s::ALLOWED_DOMAINS),
        role_claim: role_claim(reader),
        role_map: reader.get(&s::ROLE_MAP),
        trust_mfa: reader.get(&s::TRUST_MFA),
        profile: reader.get(&s::PROFILE),
        trusted_audiences: reader.get(&s::TRUSTED_AUDIENCES),
        acr_values: reader.get(&s::ACR_VALUES),
        organization: reader.get(&s::ORGANIZATION),
        auth_method: auth_method(reader, preset),
        authorize_params: reader.get(&s::AUTHORIZE_PARAMS),
        response_mode: reader.get(&s::RESPONSE_MODE).unwrap_or(preset.response_mode),
        backchannel_url: reader.get(&s::BACKCHANNEL_URL),
        logout_url: reader.get(&s::LOGOUT_URL),
        issuer: issuer?,
        client_id: client_id?,
    };
    enabled.then_some(config)
}

fn issuer(reader: &mut NamedReader<'_, '_>) -> Option<Issuer> {
    let tenants = reader.get(&s::TENANTS);
    let text = reader.require(&s::ISSUER)?;
    Issuer::new(&text, tenants).map_err(|mistake| reader.mistake(&s::ISSUER, mistake)).ok()
}

fn scopes(reader: &mut NamedReader<'_, '_>, preset: &Preset) -> Vec<String> {
    let scopes = reader.get(&s::SCOPES);
    match preset.scopes {
        Some(own) if !reader.is_set(&s::SCOPES) => own.iter().map(ToString::to_string).collect(),
        _ => scopes,
    }
}

/// Reports a method that does not fit the secret. The provider would refuse each login with a message that few providers explain.
fn auth_method(reader: &mut NamedReader<'_, '_>, preset: &Preset) -> AuthMethod {
    let method = reader.get(&s::AUTH_METHOD);
    match (method, reader.is_set(&s::CLIENT_SECRET)) {
        (Some(AuthMethod::None), true) => {
            reader.mistake(
                &s::AUTH_METHOD,
                "`none` sends no secret, but _CLIENT_SECRET is set; remove one of them",
            );
        }
        (Some(AuthMethod::Basic | AuthMethod::Post), false) => {
            reader.mistake(&s::AUTH_METHOD, "it needs _CLIENT_SECRET; set the secret, or write `none`");
        }
        _ => {}
    }
    method.unwrap_or(preset.auth_method)
}

/// Reports `_ROLE_CLAIM` without `_ROLE_MAP`, and the reverse. Either setting alone gives no roles, which an administrator would notice
/// only when roles are missing.
fn check_roles(reader: &mut NamedReader<'_, '_>) {
    match (reader.is_set(&s::ROLE_CLAIM), reader.is_set(&s::ROLE_MAP)) {
        (true, false) => reader.mistake(
            &s::ROLE_CLAIM,
            "it gives no role without _ROLE_MAP; set _ROLE_MAP to the role of each value, for example Admins=admin",
        ),
        (false, true) => reader.mistake(
            &s::ROLE_MAP,
            "it gives no role without _ROLE_CLAIM; set _ROLE_CLAIM to the claim with the values, for example groups",
        ),
        (true, true) | (false, false) => {}
    }
}

fn role_claim(reader: &mut NamedReader<'_, '_>) -> Option<String> {
    let claim = reader.get(&s::ROLE_CLAIM)?;
    if claim.matches('"').count() % 2 == 1 {
        reader.mistake(
            &s::ROLE_CLAIM,
            format!(
                "{claim:?} has a quote that is not closed; write for example resource_access.\"my.app\".roles"
            ),
        );
    }
    Some(claim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Environment};

    fn read(more: &[(&str, &str)]) -> Result<ProviderConfig, Vec<String>> {
        let own = [("ISSUER", "https://idp.example"), ("CLIENT_ID", "client")];
        let pairs = own.iter().chain(more);
        let mut environment = Environment::of([("VESTIBULE_PROVIDERS", "idp")]);
        environment.add_variables(
            pairs.map(|(name, value)| (format!("VESTIBULE_PROVIDER_IDP_{name}").into(), (*value).into())),
        );
        let config = Config::read(&environment);
        config
            .map(|(mut config, _)| config.providers.remove(0))
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
    }

    // The provider would refuse each login, with an error that does not name the setting.
    #[test]
    fn a_client_authentication_that_does_not_fit_the_secret_is_a_mistake() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        std::fs::write(&path, "s").expect("written");
        let file = ("CLIENT_SECRET_FILE", path.to_str().expect("UTF-8"));
        let secret = ("CLIENT_SECRET", "s");
        let method = |text| ("AUTH_METHOD", text);
        for more in [
            &[method("none"), secret][..],
            &[method("none"), file],
            &[method("client_secret_basic")],
            &[method("client_secret_post")],
            &[method("client_secret_post"), ("CLIENT_SECRET", "")],
            &[method("none"), secret, ("KIND", "apple")],
            &[method("private_key_jwt"), secret],
            &[method("Client_Secret_Post"), secret],
        ] {
            let mistakes = read(more).expect_err("a mistake");
            assert_eq!(mistakes.len(), 1, "{mistakes:?}");
            assert!(mistakes[0].starts_with("VESTIBULE_PROVIDER_IDP_AUTH_METHOD: "), "{mistakes:?}");
        }
        for (more, expected) in [
            (&[][..], AuthMethod::Metadata),
            (&[secret], AuthMethod::Metadata),
            (&[method("none")], AuthMethod::None),
            (&[method("client_secret_basic"), file], AuthMethod::Basic),
            (&[method("client_secret_post"), secret], AuthMethod::Post),
        ] {
            assert_eq!(read(more).expect("a provider").auth_method, expected, "{more:?}");
        }
    }

    // Apple refuses the scope `profile`, another response mode with the scope `email`, and a Basic header.
    #[test]
    fn apple_has_its_own_scopes_response_mode_and_client_authentication() {
        let apple = [("KIND", "apple"), ("CLIENT_SECRET", "s")];
        let config = read(&apple).expect("a provider");
        assert_eq!(config.scopes, ["openid", "name", "email"]);
        assert_eq!(config.response_mode, ResponseMode::FormPost);
        assert_eq!(config.auth_method, AuthMethod::Post);
        // A setting wins over the preset.
        let own = [("SCOPES", "openid"), ("RESPONSE_MODE", "query"), ("AUTH_METHOD", "client_secret_basic")];
        let config = read(&[&apple[..], &own].concat()).expect("a provider");
        assert_eq!(config.scopes, ["openid"]);
        assert_eq!(config.response_mode, ResponseMode::Query);
        assert_eq!(config.auth_method, AuthMethod::Basic);
        for kind in ["oidc", "auth0", "okta", "google", "entra", "keycloak"] {
            let config = read(&[("KIND", kind), ("CLIENT_SECRET", "s")]).expect("a provider");
            assert_eq!(config.scopes, ["openid", "profile", "email"], "{kind}");
            assert_eq!(config.response_mode, ResponseMode::Query, "{kind}");
            assert_eq!(config.auth_method, AuthMethod::Metadata, "{kind}");
        }
    }
}
