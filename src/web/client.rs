//! The client of a request: address, user agent, browser and request id.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, Once},
};

use axum::{
    extract::Request,
    http::{Extensions, HeaderMap, HeaderValue, header},
};

use super::{
    device_key::DeviceKey,
    proxies::{AddressHeader, Peer, TrustedProxies},
    request_id::RequestId,
};
use crate::limiter::Networks;

/// Longest `User-Agent` that is kept, in characters.
const USER_AGENT_MAX: usize = 256;

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
        trusted_proxies: &TrustedProxies,
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
fn client_ip(extensions: &Extensions, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let peer = extensions.get::<Peer>();
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| trusted.client_ip(*peer, headers))
}

/// Logs once that a proxy sends the address of its clients, and that the service does not use it. Rate limits then count all users
/// as one client, and failed logins of one user lock out all.
pub(crate) fn warn_of_unused_address(request: &Request, trusted: &TrustedProxies) {
    static UNTRUSTED: Once = Once::new();
    static OTHER_HEADER: Once = Once::new();
    if UNTRUSTED.is_completed() && OTHER_HEADER.is_completed() {
        return;
    }
    let Some(peer) = request.extensions().get::<Peer>() else { return };
    match unused_address(*peer, request.headers(), trusted) {
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
                expected = trusted.header.name(),
                setting = "VESTIBULE_PROXY_HEADER",
                "trusted proxy sends another header: change the setting or the proxy; all its users share one address"
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

fn unused_address(peer: Peer, headers: &HeaderMap, trusted: &TrustedProxies) -> Option<Unused> {
    let sent = |header: &AddressHeader| headers.contains_key(header.name());
    let header = AddressHeader::ALL.into_iter().find(sent)?.name();
    match peer {
        // The proxy is trusted already, and the header is one of its client.
        Peer::Unknown(_) => return None,
        Peer::Ip(_) | Peer::Socket => {}
    }
    if !trusted.contains(peer) {
        return Some(Unused::Untrusted(header));
    }
    (!sent(&trusted.header)).then_some(Unused::OtherHeader(header))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_a_proxy_sends_and_that_is_not_used_is_noticed() {
        let unused_by = |peer: Peer, header: AddressHeader, trusted: &[&str]| {
            let mut headers = HeaderMap::new();
            headers.insert(header.name(), HeaderValue::from_static("1.2.3.4"));
            let networks = trusted.iter().map(|text| text.parse().expect("a network")).collect();
            let trusted = TrustedProxies { networks, ..TrustedProxies::default() };
            unused_address(peer, &headers, &trusted)
        };
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let unused = |peer: &str, header: AddressHeader, trusted: &[&str]| {
            unused_by(Peer::of(ip(peer)), header, trusted)
        };
        for header in AddressHeader::ALL {
            let untrusted = Some(Unused::Untrusted(header.name()));
            assert_eq!(unused("10.0.0.1", header, &[]), untrusted);
            assert_eq!(unused("10.0.0.1", header, &["192.168.0.0/16"]), untrusted);
        }
        assert_eq!(unused("10.0.0.1", AddressHeader::XForwardedFor, &["10.0.0.0/8"]), None);
        let other = Some(Unused::OtherHeader("x-real-ip"));
        assert_eq!(unused("10.0.0.1", AddressHeader::XRealIp, &["10.0.0.0/8"]), other);
        let unknown = Peer::Unknown(ip("10.0.0.1"));
        let of_client = unused_by(unknown, AddressHeader::XForwardedFor, &["10.0.0.0/8"]);
        assert_eq!(of_client, None, "a client that a trusted proxy does not know");
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
