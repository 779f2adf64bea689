//! The span of a request, outside of all other layers. The router has this layer only if traces are recorded.
//!
//! Attributes follow the conventions of OpenTelemetry for HTTP, with three exceptions on purpose. `url.path`, `url.query` and
//! `user_agent.original` are texts of a client, with tokens and names. `client.address` is personal data. The access line has what is needed,
//! and `vestibule.request_id` leads to it.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{Extensions, HeaderMap, HeaderValue, Method},
    middleware::Next,
    response::Response,
};

use crate::{
    app::AppState,
    error::ErrorCode,
    trace::{Attribute, Kind, Open, Operation, Parent, Value},
    web::proxies::{Peer, TrustedProxies},
};

const TRACEPARENT: &str = "traceparent";

/// Records the span of a request, from its head to the head of the response. A stream of events may stay open for hours.
pub(crate) async fn record(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let continues = app.config.traces.as_ref().is_some_and(|traces| traces.continues_proxy_traces);
    let trusted = continues.then_some(&app.config.listen.trusted_proxies);
    let parent = trusted.and_then(|trusted| parent_of(request.extensions(), request.headers(), trusted));
    let span = Open::root(parent, || {
        let scheme = if app.config.public_url.https { "https" } else { "http" };
        operation(&request, scheme)
    });
    let response = span.scope(next.run(request)).await;
    let code = response.extensions().get::<ErrorCode>().copied().map(ErrorCode::as_str);
    // A refusal is no fault of the service, so only 5xx fails the span.
    let error = response.status().is_server_error().then(|| code.unwrap_or("server_error"));
    span.end(error, attributes_of(&response, code));
    response
}

/// Returns the span of the caller.
///
/// Only that of a trusted proxy is used, and only with the setting of the operator that the proxy sets it: a client could otherwise force that its
/// requests are recorded, fill the collector, or put its requests into the trace of another user.
fn parent_of(extensions: &Extensions, headers: &HeaderMap, trusted: &TrustedProxies) -> Option<Parent> {
    if !trusted.contains(*extensions.get::<Peer>()?) {
        return None;
    }
    // Two headers: the proxy has added its own to that of the client.
    let mut values = headers.get_all(TRACEPARENT).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Parent::read(value.as_bytes()),
        _ => None,
    }
}

fn operation(request: &Request, scheme: &'static str) -> Operation {
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let name_of = |method| if method == OTHER { "HTTP" } else { method };
    let mut attributes =
        vec![("http.request.method", Value::Word(method)), ("url.scheme", Value::Word(scheme))];
    attributes.extend(route.map(|route| ("http.route", Value::Own(route.to_owned()))));
    let name = match route {
        Some(route) => format!("{} {route}", name_of(method)),
        None => name_of(method).to_owned(),
    };
    Operation { name, kind: Kind::Server, attributes }
}

/// The value for a method that is not one of RFC 9110 or RFC 5789: a client can send any text.
const OTHER: &str = "_OTHER";

fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
    KNOWN.into_iter().find(|known| method.as_str() == *known).unwrap_or(OTHER)
}

fn attributes_of(
    response: &Response,
    code: Option<&'static str>,
) -> impl IntoIterator<Item = Attribute> + use<> {
    let status = ("http.response.status_code", Value::Number(response.status().as_u16().into()));
    let request_id = response.headers().get("x-request-id").and_then(|id: &HeaderValue| id.to_str().ok());
    let request_id = request_id.map(|id| ("vestibule.request_id", Value::Own(id.to_owned())));
    let code = code.map(|code| ("vestibule.error_code", Value::Word(code)));
    [Some(status), request_id, code].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn parent(peer: &str, values: &[&'static str], trusted: &[&str]) -> Option<Parent> {
        let mut extensions = Extensions::new();
        extensions.insert(Peer::of(peer.parse().expect("an address")));
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(TRACEPARENT, HeaderValue::from_static(value));
        }
        let networks = trusted.iter().map(|network| network.parse().expect("a network")).collect();
        let trusted = TrustedProxies { networks, ..TrustedProxies::default() };
        parent_of(&extensions, &headers, &trusted)
    }

    #[test]
    fn traceparent_is_accepted_from_trusted_proxies_only() {
        let proxies = ["10.0.0.0/8"];
        assert!(parent("10.0.0.1", &[VALID], &proxies).is_some());
        assert_eq!(parent("203.0.113.9", &[VALID], &proxies), None);
        assert_eq!(parent("10.0.0.1", &[VALID], &[]), None);
        assert_eq!(
            parent("10.0.0.1", &[VALID, VALID], &proxies),
            None,
            "that of a client, and that of the proxy"
        );
        assert_eq!(parent("10.0.0.1", &["00-"], &proxies), None);
    }

    #[test]
    fn text_of_a_client_is_not_in_the_name_of_a_span() {
        let method = Method::from_bytes(b"HUNTER2").expect("a method");
        let request =
            Request::builder().method(method).uri("/hunter2?a=hunter2").body("".into()).expect("a request");
        let Operation { name, attributes, .. } = operation(&request, "https");
        assert_eq!(name, "HTTP");
        assert!(!format!("{attributes:?}").to_lowercase().contains("hunter2"), "{attributes:?}");
    }
}
