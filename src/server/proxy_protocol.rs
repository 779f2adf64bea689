//! The PROXY protocol, versions 1 and 2: a proxy on the level of TCP sends the address of its client before the first byte of the client.
//!
//! The header is read only from trusted proxies. Any other client could choose its address with it.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    time::timeout,
};

/// How long a header may take. A proxy sends it at once; a slow one would hold a connection (slowloris).
const TIMEOUT: Duration = Duration::from_secs(5);
/// Longest line of version 1, with its end (specification §2.1).
const LINE_MAX: usize = 107;
/// Largest part of version 2 after its first 16 bytes. Addresses have 36 bytes at most; the rest are values that nothing here reads.
const REST_MAX: usize = 4096;
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Both versions have at least this many bytes: `PROXY UNKNOWN` with its line end.
const SHORTEST: usize = 15;

/// Reads the header and nothing after it. Returns the address of the client; `None` if the proxy opened the connection itself, for a health
/// check, or knows no IP address.
///
/// # Errors
/// There is no header, it is invalid, or it did not arrive in time. The connection must be closed: its bytes are of an unknown client.
pub(super) async fn read_header(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<IpAddr>> {
    let timed_out = |_| io::Error::new(io::ErrorKind::TimedOut, "no header of the PROXY protocol in time");
    timeout(TIMEOUT, read(stream)).await.map_err(timed_out)?
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<IpAddr>> {
    let mut start = [0; SHORTEST];
    stream.read_exact(&mut start).await?;
    if start.starts_with(&SIGNATURE) {
        let last = stream.read_u8().await?;
        let size = usize::from(u16::from_be_bytes([start[14], last]));
        if size > REST_MAX {
            return Err(invalid());
        }
        let mut rest = vec![0; size];
        stream.read_exact(&mut rest).await?;
        return version_2(start[12], start[13], &rest).ok_or_else(invalid);
    }
    if !start.starts_with(b"PROXY ") {
        return Err(invalid());
    }
    // Byte by byte: what follows the line belongs to the request.
    let mut line = start.to_vec();
    while !line.ends_with(b"\r\n") {
        if line.len() == LINE_MAX {
            return Err(invalid());
        }
        line.push(stream.read_u8().await?);
    }
    version_1(&line).ok_or_else(invalid)
}

fn invalid() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "no valid header of the PROXY protocol")
}

/// Reads `PROXY TCP4 192.0.2.1 10.0.0.1 5000 443`. The outer `None` is an invalid line.
#[expect(clippy::option_option, reason = "an invalid header, and one without an address, are different")]
fn version_1(line: &[u8]) -> Option<Option<IpAddr>> {
    let text = std::str::from_utf8(line).ok()?.strip_suffix("\r\n")?.strip_prefix("PROXY ")?;
    if text.contains(['\r', '\n']) {
        return None;
    }
    let parts: Vec<&str> = text.split(' ').collect();
    match parts[..] {
        // The rest of such a line is ignored (specification §2.1).
        ["UNKNOWN", ..] => Some(None),
        [family @ ("TCP4" | "TCP6"), source, target, port, other_port] => {
            let [source, target]: [IpAddr; 2] = [source.parse().ok()?, target.parse().ok()?];
            let is_v4 = family == "TCP4";
            let is_port =
                |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok();
            let is_valid = source.is_ipv4() == is_v4 && target.is_ipv4() == is_v4;
            (is_valid && is_port(port) && is_port(other_port)).then(|| Some(source.to_canonical()))
        }
        _ => None,
    }
}

/// Reads the part after the signature and the size. The outer `None` is an invalid header.
#[expect(clippy::option_option, reason = "an invalid header, and one without an address, are different")]
fn version_2(version_and_command: u8, family: u8, rest: &[u8]) -> Option<Option<IpAddr>> {
    match version_and_command {
        // LOCAL: the proxy itself.
        0x20 => Some(None),
        0x21 => match family {
            // UNSPEC, and unix sockets.
            0x00 | 0x31 | 0x32 => Some(None),
            // Two addresses and two ports; the source is first.
            0x11 => {
                let source: [u8; 4] = rest.get(..12)?[..4].try_into().ok()?;
                Some(Some(Ipv4Addr::from(source).into()))
            }
            0x21 => {
                let source: [u8; 16] = rest.get(..36)?[..16].try_into().ok()?;
                Some(Some(IpAddr::from(Ipv6Addr::from(source)).to_canonical()))
            }
            // UDP carries no HTTP/1.1.
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns the address, and the bytes that are left for the request.
    fn header(bytes: &[u8]) -> Option<(Option<String>, Vec<u8>)> {
        let mut stream = bytes;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let ip = runtime.block_on(read_header(&mut stream)).ok()?;
        Some((ip.map(|ip| ip.to_string()), stream.to_vec()))
    }

    fn v2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let size = u16::try_from(rest.len()).expect("a size").to_be_bytes();
        [&SIGNATURE[..], &[command, family], &size, rest].concat()
    }

    #[test]
    fn both_versions_name_the_client_and_leave_the_request() {
        let mut v4 = vec![192, 0, 2, 1, 10, 0, 0, 1, 0x13, 0x88, 1, 0xbb];
        let v6 = [&Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7).octets()[..], &[0; 20]].concat();
        let mapped = [&Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped().octets()[..], &[0; 20]].concat();
        for (bytes, expected) in [
            (b"PROXY TCP4 192.0.2.1 10.0.0.1 5000 443\r\n".to_vec(), Some("192.0.2.1")),
            (b"PROXY TCP6 2001:db8::7 fd00::1 5000 443\r\n".to_vec(), Some("2001:db8::7")),
            (b"PROXY TCP6 ::ffff:192.0.2.1 ::1 5000 443\r\n".to_vec(), Some("192.0.2.1")),
            (b"PROXY UNKNOWN\r\n".to_vec(), None),
            (b"PROXY UNKNOWN 192.0.2.1 10.0.0.1 5000 443\r\n".to_vec(), None),
            (v2(0x21, 0x11, &v4), Some("192.0.2.1")),
            (v2(0x21, 0x21, &v6), Some("2001:db8::7")),
            (v2(0x21, 0x21, &mapped), Some("192.0.2.1")),
            (v2(0x20, 0x00, &[]), None),
            (v2(0x20, 0x11, &v4), None),
            (v2(0x21, 0x00, &[]), None),
            (v2(0x21, 0x31, &[0; 216]), None),
        ] {
            let request = b"GET / HTTP/1.1\r\n\r\n";
            let (ip, left) = header(&[&bytes, &request[..]].concat()).expect("a header");
            assert_eq!((ip.as_deref(), left.as_slice()), (expected, &request[..]), "{bytes:?}");
        }
        // Values of other kinds (TLV) follow the addresses.
        v4.extend([0x04, 0, 1, 9]);
        assert_eq!(header(&v2(0x21, 0x11, &v4)).and_then(|(ip, _)| ip).as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn a_connection_without_a_valid_header_is_refused() {
        for line in [
            "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 5000\r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 5000 70000\r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 +500 443\r\n",
            "PROXY TCP4 2001:db8::7 fd00::1 5000 443\r\n",
            "PROXY TCP6 192.0.2.1 10.0.0.1 5000 443\r\n",
            "PROXY TCP4  192.0.2.1 10.0.0.1 5000 443\r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 5000 443\n\r\n",
            "PROXY UDP4 192.0.2.1 10.0.0.1 5000 443\r\n",
            "proxy TCP4 192.0.2.1 10.0.0.1 5000 443\r\n",
            "PROXY TCP4 192.0.2.1",
        ] {
            assert_eq!(header(line.as_bytes()), None, "{line:?}");
        }
        let long = format!("PROXY UNKNOWN {}\r\n", "a".repeat(LINE_MAX));
        assert_eq!(header(long.as_bytes()), None);
        for bytes in [
            v2(0x21, 0x11, &[192, 0, 2, 1]),
            v2(0x21, 0x21, &[0; 12]),
            v2(0x11, 0x11, &[0; 12]),
            v2(0x22, 0x11, &[0; 12]),
            v2(0x21, 0x12, &[0; 12]),
            v2(0x20, 0x00, &[0; REST_MAX + 1]),
            SIGNATURE.to_vec(),
        ] {
            assert_eq!(header(&bytes), None, "{bytes:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_are_read_without_panic(
            start in prop_oneof![Just(b"PROXY ".to_vec()), Just(SIGNATURE.to_vec()), Just(Vec::new())],
            rest in proptest::collection::vec(any::<u8>(), 0..300)
        ) {
            let _ = header(&[start, rest].concat());
        }

        #[test]
        fn every_address_of_a_client_is_read(ip in any::<IpAddr>(), port in any::<u16>()) {
            let family = if ip.is_ipv4() { "TCP4" } else { "TCP6" };
            let line = format!("PROXY {family} {ip} {ip} {port} {port}\r\n");
            prop_assert_eq!(header(line.as_bytes()), Some((Some(ip.to_canonical().to_string()), Vec::new())));
        }
    }
}
