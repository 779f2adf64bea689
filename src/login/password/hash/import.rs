//! What the text of a password cell is: a hash, a marker for "no usable password", or the password itself.
//!
//! A text that was made for comparison must never become a password: with a copy of the old database an attacker would sign in as every
//! user. If in doubt the text is refused, and the administrator states with an option that it is the password itself.

mod json;
mod no_password;
mod spelling;
mod unknown;

use super::{refusal::HashError, scheme::firebase::Project, stored::StoredHash};
use crate::user::normalise::nfkc;

/// Longer texts are neither hashes nor passwords.
const BYTES_MAX: usize = 16 * 1024;

/// Meaning of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    Hash(StoredHash),
    /// The user had no usable password in the other system.
    NoPassword,
    /// Nothing suggests that the text was made for comparison.
    Text,
}

/// Decides what a text is. `firebase` are the parameters of a Firebase project, without which its hashes cannot be checked.
///
/// # Errors
/// The text is a hash that cannot be checked, or looks like one.
pub fn recognise(text: &str, firebase: Option<&Project>) -> Result<Recognised, HashError> {
    if text.len() > BYTES_MAX {
        return Ok(Recognised::Text);
    }
    // Passwords are compared in NFKC: a hash in full-width letters is the same text.
    let normal = nfkc(text);
    let form = without_wrapping(&normal);
    let is_hash = |text: &str| spelling::parse(text, firebase).is_some() || unknown::form_of(text).is_some();
    if no_password::is_marker(form) || no_password::is_locked_hash(form, is_hash) {
        return Ok(Recognised::NoPassword);
    }
    if let Some(hash) = spelling::parse(form, firebase) {
        return hash.map(Recognised::Hash);
    }
    match unknown::form_of(form) {
        Some(form) => Err(HashError::UnknownScheme { form }),
        None => Ok(Recognised::Text),
    }
}

/// Removes what exports leave around a value: white space, invisible characters, quotes, separators of lists, and the `b'…'` of Python.
fn without_wrapping(text: &str) -> &str {
    let is_around = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{feff}' | '\u{200b}' | ',' | ';' | '\'' | '"' | '`')
    };
    let bytes =
        ["b'", "b\""].iter().find_map(|opening| text.trim_start_matches(is_around).strip_prefix(opening));
    bytes.unwrap_or(text).trim_matches(is_around)
}

#[cfg(test)]
mod tests;
