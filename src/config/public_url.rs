use std::net::IpAddr;

use url::{Host, Url};

/// First path segments that the service uses. A proxy may remove the prefix: with one of these prefixes, the path of a request would have
/// two meanings.
const OWN_SEGMENTS: [&str; 19] = [
    ".well-known",
    "account",
    "api",
    "cancel-email",
    "change-password",
    "confirm-email",
    "forgot-password",
    "healthz",
    "link",
    "login",
    "metrics",
    "mfa-setup",
    "not-me",
    "readyz",
    "reauthenticate",
    "reset-password",
    "second-factor",
    "signed-in",
    "vestibule",
];

/// `VESTIBULE_PUBLIC_URL`: an origin with https, or with http on a loopback host, and a path if a proxy shares the origin with an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// `https://id.example.org`, without a slash at the end.
    pub origin: String,
    /// Path before every path of the service: empty, or `/auth`, without a slash at the end.
    pub prefix: String,
    /// Decides the names of the cookies and their `Secure` attribute.
    pub https: bool,
    /// The port of the URL, or the default one of its scheme.
    pub port: u16,
    /// Shown in authenticator apps.
    pub host: String,
}

impl PublicUrl {
    /// Reads an origin with an optional path.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (origin, path) = match text
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|at| text.len() - rest.len() + at))
        {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let prefix = if path == "/" { "" } else { path };
        let mistake = prefix_mistake(prefix);
        let url = Self::parse_origin(origin)?;
        match mistake {
            Some(mistake) => Err(format!("{text:?} {mistake}; write for example https://corp.example/auth")),
            None => Ok(Self { prefix: prefix.to_owned(), ..url }),
        }
    }

    /// Reads an origin on which cookies are safe. Plain http to another machine would send the session cookie unencrypted, and
    /// an attacker on the network could use the session.
    pub(super) fn parse_origin(text: &str) -> Result<Self, String> {
        const ADVICE: &str = "write only scheme, host and port, for example https://id.example.org";
        let url = Url::parse(text).map_err(|_| format!("{text:?} is not a URL; {ADVICE}"))?;
        let is_bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let Some(host) = url.host().filter(|_| is_bare) else {
            return Err(format!("{text:?} is not an origin; {ADVICE}"));
        };
        // Browsers send neither of these, so no request would have the origin.
        let is_unreachable = match &host {
            Host::Domain(name) => name.ends_with('.'),
            Host::Ipv4(ip) => ip.is_unspecified(),
            Host::Ipv6(ip) => ip.to_canonical().is_unspecified(),
        };
        if is_unreachable {
            return Err(format!("{text:?} is not the address that users open; {ADVICE}"));
        }
        let https = match url.scheme() {
            "https" => true,
            "http" if is_loopback(&host) => false,
            "http" => {
                return Err(format!("{text:?} uses http, which is accepted only for localhost; use https"));
            }
            _ => return Err(format!("{text:?} is neither an https nor an http URL; use https")),
        };
        let port = url.port_or_known_default().unwrap_or_default();
        let origin = url.origin().ascii_serialization();
        Ok(Self { origin, prefix: String::new(), https, port, host: host.to_string() })
    }

    /// Returns the URL without a slash at the end. Paths of the service follow it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.origin, self.prefix)
    }

    /// Returns whether the host is a name and not an IP address.
    pub(crate) fn is_name(&self) -> bool {
        matches!(Host::parse(&self.host), Ok(Host::Domain(_)))
    }
}

/// Returns what is wrong with the path of a public URL. Only the spelling that browsers send is accepted: otherwise no request has the prefix.
fn prefix_mistake(path: &str) -> Option<String> {
    let segments = path.strip_prefix('/')?;
    let is_written_plainly = |segment: &str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        !matches!(segment, "." | "..") && segment.bytes().all(is_plain)
    };
    if path.contains(['?', '#']) {
        return Some("has a query or a fragment".to_owned());
    }
    if path.ends_with('/') {
        return Some("ends with a slash".to_owned());
    }
    if segments.split('/').any(|segment| segment.is_empty() || !is_written_plainly(segment)) {
        return Some(
            "has a path with other characters than letters, digits, `-`, `_`, `.` and `~`".to_owned(),
        );
    }
    let first = segments.split('/').next().unwrap_or_default();
    let is_own = OWN_SEGMENTS.contains(&first);
    is_own.then(|| format!("has a path that starts with /{first}, which is a path of the service"))
}

/// Returns whether a host is this machine. `::ffff:127.0.0.1` is another spelling of `127.0.0.1`.
pub(crate) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.to_canonical().is_loopback(),
    }
}

/// Returns whether the text of a host is this machine.
pub(super) fn is_loopback_name(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<IpAddr>() {
        Ok(ip) => ip.to_canonical().is_loopback(),
        Err(_) => is_loopback(&Host::Domain(host.to_ascii_lowercase().as_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_accepted_on_loopback_only() {
        for url in [
            "http://id.example.org",
            "http://10.0.0.1:3000",
            "http://localhost.example.org",
            "ftp://localhost",
            "https://user@id.example.org",
            "https://id.example.org?x",
            "https://id.example.org.",
            "https://0.0.0.0",
            "https://[::]:3000",
            "http://[::ffff:10.0.0.1]",
            "*",
        ] {
            assert!(PublicUrl::parse(url).is_err(), "{url}");
        }
        for url in [
            "https://id.example.org",
            "http://127.0.0.1:3000",
            "http://[::1]:3000",
            "http://app.localhost",
            "http://[::ffff:127.0.0.1]:3000",
        ] {
            assert!(PublicUrl::parse(url).is_ok(), "{url}");
            assert!(PublicUrl::parse_origin(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn path_is_a_prefix_in_the_spelling_of_browsers() {
        for (url, prefix) in [
            ("https://corp.example", ""),
            ("https://corp.example/", ""),
            ("https://corp.example/auth", "/auth"),
            ("https://corp.example:8443/team-a/auth.v1", "/team-a/auth.v1"),
            ("http://localhost:3000/auth", "/auth"),
        ] {
            let parsed = PublicUrl::parse(url).expect(url);
            assert_eq!(parsed.prefix, prefix, "{url}");
            assert_eq!(parsed.url(), url.trim_end_matches('/'));
        }
        for (url, mistake) in [
            ("https://corp.example/auth/", "slash"),
            ("https://corp.example//auth", "characters"),
            ("https://corp.example//", "slash"),
            ("https://corp.example/auth//x", "characters"),
            ("https://corp.example/a/../auth", "characters"),
            ("https://corp.example/./auth", "characters"),
            ("https://corp.example/%61uth", "characters"),
            ("https://corp.example/a\\b", "characters"),
            ("https://corp.example/a b", "characters"),
            ("https://corp.example/caf\u{e9}", "characters"),
            ("https://corp.example/a;b", "characters"),
            ("https://corp.example/auth?x", "query"),
            ("https://corp.example/auth#x", "query"),
            ("https://corp.example/api", "/api"),
            ("https://corp.example/api/auth", "/api"),
            ("https://corp.example/login", "/login"),
            ("https://corp.example/vestibule", "/vestibule"),
            ("http://id.example.org/auth", "http"),
        ] {
            let text = PublicUrl::parse(url).expect_err(url);
            assert!(text.contains(mistake), "{url}: {text}");
        }
    }

    #[test]
    fn origin_has_no_path() {
        assert!(PublicUrl::parse_origin("https://app.corp.example/").is_ok());
        assert!(PublicUrl::parse_origin("https://app.corp.example/orders").is_err());
    }
}
