//! The colour of buttons and links, and the contrast of text on it.

use std::fmt;

use super::super::warning::Warning;
use crate::finding::FindingCode;

/// Smallest contrast between text and background (WCAG 2.2, 1.4.3).
const CONTRAST_MIN: f64 = 4.5;
const WHITE: Color = Color([255, 255, 255]);
/// The text colour of our pages.
const DARK: Color = Color([0x18, 0x24, 0x2a]);

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color([u8; 3]);

impl Color {
    /// Reads `#rgb` or `#rrggbb`. Nothing else: the text becomes a part of a style sheet.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let channels = match digits.len() {
            3 => digits.chars().flat_map(|digit| [digit, digit]).collect::<String>(),
            6 => digits.to_owned(),
            _ => return None,
        };
        let channel = |at: usize| u8::from_str_radix(&channels[at..at + 2], 16).ok();
        Some(Self([channel(0)?, channel(2)?, channel(4)?]))
    }

    /// Returns the colour of readable text on this colour.
    #[must_use]
    pub fn of_text(self) -> Self {
        if self.contrast(WHITE) >= self.contrast(DARK) { WHITE } else { DARK }
    }

    /// Returns the warning about text that is hard to read on this colour, or in it.
    pub(super) fn warning(self, setting: &str) -> Option<Warning> {
        let (white, dark) = (self.contrast(WHITE), self.contrast(DARK));
        let (code, problem, fix) = if white.max(dark) < CONTRAST_MIN {
            let problem = format!(
                "neither white nor dark text is readable on {self}: its contrast is {white:.1} and {dark:.1}, and {CONTRAST_MIN} is needed"
            );
            (FindingCode::BrandColorUnreadable, problem, "choose a lighter or a darker colour")
        } else if white < CONTRAST_MIN {
            let problem = format!(
                "links in {self} on a white page are hard to read: the contrast is {white:.1}, and {CONTRAST_MIN} is needed"
            );
            (FindingCode::BrandColorLinks, problem, "choose a darker colour")
        } else {
            return None;
        };
        Some(Warning::new(code, setting, problem, fix))
    }

    /// Returns the contrast ratio (WCAG 2.2): 1 for equal colours, 21 for black and white.
    fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.040_45 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warning_of(text: &str) -> Option<FindingCode> {
        Color::parse(text).expect(text).warning("X").map(|warning| warning.code)
    }

    #[test]
    fn color_is_hexadecimal() {
        assert_eq!(Color::parse("#125C68").map(|color| color.to_string()).as_deref(), Some("#125c68"));
        assert_eq!(Color::parse("#fa0").map(|color| color.to_string()).as_deref(), Some("#ffaa00"));
        for text in
            ["125c68", "#12", "#1234", "#12345g", "red", "rgb(1,2,3)", "#fff;}", "#ｆｆｆ", "#", "#éé"]
        {
            assert_eq!(Color::parse(text), None, "{text}");
        }
    }

    // Values of the W3C example calculator.
    #[test]
    fn contrast_is_that_of_wcag() {
        let contrast = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|text| Color::parse(text).expect(text));
            format!("{:.2}", one.contrast(other))
        };
        assert_eq!(contrast("#000", "#fff"), "21.00");
        assert_eq!(contrast("#fff", "#fff"), "1.00");
        assert_eq!(contrast("#777777", "#fff"), "4.48");
        assert_eq!(contrast("#767676", "#fff"), "4.54");
    }

    #[test]
    fn color_with_unreadable_text_is_reported() {
        assert_eq!(warning_of("#125c68"), None);
        assert_eq!(warning_of("#ffcc00"), Some(FindingCode::BrandColorLinks), "dark text is readable on it");
        assert_eq!(warning_of("#7c7c7c"), Some(FindingCode::BrandColorUnreadable));
    }
}
