//! E-mail addresses: strict enough that no two readers can see two different people in one text.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_security::MixedScript;

/// An address: one `@`, no display name, no comment, no list. Kept as written, compared in lower case with the domain in its
/// ASCII form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What people to whom an administrator gave this address are listed by, verified or not.
    #[must_use]
    pub fn tag(&self) -> String {
        self.handle().replacen("email:", "address:", 1)
    }

    /// What people who brought this address along themselves are listed by.
    #[must_use]
    pub fn self_made_tag(&self) -> String {
        self.handle().replacen("email:", "selfMade:", 1)
    }

    /// The domain in its ASCII form, lower case.
    #[must_use]
    pub fn domain(&self) -> String {
        let handle = self.handle();
        handle.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned())
    }

    /// The unique handle of this address; only for addresses that are verified by us.
    #[must_use]
    pub fn handle(&self) -> String {
        handle(&self.0)
    }
}

/// The handle that an address would have, also one that somebody merely typed.
#[must_use]
pub fn handle(text: &str) -> String {
    let text = text.trim();
    let key = text.rsplit_once('@').and_then(|(local, domain)| {
        // ASCII only: a K that is the sign for Kelvin is another mailbox.
        Some(format!("{}@{}", local.to_ascii_lowercase(), url::Host::parse(domain).ok()?))
    });
    format!("email:{}", key.unwrap_or_else(|| text.to_ascii_lowercase()))
}

impl FromStr for Email {
    type Err = &'static str;

    /// The error is the published code of what is wrong. `a@evil,b@victim` and `a@evil@victim` are not addresses: a domain
    /// rule that reads the one and a mail server that reads the other would see two people.
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
        // Letters of one script in each part, so that no address looks like another one (confusables).
        let plain = std::iter::once(local).chain(domain.split('.')).all(MixedScript::is_single_script);
        if local_ok && domain_ok && plain && text.len() <= 254 {
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
    fn one_address_has_one_handle() {
        for spelling in ["Ada@Corp.Example", "ada@corp.example", " ada@corp.example "] {
            assert_eq!(spelling.parse::<Email>().expect(spelling).handle(), "email:ada@corp.example");
        }
        assert_eq!(
            "ada@bücher.example".parse::<Email>().expect("idn").handle(),
            "email:ada@xn--bcher-kva.example"
        );
    }

    #[test]
    fn an_address_that_looks_like_another_one_is_none() {
        for text in ["\u{430}da@corp.example", "ada@c\u{43e}rp.example", "ad\u{251}\u{430}@corp.example"] {
            assert_eq!(text.parse::<Email>(), Err("invalid"), "{text}");
        }
        let handle = |text: &str| text.parse::<Email>().expect(text).handle();
        assert_ne!(handle("\u{212a}arl@corp.example"), handle("karl@corp.example"), "the sign for Kelvin");
        assert!("ада@corp.example".parse::<Email>().is_ok());
    }

    #[test]
    fn two_addresses_in_one_text_are_refused() {
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
