//! `VESTIBULE_PROVIDERS` and, for each name in it, `VESTIBULE_PROVIDER_<NAME>_…`.

use std::collections::BTreeMap;

use secrecy::SecretString;
use url::Url;

use super::{env::Reader, is_loopback, issuer::Issuer, list, settings as s};
use crate::user::{self, Email};

/// Names that are routes beside `/api/auth/{provider}`, so that no provider can stand in for one.
const RESERVED: [&str; 13] = [
    "login",
    "logout",
    "session",
    "csrf-token",
    "providers",
    "callback",
    "link",
    "me",
    "keep-alive",
    "events",
    "verify",
    "reauthenticate",
    "backchannel-logout",
];

/// One provider, as it is set.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// `a-z 0-9 -`; in its redirect URI and in stored identities' display.
    pub name: String,
    /// Compared exactly with what the provider says of itself and with `iss`.
    pub issuer: Issuer,
    /// RFC 6749 client identifier.
    pub client_id: String,
    /// None: a public client, PKCE only.
    pub client_secret: Option<SecretString>,
    /// On the button.
    pub label: String,
    /// Which preset.
    pub kind: ProviderKind,
    /// Always with `openid`.
    pub scopes: Vec<String>,
    /// Domains whose `email_verified: true` from this provider counts as verified by us.
    pub trusted_domains: Vec<String>,
    /// Whether people nobody knows get an account.
    pub allow_signup: bool,
    /// Domains that may come in at all; empty: all.
    pub allowed_domains: Vec<String>,
    /// Where roles are in the claims: a name, or a path by dots.
    pub role_claim: Option<String>,
    /// Claim value to our role.
    pub role_map: BTreeMap<String, String>,
    /// `amr` and `acr` values that count as a second factor.
    pub trust_mfa: Vec<String>,
    /// What happens to each profile field.
    pub profile: ProfilePolicy,
    /// Who else may be in `aud` beside us (OpenID Connect Core §3.1.3.7).
    pub trusted_audiences: Vec<String>,
    /// Authentication contexts to ask for (`acr_values`).
    pub acr_values: Vec<String>,
    /// Auth0: the organization, by id or name, that people must come from.
    pub organization: Option<String>,
    /// Where browsers sign out at the provider, instead of what its metadata say.
    pub logout_url: Option<Url>,
}

/// Quirks as data: which preset a provider follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProviderKind {
    /// Nothing but the standard.
    #[default]
    Oidc,
    /// Issuers end with a slash; older tenants sign out at `/v2/logout`.
    Auth0,
    /// Thin ID tokens: profile and groups come from userinfo.
    Okta,
    /// Asks for an account, never for a proof.
    Google,
}

/// What is known of a kind of provider beside the standard.
#[derive(Debug)]
pub struct Preset {
    /// How its issuers end; people set that wrong more often than anything else.
    pub issuer_shape: Option<&'static str>,
    /// Where browsers sign out if the metadata do not say, with `client_id` and `returnTo` instead of the standard's parameters.
    pub logout_path: Option<&'static str>,
    /// What its administrator does about tokens that are signed in a way that is not accepted.
    pub signing_advice: &'static str,
    /// Whether it can be told to ask people who they are (`prompt=login`), and says when it did (`auth_time`).
    pub supports_prompt_login: bool,
}

const OIDC: Preset = Preset {
    issuer_shape: None,
    logout_path: None,
    signing_advice: "set the ID token signature algorithm of this client to RS256 at the provider",
    supports_prompt_login: true,
};
const AUTH0: Preset = Preset {
    issuer_shape: Some("an Auth0 issuer ends with one"),
    logout_path: Some("/v2/logout"),
    signing_advice: "set Applications > (this one) > Settings > Advanced Settings > OAuth > JsonWebToken Signature Algorithm to RS256",
    supports_prompt_login: true,
};
const OKTA: Preset = Preset {
    issuer_shape: Some("an Okta issuer ends without one"),
    logout_path: None,
    signing_advice: "set the signing algorithm of the authorization server to RS256",
    supports_prompt_login: true,
};
const GOOGLE: Preset = Preset { supports_prompt_login: false, ..OIDC };

impl ProviderKind {
    /// What is known of it.
    #[must_use]
    pub fn preset(self) -> &'static Preset {
        match self {
            Self::Oidc => &OIDC,
            Self::Auth0 => &AUTH0,
            Self::Okta => &OKTA,
            Self::Google => &GOOGLE,
        }
    }
}

/// What a sign-in through a provider does to a profile field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldPolicy {
    /// Ours; set from the claims only when the account is made.
    Local,
    /// The provider's, at every sign-in.
    Provider,
    /// The provider's until the person edits it here.
    ProviderUntilEdited,
    /// Never taken.
    Never,
}

/// A policy per field.
#[derive(Clone, Copy, Debug)]
pub struct ProfilePolicy {
    /// `displayName` from `name`.
    pub display_name: FieldPolicy,
    /// `picture` from `picture`.
    pub picture: FieldPolicy,
    /// `locale` from `locale`.
    pub locale: FieldPolicy,
    /// `email` from `email`: shown; a handle only by the rules of the merge decision.
    pub email: FieldPolicy,
}

impl Default for ProfilePolicy {
    fn default() -> Self {
        Self {
            display_name: FieldPolicy::ProviderUntilEdited,
            picture: FieldPolicy::ProviderUntilEdited,
            locale: FieldPolicy::ProviderUntilEdited,
            email: FieldPolicy::Local,
        }
    }
}

impl ProviderConfig {
    /// Whether `email_verified: true` from here counts as verified by us for this address.
    #[must_use]
    pub fn is_trusted_for(&self, email: &Email) -> bool {
        self.trusted_domains.iter().any(|domain| *domain == email.domain())
    }
}

/// All providers, in the order they were named.
pub(super) fn read(reader: &mut Reader<'_>) -> Vec<ProviderConfig> {
    let texts: Vec<String> =
        reader.get(&s::PROVIDERS, |text| Ok(list(text).map(ToOwned::to_owned).collect()));
    // A name that is none hides no mistake in the settings of the others.
    let mut names: Vec<String> = Vec::new();
    for text in texts {
        match name(&text) {
            Ok(name) if names.contains(&name) => {
                reader.mistake(s::PROVIDERS.name, format!("names `{name}` twice"));
            }
            Ok(name) => names.push(name),
            Err(mistake) => reader.mistake(s::PROVIDERS.name, mistake),
        }
    }
    names.iter().filter_map(|name| one(reader, name)).collect()
}

fn one(reader: &mut Reader<'_>, name: &str) -> Option<ProviderConfig> {
    let mut of = Section { reader, provider: name };
    let enabled = of.get(&s::ENABLED, boolean);
    let tenants = of.get(&s::TENANTS, tenants);
    let issuer = of.get(&s::ISSUER, |text| Issuer::new(&needed(text)?, tenants.clone()).map(Some));
    of.compare_roles();
    let config = ProviderConfig {
        client_id: of.get(&s::CLIENT_ID, needed),
        client_secret: of
            .get(&s::CLIENT_SECRET, |text| Ok(some(text).map(|text| SecretString::from(text.to_owned())))),
        label: of.get(&s::LABEL, |text| Ok(some(text).unwrap_or(name).to_owned())),
        kind: of.get(&s::KIND, kind),
        scopes: of.get(&s::SCOPES, |text| Ok(scopes(text))),
        trusted_domains: of.get(&s::TRUSTED_DOMAINS, domains),
        allow_signup: of.get(&s::ALLOW_SIGNUP, boolean),
        allowed_domains: of.get(&s::ALLOWED_DOMAINS, domains),
        role_claim: of.get(&s::ROLE_CLAIM, |text| Ok(some(text).map(ToOwned::to_owned))),
        role_map: of.get(&s::ROLE_MAP, role_map),
        trust_mfa: of.get(&s::TRUST_MFA, |text| Ok(list(text).map(ToOwned::to_owned).collect())),
        profile: of.get(&s::PROFILE, profile),
        trusted_audiences: of
            .get(&s::TRUSTED_AUDIENCES, |text| Ok(list(text).map(ToOwned::to_owned).collect())),
        acr_values: of.get(&s::ACR_VALUES, |text| Ok(list(text).map(ToOwned::to_owned).collect())),
        organization: of.get(&s::ORGANIZATION, |text| Ok(some(text).map(ToOwned::to_owned))),
        logout_url: of.get(&s::LOGOUT_URL, |text| some(text).map(logout_url).transpose()),
        issuer: issuer?,
        name: name.to_owned(),
    };
    enabled.then_some(config)
}

/// The settings of one provider.
struct Section<'r, 'e> {
    reader: &'r mut Reader<'e>,
    provider: &'r str,
}

impl Section<'_, '_> {
    /// After a mistake: what an absent value means, or nothing at all where it is needed; the mistake stops the start anyway.
    fn get<T: Default>(
        &mut self,
        setting: &s::ProviderSetting,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> T {
        let name = s::of_provider(self.provider, setting);
        self.reader.read(&name, setting.default, setting.shown, parse).unwrap_or_default()
    }

    /// Either alone gives nobody a role, and nobody would be told why.
    fn compare_roles(&mut self) {
        let [claim, map] =
            [&s::ROLE_CLAIM, &s::ROLE_MAP].map(|setting| s::of_provider(self.provider, setting));
        match (self.reader.is_set(&claim), self.reader.is_set(&map)) {
            (true, false) => {
                let text = "gives no role without _ROLE_MAP: name there which value is which role, like `Admins=admin`";
                self.reader.mistake(&claim, text);
            }
            (false, true) => {
                let text = "gives no role without _ROLE_CLAIM: name there the claim that holds the values, like `groups`";
                self.reader.mistake(&map, text);
            }
            (true, true) | (false, false) => {}
        }
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn needed(text: &str) -> Result<String, String> {
    some(text)
        .map(ToOwned::to_owned)
        .ok_or("is needed: the provider gives it when you register this service".to_owned())
}

fn name(text: &str) -> Result<String, String> {
    let good =
        text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') && text.len() <= 32;
    if !good || text.starts_with('-') || text.ends_with('-') {
        Err(format!("`{text}` is not a name: a-z, 0-9 and - only"))
    } else if RESERVED.contains(&text) {
        Err(format!("`{text}` is the name of a route: choose another"))
    } else {
        Ok(text.to_owned())
    }
}

fn tenants(text: &str) -> Result<Vec<String>, String> {
    let good = |tenant: &str| tenant.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    list(text)
        .map(|tenant| {
            good(tenant).then(|| tenant.to_owned()).ok_or(format!("`{tenant}` is not a tenant's id"))
        })
        .collect()
}

fn logout_url(text: &str) -> Result<Url, String> {
    Url::parse(text)
        .ok()
        .filter(|url| {
            url.scheme() == "https"
                || url.scheme() == "http" && url.host().is_some_and(|host| is_loopback(&host))
        })
        .ok_or(format!("`{text}` is not an https URL"))
}

fn kind(text: &str) -> Result<ProviderKind, String> {
    match text {
        "oidc" => Ok(ProviderKind::Oidc),
        "auth0" => Ok(ProviderKind::Auth0),
        "okta" => Ok(ProviderKind::Okta),
        "google" => Ok(ProviderKind::Google),
        _ => Err("is none of `oidc`, `auth0`, `okta`, `google`".to_owned()),
    }
}

fn boolean(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "is neither `true` nor `false`".to_owned())
}

fn scopes(text: &str) -> Vec<String> {
    let mut scopes: Vec<String> =
        text.split([',', ' ']).filter(|scope| !scope.is_empty()).map(ToOwned::to_owned).collect();
    if !scopes.iter().any(|scope| scope == "openid") {
        scopes.insert(0, "openid".to_owned());
    }
    scopes
}

fn domains(text: &str) -> Result<Vec<String>, String> {
    list(text)
        .map(|domain| match url::Host::parse(domain) {
            Ok(url::Host::Domain(domain)) if domain.contains('.') && !domain.contains('*') => Ok(domain),
            _ => Err(format!("`{domain}` is not a domain like corp.example (no wildcard)")),
        })
        .collect()
}

fn role_map(text: &str) -> Result<BTreeMap<String, String>, String> {
    list(text)
        .map(|pair| {
            let (value, role) = pair.rsplit_once('=').ok_or(format!("`{pair}` is not `claim-value=role`"))?;
            let role = user::role(role.trim()).map_err(|_| format!("`{role}` is not a role"))?;
            Ok((value.trim().to_owned(), role))
        })
        .collect()
}

fn profile(text: &str) -> Result<ProfilePolicy, String> {
    let mut policy = ProfilePolicy::default();
    for pair in list(text) {
        let (field, value) = pair.split_once('=').ok_or(format!("`{pair}` is not `field=policy`"))?;
        let value = match value.trim() {
            "local" => FieldPolicy::Local,
            "provider" => FieldPolicy::Provider,
            "provider-until-edited" => FieldPolicy::ProviderUntilEdited,
            "never" => FieldPolicy::Never,
            other => {
                return Err(format!("`{other}` is none of local, provider, provider-until-edited, never"));
            }
        };
        match field.trim() {
            "displayName" => policy.display_name = value,
            "picture" => policy.picture = value,
            "locale" => policy.locale = value,
            "email" => policy.email = value,
            other => return Err(format!("`{other}` is none of displayName, picture, locale, email")),
        }
    }
    Ok(policy)
}
