//! `VESTIBULE_HSTS`: the header `Strict-Transport-Security` (RFC 6797).

use super::public_url::{PublicUrl, is_loopback_name};

/// A year: browsers' lists of preloaded hosts require it.
const PRELOAD_MIN: u64 = 365 * 24 * 60 * 60;
const ADVICE: &str = "write off, max-age=SECONDS or max-age=SECONDS;includeSubDomains";

/// The header, and whether it applies to the hosts below ours.
#[derive(Clone, Debug, Default)]
pub struct Hsts {
    pub header: Option<String>,
    pub includes_subdomains: bool,
}

impl Hsts {
    /// Reads the directives of the header, or `off`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::default());
        }
        let (mut max_age, mut includes_subdomains, mut preload) = (None, false, false);
        for directive in text.split(';').map(str::trim) {
            let is_repeated = match directive.split_once('=').map(|(name, value)| (name.trim(), value.trim()))
            {
                Some((name, value)) if name.eq_ignore_ascii_case("max-age") => {
                    max_age.replace(seconds(value).ok_or_else(|| invalid(text))?).is_some()
                }
                None if directive.eq_ignore_ascii_case("includeSubDomains") => {
                    std::mem::replace(&mut includes_subdomains, true)
                }
                None if directive.eq_ignore_ascii_case("preload") => std::mem::replace(&mut preload, true),
                Some(_) | None => return Err(invalid(text)),
            };
            if is_repeated {
                return Err(format!("{text:?} has a directive twice; {ADVICE}"));
            }
        }
        let max_age = max_age.ok_or_else(|| invalid(text))?;
        if preload && (!includes_subdomains || max_age < PRELOAD_MIN) {
            return Err(format!(
                "{text:?}: preload needs includeSubDomains and a max-age of {PRELOAD_MIN} or more"
            ));
        }
        let suffix = match (includes_subdomains, preload) {
            (true, true) => "; includeSubDomains; preload",
            (true, false) => "; includeSubDomains",
            (false, _) => "",
        };
        Ok(Self { header: Some(format!("max-age={max_age}{suffix}")), includes_subdomains })
    }

    /// Returns the header for this URL. Over http, for localhost and for an IP address there is none (RFC 6797 §7.2, §8.1.1): it
    /// would have no effect, or would force https on other programs of the machine.
    pub(super) fn for_url(self, url: &PublicUrl) -> Self {
        if url.https && url.is_name() && !is_loopback_name(&url.host) { self } else { Self::default() }
    }
}

fn seconds(text: &str) -> Option<u64> {
    let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    bare.parse().ok().filter(|_| bare.bytes().all(|byte| byte.is_ascii_digit()))
}

fn invalid(text: &str) -> String {
    format!("{text:?} is not a value of Strict-Transport-Security; {ADVICE}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str, url: &str) -> Option<String> {
        let url = PublicUrl::parse(url).expect("a URL");
        Hsts::parse(text).expect(text).for_url(&url).header
    }

    #[test]
    fn the_directives_of_the_header_are_read_in_any_spelling() {
        for (text, expected) in [
            ("off", None),
            ("max-age=0", Some("max-age=0")),
            ("max-age=63072000", Some("max-age=63072000")),
            ("MAX-AGE = \"600\" ;includesubdomains", Some("max-age=600; includeSubDomains")),
            ("includeSubDomains; max-age=600", Some("max-age=600; includeSubDomains")),
            (
                "max-age=31536000; includeSubDomains; preload",
                Some("max-age=31536000; includeSubDomains; preload"),
            ),
        ] {
            assert_eq!(header(text, "https://id.example.org").as_deref(), expected, "{text}");
        }
        for text in [
            "",
            "on",
            "true",
            "Off",
            "63072000",
            "max-age",
            "max-age=",
            "max-age=-1",
            "max-age=1d",
            "includeSubDomains",
            "max-age=1;max-age=2",
            "max-age=600;",
            "max-age=600,includeSubDomains",
            "max-age=600;preload",
            "max-age=600;includeSubDomains;preload",
            "max-age=99999999999999999999",
            "max-age=600;x=y",
        ] {
            assert!(Hsts::parse(text).is_err(), "{text}");
        }
    }

    // A browser would use https for every port of the host.
    #[test]
    fn localhost_addresses_and_http_get_no_header() {
        for url in [
            "http://localhost:3000",
            "https://localhost",
            "https://app.localhost",
            "https://127.0.0.1",
            "https://10.0.0.1",
            "https://[::1]",
            "https://[2001:db8::1]:8443",
        ] {
            assert_eq!(header("max-age=600", url), None, "{url}");
        }
        assert!(header("max-age=600", "https://id.example.org:8443").is_some());
    }
}
