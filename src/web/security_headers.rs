//! Security headers of all responses, and the ones that only API responses get.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
/// For responses that are never rendered as a document.
const NO_DOCUMENT: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Marks responses for static assets. Headers that only matter for documents are left out of them to save bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StaticAsset;

const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const FOR_DOCUMENTS: [(HeaderName, HeaderValue); 4] = [
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Adds the security headers of every response. `hsts` is the value of `Strict-Transport-Security`.
pub(crate) fn add_security_headers(response: &mut Response, hsts: Option<&str>) {
    let is_static_asset = response.extensions().get::<StaticAsset>().is_some();
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF);
    let hsts = hsts.and_then(|value| HeaderValue::try_from(value).ok());
    headers.extend(hsts.map(|value| (header::STRICT_TRANSPORT_SECURITY, value)));
    if is_static_asset {
        return;
    }
    for (name, value) in &FOR_DOCUMENTS {
        headers.insert(name, value.clone());
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NO_DOCUMENT);
}

/// Forbids caching of an API response, and names the charset of its JSON.
pub(crate) fn add_api_headers(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json") {
        headers.insert(header::CONTENT_TYPE, JSON);
    }
}
