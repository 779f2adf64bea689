//! The table of settings. Nothing else in the program names a setting: the known names, the defaults, the output of
//! `vestibule check`, `.env.example` and `deploy/docs/settings.md` come from here.
//!
//! To add a setting: add an entry here, a field to [`Config`](super::Config) or
//! [`ProviderConfig`](super::ProviderConfig), and the line that reads it there. Then run `scripts/generate`.

use std::collections::BTreeMap;

use lettre::message::Mailbox;
use url::Url;

use super::{
    brand::{self, Color, Language},
    database::Database,
    format::{
        Address, BOOLEAN, Choice, DurationBetween, List, Network, Number, Optional, Parsed, Required, Text,
        Word,
    },
    hsts::Hsts,
    mail_formats::{self, MailUrl},
    mfa::Mfa,
    presets::{KINDS, ProviderKind},
    profile_policy::ProfilePolicy,
    provider_formats::{Scopes, domain, logout_url, role_map, tenant},
    provider_requests::{
        AUTH_METHODS, AuthMethod, RESPONSE_MODES, ResponseMode, authorize_params, backchannel_url, proxy_url,
    },
    public_url::PublicUrl,
    setting::{Entry, Setting, Shown, provider, service},
};
use crate::{secrets::Keys, store::CollectionPrefix};

/// Defines each setting as a typed static, and the list of all of them. A setting cannot be read without being listed.
macro_rules! settings {
    ($($group:literal { $($name:ident: $format:ty = $setting:expr;)+ })+) => {
        $($(pub(super) static $name: Setting<$format> = $setting;)+)+

        /// All settings by group, in the order of the documentation.
        pub(super) static GROUPS: &[Group] = &[
            $(Group { title: $group, settings: &[$(&$name),+] }),+
        ];
    };
}

/// Settings that the documentation shows under one heading.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) settings: &'static [&'static dyn Entry],
}

/// Returns every setting.
pub(super) fn all() -> impl Iterator<Item = &'static dyn Entry> {
    GROUPS.iter().flat_map(|group| group.settings.iter().copied())
}

const COPY_FROM_PROVIDER: &str = "copy it from the registration of this service at the provider";

settings! {
"Network" {
    LISTEN: Address = service("VESTIBULE_LISTEN", Address, "Address and port that the service listens on.")
        .default("127.0.0.1:3000");

    PUBLIC_URL: Parsed<PublicUrl> = service(
        "VESTIBULE_PUBLIC_URL",
        Parsed(PublicUrl::parse, "an https origin, or an http origin on localhost, with or without a path"),
        "URL under which users reach the service: scheme, host and port, and a path such as `/auth` if the service shares its \
         origin with an application. The proxy may remove this path from requests or not. The URL decides the names of \
         the cookies, their `Secure` attribute and the redirect URIs. http is accepted only for localhost.",
    )
    .default("http://localhost:3000")
    .example("https://id.example.org");

    ALLOWED_ORIGINS: List<Parsed<PublicUrl>> = service(
        "VESTIBULE_ALLOWED_ORIGINS",
        List(Parsed(PublicUrl::parse_origin, "an origin")),
        "Other origins whose pages may call the API with the session cookie, and to which users may return after login and \
         logout. They must belong to the same site as the public URL, because browsers do not send the cookie from other \
         sites.",
    )
    .unset("only pages of the public URL")
    .example("https://app.example.org");

    TRUSTED_PROXIES: List<Network> = service(
        "VESTIBULE_TRUSTED_PROXIES",
        List(Network),
        "Reverse proxies in front of the service. The header `X-Forwarded-For` is used only in requests from these \
         addresses. Rate limits and audit events need the address of the client.",
    )
    .unset("the header is ignored")
    .example("10.0.0.0/8");

    HSTS: Parsed<Hsts> = service(
        "VESTIBULE_HSTS",
        Parsed(Hsts::parse, "`off`, `max-age=SECONDS` or `max-age=SECONDS;includeSubDomains`, also with `;preload`"),
        "Header `Strict-Transport-Security`: for this time, browsers refuse http for the host of the public URL, on every \
         port. With `includeSubDomains` they refuse it for every name below that host. The header is sent only if the \
         public URL is https and its host is a name other than localhost. Browsers keep an earlier value; `max-age=0` \
         deletes it.",
    )
    .default("max-age=63072000");
}

"Database and keys" {
    DATABASE_URL: Parsed<Database> = service(
        "VESTIBULE_DATABASE_URL",
        Parsed(Database::parse, "`sqlite:FILE` or a `mongodb://` URL with a database name"),
        "Database: an embedded SQLite file for one replica, or MongoDB for any number of replicas. `FILE` is a path as it \
         is, without options and escapes.",
    )
    .default("sqlite:data/vestibule.db")
    .example("mongodb://db1,db2,db3/vestibule?replicaSet=rs0")
    .shown(Shown::UrlWithoutSecrets);

    COLLECTION_PREFIX: Optional<Parsed<CollectionPrefix>> = service(
        "VESTIBULE_COLLECTION_PREFIX",
        Optional(Parsed(CollectionPrefix::parse, "letters, digits, `_`, `-` and `.`, at most 64; the first is a letter")),
        "Put before the name of every collection in MongoDB. Needed if the database already has collections of other \
         applications, such as `users` or `sessions`. A prefix that changes later names new, empty collections.",
    )
    .unset("no prefix")
    .example("vestibule_");

    SECRET_KEYS: Optional<Parsed<Keys>> = service(
        "VESTIBULE_SECRET_KEYS",
        Optional(Parsed(Keys::parse, "`id:base64 of 32 bytes`; several are separated by commas, newest first")),
        "Keys that seal TOTP secrets and sign CSRF tokens. The newest key seals and signs; older keys still open and \
         verify. Every replica needs the same keys, so the setting is required with MongoDB. `vestibule keys new` \
         prints a new key.",
    )
    .unset("with an embedded database, a key is created in `FILE.keys` at the first start")
    .shown(Shown::Secret);
}

"Sessions and login" {
    SESSION_IDLE: DurationBetween = service(
        "VESTIBULE_SESSION_IDLE",
        DurationBetween("10s", "24h"),
        "Idle timeout: a session expires after this time without activity. It cannot be longer than \
         `VESTIBULE_SESSION_MAX`.",
    )
    .default("10m");

    SESSION_MAX: DurationBetween = service(
        "VESTIBULE_SESSION_MAX",
        DurationBetween("10s", "30d"),
        "Absolute timeout: a session expires this long after login, whatever the activity.",
    )
    .default("12h");

    REMEMBER: Optional<DurationBetween> = service(
        "VESTIBULE_REMEMBER",
        Optional(DurationBetween("10s", "400d")),
        "Lifetime of a session whose user chose to stay signed in on the device, from login, with or without activity. The login \
         page then shows the choice. It must be longer than `VESTIBULE_SESSION_IDLE`. Browsers keep a cookie for 400 days \
         at most.",
    )
    .unset("the choice is not offered and has no effect")
    .example("30d");

    TRUST_DEVICE: Optional<DurationBetween> = service(
        "VESTIBULE_TRUST_DEVICE",
        Optional(DurationBetween("1h", "400d")),
        "How long a login from a trusted device needs no second factor. The second-factor page then offers to trust the device. The \
         trust ends earlier when the user forgets the device, or when the password or a second factor changes. It is no second factor: a \
         change of sign-in methods and the routes for administrators still ask for a code.",
    )
    .unset("a second factor is needed at each login")
    .example("30d");

    TOKEN_AUDIENCE: Optional<Text> = service(
        "VESTIBULE_TOKEN_AUDIENCE",
        Optional(Text("the name of your API, for example its URL")),
        "Audience (`aud`) of identity tokens. With it, `GET /api/auth/verify` answers with the header `X-Vestibule-Token`: a signed \
         token about the user, valid for a minute, for the servers behind your proxy. They verify it with \
         `/.well-known/jwks.json`.",
    )
    .unset("no identity token")
    .example("https://api.example.org");

    ACCOUNT_DELETION: Choice<bool> = service(
        "VESTIBULE_ACCOUNT_DELETION",
        BOOLEAN,
        "Whether users may delete their account on its page. The account is deleted seven days after the request; until then the user \
         can sign in and keep it. Audit events stay.",
    )
    .default("true");

    MFA: Choice<Mfa> = service(
        "VESTIBULE_MFA",
        Choice(&[("optional", Mfa::Optional), ("required", Mfa::Required)]),
        "Second factor. With `optional`, users with an authenticator app enter a code at login. With `required`, users \
         without a second factor must also enrol an authenticator app at login.",
    )
    .default("optional");
}

"Passwords" {
    PASSWORD_MIN_LENGTH: Optional<Number> = service(
        "VESTIBULE_PASSWORD_MIN_LENGTH",
        Optional(Number(8, 128)),
        "Shortest new password, in characters. A shorter one than the default is a mistake: NIST SP 800-63B-4 requires 15 characters \
         where the password can be the only factor. Existing passwords stay valid.",
    )
    .unset("15, or 8 with `VESTIBULE_MFA=required`")
    .example("20");

    PASSWORD_LIST: Optional<Text> = service(
        "VESTIBULE_PASSWORD_LIST",
        Optional(Text("a file or a folder")),
        "Own list of passwords that are refused, beside the list of common passwords in the binary: a file with one password on each \
         line, a file with sorted lines `SHA1:COUNT`, or a folder of range files `ABCDE` with lines `SUFFIX:COUNT`, as the downloads \
         of Have I Been Pwned have them. Files of hashes may have any size: they are searched, not read into memory.",
    )
    .unset("only the list in the binary")
    .example("/var/lib/vestibule/pwned-passwords.txt");
}

"Brand" {
    BRAND_NAME: Optional<Parsed<String>> = service(
        "VESTIBULE_BRAND_NAME",
        Optional(Parsed(brand::name, "a name of at most 40 characters")),
        "Name of the organisation in titles and texts of the pages, and in authenticator apps.",
    )
    .unset("`Vestibule`; authenticator apps show the host of the public URL")
    .example("Corp");

    BRAND_LOGO: Optional<Text> = service(
        "VESTIBULE_BRAND_LOGO",
        Optional(Text("an https URL, or a file with a PNG, JPEG, GIF, WebP or SVG image")),
        "Logo on the pages. A file has at most 256 KiB, is read once, at start, and served at `/vestibule/brand-logo`. A URL \
         shows its server the address of every visitor.",
    )
    .unset("the picture of Vestibule")
    .example("/etc/vestibule/logo.svg");

    BRAND_COLOR: Optional<Parsed<Color>> = service(
        "VESTIBULE_BRAND_COLOR",
        Optional(Parsed(brand::color, "`#` and three or six hexadecimal digits")),
        "Colour of buttons and links. `vestibule check` warns of a colour on which text is hard to read.",
    )
    .unset("the colour of Vestibule")
    .example("#125c68");

    BRAND_SUPPORT_URL: Optional<Parsed<Url>> = service(
        "VESTIBULE_BRAND_SUPPORT_URL",
        Optional(Parsed(brand::support_url, "an https URL or a mailto URL")),
        "Address at which users get help. The pages link to it.",
    )
    .unset("no link")
    .example("mailto:help@corp.example");

    BRAND_LANGUAGES: List<Choice<Language>> = service(
        "VESTIBULE_BRAND_LANGUAGES",
        List(Choice(brand::LANGUAGES)),
        "Languages of the pages. The locale of the user decides, then the languages of the browser. The first one is used if \
         none of them is in the list.",
    )
    .default("en,de,fr,es,ar");
}

"Mail" {
    MAIL_URL: Optional<Parsed<MailUrl>> = service(
        "VESTIBULE_MAIL_URL",
        Optional(Parsed(MailUrl::parse, "an `smtps:` or `smtp:` URL of a mail server, or `file:` and a folder")),
        "Mail server for password resets, confirmations of addresses and security notices. `smtps://user@host:465` is encrypted \
         from the start. `smtp://user@host:587?tls=required` requires STARTTLS. `smtp://host:25?tls=opportunistic` encrypts if \
         the server offers it; without `tls`, `smtp` is accepted only for this machine. `file:FOLDER` writes each mail into a \
         file, for development. The certificate of the server must be valid for its name; see `VESTIBULE_CA_FILE`.",
    )
    .unset("the service sends no mail and offers nothing that needs mail")
    .example("smtps://vestibule@mail.example:465")
    .shown(Shown::UrlWithoutSecrets);

    MAIL_PASSWORD: Optional<Text> = service(
        "VESTIBULE_MAIL_PASSWORD",
        Optional(Text("the password of the user in `VESTIBULE_MAIL_URL`")),
        "Password of the user in `VESTIBULE_MAIL_URL`. It is sent only over an encrypted connection, or to this machine.",
    )
    .unset("the service does not authenticate at the mail server")
    .shown(Shown::Secret);

    MAIL_FROM: Optional<Parsed<Mailbox>> = service(
        "VESTIBULE_MAIL_FROM",
        Optional(Parsed(mail_formats::from, "an address, or a name and an address in angle brackets")),
        "Sender of all mails. Required with `VESTIBULE_MAIL_URL`. The mail server must be allowed to send mail of this domain.",
    )
    .unset("no sender")
    .example("Corp <no-reply@corp.example>");
}

"Capacity" {
    HASH_THREADS: Optional<Number> = service(
        "VESTIBULE_HASH_THREADS",
        Optional(Number(1, 256)),
        "Threads that hash passwords. Each uses the memory of `VESTIBULE_HASH_MEMORY`.",
    )
    .unset("the number of CPU cores");

    HASH_MEMORY: Number = service(
        "VESTIBULE_HASH_MEMORY",
        Number(7, 256),
        "Memory of a new password hash (Argon2id) in MiB. Weaker parameters than OWASP recommends stop the start. Older hashes are \
         replaced at the next login of their users; stronger ones are kept. With other parameters than the defaults, each refused \
         login takes 0.75 seconds or more, so that its time does not show how old the hash is.",
    )
    .default("19");

    HASH_ITERATIONS: Number = service(
        "VESTIBULE_HASH_ITERATIONS",
        Number(1, 100),
        "Iterations of a new password hash. 1 needs 46 MiB, 2 need 19, 3 need 12, 4 need 9 and 5 or more need 7. Memory × iterations \
         is at most 1024 MiB, which takes about a second.",
    )
    .default("2");

    HASH_PARALLELISM: Number = service(
        "VESTIBULE_HASH_PARALLELISM",
        Number(1, 16),
        "Lanes of a new password hash. They are computed one after the other.",
    )
    .default("1");

    HASH_QUEUE: Number = service(
        "VESTIBULE_HASH_QUEUE",
        Number(1, 100_000),
        "Password checks that may wait, for each hashing thread. Further logins get the error 503 `busy`.",
    )
    .default("64");

    SESSION_CACHE: Number = service(
        "VESTIBULE_SESSION_CACHE",
        Number(1, 100_000_000),
        "Largest number of sessions in the memory of one replica. Users are cached up to the same number.",
    )
    .default("100000");
}

"Logs and metrics" {
    LOG: Parsed<String> = service(
        "VESTIBULE_LOG",
        Parsed(log_filter, "a level, or levels by module"),
        "Filter of the log: `error`, `warn`, `info`, `debug` or `trace`, for everything or for single modules.",
    )
    .default("info")
    .example("vestibule=debug,info");

    LOG_FORMAT: Optional<Choice<bool>> = service(
        "VESTIBULE_LOG_FORMAT",
        Optional(Choice(&[("text", false), ("json", true)])),
        "Format of the log.",
    )
    .unset("`text` on a terminal, otherwise `json`");

    EVENT_RETENTION: DurationBetween = service(
        "VESTIBULE_EVENT_RETENTION",
        DurationBetween("1d", "3650d"),
        "How long audit events are kept. A lower value also removes the older events that are stored; a higher value is used for \
         new events.",
    )
    .default("400d");

    METRICS_LISTEN: Optional<Address> = service(
        "VESTIBULE_METRICS_LISTEN",
        Optional(Address),
        "Address and port of a second listener, which serves `/metrics` for Prometheus without authentication.",
    )
    .unset("no metrics")
    .example("127.0.0.1:9090");
}

"Outgoing requests" {
    HTTPS_PROXY: Optional<Parsed<Url>> = service(
        "VESTIBULE_HTTPS_PROXY",
        Optional(Parsed(proxy_url, "an http or https URL")),
        "Proxy for https requests to providers. Requests to this machine and to `_BACKCHANNEL_URL` do not use it. The \
         variables `HTTPS_PROXY` and `NO_PROXY` have no effect.",
    )
    .unset("no proxy")
    .example("http://proxy.corp.example:3128")
    .shown(Shown::UrlWithoutSecrets);

    CA_FILE: Optional<Text> = service(
        "VESTIBULE_CA_FILE",
        Optional(Text("a file with certificates in PEM form")),
        "Certificates of further authorities that may have issued the certificates of providers and of the mail server, such as the \
         authority of a company. They are trusted beside those of the system. The file is read once, at start, and has at most 1 MiB.",
    )
    .unset("the authorities of the system")
    .example("/etc/ssl/corp-ca.pem");
}

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

fn log_filter(text: &str) -> Result<String, String> {
    tracing_subscriber::EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|_| format!("{text:?} is not a log filter; write for example info or vestibule=debug,info"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_default_and_every_example_is_valid() {
        for entry in all() {
            let about = entry.about();
            let name = about.name("<name>");
            // An optional setting without a default describes what happens without a value.
            let is_required =
                entry.mistake_in("").is_some_and(|text| text.starts_with("a value is required"));
            assert_eq!(entry.mistake_in(about.default).is_some(), is_required, "{name}");
            assert!(about.example.is_empty() || entry.mistake_in(about.example).is_none(), "{name}");
            assert_eq!(about.unset.is_empty(), is_required || !about.default.is_empty(), "{name}");
        }
    }

    #[test]
    fn names_are_unique() {
        let names: Vec<String> = all().map(|entry| entry.about().name("<name>")).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }

    // A mistake is printed on the terminal and in the log of the process that starts the service.
    #[test]
    fn a_mistake_in_a_secret_does_not_repeat_it() {
        let hidden = all().filter(|entry| entry.about().shown != Shown::Plain);
        for entry in hidden {
            let mistake = entry.mistake_in("hunter2").unwrap_or_default();
            assert!(!mistake.contains("hunter2"), "{mistake}");
        }
    }
}
