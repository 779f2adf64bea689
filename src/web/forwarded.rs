//! Addresses in the headers of proxies: `X-Forwarded-For`, `Forwarded` (RFC 7239) and `X-Real-IP`.
//!
//! Each proxy appends an element for the client that it saw, so the headers are read from their end: what a client sent itself is before
//! that, and must not change how the rest is read.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderValue};

/// Longest element of `Forwarded`, in bytes. Bounds the search for its begin.
const ELEMENT_MAX: usize = 512;

/// The header in which trusted proxies send the address of a client. The other headers are ignored: a proxy passes a header on that it
/// does not know, so a client could choose its address with it (spoofing).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AddressHeader {
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
    XRealIp,
}

impl AddressHeader {
    pub(super) const ALL: [Self; 3] = [Self::XForwardedFor, Self::Forwarded, Self::XRealIp];

    /// Returns the name of the header, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
            Self::XRealIp => "x-real-ip",
        }
    }
}

/// Returns the addresses of a header, the one nearest to us first. `None` is an element that names no address.
pub(super) fn hops(
    header: AddressHeader,
    headers: &HeaderMap,
) -> Box<dyn Iterator<Item = Option<IpAddr>> + '_> {
    let lines = headers.get_all(header.name()).iter().map(HeaderValue::as_bytes);
    match header {
        AddressHeader::XForwardedFor => {
            Box::new(lines.rev().flat_map(|line| line.rsplit(|byte| *byte == b',')).map(address))
        }
        AddressHeader::Forwarded => Box::new(lines.rev().flat_map(elements)),
        // Its proxy sets one value. Of two, a client has sent one.
        AddressHeader::XRealIp => {
            let mut lines = lines;
            let only = lines.next().filter(|_| lines.next().is_none());
            Box::new(only.map(address).into_iter())
        }
    }
}

/// Parses an address in the forms that proxies write: bare, in brackets, with a port, with a zone.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop.trim_ascii()).ok()?;
    let ip = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((ip, port))) => {
            let is_port = port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
            without_zone(ip).filter(|_| port.is_empty() || is_port)?.parse().ok()?
        }
        Some(None) => return None,
        None => {
            let bare = without_zone(text)?.parse().ok();
            bare.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))?
        }
    };
    Some(ip.to_canonical())
}

/// Removes the zone of an IPv6 address. It names an interface of the proxy (RFC 4007 §11).
fn without_zone(text: &str) -> Option<&str> {
    match text.split_once('%') {
        Some((ip, zone)) => (ip.contains(':') && !zone.is_empty()).then_some(ip),
        None => Some(text),
    }
}

/// Returns the addresses in one line of `Forwarded`, the last one first. It ends at the first text that is no element.
///
/// A comma can be a part of a quoted value, and a client can send a quote that it does not close: read from the begin, the
/// quoted text would contain the element that the proxy appends. So the shortest text at the end that is an element is one.
fn elements(line: &[u8]) -> impl Iterator<Item = Option<IpAddr>> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let start = text.len().saturating_sub(ELEMENT_MAX);
        let commas = text.iter().enumerate().skip(start).rev().filter(|(_, byte)| **byte == b',');
        let ends = commas.map(|(at, _)| Some(at)).chain((start == 0).then_some(None));
        for comma in ends {
            let element = &text[comma.map_or(0, |at| at + 1)..];
            if let Some(node) = element_node(element) {
                rest = comma.map(|at| &text[..at]);
                return Some(node);
            }
        }
        rest = None;
        Some(None)
    })
}

/// Reads an element: parameters separated by semicolons, each at most once. Returns the address of `for`. `None` if the text is no element.
#[expect(clippy::option_option, reason = "no element, and an element without an address, are different")]
fn element_node(element: &[u8]) -> Option<Option<IpAddr>> {
    let mut rest = std::str::from_utf8(element).ok()?.trim_matches([' ', '\t']);
    let mut node = None;
    loop {
        let (name, after) = rest.split_once('=')?;
        if name.is_empty() || !name.bytes().all(is_token) {
            return None;
        }
        let (value, after) = value(after)?;
        if name.eq_ignore_ascii_case("for") && node.replace(address(value.as_bytes())).is_some() {
            return None;
        }
        match after.strip_prefix(';') {
            Some(next) => rest = next,
            None if after.is_empty() => return Some(node.flatten()),
            None => return None,
        }
    }
}

/// Reads a token or a quoted string at the begin of a text. Returns its value, and the text after it.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.bytes().position(|byte| !is_node(byte)).unwrap_or(text.len());
        return (end > 0).then(|| (text[..end].to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(chars.next()?.1),
            _ => value.push(c),
        }
    }
    None
}

/// RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Many proxies write addresses with a port and in brackets without the quotes that RFC 7239 §4 requires.
fn is_node(byte: u8) -> bool {
    is_token(byte) || b":[]".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(line: &str) -> Vec<String> {
        elements(line.as_bytes()).map(|hop| hop.map_or("-".to_owned(), |ip| ip.to_string())).collect()
    }

    #[test]
    fn an_address_is_read_in_every_form_of_proxies() {
        for (text, expected) in [
            ("1.2.3.4", Some("1.2.3.4")),
            (" 1.2.3.4:5678\t", Some("1.2.3.4")),
            ("::ffff:1.2.3.4", Some("1.2.3.4")),
            ("[::ffff:1.2.3.4]:1", Some("1.2.3.4")),
            ("2001:DB8::1", Some("2001:db8::1")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("[2001:db8::1]:443", Some("2001:db8::1")),
            ("fe80::1%eth0", Some("fe80::1")),
            ("[fe80::1%eth0]", Some("fe80::1")),
            ("[fe80::1%eth0]:443", Some("fe80::1")),
            ("", None),
            ("unknown", None),
            ("1.2.3.4%eth0", None),
            ("fe80::1%", None),
            ("[2001:db8::1", None),
            ("[2001:db8::1]:x", None),
            ("[2001:db8::1]443", None),
            ("1.2.3", None),
            ("01.2.3.4", None),
            ("\"1.2.3.4\"", None),
        ] {
            assert_eq!(address(text.as_bytes()).map(|ip| ip.to_string()).as_deref(), expected, "{text:?}");
        }
    }

    // The examples of RFC 7239 §4 and §6, and what proxies make of them.
    #[test]
    fn elements_are_read_from_the_end() {
        for (line, expected) in [
            ("for=192.0.2.43", &["192.0.2.43"][..]),
            ("For=\"[2001:db8:cafe::17]:4711\"", &["2001:db8:cafe::17"]),
            ("for=192.0.2.60;proto=http;by=203.0.113.43", &["192.0.2.60"]),
            ("for=192.0.2.43, for=198.51.100.17", &["198.51.100.17", "192.0.2.43"]),
            ("for=_gazonk", &["-"]),
            ("for=unknown, for=_mdn", &["-", "-"]),
            ("proto=https;host=corp.example", &["-"]),
            ("for=[2001:db8::1]:443;proto=https", &["2001:db8::1"]),
            ("for=\"\\1.2.3.4\"", &["1.2.3.4"]),
            ("host=\"a, for=6.6.6.6\";for=1.2.3.4", &["1.2.3.4"]),
            ("for=1.2.3.4;host=\"a, for=6.6.6.6\"", &["1.2.3.4"]),
            ("for=1.2.3.4;host=\"a,for=6.6.6.6;x=\\\"y\"", &["1.2.3.4"]),
            ("for=1.2.3.4;for=6.6.6.6", &["-"]),
            ("for=1.2.3.4 for=6.6.6.6", &["-"]),
            ("for=", &["-"]),
            ("nonsense, for=1.2.3.4", &["1.2.3.4", "-"]),
            ("", &["-"]),
        ] {
            assert_eq!(all(line), expected, "{line}");
        }
    }

    // A parser from the begin would read the element of the proxy as a part of the client's quoted text.
    #[test]
    fn a_quote_that_a_client_does_not_close_hides_no_address() {
        assert_eq!(all("for=\"6.6.6.6, for=1.2.3.4"), ["1.2.3.4", "-"]);
        assert_eq!(all("for=6.6.6.6;host=\"\\, for=1.2.3.4;proto=https"), ["1.2.3.4", "-"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        // The security rule: whatever a client sends, the address that the trusted proxy appends is the nearest one.
        #[test]
        fn no_text_of_a_client_changes_the_element_of_the_proxy(
            text in prop_oneof![".{0,60}", "[for=;,\"\\\\ .0-9a]{0,60}"], ip in any::<IpAddr>(), quoted in any::<bool>()
        ) {
            let node = match ip {
                IpAddr::V4(ip) if !quoted => ip.to_string(),
                IpAddr::V4(ip) => format!("\"{ip}:1\""),
                IpAddr::V6(ip) => format!("\"[{ip}]\""),
            };
            let ip = ip.to_canonical();
            let line = format!("{text}, for={node};proto=https");
            prop_assert_eq!(elements(line.as_bytes()).next(), Some(Some(ip)));
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_str(&format!("{text}, {ip}")) {
                headers.append("x-forwarded-for", value);
                prop_assert_eq!(hops(AddressHeader::XForwardedFor, &headers).next(), Some(Some(ip)));
            }
        }

        #[test]
        fn any_header_is_read_to_its_end(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert!(elements(&bytes).count() <= bytes.len() + 1);
            let _ = address(&bytes);
        }
    }
}
