//! Reads the file `.env`: a name and its value on each line, in the subset of the format that all readers treat alike.
//!
//! A random secret may contain `$`, a quote or a backslash. Readers of `.env` files differ in what they do with these: they expand a
//! variable, remove the quote, or continue on the next line. The secret would then change without a message. Here such a value is a
//! mistake unless it is quoted. A mistake names the line and never its content, which may be the secret. Lines of other programs are
//! skipped.

use super::mistake::Mistake;

const ADVICE: &str = "cannot be read; write NAME=value or a comment that begins with #, and put a value with spaces, quotes, #, $ or \\ \
                      into single quotes: NAME='…'";

/// Returns the names with this prefix and their values, in the order of the file.
///
/// # Errors
/// Every line that cannot be read.
pub(super) fn read(text: &str, prefix: &str) -> Result<Vec<(String, String)>, Vec<Mistake>> {
    let (mut pairs, mut mistakes) = (Vec::new(), Vec::new());
    let mut open_quote = None;
    // Some editors put a byte order mark before the first line.
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        let is_ours = line.contains(prefix);
        // A continuation of another program's value. A quote that is never closed does not hide our lines.
        if let Some(quote) = open_quote.filter(|_| !is_ours) {
            open_quote = (!line.contains(quote)).then_some(quote);
            continue;
        }
        open_quote = None;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let pair = match name(line) {
            Some((_, text)) if !is_ours => {
                open_quote = unclosed_quote(text);
                continue;
            }
            Some((name, text)) if name.starts_with(prefix) => {
                value(text).map(|value| (name.to_owned(), value))
            }
            Some(_) => continue,
            None => None,
        };
        match pair {
            Some(pair) => pairs.push(pair),
            None => mistakes.push(Mistake::new(".env", format!("line {} {ADVICE}", index + 1))),
        }
    }
    if mistakes.is_empty() { Ok(pairs) } else { Err(mistakes) }
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
        let pairs = read(&line.replace("NAME", "VESTIBULE_NAME"), PREFIX).ok()?;
        assert_eq!((pairs.len(), pairs[0].0.as_str()), (1, "VESTIBULE_NAME"), "{line}");
        Some(pairs[0].1.clone())
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
        let read = read(text, PREFIX).expect("no mistake");
        assert_eq!(
            read,
            [("A", "1"), ("B", "2")].map(|(name, value)| (format!("VESTIBULE_{name}"), value.to_owned()))
        );
    }

    // An unclosed quote does not hide the lines after it.
    #[test]
    fn every_mistake_names_its_line_but_not_its_content() {
        let text =
            "# it's\n\nVESTIBULE_A=it's\nVESTIBULE_B=hunter2 $\nOTHER=isn't $ours\nVESTIBULE_D=don't\n";
        let mistakes: Vec<String> =
            read(text, PREFIX).expect_err("mistakes").iter().map(ToString::to_string).collect();
        let lines: Vec<_> =
            mistakes.iter().map(|text| text.split(" cannot").next().unwrap_or_default()).collect();
        assert_eq!(lines, [".env: line 3", ".env: line 4", ".env: line 6"]);
        assert!(mistakes.iter().all(|text| text.contains("single quotes") && !text.contains("hunter2")));
    }
}
