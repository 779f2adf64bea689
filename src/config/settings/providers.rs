//! The OpenID Connect providers.

use std::collections::BTreeMap;

use url::Url;

use super::group::Group;
use crate::config::{
    format::{BOOLEAN, Choice, List, Optional, Parsed, Required, Text, Word},
    presets::{KINDS, ProviderKind},
    profile_policy::ProfilePolicy,
    provider_formats::{Scopes, domain, logout_url, role_map, tenant},
    provider_requests::{
        AUTH_METHODS, AuthMethod, RESPONSE_MODES, ResponseMode, authorize_params, backchannel_url,
    },
    setting::{Shown, provider, service},
};

const COPY_FROM_PROVIDER: &str = "copy it from the registration of this service at the provider";

settings! {
"Providers" {
    PROVIDERS: List<Word> = service(
        "VESTIBULE_PROVIDERS",
        List(Word("a name of `a-z`, `0-9` and `-`")),
        "Names of the OpenID Connect providers, in the order of their buttons on the login page. Each has the settings \
         below; their names contain the provider's name in upper case with `_` for `-`, so `corp-idp` has \
         `VESTIBULE_PROVIDER_CORP_IDP_ISSUER`. At each provider, register the redirect URI \
         `{PUBLIC_URL}/api/auth/callback/{name}`.",
    )
    .unset("no federated login")
    .example("auth0,okta,corp-idp");
}

"Each provider: registration" {
    ISSUER: Required<Text> = provider(
        "ISSUER",
        Required(Text("an https URL, or an http URL on localhost"), COPY_FROM_PROVIDER),
        "Issuer, exactly as the provider writes it, with or without a slash at the end. It is compared with the \
         provider's metadata and with `iss` of each ID token.",
    )
    .example("https://acme.okta.com");

    CLIENT_ID: Required<Text> = provider(
        "CLIENT_ID",
        Required(Text("the ID as the provider shows it"), COPY_FROM_PROVIDER),
        "Client ID that the provider assigned to this service.",
    );

    CLIENT_SECRET: Optional<Text> = provider(
        "CLIENT_SECRET",
        Optional(Text("the secret as the provider shows it")),
        "Client secret that the provider assigned to this service.",
    )
    .unset("a public client, protected by PKCE alone")
    .shown(Shown::Secret);

    KIND: Choice<ProviderKind> = provider(
        "KIND",
        KINDS,
        "Preset for the differences of a provider from the standard. It is never guessed from the name or the issuer.",
    )
    .default("oidc");

    TENANTS: List<Parsed<String>> = provider(
        "TENANTS",
        List(Parsed(tenant, "a tenant ID")),
        "Entra ID: tenants whose users may sign in. Required if the issuer contains `organizations`, `common`, \
         `consumers` or `{tenantid}`. Any other issuer belongs to one tenant, and the setting is then a mistake.",
    )
    .unset("the issuer belongs to one tenant")
    .example("11111111-2222-3333-4444-555555555555");

    LABEL: Optional<Text> = provider("LABEL", Optional(Text("any text")), "Text of the login button.")
        .unset("the name of the provider");

    TILE: Choice<bool> = provider(
        "TILE",
        BOOLEAN,
        "Whether a link on another site, such as the application tile of the provider, starts a login at once. With `false` \
         the user confirms it on `/login`. While a session exists, the user confirms it in any case.",
    )
    .default("false");

    ENABLED: Choice<bool> = provider(
        "ENABLED",
        BOOLEAN,
        "`false` disables the provider. Its other settings can stay.",
    )
    .default("true");
}

"Each provider: requests and tokens" {
    SCOPES: Scopes = provider(
        "SCOPES",
        Scopes,
        "Scopes of the authorization request. `openid` is always added.",
    )
    .default("openid,profile,email");

    ACR_VALUES: List<Word> = provider(
        "ACR_VALUES",
        List(Word("an authentication context class")),
        "Authentication context classes to request (`acr_values`). `_TRUST_MFA` decides whether the result counts as a \
         second factor.",
    )
    .unset("the provider decides")
    .example("urn:okta:loa:2fa:any");

    ORGANIZATION: Optional<Text> = provider(
        "ORGANIZATION",
        Optional(Text("an organization ID or name")),
        "Auth0: organization to which users sign in. Users of other organizations are refused.",
    )
    .unset("no organization is requested or required")
    .example("org_1a2b3c4d5e6f7g8h");

    AUTH_METHOD: Optional<Choice<AuthMethod>> = provider(
        "AUTH_METHOD",
        Optional(AUTH_METHODS),
        "How this service authenticates at the token endpoint. `none` is a public client.",
    )
    .unset("`client_secret_basic`, or `client_secret_post` if the metadata offers only that; `none` without a secret")
    .example("client_secret_post");

    AUTHORIZE_PARAMS: Parsed<Vec<(String, String)>> = provider(
        "AUTHORIZE_PARAMS",
        Parsed(authorize_params, "pairs of `name=value`, separated by commas, or a JSON object"),
        "Fixed parameters that are added to each authorization request, for example `kc_idp_hint`, `domain_hint`, \
         `connection` or `hd`. A user can change them in the address, so they are no access control. Parameters of the \
         protocol are mistakes.",
    )
    .unset("no further parameters")
    .example("kc_idp_hint=google");

    RESPONSE_MODE: Optional<Choice<ResponseMode>> = provider(
        "RESPONSE_MODE",
        Optional(RESPONSE_MODES),
        "How the provider sends the authorization response: in the address (`query`) or as a form (`form_post`).",
    )
    .unset("`query`; `form_post` for Apple")
    .example("form_post");

    BACKCHANNEL_URL: Optional<Parsed<Url>> = provider(
        "BACKCHANNEL_URL",
        Optional(Parsed(backchannel_url, "an http or https origin")),
        "Origin at which this service reaches the provider, if that differs from the issuer, for example in a private \
         network. It replaces the origin of the issuer for metadata, token, keys and userinfo. The browser still uses the \
         addresses of the issuer, and the issuer is compared as before. It is reached without `VESTIBULE_HTTPS_PROXY`. With \
         http, code and client secret cross the network in plain text.",
    )
    .unset("the addresses of the issuer and its metadata")
    .example("http://keycloak:8080");

    TRUSTED_AUDIENCES: List<Word> = provider(
        "TRUSTED_AUDIENCES",
        List(Word("a client ID")),
        "Client IDs that may appear in `aud` besides ours. ID tokens with any other audience are rejected.",
    )
    .unset("only our client ID");

    LOGOUT_URL: Optional<Parsed<Url>> = provider(
        "LOGOUT_URL",
        Optional(Parsed(logout_url, "an https URL, or an http URL on localhost")),
        "URL that ends the session at the provider. After logout the browser is redirected to it.",
    )
    .unset("the end-session endpoint of the provider's metadata; for Auth0 without one, `/v2/logout`");
}

"Each provider: users" {
    ALLOW_SIGNUP: Choice<bool> = provider(
        "ALLOW_SIGNUP",
        BOOLEAN,
        "Whether users without an account get one at their first login through this provider.",
    )
    .default("true");

    ALLOWED_DOMAINS: List<Parsed<String>> = provider(
        "ALLOWED_DOMAINS",
        List(Parsed(domain, "a domain")),
        "E-mail domains of the users who may sign up and sign in. The provider must mark the address as verified.",
    )
    .unset("users of all domains")
    .example("corp.example");

    TRUSTED_DOMAINS: List<Parsed<String>> = provider(
        "TRUSTED_DOMAINS",
        List(Parsed(domain, "a domain, without wildcard")),
        "E-mail domains for which `email_verified: true` from this provider counts as verified by us. Verified addresses \
         decide about account linking, so list only domains that the provider controls.",
    )
    .unset("no address from this provider counts as verified")
    .example("corp.example");

    PROFILE: Parsed<ProfilePolicy> = provider(
        "PROFILE",
        Parsed(ProfilePolicy::parse, "pairs of `field=policy`, separated by commas"),
        "Source of the profile fields `displayName`, `picture`, `locale` and `email`. Policies: `local` (copied when the \
         account is created), `provider` (updated at each login), `provider-until-edited` (updated until the user edits \
         the field), `never` (not copied).",
    )
    .default(
        "displayName=provider-until-edited,picture=provider-until-edited,locale=provider-until-edited,email=local",
    );

    ROLE_CLAIM: Optional<Text> = provider(
        "ROLE_CLAIM",
        Optional(Text("a claim name, or a path with dots")),
        "Claim with roles or groups. A name may itself contain dots or slashes; in a path, put such a name in \
         double quotes: `resource_access.\"my.app\".roles`. Requires `_ROLE_MAP`.",
    )
    .unset("no roles from this provider")
    .example("realm_access.roles");

    ROLE_MAP: Parsed<BTreeMap<String, String>> = provider(
        "ROLE_MAP",
        Parsed(role_map, "pairs of `claim-value=role`, separated by commas, or a JSON object"),
        "Roles for the values of `_ROLE_CLAIM`. Values that are not listed give no role. Put a distinguished name into \
         double quotes: `\"CN=Admins,DC=corp,DC=example\"=admin`. Requires `_ROLE_CLAIM`.",
    )
    .unset("no roles from this provider")
    .example("Admins=admin,Staff=staff");

    TRUST_MFA: List<Word> = provider(
        "TRUST_MFA",
        List(Word("an `amr` or `acr` value")),
        "Values of `amr` or `acr` that count as a second factor.",
    )
    .unset("logins through this provider do not count as a second factor")
    .example("mfa");
}
}
