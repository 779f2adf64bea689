//! The client of a request: address, user agent, browser and request id.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Once},
};

use axum::{
    extract::Request,
    http::{Extensions, HeaderMap, HeaderValue, header},
};
use ipnet::IpNet;

use super::{device_key::DeviceKey, request_id::RequestId};
use crate::limiter::Networks;

const FORWARDED_FOR: &str = "x-forwarded-for";
/// The headers in which proxies send the address of a client. Only the first is used.
const FORWARDING: [&str; 3] = [FORWARDED_FOR, "forwarded", "x-real-ip"];
/// Longest `User-Agent` that is kept, in characters.
const USER_AGENT_MAX: usize = 256;

/// The other end of the TCP connection; the server puts it into the extensions of every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The client that sent a request.
#[derive(Clone, Debug)]
pub struct Client {
    /// The client's address; behind trusted proxies the address that they report.
    pub ip: IpAddr,
    /// `User-Agent` as sent: printable ASCII, shortened.
    pub user_agent: Option<Arc<str>>,
    /// The browser, if it has signed in before. [`crate::user::User::known_device`] says whether it has signed in to an account.
    pub device: Option<DeviceKey>,
    pub request_id: RequestId,
}

impl Client {
    /// Reads the client of a request, and gives the request its id.
    pub(crate) fn read(
        extensions: &Extensions,
        headers: &HeaderMap,
        trusted_proxies: &[IpNet],
        device: Option<DeviceKey>,
    ) -> Self {
        Self {
            ip: client_ip(extensions, headers, trusted_proxies),
            user_agent: headers.get(header::USER_AGENT).and_then(user_agent),
            device,
            request_id: RequestId::new(),
        }
    }

    /// Returns the key by which one client network shares a rate limit: an IPv4 address, or an IPv6 /64, because one subscriber has
    /// 2^64 addresses.
    #[must_use]
    pub fn network(&self) -> String {
        match network_of(self.ip) {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("{ip}/64"),
        }
    }

    /// Returns the networks that are counted for rate limits: [`Self::network`], and for IPv6 the /48, because a site has 2^16 networks
    /// of a subscriber. It may have ten times the failures of one.
    #[must_use]
    pub fn networks(&self) -> Networks {
        let site = site_of(self.ip);
        let wide = match self.ip.to_canonical() {
            IpAddr::V4(_) => None,
            IpAddr::V6(_) => Some((site.clone(), 10)),
        };
        Networks::new(site, [(self.network(), 1)].into_iter().chain(wide))
    }
}

/// Returns the widest network that may belong to one client: an IPv4 /24, from which a company or a mobile operator gives addresses in turn,
/// or an IPv6 /48.
#[must_use]
pub fn site_of(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => format!("{}/24", Ipv4Addr::from_bits(ip.to_bits() >> 8 << 8)),
        IpAddr::V6(ip) => format!("{}/48", Ipv6Addr::from_bits(ip.to_bits() >> 80 << 80)),
    }
}

/// Returns a `User-Agent` in the form that is kept and shown, or `None` if it is not ASCII. A header may contain tabs, which would move
/// columns on a terminal.
fn user_agent(value: &HeaderValue) -> Option<Arc<str>> {
    let text = value.to_str().ok()?;
    let printable: String =
        text.chars().take(USER_AGENT_MAX).map(|c| if c == '\t' { ' ' } else { c }).collect();
    Some(printable.into())
}

/// Returns the first address of the network that counts as one client. See [`Client::network`].
pub(crate) fn network_of(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.into(),
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

/// Returns the address of the client of a request.
fn client_ip(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    nearest_untrusted(peer.to_canonical(), headers, trusted)
}

/// Returns the address nearest to us that does not belong to a trusted proxy. Without trusted proxies the header is ignored: a client
/// must not escape a rate limit with invented addresses (spoofed `X-Forwarded-For`).
fn nearest_untrusted(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    if !is_trusted(&peer) {
        return peer;
    }
    let values = headers.get_all(FORWARDED_FOR).iter().map(HeaderValue::as_bytes);
    let hops: Vec<&[u8]> = values.flat_map(|value| value.split(|byte| *byte == b',')).collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Some(ip) = address(hop) else { break };
        nearest = ip.to_canonical();
        if !is_trusted(&nearest) {
            break;
        }
    }
    nearest
}

/// Logs once that a proxy sends the address of its clients, and that the service does not use it. Rate limits then count all users
/// as one client, and failed logins of one user lock out all.
pub(crate) fn warn_of_unused_address(request: &Request, trusted: &[IpNet]) {
    static UNTRUSTED: Once = Once::new();
    static OTHER_HEADER: Once = Once::new();
    if UNTRUSTED.is_completed() && OTHER_HEADER.is_completed() {
        return;
    }
    let Some(Peer(peer)) = request.extensions().get::<Peer>() else { return };
    let peer = peer.ip().to_canonical();
    match unused_address(peer, request.headers(), trusted) {
        Some(Unused::Untrusted(header)) => UNTRUSTED.call_once(|| {
            tracing::warn!(
                %peer,
                header,
                setting = "VESTIBULE_TRUSTED_PROXIES",
                "untrusted proxy: if the peer is your proxy, add it to the setting; all its users share one address"
            );
        }),
        Some(Unused::OtherHeader(header)) => OTHER_HEADER.call_once(|| {
            tracing::warn!(
                %peer,
                header,
                "trusted proxy sends no X-Forwarded-For: configure it to do so; all its users share one address"
            );
        }),
        None => {}
    }
}

/// Why the address in a header is not used.
#[derive(Debug, PartialEq, Eq)]
enum Unused {
    Untrusted(&'static str),
    OtherHeader(&'static str),
}

fn unused_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Option<Unused> {
    let header = FORWARDING.into_iter().find(|name| headers.contains_key(*name))?;
    let is_trusted = trusted.iter().any(|network| network.contains(&peer));
    match (is_trusted, header) {
        (false, header) => Some(Unused::Untrusted(header)),
        (true, FORWARDED_FOR) => None,
        (true, header) => Some(Unused::OtherHeader(header)),
    }
}

/// Parses an address in the forms that proxies write: bare, in brackets, with a port, with a zone.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop.trim_ascii()).ok()?;
    // A zone names an interface of the proxy.
    let text = match text.split_once('%') {
        Some((address, _)) if !address.starts_with('[') => address,
        _ => text,
    };
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().expect("a network")).collect();
        nearest_untrusted(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn forwarded_addresses_are_accepted_from_trusted_proxies_only() {
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(
            seen("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"], &["10.0.0.0/8"]),
            "1.2.3.4",
            "the nearest untrusted address"
        );
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "1.2.3.4"], &["10.0.0.0/8"]), "1.2.3.4", "two headers");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, nonsense"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["::ffff:1.2.3.4"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4:5678"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]:443"], &["10.0.0.0/8"]), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]"], &["10.0.0.0/8"]), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["fe80::1%eth0"], &["10.0.0.0/8"]), "fe80::1");
        assert_eq!(seen("10.0.0.1", &["2001:DB8::1"], &["10.0.0.0/8"]), "2001:db8::1");
        let mut not_ascii = HeaderMap::new();
        not_ascii
            .append("x-forwarded-for", HeaderValue::from_bytes(b"\xff, 1.2.3.4").expect("a header value"));
        let trusted = ["10.0.0.0/8".parse().expect("a network")];
        let peer = "10.0.0.1".parse().expect("an address");
        assert_eq!(
            nearest_untrusted(peer, &not_ascii, &trusted).to_string(),
            "1.2.3.4",
            "a hop that is not ASCII does not hide the hops after it"
        );
    }

    #[test]
    fn an_address_that_a_proxy_sends_and_that_is_not_used_is_noticed() {
        let unused = |peer: &str, header: &'static str, trusted: &[&str]| {
            let mut headers = HeaderMap::new();
            headers.insert(header, HeaderValue::from_static("1.2.3.4"));
            let trusted: Vec<IpNet> = trusted.iter().map(|text| text.parse().expect("a network")).collect();
            unused_address(peer.parse().expect("an address"), &headers, &trusted)
        };
        for header in FORWARDING {
            assert_eq!(unused("10.0.0.1", header, &[]), Some(Unused::Untrusted(header)));
            assert_eq!(unused("10.0.0.1", header, &["192.168.0.0/16"]), Some(Unused::Untrusted(header)));
        }
        assert_eq!(unused("10.0.0.1", FORWARDED_FOR, &["10.0.0.0/8"]), None);
        assert_eq!(unused("10.0.0.1", "x-real-ip", &["10.0.0.0/8"]), Some(Unused::OtherHeader("x-real-ip")));
        assert_eq!(unused("10.0.0.1", "user-agent", &[]), None);
    }

    // A client chooses the text, and operators and users read it.
    #[test]
    fn user_agent_is_bounded_and_printable() {
        let kept = |bytes: &[u8]| user_agent(&HeaderValue::from_bytes(bytes).expect("a header value"));
        assert_eq!(kept(b"Mozilla/5.0 (X11)").as_deref(), Some("Mozilla/5.0 (X11)"));
        assert_eq!(kept(b"a\tb").as_deref(), Some("a b"));
        assert_eq!(kept(&[b'x'; 300]).map(|text| text.len()), Some(USER_AGENT_MAX));
        for not_ascii in ["\u{202e}gpj", "\u{9b}31m"] {
            assert_eq!(kept(not_ascii.as_bytes()), None, "{not_ascii:?}");
        }
    }

    #[test]
    fn networks_of_one_ipv6_site_share_a_wider_key() {
        let networks = |ip: &str| {
            Client {
                ip: ip.parse().expect("ip"),
                user_agent: None,
                device: None,
                request_id: RequestId::new(),
            }
            .networks()
        };
        let keys = |site: &str, keys: &[(&str, u32)]| {
            Networks::new(site.to_owned(), keys.iter().map(|(key, factor)| ((*key).to_owned(), *factor)))
        };
        assert_eq!(networks("192.0.2.1"), keys("192.0.2.0/24", &[("192.0.2.1", 1)]));
        assert_eq!(networks("::ffff:192.0.2.1"), keys("192.0.2.0/24", &[("192.0.2.1", 1)]));
        for (ip, narrow) in
            [("2001:db8:1:2::1", "2001:db8:1:2::/64"), ("2001:db8:1:3::9", "2001:db8:1:3::/64")]
        {
            assert_eq!(networks(ip), keys("2001:db8:1::/48", &[(narrow, 1), ("2001:db8:1::/48", 10)]));
        }
    }

    #[test]
    fn an_ipv6_subscriber_shares_one_network_key() {
        let network = |ip: &str| {
            Client {
                ip: ip.parse().expect("ip"),
                user_agent: None,
                device: None,
                request_id: RequestId::new(),
            }
            .network()
        };
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }
}
