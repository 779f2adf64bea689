//! The document and the page to read it. They are the same for every installation and contain nothing secret, so they need no session.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::page::{STYLE, page};
use crate::{http::portal, secrets, web::security_headers::StaticAsset};

/// How long a client keeps a copy without asking, in seconds.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// A text with its hash, for `ETag`.
struct File {
    text: Bytes,
    hash: [u8; 32],
}

/// The document as it is served.
pub(crate) struct Served {
    json: File,
    page: File,
    policy: Option<HeaderValue>,
}

impl File {
    fn new(text: String) -> Self {
        Self { hash: secrets::sha256(text.as_bytes()), text: text.into() }
    }

    fn serve(&self, media: &'static str, headers: &HeaderMap) -> Response {
        let whole = || Body::from(self.text.clone()).into_response();
        let mut response = portal::unless_known(&self.hash, headers, whole);
        // It gets the security headers of a document.
        response.extensions_mut().remove::<StaticAsset>();
        response.headers_mut().extend([
            (header::CACHE_CONTROL, CACHE),
            (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        ]);
        response
    }
}

impl Served {
    pub(crate) fn new(document: &Value) -> Self {
        // No script runs, also if a text of the document were not escaped (stored XSS). The only style is the one with this hash.
        let style = STANDARD.encode(secrets::sha256(STYLE.as_bytes()));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        Self {
            json: File::new(text(document)),
            page: File::new(page(document)),
            policy: HeaderValue::try_from(policy).ok(),
        }
    }

    /// Returns the response with the document.
    pub(crate) fn json(&self, headers: &HeaderMap) -> Response {
        self.json.serve("application/json", headers)
    }

    /// Returns the response with the page.
    pub(crate) fn page(&self, headers: &HeaderMap) -> Response {
        let mut response = self.page.serve("text/html; charset=utf-8", headers);
        let policy = self.policy.clone().map(|policy| (header::CONTENT_SECURITY_POLICY, policy));
        response.headers_mut().extend(policy);
        response
    }
}

/// Writes the document as the service, the command and the file in the repository have it.
pub(crate) fn text(document: &Value) -> String {
    format!("{document:#}\n")
}
