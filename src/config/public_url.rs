use std::net::IpAddr;

use url::{Host, Url};

/// `VESTIBULE_PUBLIC_URL`: an origin with https, or with http on a loopback host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// `https://id.example.org`, without a slash at the end.
    pub origin: String,
    /// Decides the names of the cookies and their `Secure` attribute.
    pub https: bool,
    /// The port of the URL, or the default one of its scheme.
    pub port: u16,
    /// Shown in authenticator apps.
    pub host: String,
}

impl PublicUrl {
    /// Reads an origin on which cookies are safe. Plain http to another machine would send the session cookie unencrypted, and
    /// an attacker on the network could use the session.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
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
        Ok(Self { origin: url.origin().ascii_serialization(), https, port, host: host.to_string() })
    }

    /// Returns whether the host is a name and not an IP address.
    pub(super) fn is_name(&self) -> bool {
        matches!(Host::parse(&self.host), Ok(Host::Domain(_)))
    }
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
            "https://id.example.org/path",
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
        }
    }
}
