//! A first request that did not reach this service.

use std::error::Error;

use reqwest::{
    StatusCode,
    header::{self, HeaderMap},
};
use tokio::net::{TcpStream, UnixStream};

use super::{Handshake, URL, not_running};
use crate::{
    config::Listen,
    finding::{Finding, FindingCode},
};

/// Returns whether a program listens there.
async fn listens(listen: &Listen) -> bool {
    match listen {
        Listen::Address(address) => address.port() != 0 && TcpStream::connect(address).await.is_ok(),
        Listen::Socket(path) => UnixStream::connect(path).await.is_ok(),
    }
}

impl Handshake<'_> {
    pub(super) async fn not_reached(&self, error: &reqwest::Error) -> Finding {
        let url = self.config.public_url.url();
        let causes: Vec<String> =
            std::iter::successors(error.source(), |&error| error.source()).map(ToString::to_string).collect();
        let cause = causes.last().cloned().unwrap_or_else(|| error.to_string());
        if causes.iter().any(|cause| cause.contains("certificate")) {
            let fix = format!(
                "give the proxy a certificate for {}; for a private certificate authority set VESTIBULE_CA_FILE",
                self.config.public_url.host
            );
            return Finding::new(FindingCode::PublicUrlCertificate, URL, format!("{url}: {cause}"), fix);
        }
        let listen = &self.config.listen.at;
        let is_running = listens(listen).await;
        if !is_running && error.is_connect() && self.is_direct() {
            return not_running();
        }
        let fix = if is_running {
            format!(
                "the service listens on {listen}: check DNS, firewall and proxy of {url}, or correct {URL}"
            )
        } else {
            format!(
                "start the service (VESTIBULE_LISTEN={listen}), then check DNS, firewall and proxy of {url}, or correct {URL}"
            )
        };
        Finding::new(FindingCode::PublicUrlUnreachable, URL, format!("{url} cannot be reached: {cause}"), fix)
    }

    /// Returns whether browsers connect to the service without a proxy.
    fn is_direct(&self) -> bool {
        !self.config.public_url.https && self.config.listen.trusted_proxies.is_empty()
    }

    pub(super) fn other_answer(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Finding {
        let (url, listen) = (self.config.public_url.url(), &self.config.listen.at);
        let is_ours = String::from_utf8_lossy(body).contains("urn:vestibule:problem:not_found");
        if is_ours {
            return self.other_keys();
        }
        if matches!(status.as_u16(), 502..=504) {
            let fix =
                format!("start the service, and let the proxy of {URL} forward to VESTIBULE_LISTEN={listen}");
            return Finding::new(
                FindingCode::PublicUrlUnreachable,
                URL,
                format!("the proxy of {url} answers {status}: it does not reach the service"),
                fix,
            );
        }
        let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        let (problem, fix) = match location
            .map(|location| location.split(['?', '#']).next().unwrap_or_default())
        {
            Some(location) => (
                format!("{url} redirects to {location:?}"),
                format!("set {URL} to the address that does not redirect"),
            ),
            None => (
                format!("another program answers at {url}: status {status}"),
                format!(
                    "let the proxy forward all paths below {url} to VESTIBULE_LISTEN={listen}, or set {URL} to the address of the service, with its path"
                ),
            ),
        };
        Finding::new(FindingCode::PublicUrlElsewhere, URL, problem, fix)
    }

    pub(super) fn other_keys(&self) -> Finding {
        let url = self.config.public_url.url();
        let problem = format!("a Vestibule with other keys answers at {url}");
        let fix = "give all replicas and this command the same VESTIBULE_SECRET_KEYS and VESTIBULE_DATABASE_URL, and restart the service";
        Finding::new(FindingCode::ServiceOtherKeys, URL, problem, fix)
    }
}
