//! Identity headers of a verified request.
//!
//! All of them are sent always, also empty ones: a proxy that copies a header from this response then replaces the one of its client, which
//! may have sent `X-Vestibule-Roles: admin` itself.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

const USER: HeaderName = HeaderName::from_static("x-vestibule-user");
const USERNAME: HeaderName = HeaderName::from_static("x-vestibule-username");
const ROLES: HeaderName = HeaderName::from_static("x-vestibule-roles");
const AMR: HeaderName = HeaderName::from_static("x-vestibule-amr");
const TOKEN: HeaderName = HeaderName::from_static("x-vestibule-token");

/// Percent-encoded beside everything that is not ASCII. A line break would start another header, a comma another role, and a quote would end a
/// text in a log.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b',').add(b'"').add(b'\\');

/// Who sent a verified request.
pub(crate) struct IdentityHeaders<'a> {
    pub(crate) user: String,
    pub(crate) username: String,
    pub(crate) roles: &'a [String],
    pub(crate) amr: Vec<&'static str>,
    /// The identity token, if the settings ask for one.
    pub(crate) token: Option<String>,
}

impl IdentityHeaders<'_> {
    /// Adds the headers to a response.
    pub(crate) fn add_to(self, headers: &mut HeaderMap) {
        headers.insert(USER, value([self.user]));
        headers.insert(USERNAME, value([self.username]));
        headers.insert(ROLES, value(self.roles));
        headers.insert(AMR, value(self.amr));
        headers.extend(self.token.map(|token| (TOKEN, value([token]))));
    }
}

fn value<T: AsRef<str>>(parts: impl IntoIterator<Item = T>) -> HeaderValue {
    let encode = |part: T| utf8_percent_encode(part.as_ref(), ENCODED).to_string();
    let text = parts.into_iter().map(encode).collect::<Vec<_>>().join(",");
    HeaderValue::try_from(text).expect("percent-encoded text is visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_is_visible_ascii_and_decodes_to_the_same_parts() {
        for (parts, expected) in [
            (&["ada"][..], "ada"),
            (&["ada@corp.example"], "ada@corp.example"),
            (&["Zo\u{eb} %41"], "Zo%C3%AB%20%2541"),
            (&["a\r\nX-Vestibule-Roles: admin"], "a%0D%0AX-Vestibule-Roles:%20admin"),
            (&["\u{645}\u{202e}\u{7f}\0"], "%D9%85%E2%80%AE%7F%00"),
            (&["reader", "a,admin"], "reader,a%2Cadmin"),
            (&["a\"b\\c"], "a%22b%5Cc"),
            (&[], ""),
        ] {
            assert_eq!(value(parts), expected, "{parts:?}");
        }
    }
}
