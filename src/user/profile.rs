//! Rules for the profile of a user.

use url::Url;

use super::{Creator, Email, User};
use crate::invisible::is_invisible;

/// Longest display name, in characters.
const DISPLAY_NAME_MAX: usize = 128;
/// Longest picture URL that is stored, in bytes.
const PICTURE_MAX: usize = 2048;
/// Longest name of a second factor, in characters.
const FACTOR_NAME_MAX: usize = 64;

impl User {
    /// Sets the address as an administrator. A new address is not verified; another spelling of the same one keeps its state. From now on
    /// the address counts as entered by an administrator, not by a provider or the user.
    pub fn set_email_as_administrator(&mut self, email: Email) {
        let is_same = self.email.as_ref().map(Email::handle) == Some(email.handle());
        if !is_same {
            // The decision of the administrator stands: neither a change nor its cancellation by the user replaces it.
            self.pending_email = None;
            self.previous_emails.clear();
        }
        self.change_address(|user| {
            user.email_verified &= is_same;
            user.email = Some(email);
        });
        self.created_by = Creator::Administrator;
        self.field_sources.remove("email");
    }

    /// Removes the address as an administrator, with every change of it that is not complete.
    pub fn remove_email_as_administrator(&mut self) {
        self.change_address(|user| {
            user.email = None;
            user.email_verified = false;
        });
        self.pending_email = None;
        self.previous_emails.clear();
        self.field_sources.remove("email");
    }

    pub fn set_email_verified_as_administrator(&mut self, verified: bool) {
        self.change_address(|user| user.email_verified = verified);
        self.field_sources.remove("email");
    }

    pub fn set_display_name_as_administrator(&mut self, name: String) {
        self.display_name = Some(name);
        self.field_sources.remove("displayName");
    }

    /// Sets the display name as the user; returns whether it differs. A new value no longer comes from a provider.
    pub fn set_display_name_as_user(&mut self, name: Option<String>) -> bool {
        let differs = self.display_name != name;
        if differs {
            self.display_name = name;
            self.field_sources.remove("displayName");
        }
        differs
    }

    /// Sets the locale as the user; returns whether it differs. A new value no longer comes from a provider.
    pub fn set_locale_as_user(&mut self, locale: Option<String>) -> bool {
        let differs = self.locale != locale;
        if differs {
            self.locale = locale;
            self.field_sources.remove("locale");
        }
        differs
    }
}

/// Parses a display name: trimmed, 1 to 128 characters, no control characters, no invisible characters and none that change the text
/// direction. Otherwise one user could be shown as another (spoofing).
pub fn display_name(text: &str) -> Result<String, &'static str> {
    name(text, DISPLAY_NAME_MAX)
}

/// Parses the name of a second factor: as a display name, of 1 to 64 characters.
pub fn factor_name(text: &str) -> Result<String, &'static str> {
    name(text, FACTOR_NAME_MAX)
}

fn name(text: &str, max: usize) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        Err("required")
    } else if text.chars().count() > max {
        Err("too_long")
    } else if text.chars().any(|c| is_invisible(c) && !is_needed(c)) {
        Err("invalid")
    } else {
        Ok(text.to_owned())
    }
}

/// Returns whether a display name may contain an invisible character: some scripts need the joiners, and emoji need variation selectors.
fn is_needed(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// Parses the URL of a picture: https without credentials, because our pages load the picture.
pub fn picture_url(text: &str) -> Result<String, &'static str> {
    let url = Url::parse(text).map_err(|_| "invalid")?;
    let is_allowed = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    if is_allowed && text.len() <= PICTURE_MAX { Ok(url.into()) } else { Err("invalid") }
}

/// Parses a language tag (BCP 47): parts of letters and digits, joined by `-`, or by `_` as some providers write it. Only the form is
/// checked.
pub fn locale(text: &str) -> Result<String, &'static str> {
    let tag = text.trim().replace('_', "-");
    let is_part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let language = tag.split('-').next().unwrap_or_default();
    let is_valid = tag.len() <= 35
        && (2..=8).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && tag.split('-').all(is_part);
    if is_valid { Ok(tag) } else { Err("invalid") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_name_with_invisible_characters_is_rejected() {
        for name in
            ["Ada", "Ada Lovelace", "Zoë", "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}"]
        {
            assert!(display_name(name).is_ok(), "{name:?}");
        }
        for name in ["", " ", "\u{200b}", "Ada\u{202e}eca", "Ada\u{2066}", "A\u{feff}da", "A\nda"] {
            assert!(display_name(name).is_err(), "{name:?}");
        }
        assert_eq!(display_name(&"a".repeat(129)), Err("too_long"));
    }

    #[test]
    fn locale_is_a_language_tag() {
        for (text, tag) in
            [("en", "en"), ("de-CH", "de-CH"), ("en_US", "en-US"), ("zh-Hant-TW", "zh-Hant-TW")]
        {
            assert_eq!(locale(text).as_deref(), Ok(tag));
        }
        for text in ["", "e", "english language", "en--US", "../..", "7", "<b>"] {
            assert!(locale(text).is_err(), "{text}");
        }
    }
}
