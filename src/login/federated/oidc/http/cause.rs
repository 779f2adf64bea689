//! The cause of a request without a response, as an administrator can act on it.

use std::{error::Error, io};

use rustls::CertificateError;

/// Describes the cause. The URL is left out: it may contain values that must not be logged.
pub(super) fn of(error: &reqwest::Error) -> String {
    let causes: Vec<&(dyn Error + 'static)> =
        std::iter::successors(error.source(), |&error| error.source()).collect();
    if let Some(error) = causes.iter().find_map(|error| tls_error(*error)) {
        return of_tls(error);
    }
    if error.is_timeout() {
        let what =
            if error.is_connect() { "no connection within 3 s" } else { "no complete response within 8 s" };
        return format!("timeout ({what})");
    }
    let kind = causes.iter().rev().find_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind);
    if causes.iter().any(|error| error.to_string().contains("dns error")) {
        return "the host name cannot be resolved (DNS)".to_owned();
    }
    let what = if error.is_connect() { "connection failed" } else { "connection interrupted" };
    match kind {
        Some(io::ErrorKind::ConnectionRefused) => {
            "connection refused: no service listens on this port".to_owned()
        }
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
            format!("{what}: no route to the host")
        }
        Some(io::ErrorKind::ConnectionReset) => format!("{what}: reset by the other side"),
        Some(io::ErrorKind::PermissionDenied) => format!("{what}: not permitted on this machine (firewall)"),
        _ => what.to_owned(),
    }
}

/// Finds a TLS error, which is wrapped into I/O errors. Their `source` is the source of the wrapped error, not the error itself.
fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(found) = error.downcast_ref::<rustls::Error>() {
        return Some(found);
    }
    let wrapped: &'a (dyn Error + 'static) = error.downcast_ref::<io::Error>()?.get_ref()?;
    tls_error(wrapped)
}

fn of_tls(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(error) => match error {
            CertificateError::UnknownIssuer => {
                "the TLS certificate is not trusted: its issuer is not a certificate authority of this machine".to_owned()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                format!("the TLS certificate has expired ({error})")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                format!("the TLS certificate is not valid yet; compare the clocks ({error})")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                format!("the TLS certificate is for another host name ({error})")
            }
            other => format!("the TLS certificate is not trusted ({other})"),
        },
        rustls::Error::InvalidMessage(_) => "the port does not speak TLS; is the issuer an http URL?".to_owned(),
        rustls::Error::AlertReceived(alert) => format!("the TLS handshake was rejected ({alert:?})"),
        other => format!("the TLS handshake failed ({other})"),
    }
}

#[cfg(test)]
mod tests {
    use rustls::{AlertDescription, InvalidMessage, pki_types::ServerName};

    use super::*;

    #[test]
    fn a_tls_error_is_found_and_names_its_reason() {
        let name = ServerName::try_from("idp.example").expect("a name");
        for (error, expected) in [
            (
                rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer),
                "is not trusted: its issuer",
            ),
            (rustls::Error::InvalidCertificate(CertificateError::Expired), "has expired"),
            (
                rustls::Error::InvalidCertificate(CertificateError::NotValidYet),
                "is not valid yet; compare the clocks",
            ),
            (
                rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext {
                    expected: name,
                    presented: vec!["DnsName(\"other.example\")".to_owned()],
                }),
                "is for another host name (certificate not valid for name \"idp.example\"",
            ),
            (rustls::Error::InvalidCertificate(CertificateError::Revoked), "is not trusted ("),
            (
                rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType),
                "the port does not speak TLS",
            ),
            (rustls::Error::AlertReceived(AlertDescription::HandshakeFailure), "rejected (HandshakeFailure)"),
            (rustls::Error::NoCertificatesPresented, "the TLS handshake failed"),
        ] {
            let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, error));
            let found = tls_error(&wrapped).map(of_tls).unwrap_or_default();
            assert!(found.contains(expected), "{expected}: {found}");
        }
        assert!(tls_error(&io::Error::from(io::ErrorKind::ConnectionRefused)).is_none());
    }
}
