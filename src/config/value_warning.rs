//! Values that are not what an administrator sees. They are accepted and used as they are written; a wrong one fails much later, as an
//! error of the provider.

use super::warning::Warning;
use crate::{finding::FindingCode, invisible::is_invisible};

/// Returns the warnings about a value that accepts any text.
pub(super) fn of(name: &str, text: &str, is_secret: bool) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code, problem: String, fix| warnings.push(Warning::new(code, name, problem, fix));
    if is_quoted(text) {
        // `docker run --env-file` and some editors of secrets keep quotes.
        let problem = "the value begins and ends with a quote, which is used as a part of it".to_owned();
        warn(FindingCode::ValueQuoted, problem, "remove the quotes if they do not belong to it");
    }
    if is_secret && text.trim() != text {
        let problem = "the value begins or ends with a blank, which is used as a part of it".to_owned();
        warn(FindingCode::ValueBlank, problem, "remove it if it does not belong to it");
    }
    if let Some(c) = text.trim().chars().find(|c| is_hidden(*c)) {
        let problem = format!("the value contains the invisible character U+{:04X}", u32::from(c));
        warn(FindingCode::ValueInvisible, problem, "remove it if it does not belong to it");
    }
    warnings
}

fn is_quoted(text: &str) -> bool {
    let mut chars = text.chars();
    matches!((chars.next(), chars.next_back()), (Some(first), Some(last)) if first == last && matches!(first, '"' | '\'' | '`'))
}

/// Invisible characters, and blanks other than the space.
fn is_hidden(c: char) -> bool {
    is_invisible(c) || (c.is_whitespace() && c != ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        of("VESTIBULE_X", text, true).len()
    }

    #[test]
    fn a_secret_that_differs_from_what_is_shown_is_reported() {
        for text in [
            "\"secret\"",
            "'secret'",
            "`secret`",
            "\"\"",
            " secret",
            "secret ",
            "secret\t",
            "sec\u{200b}ret",
            "sec\u{a0}ret",
            "sec\nret",
            "\u{feff}secret",
            "sec\u{7}ret",
            "secret\u{a0}",
        ] {
            assert_eq!(count(text), 1, "{text:?}");
        }
        for text in ["secret", "two words", "\"secret", "sec\"ret\"", "gr\u{fc}n", "\"", "'secret\""] {
            assert_eq!(count(text), 0, "{text:?}");
        }
    }

    #[test]
    fn a_warning_about_a_secret_does_not_repeat_it() {
        for warning in of("VESTIBULE_X", " \"hunter2\u{200b}\" ", true) {
            assert!(!warning.text().contains("hunter2"), "{warning:?}");
        }
    }
}
