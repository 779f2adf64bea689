//! Secrets of authenticator apps from other systems, in every form that the apps accept: base32 or an `otpauth` URI.

use url::Url;
use zeroize::Zeroizing;

use super::totp::{DIGITS, STEP};

/// The shortest secret, in bytes: older systems created 80 bits. RFC 4226 requires 128 bits, and new secrets have 160.
const MIN: usize = 10;
const MAX: usize = 64;

/// Why a secret is refused. No message contains the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("the secret contains a character that is not base32; write A-Z and 2-7, or an otpauth:// URI")]
    NotBase32,
    #[error("the secret has {0} bits; at least {bits} are needed, so enrol the app again", bits = MIN * 8)]
    TooShort(usize),
    #[error("the secret has more than {bits} bits", bits = MAX * 8)]
    TooLong,
    #[error("the otpauth:// URI cannot be read; write otpauth://totp/NAME?secret=SECRET")]
    NoUri,
    #[error("the otpauth:// URI has the parameter `{0}` twice")]
    Twice(&'static str),
    #[error("the otpauth:// URI is for {0} codes; Vestibule uses time-based ones (totp)")]
    Type(String),
    #[error("{parameter} {value} is not supported; Vestibule uses {ours}")]
    Parameter { parameter: &'static str, value: String, ours: String },
    #[error(
        "an otpauth-migration:// URI contains several secrets in a form of its own; export each account as an otpauth:// URI"
    )]
    Migration,
}

impl SecretError {
    /// Returns the code for reports.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotBase32 | Self::NoUri | Self::Twice(_) => "invalid",
            Self::TooShort(_) => "too_short",
            Self::TooLong => "too_long",
            Self::Type(_) | Self::Parameter { .. } | Self::Migration => "unsupported",
        }
    }
}

/// Parses a secret of an import.
pub fn secret(text: &str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let text = text.trim();
    let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        None => base32(text),
        Some("otpauth") => base32(&secret_of_uri(text)?),
        Some("otpauth-migration") => Err(SecretError::Migration),
        Some(_) => Err(SecretError::NotBase32),
    }
}

/// Decodes base32 as the apps do: in any case, with blanks, hyphens and padding, and without the bits that fill no byte.
fn base32(text: &str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let digits = text.trim_end_matches(|c: char| c == '=' || c.is_whitespace()).chars();
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX));
    for c in digits.filter(|c| !c.is_whitespace() && *c != '-') {
        let value = match c {
            'A'..='Z' => u32::from(c) - u32::from('A'),
            'a'..='z' => u32::from(c) - u32::from('a'),
            '2'..='7' => u32::from(c) - u32::from('2') + 26,
            _ => return Err(SecretError::NotBase32),
        };
        buffer = (buffer << 5 | value) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            if bytes.len() == MAX {
                return Err(SecretError::TooLong);
            }
            bytes.push((buffer >> bits).to_be_bytes()[3]);
        }
    }
    if bytes.len() < MIN { Err(SecretError::TooShort(bytes.len() * 8)) } else { Ok(bytes) }
}

/// Returns the secret of a URI whose parameters are ours. An app with other parameters shows codes that this service rejects.
fn secret_of_uri(text: &str) -> Result<Zeroizing<String>, SecretError> {
    let uri = Url::parse(text).map_err(|_| SecretError::NoUri)?;
    match uri.host_str().map(str::to_ascii_lowercase).as_deref() {
        Some("totp") => {}
        Some("hotp") => return Err(SecretError::Type("counter-based (hotp)".to_owned())),
        Some(other) => return Err(SecretError::Type(shown(other))),
        None => return Err(SecretError::NoUri),
    }
    let differs = |parameter, value: &str, ours: String| {
        Err(SecretError::Parameter { parameter, value: shown(value), ours })
    };
    let is = |value: &str, number: u64| value.trim().parse() == Ok(number);
    let mut secret = None;
    for (name, value) in uri.query_pairs() {
        match name.to_ascii_lowercase().as_str() {
            "secret" if secret.is_some() => return Err(SecretError::Twice("secret")),
            "secret" => secret = Some(Zeroizing::new(value.into_owned())),
            "algorithm" if !is_sha1(&value) => return differs("algorithm", &value, "SHA1".to_owned()),
            "digits" if !is(&value, DIGITS as u64) => return differs("digits", &value, DIGITS.to_string()),
            "period" if !is(&value, STEP) => return differs("period", &value, STEP.to_string()),
            // Steam shows five letters instead of six digits.
            "encoder" => return differs("encoder", &value, "decimal digits".to_owned()),
            _ => {}
        }
    }
    secret.filter(|secret| !secret.trim().is_empty()).ok_or(SecretError::NoUri)
}

fn is_sha1(algorithm: &str) -> bool {
    let letters: String = algorithm.chars().filter(char::is_ascii_alphanumeric).collect();
    matches!(letters.to_ascii_uppercase().as_str(), "SHA1" | "HMACSHA1")
}

/// Returns a short value without characters that could control a terminal.
fn shown(value: &str) -> String {
    value.chars().filter(char::is_ascii_graphic).take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    #[test]
    fn secret_is_accepted_in_every_form_of_the_apps() {
        for text in [
            "jbsw y3dp-ehpk 3pxp",
            "JBSWY3DPEHPK3PXP====",
            "JBSWY3DPEHPK3PXP = = ",
            "\u{a0}JBSW\tY3DP EHPK 3PXP\n",
            "otpauth://totp/Corp:ada?secret=JBSWY3DPEHPK3PXP&issuer=Corp",
            "OTPAUTH://TOTP/ada?SECRET=jbswy3dpehpk3pxp&algorithm=SHA1&digits=6&period=30",
            "otpauth://totp/a%20b?secret=JBSW+Y3DP%20EHPK-3PXP%3D&algorithm=HmacSHA1&image=https://corp.example/a.png",
            "otpauth://totp/?period=30&digits=06&algorithm=sha-1&secret=JBSWY3DPEHPK3PXP",
        ] {
            assert_eq!(&**secret(text).expect(text), b"Hello!\xde\xad\xbe\xef", "{text}");
        }
    }

    // Authenticator apps drop the bits that fill no byte, whatever their value.
    #[test]
    fn surplus_bits_are_dropped() {
        assert_eq!(&**secret("MFRGGZDFMZTWQ2LKNNWG23TPOX").expect("26 characters"), b"abcdefghijklmnou");
        let full = secret(SECRET).expect("32 characters");
        for length in 16..=32 {
            let bytes = secret(&SECRET[..length]).expect("a secret");
            assert_eq!(**bytes, full[..length * 5 / 8], "{length} characters");
        }
    }

    #[test]
    fn refusal_names_the_difference() {
        let uri = |query: &str| format!("otpauth://totp/ada?secret={SECRET}&{query}");
        for (text, code, part) in [
            ("not base32!".to_owned(), "invalid", "A-Z and 2-7"),
            ("JBSWY3DPEHPK3PX0".to_owned(), "invalid", "A-Z and 2-7"),
            ("JBSWY3DP".to_owned(), "too_short", "40 bits; at least 80"),
            (String::new(), "too_short", "0 bits"),
            (SECRET.repeat(4), "too_long", "512 bits"),
            (
                uri("algorithm=SHA256"),
                "unsupported",
                "algorithm SHA256 is not supported; Vestibule uses SHA1",
            ),
            (uri("digits=8"), "unsupported", "digits 8 is not supported; Vestibule uses 6"),
            (uri("period=60"), "unsupported", "period 60 is not supported; Vestibule uses 30"),
            (uri("encoder=steam"), "unsupported", "encoder steam"),
            (uri("secret=AAAA"), "invalid", "`secret` twice"),
            (format!("otpauth://hotp/ada?secret={SECRET}&counter=1"), "unsupported", "hotp"),
            (format!("otpauth://yaotp/ada?secret={SECRET}"), "unsupported", "yaotp"),
            ("otpauth-migration://offline?data=CjEKCkhlbGxv".to_owned(), "unsupported", "otpauth-migration"),
            ("otpauth://totp/ada?issuer=Corp".to_owned(), "invalid", "secret=SECRET"),
            (format!("steam://{SECRET}"), "invalid", "otpauth://"),
        ] {
            let error = secret(&text).expect_err(&text);
            assert_eq!(error.code(), code, "{text}");
            let message = error.to_string();
            assert!(message.contains(part) && !message.contains(SECRET), "{message}");
        }
    }
}
