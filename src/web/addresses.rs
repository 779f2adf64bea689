//! Addresses of this service as a browser sees them.
//!
//! The public URL may have a path (`https://corp.example/auth`), so that the service and an application share one origin. A proxy may
//! remove this prefix or not: requests are accepted with it and without it, and everything that leads a browser back has it.

use axum::http::{Uri, uri::PathAndQuery};
use url::Url;

use super::return_target::ReturnOrigins;

/// Addresses below the public URL.
#[derive(Clone, Debug)]
pub struct Addresses {
    origin: String,
    /// Path of the public URL: empty, or `/auth`.
    prefix: String,
    pub returns: ReturnOrigins,
}

impl Addresses {
    /// Creates the addresses for origin and path of the public URL, and for the other allowed origins.
    #[must_use]
    pub fn new(origin: &str, prefix: &str, allowed: &[String]) -> Self {
        let returns = ReturnOrigins::new(origin, prefix, allowed);
        Self { origin: origin.to_owned(), prefix: prefix.to_owned(), returns }
    }

    /// Returns the path in a browser for a path of the router.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Returns the absolute URL for a path of the router.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.prefix)
    }

    /// Returns the absolute URL for a path in a browser, which has the prefix.
    pub(super) fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Returns whether a URL has the origin of the public URL.
    #[must_use]
    pub fn is_own(&self, url: &Url) -> bool {
        url.origin().ascii_serialization() == self.origin
    }

    /// Removes the prefix from the address of a request, once: `/auth/auth/x` is the path `/auth/x`. Without a prefix it does nothing.
    ///
    /// Returns whether the address had the prefix.
    pub fn remove_prefix(&self, uri: &mut Uri) -> bool {
        if self.prefix.is_empty() {
            return false;
        }
        let Some(rest) = uri.path().strip_prefix(&self.prefix) else { return false };
        let path = match rest {
            "" => "/",
            rest if rest.starts_with('/') => rest,
            // Another path that starts alike: `/authors`.
            _ => return false,
        };
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        // A part of a valid path is a valid path.
        if let Ok(path) = PathAndQuery::try_from(format!("{path}{query}")) {
            *uri = path.into();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_prefix(prefix: &str, uri: &str) -> String {
        let (mut uri, before): (Uri, _) = (uri.parse().expect("a URI"), uri);
        let has_prefix = Addresses::new("https://corp.example", prefix, &[]).remove_prefix(&mut uri);
        assert!(has_prefix || uri == before, "{before}");
        uri.to_string()
    }

    #[test]
    fn prefix_is_removed_once() {
        for (uri, expected) in [
            ("/auth", "/"),
            ("/auth/", "/"),
            ("/auth?x=1", "/?x=1"),
            ("/auth/login?returnTo=/auth/x", "/login?returnTo=/auth/x"),
            ("/auth/auth/login", "/auth/login"),
            ("/login", "/login"),
            ("/authors", "/authors"),
            ("/AUTH/login", "/AUTH/login"),
            ("/%61uth/login", "/%61uth/login"),
            ("//auth/login", "//auth/login"),
            ("/auth//evil.example", "//evil.example"),
            ("/auth/%2F?", "/%2F?"),
        ] {
            assert_eq!(without_prefix("/auth", uri), expected, "{uri}");
            assert_eq!(without_prefix("", uri), uri, "no prefix");
        }
        assert_eq!(without_prefix("/corp/auth", "/corp/auth/login"), "/login");
        assert_eq!(without_prefix("/corp/auth", "/corp/login"), "/corp/login");
    }

    #[test]
    fn addresses_have_the_prefix() {
        let addresses = Addresses::new("https://corp.example", "/auth", &[]);
        assert_eq!(addresses.path("/login"), "/auth/login");
        assert_eq!(addresses.url("/login"), "https://corp.example/auth/login");
        assert_eq!(
            Addresses::new("https://corp.example", "", &[]).url("/login"),
            "https://corp.example/login"
        );
    }
}
