//! Variables that Kubernetes and Docker set for a service with our name. Our prefix is not ours alone.
//!
//! Kubernetes puts the addresses of every service of the namespace into every pod, Docker those of a linked container. For a service
//! `vestibule` the names begin with `VESTIBULE_`, for `vestibule-mongodb` with `VESTIBULE_MONGODB_`. Such a variable is neither a
//! setting nor a mistake. Name and value must both have the form: a misspelt setting stays a mistake.

use std::net::{IpAddr, SocketAddr};

/// `VESTIBULE` without the `_` of our prefix: the name of a service alone.
const SERVICE: &str = "VESTIBULE";
const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];

/// Returns whether a variable is a service link. `has_name` returns whether a variable of this name is set.
pub(super) fn is_service_link(name: &str, value: &str, has_name: impl Fn(&str) -> bool) -> bool {
    is_of_kubernetes(name, value) || is_of_docker(name, value, has_name)
}

fn is_of_kubernetes(name: &str, value: &str) -> bool {
    // VESTIBULE_PORT_3000_TCP_ADDR: the protocol is followed by nothing, or by one part.
    let of_port = port_parts(name);
    match of_port {
        Some((_, None)) => is_url(value),
        Some((_, Some("ADDR"))) => value.parse::<IpAddr>().is_ok(),
        Some((port, Some("PORT"))) => value == port,
        Some((_, Some("PROTO"))) => PROTOCOLS.iter().any(|known| known.eq_ignore_ascii_case(value)),
        Some(_) => false,
        None if name.ends_with("_PORT") && is_url(value) => true,
        None if name.ends_with("_SERVICE_HOST") => value.parse::<IpAddr>().is_ok(),
        None => has_service_port(name) && is_port(value),
    }
}

/// Splits `VESTIBULE_PORT_3000_TCP` and `VESTIBULE_PORT_3000_TCP_ADDR` into the port and the part after the protocol.
fn port_parts(name: &str) -> Option<(&str, Option<&str>)> {
    let (_, rest) =
        name.rsplit_once("_PORT_").filter(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = rest.splitn(3, '_');
    let (port, protocol) = (parts.next()?, parts.next()?);
    (is_port(port) && PROTOCOLS.contains(&protocol)).then(|| (port, parts.next()))
}

/// Returns whether a name ends with `_SERVICE_PORT`, or with that and the name of a port.
fn has_service_port(name: &str) -> bool {
    name.ends_with("_SERVICE_PORT") || name.contains("_SERVICE_PORT_")
}

/// Docker sets `VESTIBULE_NAME=/web/vestibule` for each link, and copies the variables of the linked container as `VESTIBULE_ENV_…`.
/// These have any value, so they count only beside the name: `VESTIBULE_ENV_MFA` alone is a mistake.
fn is_of_docker(name: &str, value: &str, has_name: impl Fn(&str) -> bool) -> bool {
    if let Some(alias) = name.strip_suffix("_NAME") {
        let target = value.strip_prefix('/').and_then(|path| path.split_once('/'));
        return target.is_some_and(|(container, link)| {
            !container.is_empty() && link.to_ascii_uppercase().replace(['-', '.'], "_") == alias
        });
    }
    name.match_indices("_ENV_")
        .any(|(at, _)| at >= SERVICE.len() && has_name(&format!("{}_NAME", &name[..at])))
}

fn is_url(value: &str) -> bool {
    value.split_once("://").is_some_and(|(protocol, address)| {
        PROTOCOLS.iter().any(|known| known.eq_ignore_ascii_case(protocol))
            && address.parse::<SocketAddr>().is_ok()
    })
}

fn is_port(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_link(name: &str, value: &str) -> bool {
        is_service_link(name, value, |name| ["VESTIBULE_NAME", "VESTIBULE_MONGO_DB_NAME"].contains(&name))
    }

    #[test]
    fn a_service_link_is_recognised_by_name_and_value() {
        for (name, value) in [
            ("VESTIBULE_PORT", "tcp://10.0.0.1:3000"),
            ("VESTIBULE_PORT", "udp://10.0.0.1:53"),
            ("VESTIBULE_PORT", "tcp://[fd00::1]:3000"),
            ("VESTIBULE_SERVICE_HOST", "10.0.0.1"),
            ("VESTIBULE_SERVICE_HOST", "fd00::1"),
            ("VESTIBULE_SERVICE_PORT", "3000"),
            ("VESTIBULE_SERVICE_PORT_HTTP", "3000"),
            ("VESTIBULE_SERVICE_PORT_HTTPS_WEB", "443"),
            ("VESTIBULE_SERVICE_PORT_FILE", "80"),
            ("VESTIBULE_PORT_3000_TCP", "tcp://10.0.0.1:3000"),
            ("VESTIBULE_PORT_3000_TCP_PROTO", "tcp"),
            ("VESTIBULE_PORT_3000_TCP_PORT", "3000"),
            ("VESTIBULE_PORT_3000_TCP_ADDR", "10.0.0.1"),
            ("VESTIBULE_PORT_132_SCTP_PROTO", "sctp"),
            ("VESTIBULE_MONGODB_PORT_27017_TCP_ADDR", "10.0.0.2"),
            ("VESTIBULE_MONGODB_SERVICE_HOST", "10.0.0.2"),
            ("VESTIBULE_PROVIDER_OKTA_PORT", "tcp://10.0.0.3:80"),
            ("VESTIBULE_LISTEN_SERVICE_PORT", "80"),
            ("VESTIBULE_PORT_80_TCP_PORT_90_TCP_ADDR", "10.0.0.2"),
            ("VESTIBULE_NAME", "/web/vestibule"),
            ("VESTIBULE_MONGO_DB_NAME", "/web/vestibule-mongo-db"),
            ("VESTIBULE_ENV_NODE_VERSION", "22"),
            ("VESTIBULE_ENV_MFA", "required"),
            ("VESTIBULE_MONGO_DB_ENV_PATH", "/usr/bin"),
        ] {
            assert!(is_link(name, value), "{name}={value}");
        }
    }

    #[test]
    fn a_variable_with_only_one_of_both_forms_is_no_service_link() {
        for (name, value) in [
            ("VESTIBULE_PORT", "3000"),
            ("VESTIBULE_PORT", "http://10.0.0.1:3000"),
            ("VESTIBULE_PORT", "tcp://vestibule:3000"),
            ("VESTIBULE_LISTENPORT", "tcp://10.0.0.1:3000"),
            ("VESTIBULE_LISTN", "10.0.0.1:3000"),
            ("VESTIBULE_HOST", "10.0.0.1"),
            ("VESTIBULE_SERVICE_HOST", "vestibule.default.svc"),
            ("VESTIBULE_SERVICE_PORT", "http"),
            ("VESTIBULE_SERVICE_PORT", "70000"),
            ("VESTIBULE_SERVICE_PORTS", "3000"),
            ("VESTIBULE_PORT_3000_TCP_PORT", "3001"),
            ("VESTIBULE_PORT_3000_TCP_PROTO", "http"),
            ("VESTIBULE_PORT_3000_HTTP", "tcp://10.0.0.1:3000"),
            ("VESTIBULE_PORT_HTTP_TCP", "tcp://10.0.0.1:3000"),
            ("VESTIBULE_PORT_3000_TCP_HOST", "10.0.0.1"),
            ("VESTIBULE_NAME", "vestibule"),
            ("VESTIBULE_NAME", "/web/other"),
            ("VESTIBULE_BRAND_NAME", "/Acme"),
            ("VESTIBULE_OTHER_ENV_MFA", "required"),
            ("VESTIBULE_MFAA", "tcp://10.0.0.1:3000"),
        ] {
            assert!(!is_link(name, value), "{name}={value}");
        }
        assert!(!is_service_link("VESTIBULE_ENV_MFA", "required", |_| false), "without the name of the link");
    }
}
