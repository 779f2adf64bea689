//! The page to which a user returns after a login or a logout: a path of this origin, or a page of an allowed origin.

use std::{fmt, iter};

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use url::Url;

/// Longest target that is kept, in bytes. Dashboards keep their filters in the query.
const MAX: usize = 8192;
/// First path segment of the sign-in page.
const SIGN_IN_PAGE: &str = "login";

/// A page to which a redirect may lead. Only [`ReturnOrigins`] creates one, so an open redirect (`//evil`, `/\evil`,
/// `https://app.corp.example.evil`) cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTarget(String);

impl ReturnTarget {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form in which it is stored.
    #[must_use]
    pub fn to_stored(&self) -> StoredTarget {
        StoredTarget(self.0.clone())
    }
}

/// A target as a store or a sealed value contains it. It has no text: [`ReturnOrigins::stored`] validates it again, because the allowed
/// origins may have changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoredTarget(String);

/// The origins to which a user may return, and the rule for targets. The Angular library has the same rule; both test suites read
/// `tests/fixtures/return-paths.json`.
#[derive(Clone, Debug)]
pub struct ReturnOrigins {
    /// Origin of the public URL.
    public: String,
    /// Path of the public URL: empty, or `/auth`.
    prefix: String,
    allowed: Vec<String>,
}

impl ReturnOrigins {
    /// Creates the rule for a public URL and further origins, each written as a browser writes it: `https://app.corp.example`.
    #[must_use]
    pub fn new(public: &str, prefix: &str, allowed: &[String]) -> Self {
        Self { public: public.to_owned(), prefix: prefix.to_owned(), allowed: allowed.to_vec() }
    }

    /// Returns the start page of the portal.
    #[must_use]
    pub fn start_page(&self) -> ReturnTarget {
        ReturnTarget(format!("{}/", self.prefix))
    }

    /// Returns the requested target if it is allowed, otherwise the start page.
    #[must_use]
    pub fn target(&self, requested: Option<&str>) -> ReturnTarget {
        self.requested(requested).unwrap_or_else(|| self.start_page())
    }

    /// Returns the requested target if it is allowed.
    #[must_use]
    pub fn requested(&self, requested: Option<&str>) -> Option<ReturnTarget> {
        let requested = requested?;
        let target = self.parse(requested);
        if target.is_none() {
            // Not the target itself: it can be as long as the request, and contain any text.
            tracing::info!(bytes = requested.len(), bytes_max = MAX, "return target refused");
        }
        target
    }

    /// Returns a stored target if it is still allowed, otherwise the start page.
    #[must_use]
    pub fn stored(&self, StoredTarget(target): &StoredTarget) -> ReturnTarget {
        self.target(Some(target))
    }

    fn parse(&self, text: &str) -> Option<ReturnTarget> {
        let decoded = percent_decode_str(text).decode_utf8_lossy();
        if text.len() > MAX || !is_plain(text) || !is_plain(&decoded) {
            return None;
        }
        if text.starts_with('/') { self.path(text) } else { self.page(text) }.map(ReturnTarget)
    }

    /// Accepts a path of this origin, as it is.
    fn path(&self, text: &str) -> Option<String> {
        let url = Url::parse(&format!("{}{text}", self.public)).ok()?;
        (!self.is_sign_in_page(&url)).then(|| text.to_owned())
    }

    /// Accepts an absolute URL of an allowed origin, as the URL parser writes it: the browser reads what was checked.
    fn page(&self, text: &str) -> Option<String> {
        let is_start = |origin: &&String| {
            let rest = text.strip_prefix(origin.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
        };
        // The text is compared, too: a spelling that only the parser turns into this origin (`https:app.corp.example`, `HTTPS://`, a
        // default port, an encoded dot, user information) may be another origin for another parser.
        let origin = iter::once(&self.public).chain(&self.allowed).find(is_start)?;
        let url = Url::parse(text).ok()?;
        let is_same = url.origin().ascii_serialization() == *origin
            && url.username().is_empty()
            && url.password().is_none()
            && url.as_str().len() <= MAX;
        (is_same && !self.is_sign_in_page(&url)).then(|| url.into())
    }

    /// Returns whether a URL is the sign-in page, in front of the prefix or behind it: a login that returns there would redirect in a
    /// loop. The page of that name at another origin belongs to an application.
    fn is_sign_in_page(&self, url: &Url) -> bool {
        if url.origin().ascii_serialization() != self.public {
            return false;
        }
        let path = percent_decode_str(url.path()).decode_utf8_lossy();
        let is_login = |path: &str| path.split(['/', '?', '#']).nth(1) == Some(SIGN_IN_PAGE);
        is_login(&path) || path.strip_prefix(&self.prefix).is_some_and(is_login)
    }
}

impl fmt::Display for ReturnTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns whether a text has no character that URL parsers read in different ways, and does not start with a host name.
fn is_plain(text: &str) -> bool {
    !text.starts_with("//") && !text.chars().any(|c| c == '\\' || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/return-paths.json"));

    #[derive(Deserialize)]
    struct Fixture {
        cases: Vec<Case>,
        absolute: Absolute,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Absolute {
        public_origin: String,
        prefix: String,
        allowed_origins: Vec<String>,
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        input: String,
        then: Option<Repeated>,
        accepted: bool,
        /// What an accepted input becomes, if it does not stay as it is.
        becomes: Option<String>,
        why: String,
    }

    #[derive(Deserialize)]
    struct Repeated {
        text: String,
        times: usize,
    }

    fn assert_cases(origins: &ReturnOrigins, cases: Vec<Case>) {
        for Case { mut input, then, accepted, becomes, why } in cases {
            if let Some(Repeated { text, times }) = then {
                input += &text.repeat(times);
            }
            let expected = accepted.then(|| becomes.unwrap_or_else(|| input.clone()));
            let target = origins.requested(Some(&input));
            assert_eq!(target.as_ref().map(ReturnTarget::as_str), expected.as_deref(), "{input:?}: {why}");
            let stored = target.as_ref().map(|target| origins.stored(&target.to_stored()));
            assert_eq!(stored, target, "{input:?}: a stored target is read unchanged");
        }
    }

    fn fixture() -> Fixture {
        serde_json::from_str(CASES).expect("the fixture is valid")
    }

    #[test]
    fn shared_cases_are_accepted_or_rejected() {
        assert_cases(&ReturnOrigins::new("https://id.corp.example", "", &[]), fixture().cases);
    }

    #[test]
    fn shared_cases_of_other_origins_are_accepted_or_rejected() {
        let Absolute { public_origin, prefix, allowed_origins, cases } = fixture().absolute;
        assert_cases(&ReturnOrigins::new(&public_origin, &prefix, &allowed_origins), cases);
    }

    #[test]
    fn missing_target_is_the_start_page_behind_the_prefix() {
        assert_eq!(ReturnOrigins::new("https://corp.example", "", &[]).target(None).as_str(), "/");
        let prefixed = ReturnOrigins::new("https://corp.example", "/auth", &[]);
        assert_eq!(prefixed.target(None).as_str(), "/auth/");
        assert_eq!(prefixed.target(Some("//evil.example")).as_str(), "/auth/");
        assert_eq!(prefixed.requested(Some("//evil.example")), None);
    }

    // The allowed origins may have changed since the target was stored, and the store may be changed by others.
    #[test]
    fn stored_target_is_validated_again() {
        let app = ["https://app.corp.example".to_owned()];
        let before = ReturnOrigins::new("https://id.corp.example", "", &app);
        let stored = before.target(Some("https://app.corp.example/orders")).to_stored();
        let after = ReturnOrigins::new("https://id.corp.example", "", &[]);
        assert_eq!(after.stored(&stored), after.start_page());
    }
}
