//! Reads the file `.env`: a name and its value on each line, in the subset of the format that all readers treat alike.
//!
//! A random secret may contain `$`, a quote or a backslash. Readers of `.env` files differ in what they do with these: they expand a
//! variable, remove the quote, or continue on the next line. The secret would then change without a message. Here such a value is a
//! mistake unless it is quoted. A mistake names the line and never its content, which may be the secret. Lines of other programs are
//! skipped.

use super::mistake::Mistake;

const ADVICE: &str = "cannot be read; write NAME=value or a comment that begins with #, and put a value with spaces, quotes, #, $ or \\ \
                      into single quotes: NAME='…'";

/// What a file contains.
#[derive(Default)]
pub(super) struct Lines {
    /// Line number, name and value, in the order of the file.
    pub(super) pairs: Vec<(usize, String, String)>,
    /// The lines that cannot be read, each with its name if that is known.
    pub(super) mistakes: Vec<(Option<String>, Mistake)>,
}

/// Reads the lines whose name begins with this prefix, in any case. A line of another program is never a mistake.
pub(super) fn read(bytes: &[u8], prefix: &str) -> Lines {
    let mut lines = Lines::default();
    if is_utf16(bytes) {
        lines.mistakes.push((None, Mistake::new(".env", "the file is UTF-16; save it as UTF-8")));
        return lines;
    }
    let text = String::from_utf8_lossy(bytes);
    // Some editors put a byte order mark before the first line. A carriage return alone ends a line, too: otherwise a setting after a
    // comment would be a part of the comment.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut open_quote = None;
    for (index, line) in text.split(['\n', '\r']).enumerate() {
        let line = line.trim();
        let is_ours = line.to_ascii_uppercase().contains(prefix);
        // A continuation of another program's value. A quote that is never closed does not hide our lines.
        if let Some(quote) = open_quote.filter(|_| !is_ours) {
            open_quote = (!line.contains(quote)).then_some(quote);
            continue;
        }
        open_quote = None;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match name(line) {
            Some((_, text)) if !is_ours => open_quote = unclosed_quote(text),
            Some((name, text)) if has_prefix(name, prefix) => match value(text) {
                Some(value) if is_text(line) => lines.pairs.push((index + 1, name.to_owned(), value)),
                value => lines.mistakes.push((Some(name.to_owned()), mistake(index, value.is_some()))),
            },
            None if is_ours || is_text(line) => lines.mistakes.push((None, mistake(index, !is_text(line)))),
            Some(_) | None => {}
        }
    }
    lines
}

fn mistake(index: usize, is_not_utf8: bool) -> Mistake {
    let line = index + 1;
    let text = if is_not_utf8 {
        format!("the file cannot be read: line {line} contains bytes that are not UTF-8; save it as UTF-8")
    } else {
        format!("line {line} {ADVICE}")
    };
    Mistake::new(".env", text)
}

/// Returns whether a line was UTF-8 without NUL bytes. Bytes that are not UTF-8 have become U+FFFD.
fn is_text(line: &str) -> bool {
    !line.contains(['\u{fffd}', '\0'])
}

fn has_prefix(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Returns whether a file is UTF-16, as some shells on Windows write it. Its letters are not recognised, so our lines would be lost.
fn is_utf16(bytes: &[u8]) -> bool {
    let zeros = |start: usize| bytes.iter().skip(start).step_by(2).take(8).filter(|byte| **byte == 0).count();
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || zeros(0) >= 4 || zeros(1) >= 4
}

/// Splits a line into the name and the text after its `=`.
fn name(line: &str) -> Option<(&str, &str)> {
    let (name, text) = line.split_once('=')?;
    let without_export = name.strip_prefix("export").filter(|rest| rest.starts_with(char::is_whitespace));
    let name = without_export.unwrap_or(name).trim();
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
        && !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit());
    is_name.then_some((name, text))
}

/// Returns the quote with which a value of several lines begins.
fn unclosed_quote(text: &str) -> Option<char> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    (!text[1..].contains(quote)).then_some(quote)
}

/// Reads `'literal text'`, `"text with \\, \", \$ and \n"` or an unquoted value. Only a comment may follow.
fn value(text: &str) -> Option<String> {
    let start = text.trim_start();
    let (value, rest) = if let Some(quoted) = start.strip_prefix('\'') {
        quoted.split_once('\'').map(|(value, rest)| (value.to_owned(), rest))?
    } else if let Some(quoted) = start.strip_prefix('"') {
        double_quoted(quoted)?
    } else if start.starts_with('#') {
        // An empty value and a comment. Directly after the `=`, `#` could be meant as a value.
        (String::new(), text)
    } else {
        unquoted(start)?
    };
    let after = rest.trim_start();
    (after.is_empty() || after.starts_with('#') && after.len() < rest.len()).then_some(value)
}

/// Returns the text up to a space and the rest. Refuses characters that other readers interpret.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let (value, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    (!value.contains(['\'', '"', '$', '\\'])).then(|| (value.to_owned(), rest))
}

/// Returns the text in double quotes and the rest.
fn double_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some((value, chars.as_str())),
            '$' => return None,
            '\\' => match chars.next()? {
                c @ ('\\' | '"' | '$') => value.push(c),
                'n' => value.push('\n'),
                _ => return None,
            },
            c => value.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "VESTIBULE_";

    fn one(line: &str) -> Option<String> {
        let lines = read(line.replace("NAME", "VESTIBULE_NAME").as_bytes(), PREFIX);
        if !lines.mistakes.is_empty() {
            return None;
        }
        assert_eq!((lines.pairs.len(), lines.pairs[0].1.as_str()), (1, "VESTIBULE_NAME"), "{line}");
        Some(lines.pairs[0].2.clone())
    }

    #[test]
    fn a_value_is_read_literally_or_is_a_mistake() {
        for (line, value) in [
            ("NAME=value", "value"),
            ("  export \tNAME = value\t# a comment", "value"),
            ("NAME=a=b,c=d", "a=b,c=d"),
            ("NAME=value#more", "value#more"),
            ("NAME=", ""),
            ("NAME= # a comment", ""),
            ("NAME=''", ""),
            ("NAME='two words' # don't", "two words"),
            (r#"NAME='a"b#c $d ${e} \n\'"#, r#"a"b#c $d ${e} \n\"#),
            (r#"NAME="it's \$5 \\ \"now\"""#, r#"it's $5 \ "now""#),
            (r#"NAME="two\nlines""#, "two\nlines"),
            ("NAME=gr\u{fc}n\r\n", "gr\u{fc}n"),
            ("\u{feff}NAME=value", "value"),
        ] {
            assert_eq!(one(line).as_deref(), Some(value), "{line}");
        }
        for line in [
            "NAME",
            "1NAME=value",
            "NA-ME=value",
            "<NAME>=value",
            "=value",
            "two words",
            "set NAME=value",
            "- NAME=value",
            "NAME=two words",
            "NAME=a$b",
            "NAME=a$",
            "NAME=${b}",
            r"NAME=a\$b",
            r"NAME=a\nb",
            r"NAME=a\",
            "NAME=it's",
            "NAME=a'b'c",
            "NAME=a\"b\"c",
            "NAME='a",
            "NAME=\"a",
            "NAME='a'b",
            "NAME='a'#b",
            "NAME=\"a$b\"",
            r#"NAME="a\""#,
            r#"NAME="a\tb""#,
            "NAME=#value",
        ] {
            assert_eq!(one(line), None, "{line}");
        }
    }

    #[test]
    fn values_of_other_programs_are_skipped() {
        let text = "KEY=\"-----BEGIN KEY-----\n\nMII BVAIBADANBg\n# no comment\n-----END KEY-----\"\nA=it's $B\n\
                    C='\nVESTIBULE_A=1\nD='x' y\nVESTIBULE_B=2\n";
        let lines = read(text.as_bytes(), PREFIX);
        assert!(lines.mistakes.is_empty());
        let expected = [(8, "A", "1"), (10, "B", "2")];
        assert_eq!(
            lines.pairs,
            expected.map(|(line, name, value)| (line, format!("VESTIBULE_{name}"), value.to_owned()))
        );
    }

    // An unclosed quote does not hide the lines after it.
    #[test]
    fn every_mistake_names_its_line_but_not_its_content() {
        let text =
            "# it's\n\nVESTIBULE_A=it's\nVESTIBULE_B=hunter2 $\nOTHER=isn't $ours\nVESTIBULE_D=don't\n";
        let mistakes: Vec<String> =
            read(text.as_bytes(), PREFIX).mistakes.iter().map(|(_, mistake)| mistake.to_string()).collect();
        let lines: Vec<_> =
            mistakes.iter().map(|text| text.split(" cannot").next().unwrap_or_default()).collect();
        assert_eq!(lines, [".env: line 3", ".env: line 4", ".env: line 6"]);
        assert!(mistakes.iter().all(|text| text.contains("single quotes") && !text.contains("hunter2")));
    }

    // One byte of another program must not stop the service. A byte in our line must not change our value.
    #[test]
    fn a_byte_that_is_not_utf_8_is_a_mistake_only_in_our_line() {
        let lines = read(b"NAME=gr\xfcn\nVESTIBULE_A=1\nCITY=Z\xfcrich two\n\xff\xfe\xff no pair\n", PREFIX);
        assert!(lines.mistakes.is_empty());
        assert_eq!(lines.pairs.len(), 1);
        for (text, line) in [
            (&b"A=1\nVESTIBULE_A=gr\xfcn\n"[..], 2),
            (b"\n\nVESTIBULE_A='gr\xfcn'\n", 3),
            (b"VESTIBULE_\xff=1\n", 1),
            (b"vestibule_a=\xff\n", 1),
        ] {
            let mistakes = read(text, PREFIX).mistakes;
            let shown = mistakes[0].1.to_string();
            assert!(shown.contains(&format!(": line {line} contains bytes")), "{shown}");
        }
    }

    #[test]
    fn a_file_of_another_encoding_or_with_other_line_ends_hides_no_setting() {
        let text = "# a comment\r\nVESTIBULE_A=1\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            little.clone(),
            big.clone(),
            [&[0xff, 0xfe][..], &little].concat(),
            [&[0xfe, 0xff][..], &big].concat(),
        ] {
            assert!(read(&bytes, PREFIX).mistakes[0].1.text.contains("UTF-16"));
        }
        for text in
            ["# a comment\rVESTIBULE_A=1\rB=2\r", "# a comment\r\nVESTIBULE_A=1\r\n", "B=2\n\rVESTIBULE_A=1"]
        {
            let lines = read(text.as_bytes(), PREFIX);
            assert!(lines.mistakes.is_empty(), "{text:?}");
            assert_eq!(
                lines.pairs.iter().map(|(_, _, value)| value.as_str()).collect::<Vec<_>>(),
                ["1"],
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_name_in_another_case_is_read_and_left_to_the_check_of_names() {
        let lines = read(b"vestibule_a=1\nVestibule_B=two words\n", PREFIX);
        assert_eq!(lines.pairs, [(1, "vestibule_a".to_owned(), "1".to_owned())]);
        assert_eq!(lines.mistakes.len(), 1);
    }
}
