//! Formats that only the settings of the listener have.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use ipnet::IpNet;

use super::format::{Format, Network};

const SOCKET: &str = "unix:";
/// Longest path of a unix socket: `sun_path` without its last byte (unix(7)).
const PATH_MAX: usize = 107;
/// The word for programs on the unix socket in the list of proxies.
const SOCKET_PEER: &str = "unix";

/// Where the service listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    Address(SocketAddr),
    /// The absolute path of a unix socket.
    Socket(PathBuf),
}

impl Listen {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let Some(path) = text.strip_prefix(SOCKET) else {
            return text.parse().map(Self::Address).map_err(|_| {
                format!(
                    "{text:?} is not an IP address with a port; write for example 127.0.0.1:3000, or unix:/run/vestibule/vestibule.sock"
                )
            });
        };
        if !path.starts_with('/') || path.ends_with('/') {
            return Err(format!(
                "{text:?} has no absolute path of a file; write for example unix:/run/vestibule/vestibule.sock"
            ));
        }
        if path.len() > PATH_MAX {
            return Err(format!(
                "{text:?} has a path that is longer than {PATH_MAX} bytes; choose a shorter one"
            ));
        }
        Ok(Self::Socket(path.into()))
    }

    /// Returns the port. A unix socket has none.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Address(address) => Some(address.port()),
            Self::Socket(_) => None,
        }
    }

    /// Returns where to connect: an http URL, or the text of the setting.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Address(address) => format!("http://{address}"),
            Self::Socket(_) => self.to_string(),
        }
    }

    /// Returns whether only programs of this machine can connect.
    pub(super) fn is_local(&self) -> bool {
        match self {
            Self::Address(address) => address.ip().to_canonical().is_loopback(),
            Self::Socket(_) => true,
        }
    }

    /// Returns whether another listener cannot have this address.
    pub(super) fn overlaps(&self, other: SocketAddr) -> bool {
        let Self::Address(own) = self else { return false };
        let [one, two] = [own.ip(), other.ip()].map(|ip: IpAddr| ip.to_canonical());
        let is_same = one == two || one.is_unspecified() || two.is_unspecified();
        other.port() != 0 && other.port() == own.port() && is_same
    }
}

/// The text of the setting.
impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Socket(path) => write!(f, "{SOCKET}{}", path.display()),
        }
    }
}

/// Reads a file mode. Without read and write for the owner, the service itself cannot use its socket.
pub(super) fn mode(text: &str) -> Result<u32, String> {
    let is_octal = (3..=4).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    let mode = u32::from_str_radix(text, 8).ok().filter(|mode| is_octal && *mode <= 0o777);
    mode.filter(|mode| mode & 0o600 == 0o600).ok_or_else(|| {
        format!("{text:?} is not a file mode with read and write for the owner; write for example 0660")
    })
}

/// One item of the list of proxies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TrustedProxy {
    Network(IpNet),
    Socket,
}

impl TrustedProxy {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == SOCKET_PEER { Ok(Self::Socket) } else { Network.parse(text).map(Self::Network) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listener_is_an_address_or_an_absolute_path() {
        for text in ["127.0.0.1:3000", "[::]:3000", "[fe80::1%2]:3000", "[::ffff:127.0.0.1]:0"] {
            assert!(matches!(Listen::parse(text), Ok(Listen::Address(_))), "{text}");
        }
        let socket = Listen::parse("unix:/run/vestibule/vestibule.sock");
        assert_eq!(socket, Ok(Listen::Socket("/run/vestibule/vestibule.sock".into())));
        let long = format!("unix:/{}", "a".repeat(PATH_MAX));
        for text in
            ["unix:", "unix:vestibule.sock", "unix:@vestibule", "unix:/run/", "/run/v.sock", "3000", &long]
        {
            assert!(Listen::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn mode_lets_the_owner_connect() {
        assert_eq!(mode("0660"), Ok(0o660));
        assert_eq!(mode("600"), Ok(0o600));
        for text in ["0060", "660 ", "0o660", "0880", "+660", "00660", "4660", "66"] {
            assert!(mode(text).is_err(), "{text}");
        }
    }
}
