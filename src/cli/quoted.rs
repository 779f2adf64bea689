//! Text from outside in messages.

/// Longest text that a message repeats, in characters.
const MAX: usize = 60;

/// Returns the text in quotes, printable and shortened. Control characters, invisible characters and those that change the text
/// direction are escaped: a file must not control the terminal (escape sequences) or imitate our own lines.
pub(super) fn quoted(text: &str) -> String {
    let mut shown = String::from("\"");
    let mut characters = text.chars();
    for c in characters.by_ref().take(MAX) {
        match c {
            '\\' | '\'' => shown.push(c),
            other => shown.extend(other.escape_debug()),
        }
    }
    if characters.next().is_some() {
        shown.push('…');
    }
    shown.push('"');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_is_printable_and_short() {
        for (text, shown) in [
            ("ada", "\"ada\""),
            ("Zoë O'Hara", "\"Zoë O'Hara\""),
            ("CORP\\ada", "\"CORP\\ada\""),
            ("a\"b", "\"a\\\"b\""),
            ("\u{1b}[31mred", "\"\\u{1b}[31mred\""),
            ("a\r\nb\0", "\"a\\r\\nb\\0\""),
            ("ada\u{202e}nimda", "\"ada\\u{202e}nimda\""),
            ("\u{9b}2J\u{200b}", "\"\\u{9b}2J\\u{200b}\""),
        ] {
            assert_eq!(quoted(text), shown);
        }
        assert_eq!(quoted(&"x".repeat(1000)), format!("\"{}…\"", "x".repeat(60)));
    }
}
