//! The reply of a mail server as administrators read it.

use crate::invisible::is_invisible;

/// Longest text that is kept, in characters.
const MAX: usize = 300;

/// Returns a text in one line of visible characters. The server of another organisation wrote it: it must not imitate a line of the log, or
/// control a terminal.
pub(super) fn clean(text: &str) -> String {
    let visible: String = text.chars().map(|c| if is_invisible(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    words.join(" ").chars().take(MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reply_is_one_visible_line() {
        assert_eq!(clean("550-no\r\n550 such\u{1b}[2J \u{202e}user"), "550-no 550 such [2J user");
        assert_eq!(clean(&"x".repeat(5000)).len(), MAX);
    }
}
