//! The listener: an address or a unix socket, and the proxies in front of it.

use super::{
    environment::Environment,
    listen_formats::{Listen, TrustedProxy},
    mistake::Mistake,
    reader::Reader,
    settings as s,
};
use crate::web::proxies::TrustedProxies;

/// The settings of the listener.
#[derive(Clone, Debug)]
pub struct ListenSettings {
    pub at: Listen,
    /// File mode of the unix socket.
    pub mode: u32,
    /// Whether trusted proxies begin each connection with a header of the PROXY protocol.
    pub proxy_protocol: bool,
    pub trusted_proxies: TrustedProxies,
}

impl ListenSettings {
    /// Reads the settings of the listener, and no others.
    ///
    /// # Errors
    /// The mistakes in these settings, and in the environment.
    pub fn read(environment: &Environment) -> Result<Self, Vec<Mistake>> {
        let mut reader = Reader::new(environment);
        let listen = read(&mut reader);
        reader.finish_without_others().map(|()| listen)
    }
}

pub(super) fn read(reader: &mut Reader<'_>) -> ListenSettings {
    let at = reader.get(&s::LISTEN);
    let mode = reader.get(&s::LISTEN_MODE);
    let (mut networks, mut socket) = (Vec::new(), false);
    for proxy in reader.get(&s::TRUSTED_PROXIES) {
        match proxy {
            TrustedProxy::Network(network) => networks.push(network),
            TrustedProxy::Socket => socket = true,
        }
    }
    let trusted_proxies = TrustedProxies { networks, socket, header: reader.get(&s::PROXY_HEADER) };
    let proxy_protocol = reader.get(&s::PROXY_PROTOCOL);
    if proxy_protocol && trusted_proxies.is_empty() {
        reader.mistake(
            &s::PROXY_PROTOCOL,
            "no proxy is trusted, so no header of the protocol is read; set VESTIBULE_TRUSTED_PROXIES",
        );
    }
    ListenSettings { at, mode, proxy_protocol, trusted_proxies }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxy_protocol_without_a_trusted_proxy_is_a_mistake() {
        const SOCKET: (&str, &str) = ("VESTIBULE_LISTEN", "unix:/run/v.sock");
        const MODE: (&str, &str) = ("VESTIBULE_LISTEN_MODE", "0600");
        const PROTOCOL: (&str, &str) = ("VESTIBULE_PROXY_PROTOCOL", "true");
        let read = |pairs: &[(&str, &str)]| {
            ListenSettings::read(&Environment::of(pairs.iter().copied()))
                .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        };
        assert!(read(&[PROTOCOL]).expect_err("no proxy").starts_with("VESTIBULE_PROXY_PROTOCOL"));
        let trusted = ("VESTIBULE_TRUSTED_PROXIES", "unix, 10.0.0.0/8");
        let settings = read(&[SOCKET, MODE, PROTOCOL, trusted]).expect("valid settings");
        assert!(settings.trusted_proxies.socket && settings.trusted_proxies.networks.len() == 1);
        assert_eq!(settings.mode, 0o600);
    }
}
