//! Characters that are not visible: the one list for names, profiles, settings and the log.

/// Returns whether a character changes the direction of the text after it.
#[must_use]
pub(crate) fn changes_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
}

/// Returns whether a character is a control character, has no width, separates lines, or changes the direction of the text. With them, a text
/// can look like another one (spoofing), or imitate a line of the log.
#[must_use]
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || changes_direction(c)
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200d}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{2060}'..='\u{2065}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}
