//! The built files, each in the best form that the client accepts.
//!
//! The build compresses scripts, styles and images. The binary contains their compressed forms only: the others would triple the space
//! of the files. For a client that accepts neither, such as curl, the file is decompressed.

use std::{
    borrow::Cow,
    io::{self, Read as _},
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use flate2::read::GzDecoder;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::{secrets, web::security_headers::StaticAsset};

/// Length of the hash in a built file's name, in characters.
const HASH: usize = 8;
/// Media types by file extension. A test reads the built files.
const MEDIA: [(&str, &str); 9] = [
    (".css", "text/css"),
    (".html", "text/html"),
    (".ico", "image/x-icon"),
    (".js", "text/javascript"),
    (".json", "application/json"),
    (".png", "image/png"),
    (".svg", "image/svg+xml"),
    // The packed library.
    (".tgz", "application/gzip"),
    (".woff2", "font/woff2"),
];

#[derive(RustEmbed)]
#[folder = "angular/dist/portal/browser"]
#[allow_missing = true]
#[exclude = "*.css"]
#[exclude = "*.js"]
#[exclude = "*.svg"]
struct Files;

/// Returns a file by the path that the build gave it.
pub(super) fn get(path: &str) -> Option<EmbeddedFile> {
    Files::get(path)
}

/// Returns the response with a file, or nothing if no such file was built.
pub(super) fn serve(path: &str, headers: &HeaderMap) -> Option<Response> {
    // The build makes both compressed forms of a file, or none.
    let (file, is_compressed) = match Files::get(&format!("{path}.gz")) {
        Some(file) => (file, true),
        None => (Files::get(path)?, false),
    };
    let hash = file.metadata.sha256_hash();
    let whole = || {
        if is_compressed {
            best_form(path, file.data, headers)
        } else {
            Body::from(file.data).into_response()
        }
    };
    let mut response = unless_known(&hash, headers, whole);
    let cache = if is_hashed(path) { "max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().extend([
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::CONTENT_TYPE, HeaderValue::from_static(media(path))),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ]);
    Some(response)
}

/// Returns a response with an `ETag`, without the content if the browser has it.
pub(in crate::http) fn unless_known(
    hash: &[u8; 32],
    headers: &HeaderMap,
    whole: impl FnOnce() -> Response,
) -> Response {
    let etag = format!("\"{}\"", secrets::hex(&hash[..8]));
    let is_known =
        headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { whole() };
    response.extensions_mut().insert(StaticAsset);
    response.headers_mut().extend(HeaderValue::try_from(etag).ok().map(|etag| (header::ETAG, etag)));
    response
}

fn best_form(path: &str, gzip: Cow<'static, [u8]>, headers: &HeaderMap) -> Response {
    let encoded =
        |name: &'static str, data| ([(header::CONTENT_ENCODING, name)], Body::from(data)).into_response();
    if accepts(headers, "br")
        && let Some(brotli) = Files::get(&format!("{path}.br"))
    {
        return encoded("br", brotli.data);
    }
    if accepts(headers, "gzip") {
        return encoded("gzip", gzip);
    }
    Body::from(decompressed(&gzip).expect("the build compressed the file")).into_response()
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| {
        accepted.split(',').any(|item| item.split(';').next().is_some_and(|item| item.trim() == encoding))
    })
}

fn decompressed(gzip: &[u8]) -> io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    GzDecoder::new(gzip).read_to_end(&mut plain)?;
    Ok(plain)
}

fn media(path: &str) -> &'static str {
    let known = MEDIA.iter().find(|(extension, _)| path.ends_with(extension));
    known.map_or("application/octet-stream", |(_, media)| media)
}

/// Returns whether a file name contains a hash of its content, as built scripts and styles do: `main-U7M4CAWZ.js`.
fn is_hashed(path: &str) -> bool {
    let stem = path.strip_suffix(".js").or_else(|| path.strip_suffix(".css")).unwrap_or_default();
    let hash = stem.len().checked_sub(HASH).and_then(|at| stem.split_at_checked(at));
    hash.is_some_and(|(name, hash)| {
        name.ends_with('-') && hash.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    })
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

    // Without a build of the app there are no files.
    #[test]
    fn each_built_file_has_a_media_type_and_no_or_both_compressed_forms() {
        for file in Files::iter() {
            let path = file.strip_suffix(".gz").or_else(|| file.strip_suffix(".br")).unwrap_or(&file);
            assert_ne!(media(path), "application/octet-stream", "{path}");
            let has = |suffix| Files::get(&format!("{path}{suffix}")).is_some();
            assert_eq!(has(".gz"), has(".br"), "{path}");
        }
    }
}
