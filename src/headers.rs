//! Security headers: what every answer carries, and what the API adds.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
/// An answer of the API is never a document.
const NO_DOCUMENT: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// Two years, with subdomains, on https only.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// Put into the answer that is a built file: a script or a style is no document, and what only documents heed would be paid for
/// with every one of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BuiltFile;

const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const FOR_DOCUMENTS: [(HeaderName, HeaderValue); 4] = [
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// For every answer.
pub(crate) fn everywhere(response: &mut Response, https: bool) {
    let built_file = response.extensions().get::<BuiltFile>().is_some();
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF);
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if built_file {
        return;
    }
    for (name, value) in &FOR_DOCUMENTS {
        headers.insert(name, value.clone());
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NO_DOCUMENT);
}

/// For answers of the API: nothing of them is kept by anybody.
pub(crate) fn no_store(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json") {
        headers.insert(header::CONTENT_TYPE, JSON);
    }
}
