//! Findings: what is wrong with a set-up, why it matters, and what to change. The codes are published.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::schema::text_schema;

/// How much a finding matters. Decides the exit code of `vestibule doctor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// The service, or the logins of some users, do not work.
    Error,
    /// It works, but users will be locked out, data can be lost, or a protection is off.
    Warning,
    /// Probably not intended.
    Note,
}

impl Severity {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One thing that is wrong. Contains no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    pub code: FindingCode,
    pub severity: Severity,
    /// Setting, file, provider or URL.
    pub subject: String,
    pub problem: String,
    pub why: &'static str,
    /// What to change, with the name of the setting and its value.
    pub fix: String,
}

impl Finding {
    #[must_use]
    pub fn new(
        code: FindingCode,
        subject: impl Into<String>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity: code.severity(),
            subject: subject.into(),
            problem: problem.into(),
            why: code.why(),
            fix: fix.into(),
        }
    }
}

macro_rules! finding_codes {
    ($($area:literal { $($code:ident = $name:literal, $severity:ident, $why:literal;)+ })+) => {
        /// The kind of a finding. Names are stable: programs compare them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum FindingCode {
            $($($code,)+)+
        }

        impl FindingCode {
            /// All codes, with the area in which they are documented.
            pub const ALL: &'static [(&'static str, Self)] = &[$($(($area, Self::$code),)+)+];

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$code => $name,)+)+
                }
            }

            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $($(Self::$code => Severity::$severity,)+)+
                }
            }

            /// Returns why it matters.
            #[must_use]
            pub const fn why(self) -> &'static str {
                match self {
                    $($(Self::$code => $why,)+)+
                }
            }
        }
    };
}

finding_codes! {
    "Settings" {
        SettingInvalid = "setting_invalid", Error, "The service does not start.";
        SettingOverridden = "setting_overridden", Note, "A change in `.env` has no effect.";
        ValueQuoted = "value_quoted", Warning, "The other side compares the value with the quotes, and refuses it.";
        ValueBlank = "value_blank", Warning, "The other side compares the value with the blank, and refuses it.";
        ValueInvisible = "value_invisible", Warning, "The other side compares the value with the character, and refuses it.";
        PublicUrlThisMachine = "public_url_this_machine", Warning, "Other machines cannot open the pages, and each login from another address is refused.";
        PublicUrlPort = "public_url_port", Warning, "The browser has another origin than the public URL, and the service refuses each login.";
        PublicUrlPlaceholder = "public_url_placeholder", Warning, "The browser has another origin than the public URL, and the service refuses each login.";
        PublicUrlNoDomain = "public_url_no_domain", Note, "Such a name often works between containers only.";
        ProxiesMissing = "proxies_missing", Warning, "All users have the address of the proxy: failed logins of one user lock out all users.";
        ProxiesAll = "proxies_all", Warning, "Clients choose their address and escape each rate limit.";
        HstsOfDomainAndHosts = "hsts_of_domain_and_hosts", Warning, "Browsers refuse http for hosts of other teams, for as long as the header says.";
        HstsOfHosts = "hsts_of_hosts", Note, "Browsers refuse http for all hosts below this name, for as long as the header says.";
        HstsOfDomain = "hsts_of_domain", Note, "Browsers refuse http for all services of the domain name, for as long as the header says.";
        MetricsOpen = "metrics_open", Note, "Each client that reaches the port can read the metrics.";
        LinksHandedOver = "links_handed_over", Note, "A user without a passkey cannot sign in until an administrator hands over a link.";
        DatabasePlainText = "database_plain_text", Warning, "An attacker in the network reads password hashes and sessions.";
        DatabaseCertificateUnchecked = "database_certificate_unchecked", Warning, "An attacker in the network can be the database.";
        BrandColorUnreadable = "brand_color_unreadable", Warning, "Users cannot read the buttons (WCAG 2.2, 1.4.3).";
        BrandColorLinks = "brand_color_links", Note, "Users with low vision cannot read the links (WCAG 2.2, 1.4.3).";
        ProviderKind = "provider_kind", Warning, "The provider differs from the standard, and only its kind knows how.";
        ProviderSecretMissing = "provider_secret_missing", Warning, "The provider refuses each login.";
        ProviderInternalPlainText = "provider_internal_plain_text", Note, "An attacker in the network reads codes and the client secret.";
        ProviderPublicSignup = "provider_public_signup", Warning, "Each user of the public provider gets an account here.";
    }
    "Secrets and files" {
        FileOpenToAll = "file_open_to_all", Warning, "Each user of the machine can sign in as any user.";
        FileOpenToGroup = "file_open_to_group", Note, "Each user of the group can sign in as any user.";
        KeysUnusable = "keys_unusable", Error, "The service does not start.";
        KeysNotInRing = "keys_not_in_ring", Error, "The service does not start: it could not check the codes of authenticator apps.";
    }
    "Clock" {
        ClockDatabase = "clock_database", Warning, "Sessions end at a wrong time, and codes of authenticator apps are refused.";
        ClockSetBack = "clock_set_back", Warning, "The service uses the newest time that it has stored, until the clock is right again.";
        ClockProvider = "clock_provider", Warning, "Tokens of the provider seem to be expired, or not valid yet, and each login is refused.";
    }
    "Database" {
        DatabaseMissing = "database_missing", Note, "The service creates the database at its first start; with a misspelt path or name it seems empty.";
        DatabaseUnreachable = "database_unreachable", Error, "The service does not start, and no user can sign in.";
        DatabaseRefused = "database_refused", Error, "The service does not start.";
        DatabaseForeign = "database_foreign", Error, "The service does not start: it would misread and delete documents of another application.";
        DatabaseIndexMissing = "database_index_missing", Warning, "Reads become slow, expired documents stay, and unique names are not unique until the next start creates the index.";
        DatabaseIndexDiffers = "database_index_differs", Error, "The next start fails, because an index of the name has other options.";
        DatabaseStandalone = "database_standalone", Warning, "One broken disk loses all users, and an ended session can stay valid on other replicas for a second.";
        DatabaseMajority = "database_majority", Error, "Each write waits for a majority and fails: no user can sign in.";
        DatabaseOptionUnused = "database_option_unused", Warning, "The service writes with w=majority and journal, and reads from the primary: the option has no effect.";
        DatabaseVersion = "database_version", Warning, "The version gets no security updates, and it is not tested.";
    }
    "Users" {
        NoAdministrator = "no_administrator", Note, "No user can open the console for administrators; the command line still works.";
        PasswordOnly = "password_only", Warning, "These users cannot sign in until they have a link for a passkey, or sign in through a provider.";
    }
    "Providers" {
        ProviderUnreachable = "provider_unreachable", Error, "No user can sign in with this provider.";
        ProviderRateLimited = "provider_rate_limited", Warning, "Logins fail while the provider limits the service.";
        ProviderDiscovery = "provider_discovery", Error, "No user can sign in with this provider.";
        ProviderIssuer = "provider_issuer", Error, "Each token names another issuer and is refused.";
        ProviderEndpoint = "provider_endpoint", Error, "An attacker in the network could read codes and the client secret, so the provider is not used.";
        ProviderKeys = "provider_keys", Error, "No ID token can be verified, so each login is refused.";
        ProviderKeyDefect = "provider_key_defect", Warning, "A login fails if the provider signs with this key.";
        ProviderAlgorithm = "provider_algorithm", Error, "The ID tokens have a signature that the service does not accept, so each login is refused.";
        ProviderPkce = "provider_pkce", Warning, "Without PKCE (RFC 7636) a stolen code can be used.";
        ProviderCodeFlow = "provider_code_flow", Error, "The service uses the authorization code flow only.";
        ProviderAuthMethod = "provider_auth_method", Error, "The token endpoint refuses the service.";
        ProviderResponseMode = "provider_response_mode", Error, "The response does not reach the service.";
        ProviderScope = "provider_scope", Note, "The provider ignores the scope or refuses the login.";
        ProviderNoLogout = "provider_no_logout", Note, "After a logout here, the session at the provider stays: the next login needs no password.";
        ProviderClient = "provider_client", Error, "The token endpoint refuses the service, so each login fails after the user has signed in.";
        ProviderRedirectUri = "provider_redirect_uri", Error, "The provider shows an error page in place of the login.";
    }
    "Public URL and proxy" {
        ServiceNotRunning = "service_not_running", Note, "The checks of the public URL need the running service.";
        PublicUrlUnreachable = "public_url_unreachable", Error, "Users cannot open the pages.";
        PublicUrlCertificate = "public_url_certificate", Error, "Browsers refuse to open the pages.";
        PublicUrlElsewhere = "public_url_elsewhere", Error, "Users reach another program, and providers redirect to it.";
        ServiceOtherKeys = "service_other_keys", Error, "A session of one replica is not valid at the other, or the requests reach another installation.";
        SchemeDiffers = "scheme_differs", Error, "Browsers drop the cookies of https on an http page, and forward authentication returns to a wrong address.";
        PrefixStripped = "prefix_stripped", Note, "The service accepts both forms, but a path that repeats the prefix has two meanings.";
        HostRewritten = "host_rewritten", Warning, "Forward authentication returns users to a wrong address, and the log names a host that no user opens.";
        ForwardedForMissing = "forwarded_for_missing", Warning, "All users have the address of the proxy: failed logins of one user lock out all users.";
        ForwardedProtoMissing = "forwarded_proto_missing", Warning, "Forward authentication cannot return users to the page that they opened.";
        ProxyNotTrusted = "proxy_not_trusted", Warning, "All users have the address of the proxy: failed logins of one user lock out all users.";
        CookieLost = "cookie_lost", Error, "Each login succeeds, and the next request is anonymous again.";
        CookieChanged = "cookie_changed", Warning, "The browser sends the cookie to other paths or hosts, or scripts can read it.";
        CsrfRefused = "csrf_refused", Error, "Each login and each change is refused with 403.";
        OriginRefused = "origin_refused", Error, "Each login and each change is refused with 403.";
        StreamBuffered = "stream_buffered", Warning, "Other tabs learn late that a session has ended.";
        ApiCached = "api_cached", Error, "One user can get the answer of another user, with names and sessions.";
        HstsMissing = "hsts_missing", Warning, "The first request of a browser can use http, where an attacker in the network answers.";
        HeadersRemoved = "headers_removed", Warning, "Browsers do not apply the protection against injected scripts and frames.";
    }
    "Mail" {
        MailUnreachable = "mail_unreachable", Error, "No mail leaves: users cannot reset passwords or confirm addresses.";
        MailTls = "mail_tls", Error, "No mail leaves: without a checked certificate an attacker in the network could read the links.";
        MailLogin = "mail_login", Error, "The mail server accepts no mail.";
        MailSender = "mail_sender", Error, "The mail server refuses each mail.";
        MailFromDomain = "mail_from_domain", Warning, "Servers of the recipients refuse the mails or mark them as spam.";
        MailFolder = "mail_folder", Error, "No mail can be written.";
        MailNotSent = "mail_not_sent", Error, "Users get no mail.";
    }
    "Traces" {
        TracesRefused = "traces_refused", Warning, "No trace reaches the collector. Logins are not affected.";
    }
    "Codes by mail and SMS" {
        SmsUnreachable = "sms_unreachable", Error, "Users get no codes by SMS: those without another second factor or a recovery code cannot sign in.";
        FactorNotOffered = "factor_not_offered", Warning, "These users cannot sign in.";
    }
    "Webhooks" {
        WebhookUnreachable = "webhook_unreachable", Error, "The other system learns of no change of a user, until it is reachable within three days.";
        WebhookRefused = "webhook_refused", Error, "The other system refuses the messages.";
    }
    "Checks" {
        CheckTimeout = "check_timeout", Warning, "The check has no result, so it may hide other findings.";
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

text_schema!(FindingCode, "FindingCode", { "enum": FindingCode::ALL.iter().map(|(_, code)| code.as_str()).collect::<Vec<_>>() });

impl Serialize for FindingCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_each_says_why_it_matters() {
        let mut seen = HashSet::new();
        for (_, code) in FindingCode::ALL {
            let name = code.as_str();
            assert!(seen.insert(name), "{name} is used twice");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
            assert!(code.why().ends_with('.'), "{name}");
        }
    }
}
