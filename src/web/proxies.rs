//! Proxies in front of the service: which peers are trusted, and in which header they send the address of a client.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
};

use axum::http::HeaderMap;
use ipnet::IpNet;

pub use super::forwarded::AddressHeader;
use super::forwarded::hops;

/// The other end of a connection; the server puts it into the extensions of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    Ip(IpAddr),
    /// A program of this machine that opened the unix socket.
    Socket,
    /// A client whose address a proxy with the PROXY protocol does not know. It has the address of the proxy, and is not trusted as the
    /// proxy is: it could choose its address with a header (spoofing).
    Unknown(IpAddr),
}

impl Peer {
    /// Returns the peer with this address. An IPv4 address has two spellings in IPv6 sockets; both are one peer.
    #[must_use]
    pub fn of(ip: IpAddr) -> Self {
        Self::Ip(ip.to_canonical())
    }

    /// Returns the address. A program on the unix socket runs on this machine.
    #[must_use]
    pub fn ip(self) -> IpAddr {
        match self {
            Self::Ip(ip) | Self::Unknown(ip) => ip,
            Self::Socket => Ipv4Addr::LOCALHOST.into(),
        }
    }
}

/// As in `VESTIBULE_TRUSTED_PROXIES`.
impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) | Self::Unknown(ip) => ip.fmt(f),
            Self::Socket => f.write_str("unix"),
        }
    }
}

/// Proxies whose headers are used.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    pub networks: Vec<IpNet>,
    /// Programs that may open the unix socket.
    pub socket: bool,
    pub header: AddressHeader,
}

impl TrustedProxies {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty() && !self.socket
    }

    /// Returns whether a peer is a trusted proxy.
    #[must_use]
    pub fn contains(&self, peer: Peer) -> bool {
        match peer {
            Peer::Ip(ip) => self.contains_ip(ip),
            Peer::Socket => self.socket,
            Peer::Unknown(_) => false,
        }
    }

    fn contains_ip(&self, ip: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&ip))
    }

    /// Returns the address of the client of a request: the address nearest to us that does not belong to a trusted proxy. Without trusted
    /// proxies the header is ignored: a client must not escape a rate limit with invented addresses (spoofed `X-Forwarded-For`).
    pub(super) fn client_ip(&self, peer: Peer, headers: &HeaderMap) -> IpAddr {
        let mut nearest = peer.ip();
        if !self.contains(peer) {
            return nearest;
        }
        // A hop that names no address (`unknown`, `_hidden`) hides the hops before it.
        for ip in hops(self.header, headers).map_while(std::convert::identity) {
            nearest = ip;
            if !self.contains_ip(ip) {
                break;
            }
        }
        nearest
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn proxies(networks: &[&str], header: AddressHeader) -> TrustedProxies {
        let networks = networks.iter().map(|network| network.parse().expect("a network")).collect();
        TrustedProxies { networks, socket: false, header }
    }

    fn peer(ip: &str) -> Peer {
        Peer::of(ip.parse().expect("an address"))
    }

    fn seen(from: &str, values: &[&'static str], trusted: &[&str], header: AddressHeader) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header.name(), HeaderValue::from_static(value));
        }
        proxies(trusted, header).client_ip(peer(from), &headers).to_string()
    }

    #[test]
    fn forwarded_addresses_are_accepted_from_trusted_proxies_only() {
        let seen =
            |from, values: &[_], trusted: &[_]| seen(from, values, trusted, AddressHeader::XForwardedFor);
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(seen("::ffff:10.0.0.1", &["1.2.3.4"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(
            seen("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"], &["10.0.0.0/8"]),
            "1.2.3.4",
            "the nearest untrusted address"
        );
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "1.2.3.4"], &["10.0.0.0/8"]), "1.2.3.4", "two headers");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, nonsense"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, nonsense, 10.0.0.2"], &["10.0.0.0/8"]), "10.0.0.2");
        assert_eq!(seen("fd00::1", &["2001:db8::7"], &["fd00::/8"]), "2001:db8::7");
        let mut not_ascii = HeaderMap::new();
        not_ascii
            .append("x-forwarded-for", HeaderValue::from_bytes(b"\xff, 1.2.3.4").expect("a header value"));
        let trusted = proxies(&["10.0.0.0/8"], AddressHeader::XForwardedFor);
        assert_eq!(
            trusted.client_ip(peer("10.0.0.1"), &not_ascii).to_string(),
            "1.2.3.4",
            "a hop that is not ASCII does not hide the hops after it"
        );
    }

    #[test]
    fn the_rule_is_the_same_for_the_standard_header() {
        const PROXIES: &[&str] = &["10.0.0.0/8"];
        let seen = |from, values: &[_], trusted: &[_]| seen(from, values, trusted, AddressHeader::Forwarded);
        assert_eq!(seen("203.0.113.9", &["for=1.2.3.4"], PROXIES), "203.0.113.9");
        assert_eq!(
            seen("10.0.0.1", &["for=6.6.6.6, for=1.2.3.4;proto=https, for=10.0.0.2"], PROXIES),
            "1.2.3.4"
        );
        assert_eq!(seen("10.0.0.1", &["for=6.6.6.6", "for=\"[2001:db8::1]:443\""], PROXIES), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["for=1.2.3.4, for=_hidden"], PROXIES), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["for=1.2.3.4, for=unknown, for=10.0.0.2"], PROXIES), "10.0.0.2");
    }

    #[test]
    fn one_real_ip_is_used_and_two_are_not() {
        let seen = |from, values: &[_]| seen(from, values, &["10.0.0.0/8"], AddressHeader::XRealIp);
        assert_eq!(seen("10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 6.6.6.6"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4", "6.6.6.6"]), "10.0.0.1");
    }

    // A proxy overwrites the header that it knows, and passes the others of its client on.
    #[test]
    fn the_setting_decides_between_headers_that_contradict_each_other() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.1.1.1"));
        headers.insert("forwarded", HeaderValue::from_static("for=2.2.2.2"));
        headers.insert("x-real-ip", HeaderValue::from_static("3.3.3.3"));
        for (header, expected) in [
            (AddressHeader::XForwardedFor, "1.1.1.1"),
            (AddressHeader::Forwarded, "2.2.2.2"),
            (AddressHeader::XRealIp, "3.3.3.3"),
        ] {
            let trusted = proxies(&["10.0.0.0/8"], header);
            assert_eq!(trusted.client_ip(peer("10.0.0.1"), &headers).to_string(), expected);
            headers.remove(header.name());
            assert_eq!(trusted.client_ip(peer("10.0.0.1"), &headers).to_string(), "10.0.0.1", "{header:?}");
            headers.insert(header.name(), HeaderValue::from_static("for=9.9.9.9"));
        }
    }

    #[test]
    fn a_program_on_the_socket_is_trusted_only_if_the_setting_says_so() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.2.3.4"));
        let mut trusted = proxies(&["127.0.0.0/8"], AddressHeader::XForwardedFor);
        assert_eq!(trusted.client_ip(Peer::Socket, &headers).to_string(), "127.0.0.1");
        trusted.socket = true;
        assert_eq!(trusted.client_ip(Peer::Socket, &headers).to_string(), "1.2.3.4");
    }

    #[test]
    fn a_client_whose_address_a_proxy_does_not_know_is_not_trusted() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.2.3.4"));
        let trusted = proxies(&["10.0.0.0/8"], AddressHeader::XForwardedFor);
        let unknown = Peer::Unknown(peer("10.0.0.1").ip());
        assert_eq!(trusted.client_ip(unknown, &headers).to_string(), "10.0.0.1");
    }
}
