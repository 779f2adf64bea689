//! Formats that only the settings of a webhook have.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::{format::Choice, public_url::is_loopback};

const NAME_MAX: usize = 32;
/// Prefix of a secret (Standard Webhooks).
pub(super) const SECRET_PREFIX: &str = "whsec_";
/// Length of a decoded secret (Standard Webhooks), in bytes.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// The new and the old secret during a rotation.
const SECRETS_MAX: usize = 2;

macro_rules! webhook_types {
    ($($(#[$doc:meta])* $type:ident $name:literal;)+) => {
        /// Type of a message to a webhook. Names are stable: receivers compare them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
        pub enum WebhookType {
            $($(#[$doc])* #[serde(rename = $name)] $type,)+
        }

        impl WebhookType {
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$type => $name,)+
                }
            }
        }

        pub(super) const WEBHOOK_TYPES: Choice<WebhookType> = Choice(&[$(($name, WebhookType::$type),)+]);
    };
}

webhook_types! {
    UserCreated "user.created";
    /// The profile, the address or the roles changed.
    UserUpdated "user.updated";
    /// The user cannot sign in any more: disabled or quarantined.
    UserDisabled "user.disabled";
    UserEnabled "user.enabled";
    UserDeleted "user.deleted";
    /// The user became a part of another user.
    UserMerged "user.merged";
    /// An identity at a provider was linked.
    UserLinked "user.linked";
    UserUnlinked "user.unlinked";
    /// A login from a device that the user has not used before.
    UserNewDevice "user.new_device";
}

impl WebhookType {
    /// Returns every type.
    pub fn all() -> impl Iterator<Item = Self> {
        WEBHOOK_TYPES.0.iter().map(|(_, value)| *value)
    }
}

pub(super) fn name(text: &str) -> Result<String, String> {
    let has_valid_characters =
        text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if has_valid_characters && text.len() <= NAME_MAX && !text.starts_with('-') && !text.ends_with('-') {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "{text:?} is not the name of a webhook; write up to {NAME_MAX} characters of a-z, 0-9 and -, without - at either end"
        ))
    }
}

/// Reads the address of a receiver. No message repeats it: its path or query may contain a token.
pub(super) fn url(text: &str) -> Result<Url, String> {
    const ADVICE: &str = "write for example https://crm.corp.example/hooks/vestibule";
    let url = Url::parse(text).map_err(|_| format!("it is not a URL; {ADVICE}"))?;
    let Some(host) = url.host() else { return Err(format!("it has no host; {ADVICE}")) };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "it contains a user name or a password; remove it: the receiver checks the signature".to_owned()
        );
    }
    if url.fragment().is_some() {
        return Err(format!("it has a fragment; {ADVICE}"));
    }
    match url.scheme() {
        "https" => {}
        // Names and addresses of users would cross the network in plain text.
        "http" if is_loopback(&host) => {}
        "http" => return Err("it uses http, which is accepted only for localhost; use https".to_owned()),
        _ => return Err(format!("it is neither an https nor an http URL; {ADVICE}")),
    }
    // SSRF: the metadata service of a cloud answers there with credentials. No receiver has such an address. A name is not resolved here: the
    // setting is the operator's, and a check now would not bind the address that the name has later.
    if is_never_a_receiver(&host) {
        return Err(format!("it has a link-local, multicast or unspecified address; {ADVICE}"));
    }
    Ok(url)
}

fn is_never_a_receiver(host: &Host<&str>) -> bool {
    let is_refused = |ip: std::net::IpAddr| match ip.to_canonical() {
        std::net::IpAddr::V4(ip) => {
            ip.is_link_local() || ip.is_unspecified() || ip.is_multicast() || ip.is_broadcast()
        }
        std::net::IpAddr::V6(ip) => ip.is_unicast_link_local() || ip.is_unspecified() || ip.is_multicast(),
    };
    match host {
        Host::Domain(_) => false,
        Host::Ipv4(ip) => is_refused((*ip).into()),
        Host::Ipv6(ip) => is_refused((*ip).into()),
    }
}

/// Reads one or two secrets. No message repeats them.
pub(super) fn secrets(text: &str) -> Result<Vec<SecretString>, String> {
    let secrets: Vec<&str> = text.split(',').map(str::trim).collect();
    if secrets.len() > SECRETS_MAX {
        return Err("it has more than two secrets; keep the new one and the one before it".to_owned());
    }
    if secrets.len() == SECRETS_MAX && secrets[0] == secrets[1] {
        return Err("both secrets are the same; remove one of them".to_owned());
    }
    secrets.into_iter().map(secret).collect()
}

fn secret(text: &str) -> Result<SecretString, String> {
    const ADVICE: &str = "create one with `echo whsec_$(openssl rand -base64 32)`";
    let base64 =
        text.strip_prefix(SECRET_PREFIX).ok_or_else(|| format!("it does not begin with whsec_; {ADVICE}"))?;
    let bytes = STANDARD.decode(base64).map(zeroize::Zeroizing::new);
    let bytes = bytes.map_err(|_| format!("the part after whsec_ is not Base64 with padding; {ADVICE}"))?;
    if !SECRET_BYTES.contains(&bytes.len()) {
        return Err(format!("it has {} bytes; 24 to 64 are required; {ADVICE}", bytes.len()));
    }
    Ok(SecretString::from(base64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receiver_has_https_or_is_on_this_machine() {
        for text in [
            "https://crm.corp.example/hooks?token=a",
            "https://10.0.0.7:8443/",
            "http://localhost:8000/hook",
            "http://127.0.0.1:9/",
            "http://[::1]:9/",
        ] {
            assert!(url(text).is_ok(), "{text}");
        }
        for text in [
            "crm.corp.example",
            "http://crm.corp.example/",
            "http://10.0.0.7/",
            "ftp://crm.corp.example/",
            "https://bot:hunter2@crm.corp.example/",
            "https://crm.corp.example/#a",
            // The metadata service of a cloud, in any spelling.
            "https://169.254.169.254/latest/meta-data",
            "https://2852039166/",
            "https://[::ffff:169.254.169.254]/",
            "https://[fe80::1]/",
            "https://0.0.0.0/",
            "https://224.0.0.1/",
        ] {
            let mistake = url(text).expect_err(text);
            assert!(!mistake.contains("hunter2"), "{mistake}");
        }
    }

    #[test]
    fn secret_has_enough_bytes_and_is_never_repeated() {
        let of = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        for text in [of(24), of(64), format!("{}, {}", of(32), of(24))] {
            assert!(secrets(&text).is_ok(), "{text}");
        }
        let (short, long, twice) = (of(23), of(65), format!("{},{}", of(32), of(32)));
        let three = format!("{},{},{}", of(24), of(25), of(26));
        let unpadded = of(25).trim_end_matches('=').to_owned();
        for text in [&short, &long, &twice, &three, &unpadded, "hunter2", "whsec_", "whsec_hunter2!", ","] {
            let mistake = secrets(text).expect_err(text);
            assert!(!mistake.contains("hunter2") && !mistake.contains("BwcH"), "{mistake}");
        }
    }

    #[test]
    fn name_is_safe_in_a_path_and_in_a_setting() {
        assert!(["crm", "audit-log", "a1"].into_iter().all(|text| name(text).is_ok()));
        for text in ["-a", "a-", "Crm", "a_b", "a/b"] {
            assert!(name(text).is_err(), "{text}");
        }
    }
}
