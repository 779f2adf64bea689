//! The file `.env`: a name and its value on each line, in the part of that format that everybody reads the same way.
//!
//! A secret has a `$`, a quote or a backslash by chance. Readers of such files put another variable's value there, take the quote
//! away, or go on reading to the next one, and say nothing: a secret that is silently another one. Here that is a mistake, unless
//! the value stands in quotes. A mistake names the line and never what is in it, which may be the secret. Values that are other
//! programs' are left to them.

use super::{Mistake, env::PREFIX};

const UNREADABLE: &str = "cannot be read: each line is NAME=value or begins with #, and a value with blanks, quotes, #, $ or \\ \
                          stands in single quotes: NAME='…'";

/// Our names and values, in their order; or every line that cannot be read.
pub(super) fn read(text: &str) -> Result<Vec<(String, String)>, Vec<Mistake>> {
    let (mut pairs, mut mistakes) = (Vec::new(), Vec::new());
    let mut open = None;
    // Some editors put a mark before the first line that is no part of it.
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        let is_ours = line.contains(PREFIX);
        // The rest of another program's value; a quote that is never closed takes none of our lines away.
        if let Some(quote) = open.filter(|_| !is_ours) {
            open = (!line.contains(quote)).then_some(quote);
            continue;
        }
        open = None;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let read = match name(line) {
            Some((_, text)) if !is_ours => {
                open = left_open(text);
                continue;
            }
            Some((name, text)) if name.starts_with(PREFIX) => {
                value(text).map(|value| (name.to_owned(), value))
            }
            Some(_) => continue,
            None => None,
        };
        match read {
            Some(pair) => pairs.push(pair),
            None => mistakes
                .push(Mistake { name: ".env".to_owned(), text: format!("line {} {UNREADABLE}", index + 1) }),
        }
    }
    if mistakes.is_empty() { Ok(pairs) } else { Err(mistakes) }
}

/// The name, and what follows its `=`.
fn name(line: &str) -> Option<(&str, &str)> {
    let (name, text) = line.split_once('=')?;
    // As shells have it.
    let bare = name.strip_prefix("export").filter(|rest| rest.starts_with(char::is_whitespace));
    let name = bare.unwrap_or(name).trim();
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let is_name =
        name.chars().all(good) && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit());
    is_name.then_some((name, text))
}

/// The quote that a value of several lines begins with.
fn left_open(text: &str) -> Option<char> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    (!text[1..].contains(quote)).then_some(quote)
}

/// `'as it is'`, `"with \\, \", \$ and \n"`, or bare; then nothing but a comment.
fn value(text: &str) -> Option<String> {
    let start = text.trim_start();
    let (value, rest) = if let Some(quoted) = start.strip_prefix('\'') {
        quoted.split_once('\'').map(|(value, rest)| (value.to_owned(), rest))?
    } else if let Some(quoted) = start.strip_prefix('"') {
        escaped(quoted)?
    } else if start.starts_with('#') {
        // Nothing and a comment; straight after the `=`, it could be meant as a value.
        (String::new(), text)
    } else {
        bare(start)?
    };
    let after = rest.trim_start();
    (after.is_empty() || after.starts_with('#') && after.len() < rest.len()).then_some(value)
}

/// What stands without quotes up to a blank, and what follows; nothing in it that readers take for something else.
fn bare(text: &str) -> Option<(String, &str)> {
    let (value, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    (!value.contains(['\'', '"', '$', '\\'])).then(|| (value.to_owned(), rest))
}

/// What stands in double quotes, and what follows them.
fn escaped(text: &str) -> Option<(String, &str)> {
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

    fn one(line: &str) -> Option<String> {
        let pairs = read(&line.replace("NAME", "VESTIBULE_NAME")).ok()?;
        assert_eq!((pairs.len(), pairs[0].0.as_str()), (1, "VESTIBULE_NAME"), "{line}");
        Some(pairs[0].1.clone())
    }

    #[test]
    fn a_value_is_what_stands_there_or_a_mistake() {
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
    fn values_of_other_programs_are_left_to_them() {
        let text = "KEY=\"-----BEGIN KEY-----\n\nMII BVAIBADANBg\n# no comment\n-----END KEY-----\"\nA=it's $B\n\
                    C='\nVESTIBULE_A=1\nD='x' y\nVESTIBULE_B=2\n";
        let read = read(text).expect("no mistake");
        assert_eq!(
            read,
            [("A", "1"), ("B", "2")].map(|(name, value)| (format!("VESTIBULE_{name}"), value.to_owned()))
        );
    }

    // A quote that stays open takes no other line away.
    #[test]
    fn every_mistake_names_its_line_and_not_what_is_in_it() {
        let text =
            "# it's\n\nVESTIBULE_A=it's\nVESTIBULE_B=hunter2 $\nOTHER=isn't $ours\nVESTIBULE_D=don't\n";
        let mistakes: Vec<String> =
            read(text).expect_err("mistakes").iter().map(ToString::to_string).collect();
        let lines: Vec<_> =
            mistakes.iter().map(|text| text.split(" cannot").next().unwrap_or_default()).collect();
        assert_eq!(lines, [".env line 3", ".env line 4", ".env line 6"]);
        assert!(mistakes.iter().all(|text| text.contains("single quotes") && !text.contains("hunter2")));
    }
}
