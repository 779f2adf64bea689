//! The built Angular application: its files, and `index.html` for every other path, so that deep links work. A path with a file
//! extension that names no built file is a 404: a script of an earlier build must not be answered with a page.
//!
//! A release binary contains the application, a debug binary reads `angular/dist/portal/browser`. No request here uses the store.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::{
    app::{App, AppState},
    error::{ApiError, ErrorCode},
    secrets,
    session::csrf_token,
    web::{cookies::RequestCookies, security_headers::StaticAsset},
};

/// The placeholder for the nonce in `index.html`.
const NONCE: &str = "VESTIBULE_CSP_NONCE";
/// The placeholder for the origins at which a login works, the public URL first. The page compares them with its own origin.
const ORIGINS: &str = "VESTIBULE_ORIGINS";
const INDEX: &str = "index.html";
/// The compressed forms that a file may have, best first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];
/// Length of the hash in a built file's name, in characters.
const HASH: usize = 8;
/// Page that is served while the application is not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>Vestibule</title>\
    <h1>The service runs, the app is not built yet</h1>\
    <p>Run <code>./scripts/start</code>, or <code>cd angular &amp;&amp; npm ci &amp;&amp; npm run build</code>, and load this page again.</p>";

#[derive(RustEmbed)]
#[folder = "angular/dist/portal/browser"]
#[allow_missing = true]
struct Files;

/// Serves a built file, or `index.html`.
pub(crate) async fn serve(
    State(app): State<AppState>,
    cookies: RequestCookies,
    request: Request,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ApiError::new(ErrorCode::NotFound).into_response();
    }
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
    let path = path.trim_start_matches('/');
    if path != INDEX
        && is_inside(path)
        && let Some(file) = Files::get(path)
    {
        return asset(path, &file, request.headers());
    }
    if is_reserved(request.uri()) {
        return ApiError::new(ErrorCode::NotFound).into_response();
    }
    if path != INDEX && names_a_file(path) {
        return no_file();
    }
    index(&app, &cookies)
}

/// Refuses path traversal: a debug binary reads the files from a folder.
fn is_inside(path: &str) -> bool {
    !path.contains(['\\', '\0']) && path.split('/').all(|part| !matches!(part, "." | ".."))
}

/// Returns whether a path ends with a file extension. `/metrics` is the path that scrapers expect on this port, too.
fn names_a_file(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    let last = last.split(';').next().unwrap_or_default();
    path.trim_end_matches('/') == "metrics"
        || last.rsplit_once('.').is_some_and(|(_, extension)| {
            !extension.is_empty() && extension.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

fn no_file() -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::NOT_FOUND, headers, "There is no such file.\n").into_response()
}

/// Returns whether the path belongs to the API: such a path is never answered with a page.
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
    response.extensions_mut().insert(StaticAsset);
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

/// Returns the file in the best compressed form that the browser accepts; compression happens at build time.
fn compressed(path: &str, headers: &HeaderMap) -> Option<Response> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    let accepts = |name: &str| {
        accepted.split(',').any(|item| item.split(';').next().is_some_and(|item| item.trim() == name))
    };
    ENCODINGS.iter().filter(|(name, _)| accepts(name)).find_map(|(name, suffix)| {
        let file = Files::get(&format!("{path}{suffix}"))?;
        Some(([(header::CONTENT_ENCODING, *name)], Body::from(file.data)).into_response())
    })
}

/// Returns whether a file name contains a hash of its content, as built scripts and styles do: `main-U7M4CAWZ.js`.
fn is_hashed(path: &str) -> bool {
    let stem = path.strip_suffix(".js").or_else(|| path.strip_suffix(".css")).unwrap_or_default();
    let hash = stem.len().checked_sub(HASH).and_then(|at| stem.split_at_checked(at));
    hash.is_some_and(|(name, hash)| {
        name.ends_with('-') && hash.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    })
}

/// Returns `index.html` with a new nonce in page and policy, and with a CSRF cookie for the first request of the page.
fn index(app: &App, cookies: &RequestCookies) -> Response {
    let nonce = STANDARD.encode(secrets::random::<16>());
    let page = Files::get(INDEX).map(|file| {
        String::from_utf8_lossy(&file.data).replace(NONCE, &nonce).replace(ORIGINS, &origins(app))
    });
    let mut response = Html(page.unwrap_or_else(|| NOT_BUILT.to_owned())).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.extend(
        HeaderValue::try_from(policy(&nonce)).ok().map(|policy| (header::CONTENT_SECURITY_POLICY, policy)),
    );
    let cookie = csrf_token::missing_in(&app.keys, cookies).map(|token| app.cookies.csrf_cookie(token));
    let cookie = cookie.and_then(|cookie| HeaderValue::try_from(cookie).ok());
    headers.extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

/// Returns the origins at which a login works. The settings accept origins only, so the text needs no escaping in HTML.
fn origins(app: &App) -> String {
    let mut origins = vec![app.config.public_url.origin.as_str()];
    origins.extend(app.config.allowed_origins.iter().map(String::as_str));
    origins.join(" ")
}

/// Returns the Content Security Policy: our own files only, no inline script, no frame, component styles by nonce, Trusted Types.
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
    fn only_files_with_a_hash_in_their_name_are_immutable() {
        for hashed in
            ["main-U7M4CAWZ.js", "chunk-CROJWJ-S.js", "local-login-DuUlLHXt.js", "styles-AB12CD34.css"]
        {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for other in ["main.js", "favicon.svg", "index.html", "logo-12345678.png", "a.css", ""] {
            assert!(!is_hashed(other), "{other}");
        }
    }

    #[test]
    fn a_path_with_an_extension_names_a_file() {
        for file in [
            "main.js",
            "a/b/chunk-AB12CD34.js",
            "favicon.ico",
            "robots.txt",
            "sitemap.XML",
            "app.js.map",
            ".env",
            ".git/config.lock",
            "main.js;v=1",
            "a\u{e4}.png",
            "metrics",
            "metrics/",
        ] {
            assert!(names_a_file(file), "{file}");
        }
        for page in [
            "",
            "login",
            "a/b/c",
            "a.b/c",
            "main.js/",
            ".well-knownx",
            "a.",
            "..",
            "v1.2 beta",
            "metricsx",
            "a/metrics",
        ] {
            assert!(!names_a_file(page), "{page}");
        }
    }

    #[test]
    fn a_path_outside_the_built_files_is_not_read() {
        for path in ["../Cargo.toml", "a/../../x", "..", "a/./b", "a\\..\\b", "a\0b"] {
            assert!(!is_inside(path), "{path}");
        }
        assert!(is_inside("a..b/c.js"));
    }
}
