//! Phone numbers in the form of E.164.

/// Digits of a number with its country code (E.164 §6.2.1), and the fewest that a mobile number has.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// Longest text that is read.
const TEXT_MAX: usize = 40;
/// Country codes with two digits. Of the others, `1` and `7` have one digit and the rest has three.
const TWO_DIGITS: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
    "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
    "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

/// Returns a typed number as `+` and digits. Blanks, hyphens, dots, slashes and parentheses are left out, and a leading `00` is a `+`.
///
/// # Errors
/// The code of the rule that the text breaks: `required` or `invalid`.
pub fn phone_number(text: &str) -> Result<String, &'static str> {
    let is_mark =
        |c: char| c.is_whitespace() || "-./()\u{a0}\u{2010}\u{2011}\u{2012}\u{2013}\u{2212}".contains(c);
    if text.len() > TEXT_MAX {
        return Err("invalid");
    }
    let plain: String = text.chars().filter(|c| !is_mark(*c)).collect();
    if plain.is_empty() {
        return Err("required");
    }
    // Without the country code, the number belongs to a subscriber of each country.
    let digits = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")).ok_or("invalid")?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
        && DIGITS.contains(&digits.len());
    if is_number { Ok(format!("+{digits}")) } else { Err("invalid") }
}

/// Returns a number in a form that its owner recognises and that reveals little to another reader: `+49 ••• ••12`.
#[must_use]
pub fn masked_phone(number: &str) -> String {
    let digits = number.trim_start_matches('+');
    let is_short = digits.starts_with(['1', '7']);
    let length = match digits.get(..2) {
        Some(_) if is_short => 1,
        Some(code) if TWO_DIGITS.contains(&code) => 2,
        Some(_) | None => 3,
    };
    let country = digits.get(..length).unwrap_or_default();
    let end = digits.get(digits.len().saturating_sub(2)..).unwrap_or_default();
    format!("+{country} ••• ••{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_number_becomes_e164() {
        for (text, expected) in [
            ("+4915112345612", Ok("+4915112345612")),
            ("+49 151 1234-5612", Ok("+4915112345612")),
            ("0049 (151) 12345612", Ok("+4915112345612")),
            ("+1 (555) 010-0199", Ok("+15550100199")),
            ("\u{a0}+33\u{a0}6.12.34.56.78", Ok("+33612345678")),
            ("+49/151/12345612", Ok("+4915112345612")),
            ("", Err("required")),
            (" - ", Err("required")),
            // Of which country?
            ("0151 12345612", Err("invalid")),
            ("15112345612", Err("invalid")),
            ("+0491511234", Err("invalid")),
            ("+49 151", Err("invalid")),
            ("+4915112345612345", Err("invalid")),
            ("+49151O2345612", Err("invalid")),
            ("+49151\u{661}2345612", Err("invalid")),
            ("+49 151 12345612,+44 7700 900123", Err("invalid")),
            ("++4915112345612", Err("invalid")),
        ] {
            assert_eq!(phone_number(text), expected.map(str::to_owned), "{text}");
        }
        assert_eq!(phone_number(&" ".repeat(1000)), Err("invalid"));
    }

    #[test]
    fn masked_number_shows_country_and_end() {
        for (number, expected) in [
            ("+4915112345612", "+49 ••• ••12"),
            ("+15550100199", "+1 ••• ••99"),
            ("+79161234567", "+7 ••• ••67"),
            ("+351912345678", "+351 ••• ••78"),
        ] {
            assert_eq!(masked_phone(number), expected);
        }
    }
}
