//! How a browser came to send a request: Fetch Metadata (W3C Fetch Metadata Request Headers) and `Referer`. Scripts cannot set either.

use axum::http::{HeaderMap, HeaderValue, header};
use url::Url;

/// Headers with which browsers mark a request for a page that the user has not opened yet.
const SPECULATIVE: [(&str, &str); 5] = [
    ("sec-purpose", "prefetch"),
    ("purpose", "prefetch"),
    ("purpose", "preview"),
    ("x-purpose", "preview"),
    ("x-moz", "prefetch"),
];

/// Navigation, or the reason why the request is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Navigation {
    /// The browser opens a page of its own: no image, frame, script or `fetch`, and no prefetch.
    pub opens_page: bool,
    pub initiator: Initiator,
}

/// What caused the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initiator {
    /// A page of this service, or the user: an address, a bookmark.
    OwnPage,
    /// A page of the same site, such as an application on an allowed origin.
    SameSite,
    /// Any other page.
    OtherSite,
    /// The client sends neither Fetch Metadata nor `Referer`.
    Unknown,
}

impl Navigation {
    /// Reads the headers. `public_origin` is the origin of this service, and `is_allowed` says which other origins may use it.
    #[must_use]
    pub fn read(headers: &HeaderMap, public_origin: &str, is_allowed: impl Fn(&str) -> bool) -> Self {
        let referrer = Referrer::read(headers, public_origin, is_allowed);
        let initiator = match (value(headers, "sec-fetch-site"), referrer) {
            (Some(b"same-origin" | b"none"), _) | (None, Referrer::Own) => Initiator::OwnPage,
            // Without Fetch Metadata (Safari before 16.4), `Referer` decides.
            (Some(b"same-site"), Referrer::Own | Referrer::Absent)
            | (Some(b"same-site") | None, Referrer::Allowed) => Initiator::SameSite,
            (None, Referrer::Absent) => Initiator::Unknown,
            (Some(b"same-site") | None, Referrer::Other) | (Some(_), _) => Initiator::OtherSite,
        };
        Self { opens_page: opens_page(headers), initiator }
    }
}

fn opens_page(headers: &HeaderMap) -> bool {
    // An image or a frame on any page would otherwise start and complete a login without the user (login CSRF, ASVS 3.2.1, 3.5.8).
    let is_document = value(headers, "sec-fetch-dest").is_none_or(|destination| destination == b"document");
    let is_speculative = SPECULATIVE.iter().any(|(name, purpose)| {
        headers.get_all(*name).iter().any(|value| {
            let value = value.as_bytes().to_ascii_lowercase();
            value
                .split(|byte| matches!(byte, b';' | b','))
                .any(|part| part.trim_ascii() == purpose.as_bytes())
        })
    });
    is_document && !is_speculative
}

/// Returns whether a browser opens a page with this request. Without Fetch Metadata the client must accept HTML: a client of an API would take
/// the login page for its answer.
pub(super) fn is_page_request(headers: &HeaderMap) -> bool {
    let accepts_html = || {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    };
    opens_page(headers)
        && match (value(headers, "sec-fetch-dest"), value(headers, "sec-fetch-mode")) {
            (Some(_), _) | (None, Some(b"navigate")) => true,
            (None, Some(_)) => false,
            (None, None) => accepts_html(),
        }
}

/// Origin in `Referer`. A page can leave the header out, but it cannot name another origin.
enum Referrer {
    Absent,
    Own,
    Allowed,
    Other,
}

impl Referrer {
    fn read(headers: &HeaderMap, public_origin: &str, is_allowed: impl Fn(&str) -> bool) -> Self {
        let Some(referrer) = headers.get(header::REFERER) else { return Self::Absent };
        let origin = referrer.to_str().ok().and_then(|text| Url::parse(text).ok());
        match origin.map(|url| url.origin().ascii_serialization()) {
            Some(origin) if origin == public_origin => Self::Own,
            Some(origin) if is_allowed(&origin) => Self::Allowed,
            Some(_) | None => Self::Other,
        }
    }
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    headers.get(name).map(HeaderValue::as_bytes)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    const APP: &str = "https://app.corp.example";

    fn read(headers: &[(&'static str, &'static str)]) -> Navigation {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        Navigation::read(&headers, "https://id.corp.example", |origin| origin == APP)
    }

    #[test]
    fn only_a_request_for_a_document_opens_a_page() {
        assert!(read(&[]).opens_page, "a browser without Fetch Metadata");
        assert!(read(&[("sec-fetch-dest", "document")]).opens_page);
        for destination in [
            "image",
            "iframe",
            "frame",
            "fencedframe",
            "empty",
            "object",
            "embed",
            "script",
            "style",
            "audio",
            "video",
            "worker",
            "sharedworker",
            "serviceworker",
            "manifest",
            "json",
            "xslt",
            "report",
            "font",
            "track",
            "",
            "Document",
            "document ",
            "document, image",
            "new-destination",
        ] {
            assert!(!read(&[("sec-fetch-dest", destination)]).opens_page, "{destination:?}");
        }
    }

    #[test]
    fn a_speculative_request_opens_no_page() {
        for (name, purpose) in [
            ("sec-purpose", "prefetch"),
            ("sec-purpose", "prefetch;prerender"),
            ("sec-purpose", "prefetch;anonymous-client-ip"),
            ("sec-purpose", "Prefetch; prerender"),
            ("purpose", "prefetch"),
            ("x-purpose", "preview"),
            ("x-moz", "prefetch"),
        ] {
            assert!(
                !read(&[("sec-fetch-dest", "document"), (name, purpose)]).opens_page,
                "{name}: {purpose}"
            );
        }
        assert!(read(&[("sec-purpose", "other")]).opens_page);
    }

    #[test]
    fn the_initiator_is_read_from_fetch_metadata_and_referrer() {
        use Initiator::{OtherSite, OwnPage, SameSite, Unknown};
        const SITE: &str = "sec-fetch-site";
        const REFERRER: &str = "referer";
        for (headers, expected) in [
            (&[(SITE, "same-origin")][..], OwnPage),
            (&[(SITE, "none")], OwnPage),
            (&[(SITE, "same-site")], SameSite),
            (&[(SITE, "same-site"), (REFERRER, "https://app.corp.example/x")], SameSite),
            (&[(SITE, "same-site"), (REFERRER, "https://blog.corp.example/")], OtherSite),
            (&[(SITE, "same-site"), (REFERRER, "https://app.corp.example:8443/")], OtherSite),
            (&[(SITE, "cross-site")], OtherSite),
            (&[(SITE, "cross-site"), (REFERRER, "https://app.corp.example/")], OtherSite),
            (&[(SITE, "Same-Origin")], OtherSite),
            (&[(SITE, "")], OtherSite),
            (&[], Unknown),
            (&[(REFERRER, "https://id.corp.example/login")], OwnPage),
            (&[(REFERRER, "https://app.corp.example/")], SameSite),
            (&[(REFERRER, "https://evil.example/https://id.corp.example/")], OtherSite),
            (&[(REFERRER, "https://id.corp.example.evil.example/")], OtherSite),
            (&[(REFERRER, "https://id.corp.example@evil.example/")], OtherSite),
            (&[(REFERRER, "http://id.corp.example/")], OtherSite),
            (&[(REFERRER, "about:blank")], OtherSite),
            (&[(REFERRER, "")], OtherSite),
        ] {
            assert_eq!(read(headers).initiator, expected, "{headers:?}");
        }
    }
}
