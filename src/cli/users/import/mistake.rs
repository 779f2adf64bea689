//! Mistake in a row: a code for scripts, and a sentence for the administrator.

use serde::Serialize;

use crate::provisioning::Field;

/// Mistake in one cell, or in the row as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Mistake {
    pub(super) field: &'static str,
    pub(super) code: &'static str,
    /// Value, rule and next step. It contains no password, hash or TOTP secret.
    #[serde(skip)]
    pub(super) text: String,
}

impl Mistake {
    pub(super) fn of_cell(field: Field, code: &'static str, text: impl Into<String>) -> Self {
        Self { field: field.name(), code, text: text.into() }
    }

    pub(super) fn of_row(code: &'static str, text: impl Into<String>) -> Self {
        Self { field: "row", code, text: text.into() }
    }

    /// Returns the mistake of bytes that are not UTF-8, or `None` for UTF-8.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let at = std::str::from_utf8(bytes).err()?.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        Some(Self::of_row(
            "not_utf8",
            format!(
                "the byte 0x{byte:02X} is not UTF-8; save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\"), or convert it with \
                 iconv -f WINDOWS-1252 -t UTF-8"
            ),
        ))
    }
}
