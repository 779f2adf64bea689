//! E-mail addresses, parsed strictly: two programs that read the same text must see the same address.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_security::MixedScript;

/// Address with one `@` and without display name, comment or list. It is kept as written and compared in lower case, with the domain in
/// its ASCII form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the tag of users to whom an administrator gave this address, verified or not.
    #[must_use]
    pub fn admin_created_tag(&self) -> String {
        self.handle().replacen("email:", "adminCreated:", 1)
    }

    /// Returns the tag of users who registered this address themselves, directly or through a provider.
    #[must_use]
    pub fn self_registered_tag(&self) -> String {
        self.handle().replacen("email:", "selfRegistered:", 1)
    }

    /// Returns the domain in its ASCII form, in lower case.
    #[must_use]
    pub fn domain(&self) -> String {
        let handle = self.handle();
        handle.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned())
    }

    /// Returns the unique key of this address. Only verified addresses have one in the store.
    #[must_use]
    pub fn handle(&self) -> String {
        handle(&self.0)
    }
}

/// Returns the key of an address that a client sent, valid or not.
#[must_use]
pub fn handle(text: &str) -> String {
    let text = text.trim();
    let key = text.rsplit_once('@').and_then(|(local, domain)| {
        // Lower case for ASCII only: U+212A (Kelvin sign) would become `k`, which is another mailbox.
        Some(format!("{}@{}", local.to_ascii_lowercase(), url::Host::parse(domain).ok()?))
    });
    format!("email:{}", key.unwrap_or_else(|| text.to_ascii_lowercase()))
}

impl FromStr for Email {
    type Err = &'static str;

    /// Parses an address. The error is the published code of the problem. `a@evil,b@victim` and `a@evil@victim` are rejected: a domain
    /// rule and a mail server could read different addresses in them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let Some((local, domain)) = text.split_once('@') else { return Err("invalid") };
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && local.chars().all(|c| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c));
        let domain_ok = domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && domain.contains('.')
            && matches!(url::Host::parse(domain), Ok(url::Host::Domain(_)));
        // One script in each part, so that no address looks like another one (homograph attack).
        let is_single_script =
            std::iter::once(local).chain(domain.split('.')).all(MixedScript::is_single_script);
        if local_ok && domain_ok && is_single_script && text.len() <= 254 {
            Ok(Self(text.to_owned()))
        } else {
            Err("invalid")
        }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_have_one_key() {
        for spelling in ["Ada@Corp.Example", "ada@corp.example", " ada@corp.example "] {
            assert_eq!(spelling.parse::<Email>().expect(spelling).handle(), "email:ada@corp.example");
        }
        assert_eq!(
            "ada@bücher.example".parse::<Email>().expect("idn").handle(),
            "email:ada@xn--bcher-kva.example"
        );
    }

    #[test]
    fn address_that_looks_like_another_one_is_rejected() {
        for text in ["\u{430}da@corp.example", "ada@c\u{43e}rp.example", "ad\u{251}\u{430}@corp.example"] {
            assert_eq!(text.parse::<Email>(), Err("invalid"), "{text}");
        }
        let handle = |text: &str| text.parse::<Email>().expect(text).handle();
        assert_ne!(handle("\u{212a}arl@corp.example"), handle("karl@corp.example"), "Kelvin sign");
        assert!("ада@corp.example".parse::<Email>().is_ok());
    }

    #[test]
    fn two_addresses_in_one_text_are_rejected() {
        for text in
            ["a@evil.example,b@corp.example", "a@evil.example@corp.example", "Ada <ada@corp.example>", "ada"]
        {
            assert_eq!(text.parse::<Email>(), Err("invalid"), "{text}");
        }
        for text in
            ["a b@corp.example", "ada@corp", "ada@", "@corp.example", "ada@127.0.0.1", "ada\n@corp.example"]
        {
            assert_eq!(text.parse::<Email>(), Err("invalid"), "{text}");
        }
    }
}
