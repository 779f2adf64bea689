//! `index.html`: the built page, filled in for this service and this response.

use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rust_embed::EmbeddedFile;
use serde::Serialize;

use crate::{
    app::App,
    config::{Logo, PageSettings},
    secrets,
    session::csrf_token,
    web::{cookies::RequestCookies, html::escaped},
};

/// What the built page contains, and a response replaces.
const NONCE: &str = "VESTIBULE_CSP_NONCE";
/// With the quotation marks of its attribute.
const SETTINGS: &str = "\"VESTIBULE_SETTINGS\"";
const BASE: &str = "<base href=\"/\"";
const TITLE: &str = "<title>Vestibule</title>";
/// Page that is served while the application is not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>Vestibule</title>\
    <h1>The service runs, the app is not built yet</h1>\
    <p>Run <code>./scripts/start</code>, or <code>cd angular &amp;&amp; npm ci &amp;&amp; npm run build</code>, and load this page again.</p>";

/// Settings in the page itself, so that its first view needs no request for them.
#[derive(Serialize)]
struct Settings<'a> {
    /// The origins at which a login works, the public URL first. The page compares them with its own origin.
    origins: Vec<&'a str>,
    #[serde(flatten)]
    page: PageSettings,
}

/// Returns `index.html` with a new nonce in page and policy, and with a CSRF cookie for the first request of the page.
pub(super) fn page(app: &App, cookies: &RequestCookies, built: Option<&EmbeddedFile>) -> Response {
    let nonce = STANDARD.encode(secrets::random::<16>());
    let page = built.map(|file| filled_in(app, &String::from_utf8_lossy(&file.data), &nonce));
    let mut response = Html(page.unwrap_or_else(|| NOT_BUILT.to_owned())).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.extend(
        HeaderValue::try_from(policy(app, &nonce))
            .ok()
            .map(|policy| (header::CONTENT_SECURITY_POLICY, policy)),
    );
    let cookie = csrf_token::missing_in(&app.keys, cookies).map(|token| app.cookies.csrf_cookie(token));
    let cookie = cookie.and_then(|cookie| HeaderValue::try_from(cookie).ok());
    headers.extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

fn filled_in(app: &App, built: &str, nonce: &str) -> String {
    let mut origins = vec![app.config.public_url.origin.as_str()];
    origins.extend(app.config.allowed_origins.iter().map(String::as_str));
    let settings = Settings { origins, page: app.config.page_settings() };
    let settings = serde_json::to_string(&settings).expect("settings are texts and numbers");
    let title = app.config.brand.name.as_deref().unwrap_or("Vestibule");
    replace_each(
        built,
        &[
            (NONCE, nonce),
            (SETTINGS, &in_apostrophes(&settings)),
            (BASE, &format!("<base href=\"{}\"", app.addresses.path("/"))),
            (TITLE, &format!("<title>{}</title>", escaped(title))),
        ],
    )
}

/// Replaces each text in one pass: a text that one value contains is not replaced by another value.
fn replace_each(text: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 1024);
    let mut rest = text;
    loop {
        let found = pairs.iter().filter_map(|(old, new)| Some((rest.find(old)?, *old, *new)));
        let Some((at, old, new)) = found.min_by_key(|(at, ..)| *at) else { break };
        out.push_str(&rest[..at]);
        out.push_str(new);
        rest = &rest[at + old.len()..];
    }
    out.push_str(rest);
    out
}

/// Writes a text as a value of an attribute, in apostrophes: JSON has many quotation marks, and each would take six bytes.
fn in_apostrophes(text: &str) -> String {
    let escaped = replace_each(text, &[("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&#39;")]);
    format!("'{escaped}'")
}

/// Returns the Content Security Policy: our own files only, no inline script, no frame, component styles by nonce, Trusted Types.
fn policy(app: &App, nonce: &str) -> String {
    let logo = match &app.config.brand.logo {
        Some(Logo::Url(url)) => format!(" {}", url.origin().ascii_serialization()),
        Some(Logo::File(_)) | None => String::new(),
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; img-src 'self' data:{logo}; \
         font-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types angular angular#bundler"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_that_contains_a_placeholder_is_not_replaced() {
        let pairs = [("A_NONCE", "secret"), ("A_NAME", "A_NONCE & A_NAME")];
        assert_eq!(
            replace_each("<A_NAME><A_NONCE><A_NAME", &pairs),
            "<A_NONCE & A_NAME><secret><A_NONCE & A_NAME"
        );
        assert_eq!(replace_each("none", &pairs), "none");
    }

    #[test]
    fn markup_in_a_value_is_escaped() {
        assert_eq!(
            escaped("\"><script>alert('&')</script>"),
            "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"
        );
        assert_eq!(in_apostrophes("{\"a\":\"'><b>&\"}"), "'{\"a\":\"&#39;&gt;&lt;b&gt;&amp;\"}'");
    }
}
