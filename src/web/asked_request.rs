//! The request that a proxy or a server of the application asks about with `GET /api/auth/verify`, as its headers describe it.

use axum::http::{HeaderMap, HeaderValue};
use url::Url;

use super::{
    navigation::is_page_request,
    proxies::{Peer, TrustedProxies},
};

/// Headers with the method: Caddy and Traefik send the first, nginx is configured to send the second.
const METHODS: [&str; 2] = ["x-forwarded-method", "x-original-method"];
/// In the handshake of every WebSocket (RFC 6455, RFC 8441). Proxies keep it, while they remove `Upgrade`.
const SOCKET: &str = "sec-websocket-version";
const PROTO: &str = "x-forwarded-proto";
const HOST: &str = "x-forwarded-host";
const URI: &str = "x-forwarded-uri";
const URL: &str = "x-original-url";

/// A request to the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedRequest {
    /// Its method may change something, so its CSRF token is checked.
    pub is_unsafe: bool,
    /// It opens a WebSocket, so its origin is checked.
    pub opens_socket: bool,
    /// A browser opens a page with it.
    pub is_navigation: bool,
    /// Its absolute URL, if a trusted proxy sends it.
    pub url: Option<Url>,
}

impl AskedRequest {
    /// Reads the headers.
    #[must_use]
    pub fn read(peer: Option<&Peer>, headers: &HeaderMap, trusted_proxies: &TrustedProxies) -> Self {
        // A client of the proxy may have added the other header: one unsafe method is enough. So is a method that cannot be read.
        let mut methods = METHODS.iter().flat_map(|name| headers.get_all(*name));
        let is_unsafe = methods.any(|method| !matches!(method.as_bytes(), b"GET" | b"HEAD" | b"OPTIONS"));
        let is_trusted = peer.is_some_and(|peer| trusted_proxies.contains(*peer));
        // Another client could send the user to an address of its choice after the login.
        Self {
            is_unsafe,
            opens_socket: headers.contains_key(SOCKET),
            is_navigation: !is_unsafe && is_page_request(headers),
            url: is_trusted.then(|| url_of(headers)).flatten(),
        }
    }
}

/// Returns the URL from `X-Original-URL`, or from `X-Forwarded-Proto`, `-Host` and `-Uri`. A proxy sets one of them, and its client may add the
/// other: if they differ, none is used.
fn url_of(headers: &HeaderMap) -> Option<Url> {
    let forwarded = match (only(headers, PROTO), only(headers, HOST), only(headers, URI)) {
        (Some(proto), Some(host), Some(uri)) => url_from_parts(proto, host, uri),
        _ => None,
    };
    let original = only(headers, URL).and_then(web_url);
    match (forwarded, original) {
        (Some(forwarded), Some(original)) => (forwarded == original).then_some(forwarded),
        (forwarded, original) => forwarded.or(original),
    }
}

fn url_from_parts(proto: &str, host: &str, uri: &str) -> Option<Url> {
    uri.starts_with('/').then(|| web_url(&format!("{proto}://{host}{uri}"))).flatten()
}

/// Parses an http or https URL without user information: `https://app.corp.example@evil.example` names the host `evil.example`.
fn web_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https");
    (is_web && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// Returns the value of a header that occurs once. Of two values, two readers could take different ones.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter().map(HeaderValue::to_str);
    let value = values.next()?.ok()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    const ORDERS: &str = "https://app.corp.example/orders?x=1";

    fn read(peer: &str, headers: &[(&'static str, &'static str)]) -> AskedRequest {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let peer = Peer::of(peer.parse().expect("an address"));
        let networks = vec!["10.0.0.0/8".parse().expect("a network")];
        AskedRequest::read(Some(&peer), &map, &TrustedProxies { networks, ..TrustedProxies::default() })
    }

    #[test]
    fn every_method_but_the_safe_ones_is_unsafe() {
        const FORWARDED: &str = "x-forwarded-method";
        const ORIGINAL: &str = "x-original-method";
        for (headers, is_unsafe) in [
            (&[][..], false),
            (&[(FORWARDED, "GET")], false),
            (&[(FORWARDED, "HEAD"), (ORIGINAL, "OPTIONS")], false),
            (&[(FORWARDED, "POST")], true),
            (&[(ORIGINAL, "DELETE")], true),
            (&[(FORWARDED, "PROPFIND")], true),
            (&[(FORWARDED, "get")], true),
            (&[(FORWARDED, "")], true),
            (&[(FORWARDED, "GET, POST")], true),
            (&[(FORWARDED, "GET"), (FORWARDED, "POST")], true),
            // A client of nginx adds the header of the other proxies.
            (&[(FORWARDED, "GET"), (ORIGINAL, "POST")], true),
            (&[(FORWARDED, "POST"), (ORIGINAL, "GET")], true),
        ] {
            assert_eq!(read("10.0.0.1", headers).is_unsafe, is_unsafe, "{headers:?}");
            assert_eq!(read("192.0.2.1", headers).is_unsafe, is_unsafe, "{headers:?} of any client");
        }
    }

    #[test]
    fn url_is_read_from_a_trusted_proxy_only() {
        let forwarded = [(PROTO, "https"), (HOST, "app.corp.example"), (URI, "/orders?x=1")];
        let original = [(URL, ORDERS)];
        for headers in [&forwarded[..], &original, &[forwarded.as_slice(), &original].concat()] {
            let url = read("10.0.0.1", headers).url;
            assert_eq!(url.as_ref().map(Url::as_str), Some(ORDERS), "{headers:?}");
            assert_eq!(read("192.0.2.1", headers).url, None, "{headers:?}");
        }
    }

    #[test]
    fn navigation_is_a_safe_request_of_a_browser_for_a_page() {
        const DESTINATION: &str = "sec-fetch-dest";
        const MODE: &str = "sec-fetch-mode";
        let html = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        for (headers, is_navigation) in [
            (&[(DESTINATION, "document"), (MODE, "navigate")][..], true),
            (&[(MODE, "navigate")], true),
            (&[html], true),
            (&[html, ("x-forwarded-method", "POST")], false),
            (&[html, (MODE, "cors")], false),
            (&[html, (DESTINATION, "iframe"), (MODE, "navigate")], false),
            (&[html, (DESTINATION, "empty")], false),
            (&[html, ("sec-purpose", "prefetch")], false),
            (&[("accept", "application/json")], false),
            (&[("accept", "*/*")], false),
            (&[], false),
        ] {
            assert_eq!(read("10.0.0.1", headers).is_navigation, is_navigation, "{headers:?}");
        }
    }

    #[test]
    fn ambiguous_url_is_not_used() {
        let https = (PROTO, "https");
        for headers in [
            &[][..],
            &[https, (HOST, "app.corp.example")],
            &[(HOST, "app.corp.example"), (URI, "/")],
            &[(PROTO, "https, http"), (HOST, "app.corp.example"), (URI, "/")],
            &[(PROTO, "javascript"), (HOST, "app.corp.example"), (URI, "/")],
            &[https, (HOST, "app.corp.example, evil.example"), (URI, "/")],
            &[https, (HOST, "app.corp.example"), (HOST, "evil.example"), (URI, "/")],
            &[https, (HOST, "app.corp.example"), (URI, ".evil.example/")],
            &[https, (HOST, "app.corp.example"), (URI, "@evil.example/")],
            &[https, (HOST, "app.corp.example@evil.example"), (URI, "/")],
            &[https, (HOST, "app.corp.example"), (URI, "/"), (URL, "https://app.corp.example/other")],
            &[(URL, "/orders")],
            &[(URL, "ftp://app.corp.example/")],
            &[(URL, "https://ada:secret@app.corp.example/")],
        ] {
            assert_eq!(read("10.0.0.1", headers).url, None, "{headers:?}");
        }
    }
}
