//! The built Angular app: files as they were built, and its `index.html` for every other path, so that deep links are pages.
//!
//! A release binary contains the app, a debug binary reads `angular/dist/portal/browser`. Nothing here touches the store.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::{
    app::{App, AppState},
    error::{ApiError, Kind},
    headers::BuiltFile,
    secrets,
    session::visit::Visit,
};

/// What `index.html` has in place of a nonce.
const NONCE: &str = "VESTIBULE_CSP_NONCE";
/// The forms a file may have been compressed to when it was built, best first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];
/// Characters of the hash in a built file's name.
const HASH: usize = 8;
/// Shown while the app is not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>Vestibule</title>\
    <h1>The service runs, the app is not built yet</h1>\
    <p>Run <code>./scripts/start</code>, or <code>cd angular &amp;&amp; npm ci &amp;&amp; npm run build</code>, and load this page again.</p>";

#[derive(RustEmbed)]
#[folder = "angular/dist/portal/browser"]
#[allow_missing = true]
struct Files;

/// Serves a built file, or the app.
pub async fn serve(State(app): State<AppState>, visit: Visit, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ApiError::new(Kind::NotFound).into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    if path != "index.html"
        && let Some(file) = Files::get(path)
    {
        return asset(path, &file, request.headers());
    }
    if is_reserved(request.uri()) {
        return ApiError::new(Kind::NotFound).into_response();
    }
    index(&app, &visit)
}

/// Paths that belong to machines never answer a page.
fn is_reserved(uri: &Uri) -> bool {
    ["/api", "/.well-known"].iter().any(|prefix| {
        uri.path().strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn asset(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", secrets::hex(&file.metadata.sha256_hash()[..8]));
    let mut response =
        if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            compressed(path, headers).unwrap_or_else(|| Body::from(file.data.clone()).into_response())
        };
    response.extensions_mut().insert(BuiltFile);
    let out = response.headers_mut();
    let cache = if is_hashed(path) { "max-age=31536000, immutable" } else { "no-cache" };
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.extend(HeaderValue::try_from(etag).ok().map(|etag| (header::ETAG, etag)));
    out.extend(
        HeaderValue::try_from(file.metadata.mimetype()).ok().map(|media| (header::CONTENT_TYPE, media)),
    );
    response
}

/// The file as it was compressed when the app was built, in the best form the browser takes.
fn compressed(path: &str, headers: &HeaderMap) -> Option<Response> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let takes = |name: &str| {
        accepted.split(',').any(|item| item.split(';').next().is_some_and(|item| item.trim() == name))
    };
    ENCODINGS.iter().filter(|(name, _)| takes(name)).find_map(|(name, suffix)| {
        let file = Files::get(&format!("{path}{suffix}"))?;
        Some(([(header::CONTENT_ENCODING, *name)], Body::from(file.data)).into_response())
    })
}

/// Built scripts and styles carry a hash of their content in their name, `main-U7M4CAWZ.js`; other files do not.
fn is_hashed(path: &str) -> bool {
    let stem = path.strip_suffix(".js").or_else(|| path.strip_suffix(".css")).unwrap_or_default();
    let hash = stem.len().checked_sub(HASH).and_then(|at| stem.split_at_checked(at));
    hash.is_some_and(|(name, hash)| {
        name.ends_with('-') && hash.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    })
}

/// The app's page, with a nonce of its own in page and policy, and a CSRF token for the first thing it sends.
fn index(app: &App, visit: &Visit) -> Response {
    let nonce = STANDARD.encode(secrets::random::<16>());
    let page =
        Files::get("index.html").map(|file| String::from_utf8_lossy(&file.data).replace(NONCE, &nonce));
    let mut response = Html(page.unwrap_or_else(|| NOT_BUILT.to_owned())).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.extend(
        HeaderValue::try_from(policy(&nonce)).ok().map(|policy| (header::CONTENT_SECURITY_POLICY, policy)),
    );
    let cookie = visit.csrf_cookie(app).and_then(|cookie| HeaderValue::try_from(cookie).ok());
    headers.extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

/// Nothing but our own files, no inline script, no frame; styles of components by nonce; no string becomes script (Trusted Types).
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; img-src 'self' data:; \
         font-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types angular angular#bundler"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_with_a_hash_in_their_name_are_kept_for_ever() {
        for hashed in
            ["main-U7M4CAWZ.js", "chunk-CROJWJ-S.js", "local-login-DuUlLHXt.js", "styles-AB12CD34.css"]
        {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for other in ["main.js", "favicon.svg", "index.html", "logo-12345678.png", "a.css", ""] {
            assert!(!is_hashed(other), "{other}");
        }
    }
}
