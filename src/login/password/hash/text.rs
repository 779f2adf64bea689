//! Parts of hash texts: PHC strings and base64 in the alphabets that frameworks use.

use std::borrow::Cow;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD_NO_PAD},
};

/// Accepts base64 with and without padding, and with bits after the last byte that some encoders leave set.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decodes base64 in the standard alphabet, the alphabet for URLs, and the alphabet of passlib (`.` for `+`).
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let standard: String = text
        .chars()
        .map(|c| match c {
            '-' | '.' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    LENIENT.decode(standard).ok()
}

/// Encodes as in PHC strings: standard alphabet, no padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

pub(super) fn decode_hex(text: &str) -> Option<Vec<u8>> {
    data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()
}

/// `$id$params$salt$output`; the version, if there is one, is a parameter.
pub(super) struct Phc<'a> {
    pub(super) id: &'a str,
    params: Cow<'a, str>,
    pub(super) salt: &'a str,
    pub(super) output: &'a str,
}

impl<'a> Phc<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.strip_prefix('$')?.split('$').collect();
        match parts[..] {
            [id, params, salt, output] => Some(Self { id, params: Cow::Borrowed(params), salt, output }),
            [id, version, params, salt, output] => {
                Some(Self { id, params: Cow::Owned(format!("{version},{params}")), salt, output })
            }
            _ => None,
        }
    }

    /// Returns the parameters as one text.
    pub(super) fn params(&self) -> &str {
        &self.params
    }

    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.split(',').find_map(|param| param.strip_prefix(name)?.strip_prefix('='))
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        number(self.param(name)?)
    }
}

/// Parses a decimal number without a sign.
pub(super) fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.len() <= 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
