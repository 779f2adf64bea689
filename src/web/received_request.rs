//! How a request reached the service: what the proxies in front of it did to it.

use axum::http::{Extensions, HeaderMap, HeaderValue, header};
use ipnet::IpNet;
use serde::Serialize;

use super::client::Peer;

/// Whether the address of a request had the path of the public URL; the server puts it into the extensions of every request.
#[derive(Clone, Copy, Debug)]
pub struct HasPrefix(pub bool);

/// A request as the listener received it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedRequest {
    /// The other end of the connection.
    pub peer: Option<String>,
    /// Whether the other end is a trusted proxy.
    pub trusted: bool,
    pub host: Option<String>,
    /// Whether the path had the prefix of the public URL.
    pub has_prefix: bool,
    /// `X-Forwarded-For`, `Forwarded` or `X-Real-IP`, whichever is there.
    pub address_header: Option<&'static str>,
    pub forwarded_proto: Option<String>,
    pub forwarded_host: Option<String>,
}

/// The headers in which proxies send the address of a client. Only the first is used.
const ADDRESS_HEADERS: [&str; 3] = ["x-forwarded-for", "forwarded", "x-real-ip"];
/// Longest value that is kept, in characters: a client chooses it.
const VALUE_MAX: usize = 200;

impl ReceivedRequest {
    #[must_use]
    pub fn read(extensions: &Extensions, headers: &HeaderMap, trusted_proxies: &[IpNet]) -> Self {
        let peer = extensions.get::<Peer>().map(|peer| peer.0.ip().to_canonical());
        let text = |name: &str| {
            let value = headers.get(name).map(HeaderValue::as_bytes)?;
            Some(String::from_utf8_lossy(value).chars().take(VALUE_MAX).collect())
        };
        Self {
            peer: peer.map(|ip| ip.to_string()),
            trusted: peer.is_some_and(|ip| trusted_proxies.iter().any(|network| network.contains(&ip))),
            host: text(header::HOST.as_str()),
            has_prefix: extensions.get::<HasPrefix>().is_some_and(|has| has.0),
            address_header: ADDRESS_HEADERS.into_iter().find(|name| headers.contains_key(*name)),
            forwarded_proto: text("x-forwarded-proto"),
            forwarded_host: text("x-forwarded-host"),
        }
    }
}
