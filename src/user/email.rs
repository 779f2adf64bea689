//! E-mail addresses, parsed strictly: two programs that read the same text must see the same address.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;
use unicode_security::GeneralSecurityProfile;

use super::{
    invalid::{Invalid, why_invisible},
    normalise::{canonical_lower, has_one_script, lower, nfkc},
};
use crate::schema::text_schema;

/// Longest address, local part and label in octets (RFC 5321 §4.5.3.1, RFC 1035 §2.3.4). A domain of more than 253 octets makes the
/// address too long.
const MAX: usize = 254;
const LOCAL_MAX: usize = 64;
const LABEL_MAX: usize = 63;
/// Longest text that is normalised, in bytes: an address in which each character is written with several code points.
const TEXT_MAX: usize = 2048;

/// Address with one `@` and without display name, comment or list. It is kept as written and compared by its key: NFKC, lower case, and
/// the domain in its ASCII form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

text_schema!(Email, {});

impl Email {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the address in a form that its owner recognises and that reveals little to another reader: `a…@corp.example`.
    #[must_use]
    pub fn masked(&self) -> String {
        masked_email(&self.0)
    }

    /// Returns the form that is equal for all spellings of the address.
    #[must_use]
    pub fn key(&self) -> String {
        // A stored address may have been accepted by an earlier, less strict version.
        key_of(&self.0).unwrap_or_else(|_| lower(&self.0))
    }

    /// Returns whether the text differs from its key only in case and in the composition of accents.
    ///
    /// Only such an address of a provider counts. `ｌinus@`, `linuſ@` and `Kelvin@` with U+212A have the keys of `linus@` and `kelvin@`,
    /// but a mail server may deliver them to another mailbox (account takeover by a look-alike address).
    #[must_use]
    pub fn is_exact(&self) -> bool {
        let local = |text: &str| text.split_once('@').is_none_or(|(local, _)| local.is_ascii());
        canonical_lower(&self.0) == lower(&self.0) && local(&self.0) == local(&self.key())
    }

    /// Returns the tag of users to whom an administrator gave this address, verified or not.
    #[must_use]
    pub fn admin_created_tag(&self) -> String {
        format!("adminCreated:{}", self.key())
    }

    /// Returns the tag of users who registered this address themselves, directly or through a provider.
    #[must_use]
    pub fn self_registered_tag(&self) -> String {
        format!("selfRegistered:{}", self.key())
    }

    /// Returns the domain in its ASCII form, in lower case.
    #[must_use]
    pub fn domain(&self) -> String {
        self.key().rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned())
    }

    /// Returns the unique key of this address in the store: of a verified address, and of a user name that is an address.
    #[must_use]
    pub fn handle(&self) -> String {
        format!("email:{}", self.key())
    }
}

impl FromStr for Email {
    type Err = Invalid;

    /// Parses an address. `a@evil,b@victim` and `a@evil@victim` are rejected: a domain rule and a mail server could read different
    /// addresses in them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        key_of(text).map(|_| Self(text.trim().to_owned()))
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the key of an address.
pub(super) fn key_of(text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    plain_key(text).map_or_else(|| parse(text), Ok)
}

/// Returns the key of an address of plain ASCII, which is its lower case. `None`: only [`parse`] decides.
///
/// Nearly every address is one, and an import computes each key many times. The rules of domain names cost ten times as much.
fn plain_key(text: &str) -> Option<String> {
    let (local, domain) = text.split_once('@')?;
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+'))
    };
    let is_label = |label: &str| match label.as_bytes() {
        // `xn--`, and the other prefixes that IDNA reserves.
        [_, _, b'-', b'-', ..] => false,
        bytes => {
            bytes.len() <= LABEL_MAX
                && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
                && [bytes.first(), bytes.last()].iter().all(|end| end.is_some_and(|end| *end != b'-'))
        }
    };
    let (_, last) = domain.rsplit_once('.')?;
    let is_plain = text.len() <= MAX
        && local.len() <= LOCAL_MAX
        && local.split('.').all(is_atom)
        && domain.split('.').all(is_label)
        // A number there makes an IP address of the domain.
        && last.starts_with(|c: char| c.is_ascii_alphabetic());
    is_plain.then(|| text.to_ascii_lowercase())
}

/// Returns the key of any address.
fn parse(text: &str) -> Result<String, Invalid> {
    let invalid = |reason: &'static str| Err(Invalid::new("invalid", reason));
    // Before the normalisation, which costs more than reading the text.
    if text.len() > TEXT_MAX {
        return invalid("an address has at most 254 bytes");
    }
    let text = nfkc(text);
    if let Some((c, why)) = text.chars().find_map(|c| why_invisible(c).map(|why| (c, why))) {
        return Err(Invalid::character(c, why));
    }
    let Some((local, domain)) = text.split_once('@') else { return invalid("an address contains one @") };
    if domain.contains('@') {
        return invalid("an address contains one @ only");
    }
    let key = format!("{}@{}", parse_local(local)?, parse_domain(domain)?);
    if key.len() > MAX {
        return invalid("an address has at most 254 bytes");
    }
    Ok(key)
}

fn parse_local(local: &str) -> Result<String, Invalid> {
    let invalid = |reason: &'static str| Err(Invalid::new("invalid", reason));
    let local = lower(local);
    if local.is_empty() {
        return invalid("the part before the @ is missing");
    }
    if local.len() > LOCAL_MAX {
        return invalid("the part before the @ has at most 64 bytes");
    }
    let allowed = |c: char| {
        // User names write U+02BC as `'`. In an address it would be another mailbox, whose text finds the one with `'`.
        let letter =
            c != '\u{2bc}' && c.is_alphanumeric() || (is_combining_mark(c) && c.identifier_allowed());
        letter || ".!#$%&'*+/=?^_`{|}~-".contains(c)
    };
    if let Some(c) = local.chars().find(|c| !allowed(*c)) {
        return Err(Invalid::character(c, "is not allowed before the @ of an address"));
    }
    if local.starts_with(is_combining_mark) {
        return invalid("the part before the @ begins with an accent without a letter");
    }
    if local.split('.').any(str::is_empty) {
        return invalid("the part before the @ begins or ends with a dot, or has two dots in a row");
    }
    single_script(&local)?;
    Ok(local)
}

/// Returns the ASCII form of a domain.
fn parse_domain(domain: &str) -> Result<String, Invalid> {
    let invalid = |reason: &'static str| Err(Invalid::new("invalid", reason));
    let allowed =
        |c: char| c.is_alphanumeric() || is_combining_mark(c) && c.identifier_allowed() || ".-".contains(c);
    if domain.is_empty() {
        return invalid("the domain after the @ is missing");
    }
    // `%` is among them: a URL parser decodes `corp%2Eexample` to another domain.
    if let Some(c) = domain.chars().find(|c| !allowed(*c)) {
        return Err(Invalid::character(c, "is not allowed in the domain of an address"));
    }
    if domain.split('.').any(str::is_empty) {
        return invalid("the domain begins or ends with a dot, or has two dots in a row");
    }
    if !domain.contains('.') {
        return invalid("the domain has no dot; write it in full, like corp.example");
    }
    domain.split('.').try_for_each(single_script)?;
    let domain = match url::Host::parse(domain) {
        Ok(url::Host::Domain(domain)) => domain,
        Ok(url::Host::Ipv4(_) | url::Host::Ipv6(_)) => {
            return invalid("the domain is an IP address; write a domain name");
        }
        Err(_) => return invalid("the domain is not a valid domain name"),
    };
    if domain.split('.').any(|label| label.is_empty() || label.len() > LABEL_MAX) {
        return invalid("each part of the domain has 1 to 63 bytes");
    }
    if domain.split('.').any(|label| label.starts_with('-') || label.ends_with('-')) {
        return invalid("a part of the domain begins or ends with a hyphen");
    }
    Ok(domain)
}

/// Requires one script in each part, so that no address looks like another one (homograph attack).
fn single_script(part: &str) -> Result<(), Invalid> {
    if has_one_script(part) {
        Ok(())
    } else {
        Err(Invalid::new(
            "invalid",
            format!("`{part}` mixes letters of different scripts, which look alike; use one script"),
        ))
    }
}

/// Returns an address, or its key, in the form of [`Email::masked`].
#[must_use]
pub fn masked_email(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap_or_default();
    let first = local.chars().next().map(String::from).unwrap_or_default();
    format!("{first}…@{domain}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> String {
        text.parse::<Email>().unwrap_or_else(|invalid| panic!("{text}: {invalid}")).key()
    }

    #[test]
    fn masked_address_shows_the_first_character_and_the_domain() {
        for (email, shown) in [("ada@corp.example", "a…@corp.example"), ("ü@b.example", "ü…@b.example")]
        {
            let email: Email = email.parse().expect("an address");
            assert_eq!(email.masked(), shown);
        }
    }

    #[test]
    fn spellings_of_one_address_have_one_key() {
        for spelling in
            ["Ada@Corp.Example", "ada@corp.example", " ada@corp.example ", "\u{ff21}da\u{ff20}corp.example"]
        {
            assert_eq!(key(spelling), "ada@corp.example", "{spelling}");
        }
        for spelling in ["ada@b\u{fc}cher.example", "ada@bu\u{308}cher.example", "ADA@XN--bcher-KVA.example"]
        {
            assert_eq!(key(spelling), "ada@xn--bcher-kva.example", "{spelling}");
        }
        assert_eq!(key("ju\u{308}rgen@corp.example"), key("J\u{dc}RGEN@corp.example"));
        assert_eq!(key("\u{3a3}\u{399}\u{3a3}@corp.example"), key("\u{3c3}\u{3b9}\u{3c2}@corp.example"));
    }

    #[test]
    fn different_mailboxes_have_different_keys() {
        for (one, other) in [
            ("gro\u{df}@corp.example", "gross@corp.example"),
            ("m\u{131}ke@corp.example", "mike@corp.example"),
            ("M\u{130}KE@corp.example", "mike@corp.example"),
            ("ada@stra\u{df}e.example", "ada@strasse.example"),
            ("l.inus@corp.example", "linus@corp.example"),
        ] {
            assert_ne!(key(one), key(other));
        }
        assert!("ада@corp.example".parse::<Email>().is_ok());
    }

    #[test]
    fn look_alike_of_an_address_is_not_exact() {
        let is_exact = |text: &str| text.parse::<Email>().expect(text).is_exact();
        for text in ["Linus@Corp.Example", "J\u{fc}rgen@b\u{fc}cher.example", "ju\u{308}rgen@corp.example"] {
            assert!(is_exact(text), "{text}");
        }
        for text in [
            "\u{ff4c}inus@corp.example",
            "linu\u{17f}@corp.example",
            "\u{212a}arl@corp.example",
            "a@c\u{ff4f}rp.example",
        ] {
            assert!(!is_exact(text), "{text}");
        }
    }

    #[test]
    fn reason_of_a_rejected_address_is_named() {
        let label = "a".repeat(64);
        let domain = format!("{}.example", vec!["a".repeat(60); 4].join("."));
        for (text, reason) in [
            ("ada", "one @"),
            ("a@evil.example@corp.example", "one @ only"),
            ("a@evil.example,b@corp.example", "one @ only"),
            ("Ada <ada@corp.example>", "` ` (U+0020)"),
            ("\"ada\"@corp.example", "`\"` (U+0022)"),
            ("a b@corp.example", "` ` (U+0020)"),
            ("@corp.example", "before the @ is missing"),
            ("ada@", "after the @ is missing"),
            ("ada@corp", "no dot"),
            ("ada@corp..example", "two dots"),
            ("ada@.corp.example", "begins or ends with a dot"),
            ("ada@corp.example.", "begins or ends with a dot"),
            (".ada@corp.example", "begins or ends with a dot"),
            ("ada.@corp.example", "begins or ends with a dot"),
            ("a..da@corp.example", "two dots"),
            ("ada@-corp.example", "hyphen"),
            ("ada@corp%2Eexample.com", "`%` (U+0025)"),
            ("ada@corp_x.example", "`_` (U+005F)"),
            ("ada@127.0.0.1", "IP address"),
            ("ada@[127.0.0.1]", "`[` (U+005B)"),
            ("ada@corp\u{3002}example.com", "(U+3002)"),
            ("ada\n@corp.example", "U+000A LINE FEED"),
            ("ada\u{200b}@corp.example", "U+200B ZERO WIDTH SPACE"),
            ("ada@co\u{ad}rp.example", "U+00AD SOFT HYPHEN"),
            ("\u{202e}ada@corp.example", "U+202E RIGHT-TO-LEFT OVERRIDE"),
            ("\u{430}da@corp.example", "different scripts"),
            ("ada@c\u{43e}rp.example", "different scripts"),
            (&format!("{label}a@corp.example"), "64 bytes"),
            (&format!("ada@{label}.example"), "63 bytes"),
            (&format!("ada@{domain}"), "254 bytes"),
            (&"\u{fdfa}".repeat(20_000), "254 bytes"),
        ] {
            let invalid = text.parse::<Email>().expect_err(text);
            assert!(invalid.to_string().contains(reason), "{text}: {invalid}");
            assert_eq!(invalid.code(), "invalid");
        }
    }

    #[test]
    fn plain_address_needs_no_rules_of_domain_names() {
        for (text, is_plain) in [
            ("Ada.Lovelace+x_y-z@Mail.Corp.Example", true),
            ("ada@corp.e1", true),
            ("ada@corp.1e", false),
            ("ada@127.0.0.0x1", false),
            ("ada@xn--bcher-kva.example", false),
            ("ada@corp", false),
            ("ada@-corp.example", false),
            ("ada@corp-.example", false),
            ("o'brien@corp.example", false),
            ("ad\u{e0}@corp.example", false),
        ] {
            assert_eq!(plain_key(text).is_some(), is_plain, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

        // Another key would be another mailbox, or a second user with the same address.
        #[test]
        fn key_of_a_plain_address_is_that_of_the_whole_check(
            text in "[aB0._+é-]{0,6}@?[aBxXn0.-]{0,8}[.@]?[aFx0n-]{0,5}",
            long in 0_usize..260,
        ) {
            for text in [text.clone(), format!("{}{text}", "a".repeat(long)), format!("{text}{}", "b".repeat(long))] {
                if let Some(key) = plain_key(&text) {
                    prop_assert_eq!(parse(&text), Ok(key));
                }
            }
        }
    }
}
