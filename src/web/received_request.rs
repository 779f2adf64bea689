//! How a request reached the service: what the proxies in front of it did to it.

use axum::http::{Extensions, HeaderMap, HeaderValue, header};
use serde::Serialize;

use super::proxies::{AddressHeader, Peer, TrustedProxies};

/// Whether the address of a request had the path of the public URL; the server puts it into the extensions of every request.
#[derive(Clone, Copy, Debug)]
pub struct HasPrefix(pub bool);

/// A request as the listener received it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedRequest {
    /// The other end of the connection.
    pub peer: Option<String>,
    /// Whether the other end is a trusted proxy.
    pub trusted: bool,
    pub host: Option<String>,
    /// Whether the path had the prefix of the public URL.
    pub has_prefix: bool,
    /// The header with the address of the client: that of `VESTIBULE_PROXY_HEADER`, or another one if it is missing.
    pub address_header: Option<&'static str>,
    pub forwarded_proto: Option<String>,
    pub forwarded_host: Option<String>,
}

/// Longest value that is kept, in characters: a client chooses it.
const VALUE_MAX: usize = 200;

impl ReceivedRequest {
    #[must_use]
    pub fn read(extensions: &Extensions, headers: &HeaderMap, trusted_proxies: &TrustedProxies) -> Self {
        let peer = extensions.get::<Peer>().copied();
        let sent = |header: &AddressHeader| headers.contains_key(header.name());
        // The one that is used, or any other.
        let mut known = [trusted_proxies.header].into_iter().chain(AddressHeader::ALL);
        let text = |name: &str| {
            let value = headers.get(name).map(HeaderValue::as_bytes)?;
            Some(String::from_utf8_lossy(value).chars().take(VALUE_MAX).collect())
        };
        Self {
            peer: peer.map(|peer| peer.to_string()),
            trusted: peer.is_some_and(|peer| trusted_proxies.contains(peer)),
            host: text(header::HOST.as_str()),
            has_prefix: extensions.get::<HasPrefix>().is_some_and(|has| has.0),
            address_header: known.find(sent).map(AddressHeader::name),
            forwarded_proto: text("x-forwarded-proto"),
            forwarded_host: text("x-forwarded-host"),
        }
    }
}
