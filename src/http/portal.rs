//! The built Angular application: its files under `/vestibule/`, and `index.html` for every other path, so that deep links work. A path
//! under `/vestibule/` or with a file extension that names no built file is a 404: a script of an earlier build must not be answered with a
//! page.
//!
//! A release binary contains the application, a debug binary reads `angular/dist/portal/browser`. No request here uses the store.

mod files;
mod index;

use axum::{
    body::Body,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

pub(super) use self::files::unless_known;
use super::earlier_routes;
use crate::{
    app::AppState,
    config::{LOGO_PATH, Logo, LogoFile},
    error::{ApiError, ErrorCode},
    logout::routes as logout,
    secrets,
    web::cookies::RequestCookies,
};

const INDEX: &str = "index.html";
/// Folder of the built files. Everything in it is a file, but for the pages of [`is_admin_page`].
const FOLDER: &str = "vestibule";
/// An SVG image is a document: opened on its own, its scripts would run in our origin (stored XSS).
const IMAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
);

/// Serves a built file, or `index.html`.
pub(crate) async fn serve(
    State(app): State<AppState>,
    cookies: RequestCookies,
    request: Request,
) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || earlier_routes::replacement(request.method(), request.uri().path()).is_some() {
        return not_found(&request).into_response();
    }
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
    let path = path.trim_start_matches('/');
    if path != INDEX
        && is_inside(path)
        && let Some(response) = files::serve(path, request.headers())
    {
        return response;
    }
    if format!("/{path}") == LOGO_PATH
        && let Some(Logo::File(logo)) = &app.config.brand.logo
    {
        return image(logo, request.headers());
    }
    if is_reserved(request.uri()) {
        return not_found(&request).into_response();
    }
    if path != INDEX && names_a_file(path) {
        return no_file();
    }
    index::page(&app, &cookies, files::get(INDEX).as_ref())
}

/// Returns the error for a path that is no route and no page. A route of the earlier client API has the route in its place.
pub(crate) fn not_found(request: &Request) -> ApiError {
    let error = ApiError::new(ErrorCode::NotFound);
    match earlier_routes::replacement(request.method(), request.uri().path()) {
        Some(advice) => error.with_detail(advice),
        None => error,
    }
}

#[derive(Deserialize)]
pub(crate) struct LoggedOut {
    state: String,
}

/// `GET /login`: the page, or with `state` the return from the logout at a provider. Neither needs a session.
pub(crate) async fn sign_in_page(
    app: State<AppState>,
    cookies: RequestCookies,
    logged_out: Result<Query<LoggedOut>, QueryRejection>,
    request: Request,
) -> Response {
    match logged_out {
        Ok(Query(LoggedOut { state })) if request.method() == Method::GET => {
            let redirect = logout::return_from_provider(&app, &state);
            ([(header::CACHE_CONTROL, "no-store")], redirect).into_response()
        }
        Ok(_) | Err(_) => serve(app, cookies, request).await,
    }
}

/// Refuses path traversal: a debug binary reads the files from a folder.
fn is_inside(path: &str) -> bool {
    !path.contains(['\\', '\0']) && path.split('/').all(|part| !matches!(part, "." | ".."))
}

/// Returns whether a path ends with a file extension. `/metrics` is the path that scrapers expect on this port, too.
fn names_a_file(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    let last = last.split(';').next().unwrap_or_default();
    path.split('/').next() == Some(FOLDER) && !is_admin_page(path)
        || path.trim_end_matches('/') == "metrics"
        || last.rsplit_once('.').is_some_and(|(_, extension)| {
            !extension.is_empty() && extension.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// Returns whether the path is a page for administrators: the doctor, or a page of the console. Proxies that forward `/vestibule/` forward
/// them, too. No built file has a name without an extension.
fn is_admin_page(path: &str) -> bool {
    let console = path.strip_prefix("vestibule/admin");
    path == "vestibule/doctor"
        || console.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') && !rest.contains('.'))
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

/// Serves the logo. Pages at other origins show it, too.
fn image(logo: &LogoFile, headers: &HeaderMap) -> Response {
    let whole = || Body::from(logo.bytes.to_vec()).into_response();
    let mut response = unless_known(&secrets::sha256(&logo.bytes), headers, whole);
    response.headers_mut().extend([
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_TYPE, HeaderValue::from_static(logo.media)),
        (header::CONTENT_SECURITY_POLICY, IMAGE_POLICY),
    ]);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "vestibule",
            "vestibule/",
            "vestibule/main",
            "vestibule/a.b/c",
            "vestibule/doctor/",
            "vestibule/doctors",
            "vestibule/administration",
            "vestibule/admin/main.js",
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
            "vestibulex",
            "vestibule/doctor",
            "vestibule/admin",
            "vestibule/admin/",
            "vestibule/admin/users/01JD",
            "a/vestibule",
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
