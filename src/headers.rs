//! Security headers: what every answer carries, and what the API adds.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
/// An answer of the API is never a document.
const NO_DOCUMENT: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// Two years, with subdomains, on https only.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

const EVERYWHERE: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// For every answer.
pub(crate) fn everywhere(headers: &mut HeaderMap, https: bool) {
    for (name, value) in &EVERYWHERE {
        headers.insert(name, value.clone());
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NO_DOCUMENT);
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

/// For answers of the API: nothing of them is kept by anybody.
pub(crate) fn no_store(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json") {
        headers.insert(header::CONTENT_TYPE, JSON);
    }
}
