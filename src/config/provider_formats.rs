//! Formats that only the settings of a provider have.

use std::collections::BTreeMap;

use url::{Host, Url};

use super::{
    format::Format,
    list::{items, pairs},
    public_url::is_loopback,
};
use crate::user;

/// Routes beside `/api/auth/{provider}`, present and planned. A provider with such a name would shadow the route.
const RESERVED: [&str; 15] = [
    "email",
    "password",
    "login",
    "logout",
    "session",
    "csrf-token",
    "providers",
    "callback",
    "link",
    "me",
    "keep-alive",
    "events",
    "verify",
    "reauthenticate",
    "backchannel-logout",
];
const NAME_MAX: usize = 32;

pub(super) fn provider_name(text: &str) -> Result<String, String> {
    let has_valid_characters =
        text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !has_valid_characters || text.len() > NAME_MAX || text.starts_with('-') || text.ends_with('-') {
        Err(format!(
            "{text:?} is not a provider name; write up to {NAME_MAX} characters of a-z, 0-9 and -, without - at either end"
        ))
    } else if RESERVED.contains(&text) {
        Err(format!("{text:?} is the name of a route; choose another name"))
    } else {
        Ok(text.to_owned())
    }
}

pub(super) fn tenant(text: &str) -> Result<String, String> {
    if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is not a tenant ID; copy the ID from the overview page of the tenant"))
    }
}

pub(super) fn logout_url(text: &str) -> Result<Url, String> {
    let is_safe = |url: &Url| match url.scheme() {
        "https" => true,
        "http" => url.host().is_some_and(|host| is_loopback(&host)),
        _ => false,
    };
    Url::parse(text)
        .ok()
        .filter(is_safe)
        .ok_or_else(|| format!("{text:?} is not an https URL; write for example https://idp.example/logout"))
}

/// Scopes, with `openid`, which makes the request an OpenID Connect request.
#[derive(Debug)]
pub(super) struct Scopes;

impl Format for Scopes {
    type Value = Vec<String>;

    fn parse(&self, text: &str) -> Result<Vec<String>, String> {
        let mut scopes: Vec<String> =
            items(text)?.iter().flat_map(|item| item.split_whitespace()).map(ToOwned::to_owned).collect();
        if let Some(scope) = scopes.iter().find(|scope| !is_scope(scope)) {
            return Err(format!(
                "{scope:?} is not a scope; separate scopes by commas or spaces, without quotes"
            ));
        }
        if !scopes.iter().any(|scope| scope == "openid") {
            scopes.insert(0, "openid".to_owned());
        }
        Ok(scopes)
    }

    fn accepts(&self) -> String {
        "scopes, separated by commas or spaces".to_owned()
    }
}

/// Returns whether a text is a `scope-token` (RFC 6749 §3.3). A vertical line would be another separator.
fn is_scope(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e) && !matches!(b, b'|' | b'\''))
}

pub(super) fn domain(text: &str) -> Result<String, String> {
    // Decoded, an escape would be another domain than the one that the setting shows.
    let is_plain = !text.contains(['%', '*', '@']);
    match Host::parse(text) {
        Ok(Host::Domain(domain))
            if is_plain && domain.contains('.') && domain.split('.').all(|part| !part.is_empty()) =>
        {
            Ok(domain)
        }
        _ => Err(format!("{text:?} is not a domain; write for example corp.example, without a wildcard")),
    }
}

pub(super) fn role_map(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut roles = BTreeMap::new();
    for pair in pairs(text)? {
        let role = user::role(&pair.right).map_err(|_| {
            format!(
                "{:?} is not a role; write 1 to 64 letters, digits and characters of . _ : -, and pairs as claim-value=role",
                pair.right
            )
        })?;
        if pair.left.is_empty() {
            return Err(format!("the role {role:?} has no claim value; write claim-value=role"));
        }
        // The map would keep one of two roles without a message.
        if let Some(other) = roles.insert(pair.left.clone(), role.clone())
            && other != role
        {
            return Err(format!("{:?} is listed twice, with different roles; remove one of them", pair.left));
        }
    }
    Ok(roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_name_is_safe_in_a_path_and_in_a_setting() {
        for name in ["okta", "corp-idp", "a1"] {
            assert_eq!(provider_name(name).as_deref(), Ok(name));
        }
        for name in ["-a", "a-", "Okta", "a_b", "a/b", "login", "backchannel-logout"] {
            assert!(provider_name(name).is_err(), "{name}");
        }
        assert!(provider_name(&"a".repeat(33)).is_err());
    }

    #[test]
    fn scopes_always_contain_openid() {
        assert_eq!(
            Scopes.parse("profile email").as_deref(),
            Ok(&["openid", "profile", "email"].map(String::from)[..])
        );
        assert_eq!(Scopes.parse("email,openid").as_deref(), Ok(&["email", "openid"].map(String::from)[..]));
        assert_eq!(
            Scopes.parse("[\"openid\",\"a:b\"]").as_deref(),
            Ok(&["openid", "a:b"].map(String::from)[..])
        );
        for text in ["openid;email", "openid|email", "'openid email'", "openid\\email"] {
            assert!(Scopes.parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_domain_is_exact() {
        assert_eq!(domain("Corp.Example").as_deref(), Ok("corp.example"));
        for text in [
            "*",
            "*.corp.example",
            "corp",
            "127.0.0.1",
            "ada@corp.example",
            "@corp.example",
            "corp.example.",
            ".corp.example",
            "corp..example",
            "corp%2eexample",
            "corp.example other.example",
            "corp.example|other.example",
            "https://corp.example",
        ] {
            assert!(domain(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_last_equals_sign_separates_claim_value_and_role() {
        let map = role_map("cn=Admins=admin, staff = staff").expect("two pairs");
        assert_eq!(map.get("cn=Admins").map(String::as_str), Some("admin"));
        assert_eq!(map.get("staff").map(String::as_str), Some("staff"));
        for text in ["Admins", "Admins=", "=admin", "Admins=two words", "Admins=admin,Admins=staff"] {
            assert!(role_map(text).is_err(), "{text}");
        }
        assert!(role_map("Admins=admin,Admins=admin").is_ok());
    }
}
