//! The name of a provider in the path of a request.

/// Name of a provider as a client sent it. Any other text is the empty name, which no provider has: a request with a malformed name gets
/// the same response as one with an unknown name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderName(String);

impl ProviderName {
    /// Parses a path segment. Only `a-z 0-9 -` occur in names, so that a name can be logged and put into a URL.
    #[must_use]
    pub fn from_segment(segment: &str) -> Self {
        let is_allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        Self(if segment.bytes().all(is_allowed) { segment.to_owned() } else { String::new() })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_name_is_the_empty_name() {
        for (segment, name) in [
            ("okta", "okta"),
            ("entra-2", "entra-2"),
            ("", ""),
            ("Okta", ""),
            ("../x", ""),
            ("a b", ""),
            ("a\u{0}", ""),
            ("ökta", ""),
        ] {
            assert_eq!(ProviderName::from_segment(segment).as_str(), name, "{segment:?}");
        }
    }
}
