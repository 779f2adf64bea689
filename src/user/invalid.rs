//! Why a text is not a user name or an address, with the character that decides.

use std::{borrow::Cow, fmt};

use crate::invisible::{changes_direction, is_invisible};

/// Mistake in a text: a published code, and a sentence for administrators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    code: &'static str,
    reason: Cow<'static, str>,
}

impl Invalid {
    pub(super) fn new(code: &'static str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { code, reason: reason.into() }
    }

    /// Names a character that is not allowed, and why.
    pub(super) fn character(c: char, why: &str) -> Self {
        Self::new("invalid", format!("{} {why}", describe(c)))
    }

    /// Returns the code for JSON reports.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Invalid {}

/// Returns why a character is invisible or changes how a text looks, for characters that no name may have.
pub(super) fn why_invisible(c: char) -> Option<&'static str> {
    if c.is_control() {
        Some("is a control character; remove it")
    } else if changes_direction(c) {
        Some("changes the direction of the text, so the text could look like another one; remove it")
    } else if is_invisible(c) {
        Some("is not visible, so the text could look like another one; remove it")
    } else {
        None
    }
}

/// Returns `U+200B ZERO WIDTH SPACE`, or `“` (U+201C) for a character that can be printed.
fn describe(c: char) -> String {
    let code = format!("U+{:04X}", u32::from(c));
    let name = match c {
        '\t' => "TAB",
        '\n' => "LINE FEED",
        '\r' => "CARRIAGE RETURN",
        '\0' => "NULL",
        '\u{ad}' => "SOFT HYPHEN",
        '\u{200b}' => "ZERO WIDTH SPACE",
        '\u{200c}' => "ZERO WIDTH NON-JOINER",
        '\u{200d}' => "ZERO WIDTH JOINER",
        '\u{200e}' => "LEFT-TO-RIGHT MARK",
        '\u{200f}' => "RIGHT-TO-LEFT MARK",
        '\u{202a}' => "LEFT-TO-RIGHT EMBEDDING",
        '\u{202b}' => "RIGHT-TO-LEFT EMBEDDING",
        '\u{202c}' => "POP DIRECTIONAL FORMATTING",
        '\u{202d}' => "LEFT-TO-RIGHT OVERRIDE",
        '\u{202e}' => "RIGHT-TO-LEFT OVERRIDE",
        '\u{2060}' => "WORD JOINER",
        '\u{feff}' => "BYTE ORDER MARK",
        _ if why_invisible(c).is_some() => return code,
        _ if unicode_normalization::char::is_combining_mark(c) => return format!("`\u{25cc}{c}` ({code})"),
        _ => return format!("`{c}` ({code})"),
    };
    format!("{code} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_names_the_character() {
        for (c, expected) in [
            ('\u{200b}', "U+200B ZERO WIDTH SPACE x"),
            ('\u{7}', "U+0007 x"),
            ('\u{2066}', "U+2066 x"),
            ('\u{201c}', "`\u{201c}` (U+201C) x"),
            ('\u{20dd}', "`\u{25cc}\u{20dd}` (U+20DD) x"),
        ] {
            assert_eq!(Invalid::character(c, "x").to_string(), expected);
        }
    }
}
