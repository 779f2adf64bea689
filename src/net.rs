//! What a request brings along: its id, who is calling from where, and its JSON body; with our errors instead of axum's.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    body::{Body, HttpBody as _},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use http_body_util::BodyExt as _;
use ipnet::IpNet;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::AppState,
    error::{ApiError, Kind},
};

/// Largest request body, in bytes.
pub const BODY_MAX: usize = 64 * 1024;
/// A body that is too large is read up to this, in bytes, and for so long, before it is refused: whoever is cut off while sending does
/// not see the answer.
const READ_MAX: usize = 4 * BODY_MAX;
const LINGER: Duration = Duration::from_millis(500);
/// A body that has not come after this long is not coming (slow-body attack).
const BODY_DEADLINE: Duration = Duration::from_secs(8);
/// Longest `User-Agent` that is kept, in characters.
const USER_AGENT_MAX: usize = 256;

/// The id of a request, ours always: what a stranger sends does not get into our logs.
#[derive(Clone, Debug)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A new one.
    #[expect(clippy::new_without_default, reason = "two new ones differ")]
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::new_v4().as_hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned().into())
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("a UUID is a header value")
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The other end of the connection; put into every request by the server.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Who is calling, as far as the network tells.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The client's address; behind trusted proxies the one they saw.
    pub ip: IpAddr,
    /// As sent, shortened.
    pub user_agent: Option<String>,
    /// The id of this request.
    pub request_id: RequestId,
}

impl Caller {
    /// What one client network shares a limit by: an IPv4 address, or an IPv6 /64 (one subscriber has 2^64 addresses).
    #[must_use]
    pub fn network(&self) -> String {
        match self.ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let peer =
            parts.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self {
            ip: client_ip(peer.to_canonical(), &parts.headers, &app.config.trusted_proxies),
            user_agent: user_agent.map(|text| text.chars().take(USER_AGENT_MAX).collect()),
            request_id: parts.extensions.get::<RequestId>().cloned().unwrap_or_else(RequestId::new),
        })
    }
}

/// The address nearest to us that is not a trusted proxy's. Without trusted proxies the header changes nothing, so that nobody
/// escapes a limit by inventing addresses (spoofed X-Forwarded-For).
fn client_ip(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    if !is_trusted(&peer) {
        return peer;
    }
    let values = headers.get_all("x-forwarded-for").iter().map(HeaderValue::as_bytes);
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

/// An address as proxies write it: bare, in brackets, or with a port.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop.trim_ascii()).ok()?;
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// A JSON object; an empty body means `{}`. Members we do not know are ignored.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// For routes that take nothing.
#[derive(Debug, serde::Deserialize)]
pub struct Nothing {}

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = read(body).await?;
        if !bytes.is_empty() && !is_media(&parts.headers, "application/json") {
            return Err(ApiError::new(Kind::UnsupportedMediaType));
        }
        // Never the parser's own sentence: it quotes what does not fit, and that may be a password.
        let invalid = |cause: &str| ApiError::new(Kind::InvalidRequest).because(cause);
        let value = if bytes.is_empty() {
            Value::Object(serde_json::Map::new())
        } else {
            serde_json::from_slice(&bytes).map_err(|_| invalid("not JSON"))?
        };
        if !value.is_object() {
            return Err(invalid("not an object"));
        }
        serde_json::from_value(value)
            .map(Self)
            .map_err(|_| invalid("a member is missing or has another type"))
    }
}

/// A form, as providers send it; never as our own pages do.
#[derive(Debug)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// A field that is there once; twice, nobody knows which is meant.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
        found.next().filter(|_| found.next().is_none())
    }
}

impl FromRequest<AppState> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        if !is_media(&parts.headers, "application/x-www-form-urlencoded") {
            return Err(ApiError::new(Kind::UnsupportedMediaType));
        }
        let bytes = read(body).await?;
        Ok(Self(url::form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

async fn read(mut body: Body) -> Result<Vec<u8>, ApiError> {
    if body.size_hint().lower() > READ_MAX as u64 {
        return Err(ApiError::new(Kind::TooLarge));
    }
    match tokio::time::timeout(BODY_DEADLINE, read_up_to(&mut body, BODY_MAX)).await {
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => {
            drop(tokio::time::timeout(LINGER, read_up_to(&mut body, READ_MAX)).await);
            Err(ApiError::new(Kind::TooLarge))
        }
        Ok(Err(error)) => Err(ApiError::new(Kind::InvalidRequest).because(&error)),
        Err(_) => Err(ApiError::new(Kind::Timeout).because("the body did not come")),
    }
}

/// The rest of a body; none if it is longer.
async fn read_up_to(body: &mut Body, most: usize) -> Result<Option<Vec<u8>>, axum::Error> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        if bytes.len() + data.len() > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Some(bytes))
}

fn is_media(headers: &HeaderMap, expected: &str) -> bool {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case(expected))
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
        client_ip(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn forwarded_addresses_are_believed_from_trusted_proxies_only() {
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(
            seen("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"], &["10.0.0.0/8"]),
            "1.2.3.4",
            "the nearest stranger"
        );
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "1.2.3.4"], &["10.0.0.0/8"]), "1.2.3.4", "two headers");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, nonsense"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["::ffff:1.2.3.4"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4:5678"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]:443"], &["10.0.0.0/8"]), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]"], &["10.0.0.0/8"]), "2001:db8::1");
        let mut odd = HeaderMap::new();
        odd.append("x-forwarded-for", HeaderValue::from_bytes(b"\xff, 1.2.3.4").expect("a header value"));
        let trusted = ["10.0.0.0/8".parse().expect("a network")];
        let peer = "10.0.0.1".parse().expect("an address");
        assert_eq!(
            client_ip(peer, &odd, &trusted).to_string(),
            "1.2.3.4",
            "an odd hop hides nobody after it"
        );
    }

    #[test]
    fn an_ipv6_subscriber_is_one_network() {
        let network = |ip: &str| {
            Caller { ip: ip.parse().expect("ip"), user_agent: None, request_id: RequestId::new() }.network()
        };
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }
}
