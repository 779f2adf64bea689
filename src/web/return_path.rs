//! The page to which a user returns after a login: a path of this origin.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest path that is kept, in bytes. Dashboards keep their filters in the query.
const MAX: usize = 8192;

/// A path of this origin: starts with exactly one `/`, has no `\` and no control character, also once percent-decoded, and is not
/// the sign-in page. So an open redirect (`//evil`, `/\evil`, `/%09/evil`) cannot be written. The Angular library's
/// `return-path.ts` has the same rule; both test suites read `tests/fixtures/return-paths.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ReturnPath(String);

/// Stored values are validated again.
impl From<String> for ReturnPath {
    fn from(path: String) -> Self {
        Self::of(Some(&path))
    }
}

impl From<ReturnPath> for String {
    fn from(path: ReturnPath) -> Self {
        path.0
    }
}

impl ReturnPath {
    /// Returns the requested path if it is allowed, otherwise `/`.
    #[must_use]
    pub fn of(requested: Option<&str>) -> Self {
        let allowed = requested.filter(|path| is_path(path));
        if let (Some(refused), None) = (requested, allowed) {
            // Not the path itself: it can be as long as the request, and contain any text.
            tracing::info!(bytes = refused.len(), bytes_max = MAX, "return path refused");
        }
        Self(allowed.unwrap_or("/").to_owned())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether it is `/`: then it is left out of query strings.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0 == "/"
    }
}

impl fmt::Display for ReturnPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_path(path: &str) -> bool {
    let decoded = decoded(path);
    path.len() <= MAX && is_plain(path) && is_plain(&decoded) && !leads_to_sign_in(&decoded)
}

/// Returns whether the path is the sign-in page: a login that returns there would redirect in a loop.
fn leads_to_sign_in(path: &str) -> bool {
    path.split(['/', '?', '#']).nth(1) == Some("login")
}

fn is_plain(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.chars().any(|c| c == '\\' || c.is_control())
}

/// Decodes percent-encoding once. Bytes that are not UTF-8 become U+FFFD, which is harmless here.
fn decoded(path: &str) -> String {
    percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/return-paths.json"));

    #[derive(Deserialize)]
    struct Fixture {
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        input: String,
        then: Option<Repeated>,
        accepted: bool,
        why: String,
    }

    #[derive(Deserialize)]
    struct Repeated {
        text: String,
        times: usize,
    }

    #[test]
    fn shared_cases_are_accepted_or_rejected() {
        let fixture: Fixture = serde_json::from_str(CASES).expect("the fixture is valid");
        for Case { mut input, then, accepted, why } in fixture.cases {
            if let Some(Repeated { text, times }) = then {
                input += &text.repeat(times);
            }
            let expected = if accepted { input.as_str() } else { "/" };
            assert_eq!(ReturnPath::of(Some(&input)).as_str(), expected, "{input:?}: {why}");
        }
    }

    #[test]
    fn missing_return_path_is_the_root() {
        assert_eq!(ReturnPath::of(None).as_str(), "/");
    }
}
