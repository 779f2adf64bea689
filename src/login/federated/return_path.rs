//! Where a person wanted to go: a path of this origin, and nothing else can be one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest path that is kept, in bytes.
const MAX: usize = 2048;

/// A path of this origin: starts with exactly one `/`, has no `\` and no control character, also once percent-decoded, and is not
/// the sign-in page. So an open redirect (`//evil`, `/\evil`, `/%09/evil`) cannot be written. The Angular library's
/// `return-path.ts` has the same rule, and its tests the same table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ReturnPath(String);

/// What was stored is judged again.
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
    /// The path that was asked for if it is one, else `/`.
    #[must_use]
    pub fn of(asked: Option<&str>) -> Self {
        Self(asked.filter(|path| is_path(path)).unwrap_or("/").to_owned())
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether somewhere in particular was asked for.
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

/// Back to where they came from, for ever.
fn leads_to_sign_in(path: &str) -> bool {
    path.split(['/', '?', '#']).nth(1) == Some("login")
}

fn is_plain(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.chars().any(|c| c == '\\' || c.is_control())
}

/// Percent-decoded once; what is not UTF-8 becomes U+FFFD, which is harmless here.
fn decoded(path: &str) -> String {
    percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_this_origin_survives() {
        for path in [
            "/",
            "/dashboard",
            "/a/b?c=d&e=%20f#g",
            "/caf%C3%A9",
            "/café",
            "/a;b=c",
            "/a//b",
            "/?x=//y",
            "/x?u=https://corp.example",
            "/logins",
            "/a/login",
            "/?next=/login",
            &format!("/{}", "a".repeat(MAX - 1)),
            &format!("/{}", "é".repeat(MAX / 2 - 1)),
        ] {
            assert_eq!(ReturnPath::of(Some(path)).as_str(), path);
        }
    }

    #[test]
    fn another_origin_cannot_be_expressed() {
        for path in [
            "",
            "dashboard",
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/a\\b",
            "/%2Fevil.example",
            "/%5Cevil.example",
            "/%09/evil.example",
            "/\t/evil.example",
            "/a\r\nset-cookie: x",
            "/%0d%0ax",
            "/a\0b",
            "/a\u{7f}b",
            "/a\u{85}b",
            "/a\u{9f}b",
            "/a%C2%80b",
            "javascript:alert(1)",
            " /dashboard",
            "%2F%2Fevil.example",
        ] {
            assert_eq!(ReturnPath::of(Some(path)).as_str(), "/", "{path}");
        }
    }

    #[test]
    fn nobody_comes_back_to_the_sign_in_page() {
        for path in
            ["/login", "/login/x", "/login?error=x", "/login#x", "/%6Cogin", "/login%2Fx", "/login%3Fx"]
        {
            assert_eq!(ReturnPath::of(Some(path)).as_str(), "/", "{path}");
        }
    }

    #[test]
    fn what_is_too_long_is_dropped() {
        for path in [format!("/{}", "a".repeat(MAX)), format!("/{}", "é".repeat(MAX / 2))] {
            assert_eq!(ReturnPath::of(Some(&path)).as_str(), "/");
        }
    }
}
