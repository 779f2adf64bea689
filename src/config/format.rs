//! Formats of values: each reads a text and describes what it accepts, so that the two cannot disagree.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use ipnet::IpNet;

use super::list::items;

/// How the text of a setting becomes a value.
pub(super) trait Format {
    type Value;

    /// Reads a text; an absent value is the empty text. The error names the problem and the next step.
    fn parse(&self, text: &str) -> Result<Self::Value, String>;

    /// Describes the accepted texts, for example `a duration from 10s to 24h`.
    fn accepts(&self) -> String;

    /// Returns whether every text is accepted and used as it is written. A wrong one is noticed only when the value is used.
    fn is_verbatim(&self) -> bool {
        false
    }
}

/// Optional value; an absent one is `None`.
#[derive(Debug)]
pub(super) struct Optional<F>(pub(super) F);

impl<F: Format> Format for Optional<F> {
    type Value = Option<F::Value>;

    fn parse(&self, text: &str) -> Result<Self::Value, String> {
        (!text.is_empty()).then(|| self.0.parse(text)).transpose()
    }

    fn accepts(&self) -> String {
        self.0.accepts()
    }

    fn is_verbatim(&self) -> bool {
        self.0.is_verbatim()
    }
}

/// Required value. If it is absent, the message ends with this next step.
#[derive(Debug)]
pub(super) struct Required<F>(pub(super) F, pub(super) &'static str);

impl<F: Format> Format for Required<F> {
    type Value = F::Value;

    fn parse(&self, text: &str) -> Result<F::Value, String> {
        if text.is_empty() { Err(format!("a value is required; {}", self.1)) } else { self.0.parse(text) }
    }

    fn accepts(&self) -> String {
        self.0.accepts()
    }

    fn is_verbatim(&self) -> bool {
        self.0.is_verbatim()
    }
}

/// Any number of values, separated by commas.
#[derive(Debug)]
pub(super) struct List<F>(pub(super) F);

impl<F: Format> Format for List<F> {
    type Value = Vec<F::Value>;

    fn parse(&self, text: &str) -> Result<Self::Value, String> {
        items(text)?.iter().map(|item| self.0.parse(item)).collect()
    }

    fn accepts(&self) -> String {
        format!("{}; several are separated by commas", self.0.accepts())
    }
}

/// One of several words, each with its value.
#[derive(Debug)]
pub(super) struct Choice<T: 'static>(pub(super) &'static [(&'static str, T)]);

impl<T: Copy> Format for Choice<T> {
    type Value = T;

    fn parse(&self, text: &str) -> Result<T, String> {
        let found = self.0.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.ok_or_else(|| format!("{text:?} is not a valid value; write {}", self.words("")))
    }

    fn accepts(&self) -> String {
        self.words("`")
    }
}

impl<T> Choice<T> {
    fn words(&self, quote: &str) -> String {
        let words: Vec<String> = self.0.iter().map(|(word, _)| format!("{quote}{word}{quote}")).collect();
        match words.split_last() {
            Some((last, first)) if !first.is_empty() => format!("{} or {last}", first.join(", ")),
            _ => words.concat(),
        }
    }
}

pub(super) const BOOLEAN: Choice<bool> = Choice(&[("true", true), ("false", false)]);

/// A whole number between two bounds.
#[derive(Debug)]
pub(super) struct Number(pub(super) usize, pub(super) usize);

impl Format for Number {
    type Value = usize;

    fn parse(&self, text: &str) -> Result<usize, String> {
        let Self(least, most) = self;
        let number: usize = digits(text).and_then(|text| text.parse().ok()).ok_or_else(|| {
            format!("{text:?} is not a whole number; write digits for a number from {least} to {most}")
        })?;
        if (*least..=*most).contains(&number) {
            Ok(number)
        } else {
            Err(format!("{text:?} is out of range; write a number from {least} to {most}"))
        }
    }

    fn accepts(&self) -> String {
        format!("a number from {} to {}", self.0, self.1)
    }
}

/// A duration such as `30s`, `10m`, `12h` or `1d`, between two bounds of the same form.
#[derive(Debug)]
pub(super) struct DurationBetween(pub(super) &'static str, pub(super) &'static str);

impl Format for DurationBetween {
    type Value = Duration;

    fn parse(&self, text: &str) -> Result<Duration, String> {
        let duration =
            duration(text).ok_or_else(|| format!("{text:?} is not a duration; write 30s, 10m, 12h or 1d"))?;
        let bounds = duration_bounds(self.0)..=duration_bounds(self.1);
        if bounds.contains(&duration) {
            Ok(duration)
        } else {
            Err(format!("{text:?} is out of range; write a duration from {} to {}", self.0, self.1))
        }
    }

    fn accepts(&self) -> String {
        format!("a duration from {} to {}", self.0, self.1)
    }
}

fn duration_bounds(text: &str) -> Duration {
    duration(text).expect("the bounds in the table are durations: a test reads every default")
}

fn duration(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let amount: u64 = digits(text.strip_suffix(unit)?)?.parse().ok()?;
    Some(Duration::from_secs(amount.checked_mul(seconds)?))
}

/// Refuses the sign that `parse` accepts.
fn digits(text: &str) -> Option<&str> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)
}

/// An IP address with a port.
#[derive(Debug)]
pub(super) struct Address;

impl Format for Address {
    type Value = SocketAddr;

    fn parse(&self, text: &str) -> Result<SocketAddr, String> {
        text.parse().map_err(|_| {
            format!("{text:?} is not an IP address with a port; write for example 127.0.0.1:3000")
        })
    }

    fn accepts(&self) -> String {
        "an IP address with a port".to_owned()
    }
}

/// Length of `::ffff:0:0/96`, which contains the IPv4 addresses.
const MAPPED_PREFIX: u8 = 96;

/// An IP address or a network.
#[derive(Debug)]
pub(super) struct Network;

impl Format for Network {
    type Value = IpNet;

    fn parse(&self, text: &str) -> Result<IpNet, String> {
        network(text).ok_or_else(|| {
            format!("{text:?} is not an IP address or network; write for example 10.0.0.7 or 10.0.0.0/8")
        })
    }

    fn accepts(&self) -> String {
        "an IP address or a network".to_owned()
    }
}

/// Reads an address or network in any spelling, so that equal ones are equal: with brackets, with a zone, as an IPv4 address mapped
/// into IPv6 (RFC 4291 §2.5.5.2), with bits after the prefix.
fn network(text: &str) -> Option<IpNet> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => {
            (address, Some(digits(prefix).filter(|prefix| !prefix.is_empty())?.parse::<u8>().ok()?))
        }
        None => (text, None),
    };
    let bare = match address.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?,
        None => address,
    };
    // A zone names an interface of this machine; the peer of a connection has none.
    let bare = match bare.split_once('%') {
        Some((bare, zone)) if bare.contains(':') && !zone.is_empty() => bare,
        Some(_) => return None,
        None => bare,
    };
    let ip: IpAddr = bare.parse().ok()?;
    let width = if ip.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.unwrap_or(width);
    let canonical = ip.to_canonical();
    let network = match prefix.checked_sub(MAPPED_PREFIX) {
        Some(prefix) if ip.is_ipv6() && canonical.is_ipv4() => IpNet::new(canonical, prefix),
        _ => IpNet::new(ip, prefix),
    };
    network.ok().map(|network| network.trunc())
}

/// Any text; the content describes it.
#[derive(Debug)]
pub(super) struct Text(pub(super) &'static str);

impl Format for Text {
    type Value = String;

    fn parse(&self, text: &str) -> Result<String, String> {
        Ok(text.to_owned())
    }

    fn accepts(&self) -> String {
        self.0.to_owned()
    }

    fn is_verbatim(&self) -> bool {
        true
    }
}

/// One identifier without blanks, quotes and separators; the content describes it. Two identifiers with a wrong separator between
/// them would be one that no token contains.
#[derive(Debug)]
pub(super) struct Word(pub(super) &'static str);

impl Format for Word {
    type Value = String;

    fn parse(&self, text: &str) -> Result<String, String> {
        let is_wrong =
            |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '"' | '\'' | '|');
        if text.is_empty() || text.contains(is_wrong) {
            Err(format!(
                "{text:?} is not {}; separate several by commas, without other separators and quotes",
                self.0
            ))
        } else {
            Ok(text.to_owned())
        }
    }

    fn accepts(&self) -> String {
        self.0.to_owned()
    }
}

/// A value that this function parses from a text. The second part describes the accepted texts.
#[derive(Debug)]
pub(super) struct Parsed<T>(pub(super) fn(&str) -> Result<T, String>, pub(super) &'static str);

impl<T> Format for Parsed<T> {
    type Value = T;

    fn parse(&self, text: &str) -> Result<T, String> {
        (self.0)(text)
    }

    fn accepts(&self) -> String {
        self.1.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit_and_bounds() {
        let format = DurationBetween("10s", "24h");
        for (text, seconds) in [("10s", 10), ("30s", 30), ("10m", 600), ("12h", 43_200), ("1d", 86_400)] {
            assert_eq!(format.parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "10", "10 m", "+10m", "-10m", "1w", "m", "1.5h", "99999999999999999999d"] {
            let mistake = format.parse(text).expect_err(text);
            assert_eq!(mistake, format!("{text:?} is not a duration; write 30s, 10m, 12h or 1d"));
        }
        for text in ["9s", "0s", "25h", "2d"] {
            let mistake = format.parse(text).expect_err(text);
            assert_eq!(mistake, format!("{text:?} is out of range; write a duration from 10s to 24h"));
        }
    }

    #[test]
    fn numbers_are_digits_between_bounds() {
        let format = Number(1, 256);
        assert_eq!((format.parse("1"), format.parse("256")), (Ok(1), Ok(256)));
        for text in ["", "+1", "-1", "1.0", "0x10", "one"] {
            assert!(format.parse(text).expect_err(text).contains("is not a whole number"), "{text}");
        }
        for text in ["0", "257"] {
            assert!(format.parse(text).expect_err(text).contains("from 1 to 256"), "{text}");
        }
    }

    #[test]
    fn the_message_of_a_choice_lists_all_words() {
        assert_eq!(BOOLEAN.parse("yes"), Err("\"yes\" is not a valid value; write true or false".to_owned()));
        assert_eq!(Choice(&[("a", 1), ("b", 2), ("c", 3)]).accepts(), "`a`, `b` or `c`");
    }

    #[test]
    fn a_network_is_an_address_or_a_prefix() {
        for text in ["10.0.0.7", "10.0.0.0/8", "::1", "fd00::/8"] {
            assert!(Network.parse(text).is_ok(), "{text}");
        }
        for text in [
            "everywhere",
            "10.0.0.0/33",
            "10.0.0",
            "",
            "/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/255.0.0.0",
            "10.0.0.1:80",
            "[::1",
            "::1]",
            "::1%",
            "10.0.0.1%eth0",
            "localhost",
            "fd00::/129",
            "[::1]:80",
        ] {
            assert!(Network.parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn all_spellings_of_an_address_are_equal() {
        for (text, equal) in [
            ("::ffff:127.0.0.1", "127.0.0.1"),
            ("::FFFF:7F00:1", "127.0.0.1"),
            ("[::ffff:10.0.0.1]", "10.0.0.1"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("FD00::1/8", "fd00::/8"),
            ("[::1]", "::1"),
            ("[fd00::]/8", "fd00::/8"),
            ("0:0:0:0:0:0:0:1", "::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("fe80::1%eth0/64", "fe80::/64"),
            ("127.0.0.1/32", "127.0.0.1"),
        ] {
            assert_eq!(Network.parse(text), Network.parse(equal), "{text}");
            assert!(Network.parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_word_has_no_other_separator() {
        assert_eq!(List(Word("a value")).parse("mfa, urn:okta:loa:2fa:any").map(|words| words.len()), Ok(2));
        for text in ["mfa otp", "mfa;otp", "mfa|otp", "'mfa'", "mfa\u{a0}otp", "\"mfa,otp\""] {
            assert!(List(Word("a value")).parse(text).is_err(), "{text}");
        }
    }
}
