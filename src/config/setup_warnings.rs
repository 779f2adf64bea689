//! Settings that are valid one by one and do not work together.

use std::net::{IpAddr, SocketAddr};

use super::{
    database::{Database, Transport},
    hsts::Hsts,
    listen::ListenSettings,
    listen_formats::Listen,
    public_url::{PublicUrl, is_loopback_name},
    setting::Setting,
    settings as s,
    warning::Warning,
};
use crate::finding::FindingCode;

/// Names reserved for documentation (RFC 2606, RFC 6761).
const PLACEHOLDERS: [&str; 5] = ["example", "invalid", "example.com", "example.net", "example.org"];
/// Second-level names below which registries sell names, as in `corp.co.uk`.
const REGISTRY_NAMES: [&str; 8] = ["ac", "co", "com", "edu", "gov", "net", "or", "org"];

/// The settings that depend on each other.
pub(super) struct SetUp<'c> {
    pub(super) listen: &'c ListenSettings,
    pub(super) metrics_listen: Option<SocketAddr>,
    pub(super) public_url: &'c PublicUrl,
    pub(super) hsts: &'c Hsts,
    pub(super) database: &'c Database,
    /// Users need a link for their first passkey, and no mail carries it.
    pub(super) hands_links_over: bool,
}

/// Returns the warnings about a configuration.
pub(super) fn of(set_up: &SetUp<'_>) -> Vec<Warning> {
    let mut warnings = Warnings(Vec::new());
    public_url(set_up, &mut warnings);
    proxies(set_up, &mut warnings);
    hsts(set_up, &mut warnings);
    database(set_up, &mut warnings);
    if set_up.hands_links_over {
        warnings.add(
            &s::LOCAL_PASSWORDS,
            FindingCode::LinksHandedOver,
            "there are no passwords, a new user needs a link for the first passkey, and VESTIBULE_MAIL_URL is not set",
            "set up mail, or hand each link over yourself",
        );
    }
    if let Some(address) = set_up.metrics_listen.filter(|address| !address.ip().to_canonical().is_loopback())
    {
        warnings.add(
            &s::METRICS_LISTEN,
            FindingCode::MetricsOpen,
            format!("metrics need no authentication, and {address} is not loopback"),
            "protect the port with a firewall",
        );
    }
    warnings.0
}

struct Warnings(Vec<Warning>);

impl Warnings {
    fn add<F>(&mut self, setting: &Setting<F>, code: FindingCode, problem: impl Into<String>, fix: &str) {
        self.0.push(Warning::new(code, setting.about().name(""), problem, fix));
    }
}

/// Warns of a public URL that no browser opens. Every login is then refused, because the browser has another origin.
fn public_url(set_up: &SetUp<'_>, warnings: &mut Warnings) {
    let (url, listen) = (&set_up.public_url, &set_up.listen.at);
    let address = url.url();
    let is_loopback = is_loopback_name(&url.host);
    if is_loopback && !listen.is_local() {
        warnings.add(
            &s::PUBLIC_URL,
            FindingCode::PublicUrlThisMachine,
            format!("{address} can be opened on this machine only, but the service listens on {listen}"),
            "set it to the https URL that users open",
        );
    }
    // Behind a proxy the ports differ. Port 0 is any free port.
    let is_direct = !url.https && set_up.listen.trusted_proxies.is_empty();
    if is_direct && listen.port().is_some_and(|port| port != 0 && port != url.port) {
        warnings.add(
            &s::PUBLIC_URL,
            FindingCode::PublicUrlPort,
            format!("{address} has another port than VESTIBULE_LISTEN ({listen})"),
            "users must open the public URL, so write the port that they use",
        );
    }
    let has_suffix = |name: &&str| url.host == **name || url.host.ends_with(&format!(".{name}"));
    if PLACEHOLDERS.iter().any(has_suffix) {
        warnings.add(
            &s::PUBLIC_URL,
            FindingCode::PublicUrlPlaceholder,
            format!("{address} is a placeholder"),
            "set it to the URL that users open",
        );
    } else if !is_loopback && url.is_name() && !url.host.contains('.') {
        warnings.add(
            &s::PUBLIC_URL,
            FindingCode::PublicUrlNoDomain,
            format!("{address} has no domain"),
            "check that browsers open it by this name, and not only other containers",
        );
    }
}

fn proxies(set_up: &SetUp<'_>, warnings: &mut Warnings) {
    let trusted = &set_up.listen.trusted_proxies;
    // Browsers open no unix socket.
    if matches!(set_up.listen.at, Listen::Socket(_)) {
        if !trusted.socket {
            warnings.add(
                &s::TRUSTED_PROXIES,
                FindingCode::ProxiesMissing,
                "VESTIBULE_LISTEN is a unix socket, so a proxy is in front of the service, but programs on it are not trusted: all users share \
                 one address, and failed logins of one user lock out all",
                "add unix",
            );
        } else if set_up.listen.mode & 0o002 != 0 {
            warnings.add(
                &s::LISTEN_MODE,
                FindingCode::ProxiesAll,
                "every program of this machine can connect to the socket and choose the address of its client",
                "use a group that the proxy is in, and 0660",
            );
        }
    } else if set_up.public_url.https && trusted.is_empty() {
        // The service speaks plain HTTP: an https URL means a proxy.
        warnings.add(
            &s::TRUSTED_PROXIES,
            FindingCode::ProxiesMissing,
            "the public URL is https, so a proxy is in front of the service, but no proxy is trusted: all users share one address, and failed \
             logins of one user lock out all",
            "set it to the addresses of the proxy",
        );
    }
    if trusted.networks.iter().any(|network| network.prefix_len() == 0) {
        warnings.add(
            &s::TRUSTED_PROXIES,
            FindingCode::ProxiesAll,
            "it trusts every address, so clients can choose theirs and escape rate limits",
            "list only the addresses of the proxy",
        );
    }
}

fn hsts(set_up: &SetUp<'_>, warnings: &mut Warnings) {
    let host = &set_up.public_url.host;
    if set_up.hsts.header.is_none() {
        return;
    }
    if set_up.hsts.includes_subdomains {
        let code = if is_apex(host) { FindingCode::HstsOfDomainAndHosts } else { FindingCode::HstsOfHosts };
        let problem = format!(
            "includeSubDomains: browsers refuse http for {host} and for every name below it, also of other teams"
        );
        warnings.add(&s::HSTS, code, problem, "check that all of them have https");
    } else if is_apex(host) {
        warnings.add(
            &s::HSTS,
            FindingCode::HstsOfDomain,
            format!("browsers refuse http for every port of {host}, which is a whole domain"),
            "check its other services, or write off",
        );
    }
}

/// Returns whether a host is probably a name that was registered, such as `corp.example` or `corp.co.uk`.
fn is_apex(host: &str) -> bool {
    let parts: Vec<&str> = host.split('.').collect();
    match parts[..] {
        [_, _] => host.parse::<IpAddr>().is_err(),
        [_, registry, country] => country.len() == 2 && REGISTRY_NAMES.contains(&registry),
        _ => false,
    }
}

fn database(set_up: &SetUp<'_>, warnings: &mut Warnings) {
    match set_up.database.transport() {
        Transport::Protected => {}
        Transport::WithoutTls => warnings.add(
            &s::DATABASE_URL,
            FindingCode::DatabasePlainText,
            "the connection to MongoDB on another machine has no TLS: password hashes and sessions can be read on the network",
            "add tls=true to the URL",
        ),
        Transport::UncheckedCertificates => warnings.add(
            &s::DATABASE_URL,
            FindingCode::DatabaseCertificateUnchecked,
            "the connection to MongoDB accepts every certificate",
            "remove tlsInsecure and tlsAllowInvalidCertificates, and set tlsCAFile for a private authority",
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        config::{Config, Environment},
        secrets,
    };

    /// Returns the warnings as `severity name`.
    fn warnings(pairs: &[(&str, &str)]) -> Vec<String> {
        let (_, report) = Config::read(&Environment::of(pairs.iter().copied())).expect("valid settings");
        report.warnings.iter().map(|warning| format!("{} {}", warning.level(), warning.name)).collect()
    }

    const HTTPS: (&str, &str) = ("VESTIBULE_PUBLIC_URL", "https://id.corp.test");
    const PROXY: (&str, &str) = ("VESTIBULE_TRUSTED_PROXIES", "10.0.0.0/8");

    #[test]
    fn a_complete_set_up_has_no_warning() {
        assert!(warnings(&[]).is_empty(), "{:?}", warnings(&[]));
        assert!(warnings(&[HTTPS, PROXY, ("VESTIBULE_LISTEN", "0.0.0.0:3000")]).is_empty());
    }

    #[test]
    fn a_public_url_that_no_browser_opens_is_a_warning() {
        for pairs in [
            &[("VESTIBULE_LISTEN", "0.0.0.0:3000")][..],
            &[("VESTIBULE_LISTEN", "[::]:3000")],
            &[("VESTIBULE_LISTEN", "10.0.0.1:3000")],
            &[("VESTIBULE_LISTEN", "127.0.0.1:4000")],
            &[("VESTIBULE_PUBLIC_URL", "http://localhost")],
            &[("VESTIBULE_PUBLIC_URL", "http://[::1]:4000")],
            &[("VESTIBULE_PUBLIC_URL", "https://id.example.org"), PROXY],
            &[("VESTIBULE_PUBLIC_URL", "https://id.corp.example"), PROXY],
            &[("VESTIBULE_PUBLIC_URL", "https://corp.invalid"), PROXY],
        ] {
            assert!(warnings(pairs).contains(&"warning VESTIBULE_PUBLIC_URL".to_owned()), "{pairs:?}");
        }
        let single = [("VESTIBULE_PUBLIC_URL", "https://vestibule"), PROXY];
        assert_eq!(warnings(&single), ["notice VESTIBULE_PUBLIC_URL"]);
        for pairs in [
            &[("VESTIBULE_LISTEN", "[::1]:3000")][..],
            &[("VESTIBULE_LISTEN", "[::ffff:127.0.0.1]:3000")],
            &[("VESTIBULE_LISTEN", "127.0.0.1:0")],
            &[("VESTIBULE_LISTEN", "127.0.0.1:4000"), ("VESTIBULE_TRUSTED_PROXIES", "127.0.0.1")],
        ] {
            assert!(warnings(pairs).is_empty(), "{pairs:?}");
        }
    }

    // Every request would have the address of the proxy: 100 failures of one client lock out all users.
    #[test]
    fn an_https_url_without_a_trusted_proxy_is_a_warning() {
        for listen in ["127.0.0.1:3000", "0.0.0.0:3000", "[::]:3000", "10.0.0.1:3000"] {
            assert_eq!(
                warnings(&[HTTPS, ("VESTIBULE_LISTEN", listen)]),
                ["warning VESTIBULE_TRUSTED_PROXIES"]
            );
        }
        for all in ["0.0.0.0/0", "::/0", "::ffff:0:0/96", "10.0.0.1/0"] {
            assert_eq!(
                warnings(&[HTTPS, ("VESTIBULE_TRUSTED_PROXIES", all)]),
                ["warning VESTIBULE_TRUSTED_PROXIES"]
            );
        }
    }

    #[test]
    fn a_unix_socket_without_a_trusted_proxy_is_a_warning() {
        const SOCKET: (&str, &str) = ("VESTIBULE_LISTEN", "unix:/run/v.sock");
        const TRUSTED: (&str, &str) = ("VESTIBULE_TRUSTED_PROXIES", "unix");
        assert_eq!(warnings(&[HTTPS, SOCKET]), ["warning VESTIBULE_TRUSTED_PROXIES"]);
        assert_eq!(warnings(&[HTTPS, SOCKET, PROXY]), ["warning VESTIBULE_TRUSTED_PROXIES"]);
        assert!(warnings(&[HTTPS, SOCKET, TRUSTED]).is_empty());
        let open = [HTTPS, SOCKET, TRUSTED, ("VESTIBULE_LISTEN_MODE", "0666")];
        assert_eq!(warnings(&open), ["warning VESTIBULE_LISTEN_MODE"]);
    }

    #[test]
    fn service_without_passwords_and_without_mail_is_noted() {
        const OFF: (&str, &str) = ("VESTIBULE_LOCAL_PASSWORDS", "off");
        const MAIL: (&str, &str) = ("VESTIBULE_MAIL_URL", "smtp://127.0.0.1:2525");
        const FROM: (&str, &str) = ("VESTIBULE_MAIL_FROM", "id@corp.test");
        assert_eq!(warnings(&[OFF]), ["notice VESTIBULE_LOCAL_PASSWORDS"]);
        assert!(warnings(&[OFF, MAIL, FROM]).is_empty());
    }

    #[test]
    fn settings_with_which_no_user_could_sign_in_are_a_mistake() {
        const OFF: (&str, &str) = ("VESTIBULE_LOCAL_PASSWORDS", "off");
        const IP: (&str, &str) = ("VESTIBULE_PUBLIC_URL", "http://127.0.0.1:3000");
        const NO_PASSKEYS: (&str, &str) = ("VESTIBULE_PASSKEYS", "false");
        const PROVIDER: [(&str, &str); 3] = [
            ("VESTIBULE_PROVIDERS", "idp"),
            ("VESTIBULE_PROVIDER_IDP_ISSUER", "http://127.0.0.1:9"),
            ("VESTIBULE_PROVIDER_IDP_CLIENT_ID", "client"),
        ];
        for (pairs, part) in
            [(&[OFF, IP][..], "IP address"), (&[OFF, NO_PASSKEYS], "VESTIBULE_PASSKEYS is false")]
        {
            let mistakes = Config::read(&Environment::of(pairs.iter().copied())).expect_err("a mistake");
            let text: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            assert!(text[0].contains("no user could sign in") && text[0].contains(part), "{text:?}");
            let with_provider = pairs.iter().copied().chain(PROVIDER);
            assert!(Config::read(&Environment::of(with_provider)).is_ok(), "users sign in at the provider");
        }
        for pairs in [&[IP, NO_PASSKEYS][..], &[OFF]] {
            assert!(Config::read(&Environment::of(pairs.iter().copied())).is_ok(), "{pairs:?}");
        }
    }

    #[test]
    fn hsts_of_a_whole_domain_is_a_warning() {
        const ALL: &str = "max-age=600; includeSubDomains";
        let with = |url: &'static str, value: &'static str| {
            warnings(&[("VESTIBULE_PUBLIC_URL", url), PROXY, ("VESTIBULE_HSTS", value)])
        };
        assert_eq!(with("https://corp.test", ALL), ["warning VESTIBULE_HSTS"]);
        assert_eq!(with("https://corp.co.uk", ALL), ["warning VESTIBULE_HSTS"]);
        assert_eq!(with("https://id.corp.test", ALL), ["notice VESTIBULE_HSTS"]);
        assert_eq!(with("https://corp.test", "max-age=600"), ["notice VESTIBULE_HSTS"]);
        assert!(with("https://corp.test", "off").is_empty());
        assert!(with("https://id.corp.test", "max-age=600").is_empty());
        assert!(with("https://10.0.0.1", ALL).is_empty(), "no header is sent");
    }

    #[test]
    fn a_remote_database_without_tls_is_a_warning() {
        let keys = secrets::new_key();
        let with = |url| warnings(&[("VESTIBULE_DATABASE_URL", url), ("VESTIBULE_SECRET_KEYS", &keys)]);
        assert_eq!(with("mongodb://ada:hunter2@db1/vestibule"), ["warning VESTIBULE_DATABASE_URL"]);
        assert_eq!(with("mongodb://db1/v?tls=true&tlsInsecure=true"), ["warning VESTIBULE_DATABASE_URL"]);
        assert!(with("mongodb://db1/vestibule?tls=true").is_empty());
        assert!(with("mongodb://localhost/vestibule").is_empty());
    }
}
