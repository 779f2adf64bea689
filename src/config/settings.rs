//! Every setting there is: name, default, meaning. `.env.example` says the same, and a test holds the two together.

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// `VESTIBULE_…`.
    pub name: &'static str,
    /// What an absent or empty value means; empty: see the meaning.
    pub default: &'static str,
    /// For people.
    pub meaning: &'static str,
    /// How `vestibule check` shows it.
    pub shown: Shown,
}

/// How a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As it is.
    Plain,
    /// Not at all.
    Hidden,
    /// Without the password that a URL may hold.
    WithoutPassword,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning, shown: Shown::Plain }
}

pub(super) const LISTEN: Setting = setting("VESTIBULE_LISTEN", "127.0.0.1:3000", "Address to listen on.");
pub(super) const PUBLIC_URL: Setting = setting(
    "VESTIBULE_PUBLIC_URL",
    "http://localhost:3000",
    "The origin people see; decides the cookie's name and `Secure`. http only on loopback.",
);
pub(super) const DATABASE_URL: Setting = Setting {
    shown: Shown::WithoutPassword,
    ..setting(
        "VESTIBULE_DATABASE_URL",
        "sqlite:data/vestibule.db",
        "Where documents live: `sqlite:FILE`, or `mongodb://…/vestibule`.",
    )
};
pub(super) const SECRET_KEYS: Setting = Setting {
    shown: Shown::Hidden,
    ..setting(
        "VESTIBULE_SECRET_KEYS",
        "",
        "`id:base64 of 32 bytes`, newest first, by comma: seals TOTP secrets, signs CSRF tokens; old ones still open. \
         Made and kept beside an embedded database; needed with MongoDB. Make one with `vestibule keys new`.",
    )
};
pub(super) const SESSION_IDLE: Setting =
    setting("VESTIBULE_SESSION_IDLE", "10m", "A session ends after this long without activity; 10s to 24h.");
pub(super) const SESSION_MAX: Setting =
    setting("VESTIBULE_SESSION_MAX", "12h", "A session ends after this long in any case; up to 30d.");
pub(super) const MFA: Setting = setting(
    "VESTIBULE_MFA",
    "optional",
    "`optional`, or `required`: who has no second factor sets one up first.",
);
pub(super) const ALLOWED_ORIGINS: Setting = setting(
    "VESTIBULE_ALLOWED_ORIGINS",
    "",
    "Other origins of the same site whose pages may call the API with the cookie, by comma.",
);
pub(super) const TRUSTED_PROXIES: Setting = setting(
    "VESTIBULE_TRUSTED_PROXIES",
    "",
    "Addresses or networks, by comma, whose `X-Forwarded-For` is believed.",
);
pub(super) const HASH_THREADS: Setting = setting(
    "VESTIBULE_HASH_THREADS",
    "",
    "Threads that hash passwords, each keeping 19 MiB; the number of cores if not set.",
);
pub(super) const HASH_QUEUE: Setting = setting(
    "VESTIBULE_HASH_QUEUE",
    "64",
    "Sign-ins that may wait per hashing thread; one more is answered 503.",
);
pub(super) const SESSION_CACHE: Setting =
    setting("VESTIBULE_SESSION_CACHE", "100000", "Sessions kept in memory, at most.");
pub(super) const LOG: Setting =
    setting("VESTIBULE_LOG", "info", "What is logged, like `info` or `vestibule=debug,info`.");
pub(super) const LOG_FORMAT: Setting =
    setting("VESTIBULE_LOG_FORMAT", "", "`text` or `json`; text on a terminal, else json, if not set.");

pub(super) const METRICS_LISTEN: Setting = setting(
    "VESTIBULE_METRICS_LISTEN",
    "",
    "Address of a second listener with `/metrics` for Prometheus; none if not set.",
);

pub(super) const PROVIDERS: Setting = setting(
    "VESTIBULE_PROVIDERS",
    "",
    "Names of OpenID Connect providers (`a-z 0-9 -`), by comma, like `auth0,okta,corp-idp`; each has the settings below, its name \
     in upper case with `_` for `-`. The redirect URI to register is {PUBLIC_URL}/api/auth/callback/{name}.",
);

/// One setting of each provider.
#[derive(Debug)]
pub struct ProviderSetting {
    /// What follows `VESTIBULE_PROVIDER_<NAME>_`.
    pub suffix: &'static str,
    /// What an absent or empty value means; empty: see the meaning.
    pub default: &'static str,
    /// For people.
    pub meaning: &'static str,
    /// How `vestibule check` shows it.
    pub shown: Shown,
}

const fn of_each(suffix: &'static str, default: &'static str, meaning: &'static str) -> ProviderSetting {
    ProviderSetting { suffix, default, meaning, shown: Shown::Plain }
}

/// The whole name of a provider's setting.
#[must_use]
pub fn of_provider(name: &str, setting: &ProviderSetting) -> String {
    format!("VESTIBULE_PROVIDER_{}_{}", name.to_ascii_uppercase().replace('-', "_"), setting.suffix)
}

pub(super) const ISSUER: ProviderSetting = of_each(
    "ISSUER",
    "",
    "Needed. Exactly as the provider writes it, with or without a slash at the end. http only on loopback.",
);
pub(super) const CLIENT_ID: ProviderSetting =
    of_each("CLIENT_ID", "", "Needed. The client identifier the provider gave.");
pub(super) const CLIENT_SECRET: ProviderSetting = ProviderSetting {
    shown: Shown::Hidden,
    ..of_each("CLIENT_SECRET", "", "The client secret; none for a public client, which has PKCE alone.")
};
pub(super) const LABEL: ProviderSetting = of_each("LABEL", "", "What the button says; the name if not set.");
pub(super) const KIND: ProviderSetting =
    of_each("KIND", "oidc", "`oidc`, `auth0`, `okta` or `google`: never guessed from name or issuer.");
pub(super) const SCOPES: ProviderSetting =
    of_each("SCOPES", "openid,profile,email", "Scopes to ask for, by comma.");
pub(super) const TRUSTED_DOMAINS: ProviderSetting = of_each(
    "TRUSTED_DOMAINS",
    "",
    "Domains, by comma, whose `email_verified: true` from this provider counts as verified by us. No wildcard.",
);
pub(super) const ALLOW_SIGNUP: ProviderSetting =
    of_each("ALLOW_SIGNUP", "true", "Whether people whom nobody knows get an account.");
pub(super) const ALLOWED_DOMAINS: ProviderSetting = of_each(
    "ALLOWED_DOMAINS",
    "",
    "Domains, by comma, whose people may sign up or in through it; all if not set.",
);
pub(super) const ROLE_CLAIM: ProviderSetting = of_each(
    "ROLE_CLAIM",
    "",
    "Claim that holds roles or groups: a name (also with dots or slashes in it), or a path by dots; text or a list. Needs _ROLE_MAP.",
);
pub(super) const ROLE_MAP: ProviderSetting = of_each(
    "ROLE_MAP",
    "",
    "`claim-value=role`, by comma: what is not in it gives no role. Needs _ROLE_CLAIM.",
);
pub(super) const TRUST_MFA: ProviderSetting =
    of_each("TRUST_MFA", "", "`amr` or `acr` values, by comma, that count as a second factor, like `mfa`.");
pub(super) const PROFILE: ProviderSetting = of_each(
    "PROFILE",
    "displayName=provider-until-edited,picture=provider-until-edited,locale=provider-until-edited,email=local",
    "Per field `local` (taken once), `provider` (at every sign-in), `provider-until-edited`, or `never`.",
);
pub(super) const TRUSTED_AUDIENCES: ProviderSetting = of_each(
    "TRUSTED_AUDIENCES",
    "",
    "Who else, by comma, its ID tokens may be for beside this service; a token for anybody else too is refused.",
);
pub(super) const ACR_VALUES: ProviderSetting = of_each(
    "ACR_VALUES",
    "",
    "Authentication contexts to ask for, by comma, like `urn:okta:loa:2fa:any`; what comes back counts by _TRUST_MFA.",
);
pub(super) const ORGANIZATION: ProviderSetting = of_each(
    "ORGANIZATION",
    "",
    "Auth0: id or name of the organization that people sign in to; everybody from another one is refused.",
);
pub(super) const TENANTS: ProviderSetting = of_each(
    "TENANTS",
    "",
    "Entra ID: ids of the tenants, by comma, whose people may come in where the issuer is `organizations` or `common`.",
);
pub(super) const LOGOUT_URL: ProviderSetting = of_each(
    "LOGOUT_URL",
    "",
    "Where browsers sign out at the provider; what its metadata say if not set, for Auth0 else `/v2/logout`.",
);
pub(super) const ENABLED: ProviderSetting =
    of_each("ENABLED", "true", "`false` closes this door without forgetting its settings.");

/// All settings of a provider, in the order of `.env.example`.
pub const OF_EACH_PROVIDER: [&ProviderSetting; 19] = [
    &ISSUER,
    &CLIENT_ID,
    &CLIENT_SECRET,
    &LABEL,
    &KIND,
    &SCOPES,
    &TRUSTED_DOMAINS,
    &ALLOW_SIGNUP,
    &ALLOWED_DOMAINS,
    &ROLE_CLAIM,
    &ROLE_MAP,
    &TRUST_MFA,
    &PROFILE,
    &TRUSTED_AUDIENCES,
    &ACR_VALUES,
    &ORGANIZATION,
    &TENANTS,
    &LOGOUT_URL,
    &ENABLED,
];

/// All of them, in the order of `.env.example`.
pub const ALL: [&Setting; 16] = [
    &LISTEN,
    &PUBLIC_URL,
    &DATABASE_URL,
    &SECRET_KEYS,
    &SESSION_IDLE,
    &SESSION_MAX,
    &MFA,
    &ALLOWED_ORIGINS,
    &TRUSTED_PROXIES,
    &HASH_THREADS,
    &HASH_QUEUE,
    &SESSION_CACHE,
    &LOG,
    &LOG_FORMAT,
    &METRICS_LISTEN,
    &PROVIDERS,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_example_file_and_the_code_agree_in_both_directions() {
        let example: BTreeMap<&str, &str> = include_str!("../../.env.example")
            .lines()
            .filter_map(|line| line.trim_start_matches('#').trim_start().split_once('='))
            .filter(|(name, _)| name.starts_with("VESTIBULE_") && !name.contains(char::is_whitespace))
            .collect();
        let of_each = OF_EACH_PROVIDER.map(|setting| (of_provider("<name>", setting), setting.default));
        let code: BTreeMap<&str, &str> = ALL
            .iter()
            .map(|setting| (setting.name, setting.default))
            .chain(of_each.iter().map(|(name, default)| (name.as_str(), *default)))
            .collect();
        assert_eq!(example, code);
        let meanings = OF_EACH_PROVIDER.iter().map(|setting| setting.meaning);
        for meaning in ALL.iter().map(|setting| setting.meaning).chain(meanings) {
            assert!(include_str!("../../.env.example").contains(meaning), "not in the example: {meaning}");
        }
    }
}
