//! What the proxies in front of the service did to a request (pure).

use crate::{
    config::Config,
    finding::{Finding, FindingCode},
    web::received_request::ReceivedRequest,
};

const SUBJECT: &str = "VESTIBULE_PUBLIC_URL";

/// Returns the findings about a request that a browser or `vestibule doctor` sent to the public URL.
pub(super) fn findings(config: &Config, received: &ReceivedRequest) -> Vec<Finding> {
    // The service speaks plain http: with https, or on another port, a proxy is in front of it.
    let url = &config.public_url;
    let has_proxy = url.https || config.listen.at.port().is_none_or(|port| port != 0 && port != url.port);
    let proxy =
        has_proxy.then(|| [address(config, received), protocol(config, received)]).into_iter().flatten();
    proxy
        .chain([
            untrusted(config, received),
            scheme(config, received),
            host(config, received),
            prefix(config, received),
        ])
        .flatten()
        .map(|(code, problem, fix)| Finding::new(code, SUBJECT, problem, fix))
        .collect()
}

type Found = (FindingCode, String, String);

fn peer(received: &ReceivedRequest) -> &str {
    received.peer.as_deref().unwrap_or("unknown")
}

/// Returns whether the peer is a client that a proxy names with the PROXY protocol. Its headers say nothing about the proxy. A client that
/// became a trusted proxy could choose its address (spoofing).
fn is_client(config: &Config, received: &ReceivedRequest) -> bool {
    config.listen.proxy_protocol && !received.trusted
}

fn untrusted(config: &Config, received: &ReceivedRequest) -> Option<Found> {
    if is_client(config, received) {
        return None;
    }
    let is_forwarded = received.address_header.is_some() || received.forwarded_proto.is_some();
    let peer = peer(received);
    (is_forwarded && !received.trusted).then(|| {
        (
            FindingCode::ProxyNotTrusted,
            format!("the request came through the proxy {peer}, which is not trusted"),
            format!("add the address of the proxy: VESTIBULE_TRUSTED_PROXIES={peer}"),
        )
    })
}

fn address(config: &Config, received: &ReceivedRequest) -> Option<Found> {
    let expected = config.listen.trusted_proxies.header.name();
    if !received.trusted || received.address_header == Some(expected) || config.listen.proxy_protocol {
        return None;
    }
    let other = received.address_header.map(|name| format!(", only {name}")).unwrap_or_default();
    Some((
        FindingCode::ForwardedForMissing,
        format!("the proxy {} sends no {expected}{other}", peer(received)),
        "nginx: proxy_set_header X-Forwarded-For $remote_addr; or set VESTIBULE_PROXY_HEADER to the header that the proxy sends (then VESTIBULE_TRUSTED_PROXIES has an effect)".to_owned(),
    ))
}

fn name_of_scheme(config: &Config) -> &'static str {
    if config.public_url.https { "https" } else { "http" }
}

fn protocol(config: &Config, received: &ReceivedRequest) -> Option<Found> {
    // A proxy that forwards TCP cannot send a header.
    if config.listen.proxy_protocol {
        return None;
    }
    let scheme = name_of_scheme(config);
    received.forwarded_proto.is_none().then(|| {
        (
            FindingCode::ForwardedProtoMissing,
            format!("the proxy {} sends no X-Forwarded-Proto", peer(received)),
            format!("nginx: proxy_set_header X-Forwarded-Proto $scheme; the value must be {scheme}, as in VESTIBULE_PUBLIC_URL"),
        )
    })
}

fn scheme(config: &Config, received: &ReceivedRequest) -> Option<Found> {
    if is_client(config, received) {
        return None;
    }
    let scheme = name_of_scheme(config);
    let proto = received.forwarded_proto.as_deref().filter(|proto| !proto.eq_ignore_ascii_case(scheme))?;
    Some((
        FindingCode::SchemeDiffers,
        format!(
            "the proxy {} received the request by {proto:?}, and the public URL has {scheme}",
            peer(received)
        ),
        format!(
            "let the proxy redirect http to https and send X-Forwarded-Proto: {scheme}, or correct the scheme of VESTIBULE_PUBLIC_URL"
        ),
    ))
}

fn host(config: &Config, received: &ReceivedRequest) -> Option<Found> {
    if [&received.forwarded_host, &received.host].into_iter().flatten().any(|host| is_host(config, host)) {
        return None;
    }
    let (host, expected) = (received.host.as_deref().unwrap_or_default(), authority(config));
    Some((
        FindingCode::HostRewritten,
        format!("the service received the host {host:?}, and the public URL has {expected:?}"),
        format!(
            "nginx: proxy_set_header Host $http_host; or set VESTIBULE_PUBLIC_URL to the host that users open (now {expected})"
        ),
    ))
}

fn prefix(config: &Config, received: &ReceivedRequest) -> Option<Found> {
    let prefix = &config.public_url.prefix;
    (!prefix.is_empty() && !received.has_prefix).then(|| {
        (
            FindingCode::PrefixStripped,
            format!("the proxy removes {prefix} from the path"),
            format!("nginx: write proxy_pass without a path, so that {prefix} of VESTIBULE_PUBLIC_URL reaches the service"),
        )
    })
}

fn authority(config: &Config) -> &str {
    config.public_url.origin.split_once("://").map_or("", |(_, authority)| authority)
}

/// Compares a host with that of the public URL. Proxies send it with the port or without it.
fn is_host(config: &Config, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == authority(config)
        || host == config.public_url.host
        || host == format!("{}:{}", config.public_url.host, config.public_url.port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn codes(url: &str, change: impl FnOnce(&mut ReceivedRequest)) -> Vec<&'static str> {
        codes_with("false", url, change)
    }

    fn codes_with(
        proxy_protocol: &str,
        url: &str,
        change: impl FnOnce(&mut ReceivedRequest),
    ) -> Vec<&'static str> {
        let environment = Environment::of([
            ("VESTIBULE_PUBLIC_URL", url),
            ("VESTIBULE_LISTEN", "127.0.0.1:3000"),
            ("VESTIBULE_TRUSTED_PROXIES", "10.0.0.1"),
            ("VESTIBULE_PROXY_PROTOCOL", proxy_protocol),
        ]);
        let (config, _) = Config::read(&environment).expect("settings");
        let mut received = ReceivedRequest {
            peer: Some("10.0.0.1".to_owned()),
            trusted: true,
            host: Some("corp.example".to_owned()),
            has_prefix: true,
            address_header: Some("x-forwarded-for"),
            forwarded_proto: Some("https".to_owned()),
            forwarded_host: None,
        };
        change(&mut received);
        findings(&config, &received).iter().map(|finding| finding.code.as_str()).collect()
    }

    #[test]
    fn a_correct_proxy_has_no_finding() {
        for url in ["https://corp.example", "https://corp.example/auth"] {
            assert!(codes(url, |_| ()).is_empty());
            assert!(codes(url, |r| r.host = Some("CORP.example:443".to_owned())).is_empty());
            let forwarded = |r: &mut ReceivedRequest| {
                (r.host, r.forwarded_host) = (Some("upstream".to_owned()), Some("corp.example".to_owned()));
            };
            assert!(codes(url, forwarded).is_empty());
        }
        let direct = |r: &mut ReceivedRequest| {
            (r.trusted, r.address_header, r.forwarded_proto) = (true, None, None);
            r.host = Some("localhost:3000".to_owned());
        };
        assert!(codes("http://localhost:3000", direct).is_empty(), "without a proxy");
    }

    #[test]
    fn each_change_of_a_proxy_is_named() {
        const URL: &str = "https://corp.example";
        assert_eq!(codes(URL, |r| r.trusted = false), ["proxy_not_trusted"]);
        assert_eq!(codes(URL, |r| r.address_header = None), ["forwarded_for_missing"]);
        assert_eq!(codes(URL, |r| r.address_header = Some("x-real-ip")), ["forwarded_for_missing"]);
        assert_eq!(codes(URL, |r| r.forwarded_proto = None), ["forwarded_proto_missing"]);
        assert_eq!(codes(URL, |r| r.forwarded_proto = Some("http".to_owned())), ["scheme_differs"]);
        assert_eq!(codes(URL, |r| r.host = Some("127.0.0.1:3000".to_owned())), ["host_rewritten"]);
        assert_eq!(codes("https://corp.example/auth", |r| r.has_prefix = false), ["prefix_stripped"]);
        assert!(codes(URL, |r| r.has_prefix = false).is_empty(), "a public URL without a prefix");
    }

    // The proxy forwards TCP and ends TLS: the peer is the client, and each header is one of the client.
    #[test]
    fn headers_of_a_client_behind_the_proxy_protocol_are_no_finding() {
        const URL: &str = "https://corp.example";
        let client = |r: &mut ReceivedRequest| {
            (r.peer, r.trusted) = (Some("203.0.113.9".to_owned()), false);
            (r.address_header, r.forwarded_proto) = (None, None);
        };
        let of_client = |change: fn(&mut ReceivedRequest)| {
            let findings = |proxy_protocol: &str| {
                let received = |r: &mut ReceivedRequest| {
                    client(r);
                    change(r);
                };
                codes_with(proxy_protocol, URL, received)
            };
            (findings("true"), findings("false"))
        };
        assert_eq!(of_client(|_| ()), (vec![], vec!["forwarded_proto_missing"]));
        // The proxy of a company adds headers to the requests of its users.
        let forwards = |r: &mut ReceivedRequest| {
            (r.address_header, r.forwarded_proto) = (Some("x-forwarded-for"), Some("http".to_owned()));
        };
        assert_eq!(of_client(forwards), (vec![], vec!["proxy_not_trusted", "scheme_differs"]));
        assert_eq!(of_client(|r| r.host = Some("other".to_owned())).0, ["host_rewritten"]);
        // `vestibule doctor` on the machine of the proxy: the client has the address of the proxy.
        let of_proxy = |r: &mut ReceivedRequest| (r.address_header, r.forwarded_proto) = (None, None);
        assert!(codes_with("true", URL, of_proxy).is_empty());
        // Another trusted proxy is in front of the one that forwards TCP.
        let http = |r: &mut ReceivedRequest| r.forwarded_proto = Some("http".to_owned());
        assert_eq!(codes_with("true", URL, http), ["scheme_differs"]);
    }
}
