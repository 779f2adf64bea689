//! Encodings of files: UTF-8, and UTF-16 as spreadsheets write it.

use super::text::LineCounter;
use crate::cli::failure::Failure;

/// First bytes of files that are no text, and what they are.
const BINARY: [(&[u8], &str); 4] = [
    (b"PK\x03\x04", "a workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "a workbook"),
    (b"\x1f\x8b", "compressed"),
    (b"%PDF", "a PDF document"),
];

/// Converts a file to UTF-8 without byte order mark. Bytes that are not UTF-8 stay: each costs its row, not the file.
pub(super) fn to_utf8(bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    if let Some((_, what)) = BINARY.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(Failure::Usage(format!(
            "the file is {what}; save it as CSV (UTF-8) and import that file"
        )));
    }
    let mut text = match bytes.as_slice() {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            return Err(Failure::Usage("the encoding is UTF-32; save the file as UTF-8".to_owned()));
        }
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        // The first character of a header row and of JSON is ASCII: a zero byte beside it is its other half.
        [1..=0x7f, 0, ..] => utf16(&bytes, u16::from_le_bytes)?,
        [0, 1..=0x7f, ..] => utf16(&bytes, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => rest.to_vec(),
        _ => bytes,
    };
    // Ctrl-Z: the end of a text file for DOS programs.
    while text.last() == Some(&0x1a) {
        text.pop();
    }
    Ok(text)
}

fn utf16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Result<Vec<u8>, Failure> {
    let (units, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let complete = char::decode_utf16(units.iter().map(|pair| unit(*pair))).try_for_each(|decoded| {
        text.push(decoded.map_err(drop)?);
        Ok::<_, ()>(())
    });
    if complete.is_err() || !rest.is_empty() {
        let line = LineCounter::new(text.as_bytes()).line_of(text.len());
        return Err(Failure::Usage(format!(
            "line {line}: the text is UTF-16 and incomplete; save the file as UTF-8"
        )));
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let Ok(text) = to_utf8(bytes.to_vec()) else { return "refused".to_owned() };
        String::from_utf8(text).expect("UTF-8")
    }

    fn utf16_of(text: &str, bytes_of: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes_of).collect()
    }

    #[test]
    fn utf_8_and_utf_16_are_recognised() {
        let text = "username\r\nzoë🔑\r\n";
        let with_mark = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            with_mark.as_bytes().to_vec(),
            [text.as_bytes(), b"\x1a"].concat(),
            utf16_of(&with_mark, u16::to_le_bytes),
            utf16_of(&with_mark, u16::to_be_bytes),
            utf16_of(text, u16::to_le_bytes),
            utf16_of(text, u16::to_be_bytes),
        ] {
            assert_eq!(decoded(&bytes), text, "{bytes:?}");
        }
    }

    #[test]
    fn text_that_cannot_be_decoded_is_refused() {
        let odd = [utf16_of("\u{feff}username", u16::to_le_bytes), vec![0x41]].concat();
        let half = [utf16_of("\u{feff}username\n", u16::to_le_bytes), vec![0x3d, 0xd8]].concat();
        for bytes in [odd, half, b"\xff\xfe\0\0u\0\0\0".to_vec(), b"PK\x03\x04...".to_vec()] {
            assert_eq!(decoded(&bytes), "refused", "{bytes:?}");
        }
        assert!(matches!(to_utf8(Vec::new()), Ok(text) if text.is_empty()));
    }
}
